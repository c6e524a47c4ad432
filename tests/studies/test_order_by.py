"""Latest safe order dates of networks that can be reckoned by hand; the scenario starts on a Monday, day 0."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from buildsim.errors import UnknownNameError
from buildsim.studies.order_by import OrderByResult, OrderDate, order_by
from buildsim.studies.order_search import MONTH_DAYS

START = date(2026, 1, 5)
HEAD = "schema: 1\nname: plan\nstart: 2026-01-05\nreplications: 2\n"

FLOAT = """\
supplies:
  rack: {unit: rack, lead: 70 days}
  pump: {unit: unit, grain: 10, lead: 65 days}
  bolt: {unit: unit, lead: 10 days}
  sign: {unit: unit, lead: 80 days}
sites:
  north:
    activities:
      shell: {duration: 98 days}
      design: {duration: 3 days}
      racks:
        duration: 7 days
        after: [shell]
        orders:
          racks: {supply: rack, quantity: 60 racks}
          pumps: {supply: pump, quantity: 3 units, place: design finish}
        milestone: first_gpu
      bolts: {duration: 1 day, orders: {bolts: {supply: bolt, quantity: 5 units}}}
      signs: {duration: 1 day, after: [racks], orders: {signs: {supply: sign, quantity: 1 unit}}, milestone: signed}
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., OrderByResult]:
    def of(text: str, **options) -> OrderByResult:
        file = tmp_path / "plan.yaml"
        file.write_text(HEAD + text)
        return order_by(file, **options)

    return of


def by_item(result: OrderByResult) -> dict[str, OrderDate]:
    return {row.item: row for row in result.items}


def day(found: date | None) -> int | None:
    return None if found is None else (found - START).days


def test_float_is_what_can_be_waited(run):
    result = run(FLOAT)
    rows = by_item(result)
    assert list(rows) == ["sign", "rack", "pump"]  # the longest lead first
    rack, pump = rows["rack"], rows["pump"]
    assert (rack.milestone, rack.lead_days, day(rack.planned), day(rack.earliest)) == ("first_gpu", 70, 0, 0)
    assert (day(rack.latest), rack.margin_days, rack.late_share) == (98 - 70, 28, 0)
    assert (rack.month.mean, rack.month.low, rack.month.high) == (MONTH_DAYS,) * 3
    assert (day(pump.planned), day(pump.latest), pump.margin_days) == (3, 28, 25)  # in whole weeks of 33 days
    assert pump.month.mean == 28 + MONTH_DAYS + 65 - 98
    assert (pump.quantity, pump.unit, pump.orders) == (3, "unit", 1)
    assert all(row.monotone and row.reached == 1 and row.at_earliest.mean == 0 for row in result.items)
    assert result.left_out == 1


def test_what_delays_nothing_can_be_ordered_at_any_time(run):
    sign = by_item(run(FLOAT))["sign"]
    assert (sign.latest, sign.margin_days, sign.month, sign.late_share) == (None, None, None, 0)


def test_another_milestone(run):
    rows = by_item(run(FLOAT, milestone="signed"))
    assert (day(rows["rack"].latest), day(rows["sign"].latest)) == (28, 21)  # ready on day 105


def test_named_items_are_answered_whatever_their_lead(run):
    result = run(FLOAT, items=["bolt"])
    assert ([row.item for row in result.items], result.left_out) == (["bolt"], 0)
    assert [row.item for row in run(FLOAT, least_lead_days=66).items] == ["sign", "rack"]


def test_an_order_that_is_planned_too_late(run):
    rack = by_item(run(FLOAT.replace("quantity: 60 racks}", "quantity: 60 racks, place: 2026-03-05}")))["rack"]
    assert (day(rack.planned), day(rack.latest), rack.margin_days) == (59, 28, -31)
    assert rack.at_earliest.mean == -(59 + 70 - 98)


def test_without_float_the_earliest_date_is_the_latest(run):
    rack = by_item(run(FLOAT.replace("98 days", "30 days")))["rack"]
    assert (day(rack.latest), rack.month.mean) == (0, MONTH_DAYS)
    assert (rack.late_share, rack.seen[0].late_share, rack.seen[1].late_share) == (0, 0, 1)


ORDERED_LATER = """\
supplies: {rack: {unit: rack, lead: 70 days}}
sites:
  north:
    start: 2031-01-06
    activities:
      shell: {duration: 98 days}
      racks: {duration: 7 days, after: [shell], orders: {racks: {supply: rack, quantity: 1 rack, place: shell start}}}
      done: {after: [racks], milestone: done}
"""


def test_nobody_orders_more_than_three_years_before_the_site_starts(run):
    [rack] = run(ORDERED_LATER).items
    assert rack.earliest == date(2028, 1, 6)
    assert rack.latest == date(2031, 1, 30)  # the last Thursday by which the racks come with the shell
    assert rack.margin_days == 24


def test_nor_before_as_of(run):
    [rack] = run("as_of: 2030-06-03\n" + ORDERED_LATER).items
    assert rack.earliest == date(2030, 6, 3)
    assert (rack.overdue, rack.latest) == (False, date(2031, 2, 3))


HALLS = """\
supplies: {rack: {unit: rack, lead: 70 days}}
sites:
  north:
    activities:
      one: {duration: 84 days}
      two: {duration: 91 days}
      racks-1: {duration: 7 days, after: [one], orders: {racks: {supply: rack, quantity: 4 racks, place: one start}}}
      racks-2: {duration: 7 days, after: [two], orders: {racks: {supply: rack, quantity: 6 racks, place: one finish}}}
      some: {after: [racks-1], milestone: first_gpu}
      all: {after: [racks-2], milestone: full_capacity}
  south:
    activities: {a: {duration: 1 day, orders: {racks: {supply: rack, quantity: 9 racks}}, milestone: first_gpu}}
"""


def test_all_orders_of_a_site_for_a_supply_have_one_date(run):
    north, south = run(HALLS).items
    assert (north.site, north.orders, north.quantity, day(north.planned), day(north.latest)) == ("north", 2, 10, 0, 14)
    assert (south.site, south.orders, day(south.latest)) == ("south", 1, 0)
    [all_] = run(HALLS, milestone="full_capacity").items  # the south has none
    assert (all_.site, day(all_.latest), all_.at_earliest.mean) == ("north", 21, -63)


# A lot of 10 every four weeks. The north wants two: on days 28 and 56 if its order comes before the south's on day 30,
# else the south takes the first.
LOTS = """\
supplies: {chip: {unit: unit, line: {capacity: 2.5 unit/week, period: 4 weeks, cycle: 0 days}}}
sites:
  north:
    activities:
      shell: {duration: 56 days}
      chips: {duration: 1 day, after: [shell], orders: {chips: {supply: chip, quantity: 20 units}}}
      done: {after: [chips], milestone: first_gpu}
  south:
    activities:
      chips: {duration: 1 day, orders: {chips: {supply: chip, quantity: 10 units, place: 2026-02-04}}}
      done: {after: [chips], milestone: first_gpu}
"""


def test_an_order_on_a_line_keeps_its_place_in_the_queue(run):
    north, _ = run(LOTS, least_lead_days=0).items
    assert (north.item, north.lead_days, day(north.latest), north.month.mean) == ("chip", 56, 28, 28)
    assert next(each.late_share for each in north.seen if day(each.date) > 30) == 1


RANDOM = """\
supplies: {rack: {unit: rack, lead: "discrete(42: 0.3, 70: 0.5, 91: 0.2) days"}}
sites:
  north:
    activities:
      shell: {duration: 98 days}
      racks: {duration: 7 days, after: [shell], orders: {racks: {supply: rack, quantity: 1 rack}}, milestone: first_gpu}
"""


def test_who_takes_more_risk_may_wait_longer(run):
    rows = [run(RANDOM, risk=risk, replications=400).items[0] for risk in (0.0, 0.3, 0.75, 0.99)]
    assert [day(row.latest) for row in rows] == [7, 28, 56, 56]
    late = [row.late_share for row in rows]
    assert late == pytest.approx([0, 0.2, 0.7, 0.7], abs=0.06)
    assert late[0] == 0
    assert all(row.monotone for row in rows)
    assert rows[0].month.low < rows[0].month.mean < rows[0].month.high


# An early order lets the painters take the crane just before the lift is ready, and it waits for them.
ANOMALY = """\
horizon: 150 days
pools: {crane: {capacity: 1}}
supplies: {paint: {unit: unit, lead: 60 days}}
sites:
  north:
    activities:
      shell: {duration: 90 days}
      lift: {duration: 50 days, after: [shell], crew: {crane: 1}, milestone: first_gpu}
      paint: {duration: 20 days, crew: {crane: 1}, orders: {paint: {supply: paint, quantity: 1 unit}}}
"""


def test_a_share_that_falls_again_is_said(run):
    result = run(ANOMALY)
    [paint] = result.items
    assert not paint.monotone
    late = {day(each.date): each.late_share for each in paint.seen}
    assert late[14] == 1
    assert late[147] == 0
    assert paint.latest is None
    assert "later order of paint is late in fewer replications" in result.warnings[0]


def test_what_is_not_reached_counts_as_the_horizon(run):
    [rack] = run("horizon: 100 days\n" + RANDOM, replications=100).items
    assert rack.reached == 0
    assert rack.latest is None


ACTUAL = """\
data_date: 2026-03-02
supplies:
  rack: {unit: rack, lead: 90 days}
  pump: {unit: unit, lead: 90 days}
  fan: {unit: unit, lead: 90 days}
sites:
  north:
    branches: {large: {probability: 0}}
    activities:
      power: {duration: 10 days, milestone: first_gpu}
      shell: {duration: 98 days}
      racks: {duration: 7 days, after: [shell], orders: {racks: {supply: rack, quantity: 4 racks}}}
      pumps: {duration: 7 days, after: [shell], orders: {pumps: {supply: pump, quantity: 1 unit}}}
      fans: {duration: 7 days, branch: large, orders: {fans: {supply: fan, quantity: 1 unit}}}
      done: {after: [racks, pumps, fans], milestone: done}
    actuals:
      activities: {power: {start: 2026-01-05, finish: 2026-01-14}, shell: {start: 2026-01-05}}
      orders: {"racks:racks": {placed: 2026-01-12}}
"""


def test_what_was_placed_is_left_alone(run):
    [pump] = run(ACTUAL).items
    assert (pump.item, pump.milestone) == ("pump", "done")  # the first GPU runs already
    assert pump.overdue
    assert (day(pump.planned), day(pump.earliest), day(pump.latest), pump.margin_days) == (0, 56, 56, 0)
    assert pump.at_earliest.mean == 56 + 90 - 98


def test_what_was_told_after_the_data_date_is_not_known(run):
    rows = run(ACTUAL.replace("placed: 2026-01-12", "placed: 2026-03-09")).items
    assert [row.item for row in rows] == ["rack", "pump"]


def test_a_site_that_is_done_is_said(run):
    result = run(ACTUAL, milestone="first_gpu")
    assert result.items == ()
    assert result.warnings[0].startswith("north: what is asked for was reached")


def test_a_site_without_open_items_is_said(run):
    result = run("sites: {north: {activities: {a: {duration: 1 day, milestone: done}}}}\n")
    assert (result.items, result.left_out) == ((), 0)
    assert result.warnings[0] == "north: no item that is asked for is still to be ordered"


@pytest.mark.parametrize(
    ("options", "hint"),
    [({"site": "nort"}, "north"), ({"milestone": "first_gp"}, "first_gpu"), ({"items": ["rak"]}, "rack")],
)
def test_unknown_names(run, options, hint):
    with pytest.raises(UnknownNameError, match=f"did you mean {hint}"):
        run(FLOAT, **options)


@pytest.mark.parametrize("text", [FLOAT, HALLS, LOTS, RANDOM, ANOMALY, ACTUAL], ids=range(6))
def test_both_engines_say_the_same(run, text):
    pytest.importorskip("numba")
    reference, kernel = (
        run(text, replications=20, least_lead_days=0, engine=engine) for engine in ("reference", "kernel")
    )
    assert reference.items == kernel.items
    assert reference.items


def test_progress_ends_with_all_that_was_expected(run):
    reports: list[tuple[int, int]] = []
    run(FLOAT, replications=300, progress=lambda done, count: reports.append((done, count)))
    assert all(done <= count for done, count in reports)
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    assert reports[-1][0] == reports[-1][1]
