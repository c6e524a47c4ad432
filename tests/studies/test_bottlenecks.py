"""Bottlenecks worked out by hand: relief, cascade, shares, pairs and prices, and what holds for any plan."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from buildsim.errors import UnknownNameError
from buildsim.studies.bottlenecks import Bottlenecks, bottlenecks, json_text, to_document

HEAD = "schema: 1\nname: small\nstart: 2026-01-05\nreplications: 2\n"

CHAIN = (
    HEAD
    + """\
supplies: {gear: {unit: rack, lead: 40 days}}
sites:
  s:
    activities:
      permit: {kind: permit, duration: 10 days}
      lift:
        duration: 20 days
        after: [permit]
        orders: {gear: {supply: gear, quantity: 1 rack}}
        milestone: done
"""
)

TWINS = (
    HEAD
    + """\
supplies: {one: {unit: rack, lead: 40 days}, two: {unit: rack, lead: 40 days}}
sites:
  s:
    activities:
      lift:
        duration: 20 days
        orders: {a: {supply: one, quantity: 1 rack}, b: {supply: two, quantity: 1 rack}}
        milestone: done
"""
)

MIRRORED = (
    HEAD
    + """\
supplies: {one: {unit: rack, lead: 40 days}, two: {unit: rack, lead: 40 days}}
sites:
  north:
    activities:
      lift:
        duration: 20 days
        orders: {a: {supply: one, quantity: 1 rack}, b: {supply: two, quantity: 1 rack, place: -10 days}}
        milestone: done
  south:
    activities:
      lift:
        duration: 20 days
        orders: {a: {supply: one, quantity: 1 rack, place: -10 days}, b: {supply: two, quantity: 1 rack}}
        milestone: done
"""
)

CRANE = (
    HEAD
    + """\
pools: {crane: {capacity: 1}}
sites:
  s:
    activities:
      left: {duration: 10 days, crew: {crane: 1}}
      right: {duration: 10 days, crew: {crane: 1}}
      end: {duration: 0 days, after: [left, right], milestone: done}
"""
)

LINE = (
    HEAD
    + """\
supplies:
  wafer: {unit: wafer, line: {capacity: 1 wafer per day, period: 10 days, cycle: 0 days}}
  chip: {unit: gpu, line: {capacity: 100 gpu per day, period: 10 days, cycle: 5 days, inputs: {wafer: {need: 1 wafer}}}}
sites:
  s:
    activities:
      lift:
        duration: 20 days
        orders: {chips: {supply: chip, quantity: 30 gpu}}
        milestone: done
"""
)

# Graham (1969), figure 1: nine jobs on three machines take 12, on four of them 15
GRAHAM = (
    HEAD
    + "rule: index\npools: {machine: {capacity: 3}}\nsites:\n  s:\n    activities:\n"
    + "".join(
        f"      t{i}: {{duration: {days} days, crew: {{machine: 1}}{after}}}\n"
        for i, (days, after) in enumerate(
            [(3, ""), (2, ""), (2, ""), (2, ""), *[(4, ", after: [t4]")] * 4, (9, ", after: [t1]")], start=1
        )
    )
    + "      end: {duration: 0 days, after: ["
    + ", ".join(f"t{i}" for i in range(1, 10))
    + "], milestone: done}\n"
)


@pytest.fixture
def ask(tmp_path: Path):
    def of(text: str, **options) -> Bottlenecks:
        file = tmp_path / "small.yaml"
        file.write_text(text)
        return bottlenecks(file, engine="reference", **options)

    return of


def relief(document, site="s") -> dict[tuple[str, str], float]:
    steps = document["objective"] if site is None else document["sites"][site]["done"]
    return {(each["name"], each["step"]): each["gain_days"] for each in steps["relief"]}


def ladder(document) -> list[tuple]:
    return [(rung["removed"], rung["days"], rung["next"], rung["only_together"]) for rung in document["cascade"]]


def test_a_lead_time_and_the_permit_behind_it(ask):
    found = to_document(ask(CHAIN))
    assert found["objective"]["days"] == 60
    assert relief(found) == {
        ("supply:gear", "+10%"): pytest.approx(40 - 40 / 1.1, abs=1e-3),
        ("supply:gear", "+20%"): pytest.approx(40 - 40 / 1.2, abs=1e-3),
        ("supply:gear", "+50%"): pytest.approx(40 - 40 / 1.5, abs=1e-3),
        ("supply:gear", "removed"): 30,
        ("work:lift", "+10%"): pytest.approx(20 - 20 / 1.1, abs=1e-3),
        ("work:lift", "+20%"): pytest.approx(20 - 20 / 1.2, abs=1e-3),
        ("work:lift", "+50%"): pytest.approx(20 - 20 / 1.5, abs=1e-3),
    }
    assert ladder(found) == [("supply:gear", 30, "permit:permit", False), ("permit:permit", 10, None, False)]
    assert found["cascade"][-1]["left_days"] == 20  # the CPM of the work alone
    assert found["shapley"] == {
        "total_days": 30,
        "exact": True,
        "parts": {"supply:gear": 30},
        "se": {"supply:gear": 0},
    }
    [price] = found["shadow_prices"]
    assert (price["name"], price["unit"]) == ("supply:gear", "month earlier")
    assert price["gain_days"] == pytest.approx(30)  # the permit is ten days, so a month gains no more


def test_twins_help_only_together(ask):
    found = to_document(ask(TWINS))
    assert relief(found)["supply:one", "removed"] == 0
    assert ladder(found) == [("supply:one", 0, "supply:two", True), ("supply:two", 40, None, False)]
    assert found["cascade"][-1]["left_days"] == 20


def test_symmetric_constraints_have_equal_shares_and_are_worth_more_together(ask):
    found = to_document(ask(MIRRORED))
    assert found["objective"]["days"] == 60
    assert relief(found, "north") == {
        **relief(found, "north"),
        ("supply:one", "removed"): 10,
        ("supply:two", "removed"): 0,
    }
    assert relief(found, None)["supply:one", "removed"] == relief(found, None)["supply:two", "removed"] == 5
    assert found["shapley"]["parts"] == {"supply:one": 20, "supply:two": 20}
    [pair] = found["pairs"]
    assert pair["names"] == ["supply:one", "supply:two"]
    assert (pair["alone_days"], pair["together_days"], pair["excess_days"]) == ([5, 5], 40, 30)
    assert not pair["only_together"]


def test_a_pool(ask):
    found = to_document(ask(CRANE))
    gains = relief(found)
    # a tenth of a crane lifts nothing
    assert (gains["pool:crane", "+50%"], gains["pool:crane", "removed"]) == (0, 10)
    [price] = found["shadow_prices"]
    assert (price["amount"], price["unit"], price["gain_days"]) == (1, "crew", 10)
    assert ladder(found) == [("pool:crane", 10, None, False)]


def test_a_line_waits_for_what_limits_it(ask):
    # ten wafers a lot: thirty are there at the third, day 30; the next lot of chips takes them, and five days
    found = to_document(ask(LINE))
    assert found["objective"]["days"] == 65
    gains = relief(found)
    assert gains["supply:wafer", "+50%"] == 10  # fifteen a lot: two lots
    assert gains["supply:wafer", "removed"] == 30  # the first lot of chips is enough
    assert gains["supply:chip", "removed"] == 45
    assert ladder(found) == [("supply:chip", 45, None, False)]


def test_more_machines_may_take_longer(ask):
    found = to_document(ask(GRAHAM))
    assert found["objective"]["days"] == 12
    [more] = [
        each for each in found["sites"]["s"]["done"]["relief"] if each["step"] == "+50%" and each["name"][:4] == "pool"
    ]
    assert more == {"name": "pool:machine", "step": "+50%", "gain_days": -3, "ci95": [-3, -3], "worse_share": 1}


def test_what_is_hidden_comes_last_and_is_no_player(ask):
    text = CHAIN.replace("supplies: {", "supplies: {wire: {unit: rack, lead: 1 day}, ").replace(
        "orders: {", "orders: {wire: {supply: wire, quantity: 1 rack}, "
    )
    found = to_document(ask(text))
    assert found["shapley"]["parts"] == {"supply:gear": 30}
    assert ladder(found)[1:] == [("permit:permit", 9, "supply:wire", False), ("supply:wire", 1, None, False)]


def test_what_is_not_reached_counts_to_the_horizon(ask):
    text = CRANE.replace("left: {duration: 10", "left: {duration: 20").replace("2\n", "2\nhorizon: 15 days\n", 1)
    text = text.replace("crew: {crane: 1}}\n      end", "crew: {crane: 1}, milestone: done}\n      end").replace(
        "right], milestone: done}", "right]}"
    )
    found = to_document(ask(text))
    assert found["objective"]["days"] == 15
    assert ladder(found) == [("pool:crane", 5, None, False)]
    assert found["shapley"]["parts"] == {"pool:crane": 5}


def test_the_past_is_no_bottleneck(ask):
    # the permit took 10 days and is done, the dig has been going on for 5 of its 15
    text = (
        HEAD
        + """\
data_date: 2026-01-20
sites:
  s:
    activities:
      permit: {kind: permit, duration: 12 days}
      dig: {kind: utility, duration: 15 days, after: [permit]}
      lift: {duration: 20 days, after: [dig], milestone: done}
    actuals:
      activities:
        permit: {start: 2026-01-05, finish: 2026-01-14}
        dig: {start: 2026-01-15}
"""
    )
    found = to_document(ask(text))
    assert found["objective"]["days"] == 45
    # what is left of the dig are ten days; of them three halves as fast leaves two thirds
    assert relief(found)["utility:dig", "removed"] == 10
    assert relief(found)["utility:dig", "+50%"] == pytest.approx(10 / 3, abs=1e-3)
    assert ladder(found) == [("utility:dig", 10, None, False)]


def test_a_site_or_an_owner_alone(ask):
    text = MIRRORED.replace("  north:\n", "  north:\n    owner: me\n")
    of_site, of_owner = ask(text, site="north"), ask(text, owner="me")
    assert of_site.objective.sites == of_owner.objective.sites == ("north",)
    assert of_site.cascade == of_owner.cascade
    with pytest.raises(UnknownNameError, match="did you mean north"):
        ask(text, site="nort")
    with pytest.raises(UnknownNameError, match="milestone"):
        ask(text, milestone="never")
    with pytest.raises(UnknownNameError, match="not a site of"):
        ask(text, site="south", owner="me")


def test_the_json_is_as_published(ask):
    form = json.loads(files("buildsim.present").joinpath("bottlenecks.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    for text in (CHAIN, MIRRORED, GRAHAM):
        document = json.loads(json_text(ask(text)))
        assert [error.message for error in Draft202012Validator(form).iter_errors(document)] == []
        assert sorted(document) == sorted(form["required"]) == sorted(form["properties"])
