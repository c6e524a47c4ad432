from __future__ import annotations

import pytest

from buildsim.network.codes import UNSET, StartCause

DAY = 1440
TEXT = """
data_date: 2026-02-04
calendars: {{shift: {{days: mon-fri, hours: "08:00-16:00"}}}}
pools: {{crew: {{capacity: 9}}}}
supplies: {{pump: {{unit: unit, lead: 30 weeks}}}}
sites:
  s:
    activities:
      a: {{duration: 9 days}}
      b: {{duration: 12 days, after: [a + 1 day, a SS]}}
      c: {{labor: 900 labor-hours, crew: {{crew: {{min: 1, max: 4}}}}, calendar: shift, after: [b]}}
      d: {{after: [c], orders: {{p: {{supply: pump, quantity: 1 unit}}}}}}
    actuals:
      activities: {{{activities}}}
      orders: {{{orders}}}
"""


def text(activities="a: {start: 2026-01-05, finish: 2026-01-08}", orders=""):
    return TEXT.format(activities=activities, orders=orders)


def test_a_finish_is_the_midnight_after_its_last_day(network):
    activities = network(text()).activities
    assert activities.actual_start.tolist() == [0] + [UNSET] * 4
    assert activities.actual_finish.tolist() == [4 * DAY] + [UNSET] * 4
    assert activities.actual_cause_kind[0] == StartCause.ACTUAL


@pytest.mark.parametrize(
    ("start", "kind", "cause"),
    [
        ("2026-01-12", StartCause.LINK, 0),  # a's finish and a day: the latest link that explains it
        ("2026-01-08", StartCause.LINK, 1),  # before that, only a's start does
        ("2026-01-04", StartCause.ACTUAL, -1),
    ],
)
def test_the_latest_link_that_explains_an_actual_start_is_its_cause(network, start, kind, cause):
    stated = f"a: {{start: 2026-01-05, finish: 2026-01-08}}, b: {{start: {start}, finish: 2026-01-20}}"
    activities = network(text(stated)).activities
    assert (activities.actual_cause_kind[1], activities.actual_cause[1]) == (kind, cause)


def test_a_started_activity_has_its_crew_and_the_open_ticks_that_passed(network):
    activities = network(text("c: {start: 2026-01-26, crew: 3}")).activities
    assert activities.actual_crew.tolist() == [0, 0, 3, 0, 0]
    assert activities.actual_elapsed[2] == 7 * 480


def test_remaining_work_given_by_hand_is_in_ticks(network):
    compiled = network(text("c: {start: 2026-01-26, crew: 3, remaining: 5 workdays}"))
    variable = compiled.variables[int(compiled.activities.remaining_variable[2])]
    assert (variable.name, variable.distribution.params) == ("s/c:remaining", (5 * 480.0,))


def test_actual_orders_keep_their_dates(network):
    orders = network(text(orders='"d:p": {placed: 2025-12-29, delivered: 2026-01-30}')).orders
    assert (orders.offset[0], orders.delivered[0]) == (-7 * DAY, 25 * DAY)


@pytest.mark.parametrize(
    ("activities", "orders", "message"),
    [
        ("a: {start: 2026-01-05, finish: 2026-01-04}", "", "finishes before it starts"),
        ("a: {start: 2026-01-05, finish: 2026-01-06, remaining: 2 days}", "", "it is finished"),
        ("x: {start: 2026-01-05}", "", "no activity 'x'"),
        ("c: {start: 2026-01-05}", "", "unknown crew"),
        ("a: {start: 2026-01-05, crew: 2}", "", "cannot vary"),
        ("", '"d:q": {placed: 2026-01-05}', "no order 'd:q'"),
        ("", '"d:p": {placed: 2026-01-05, delivered: 2026-01-04}', "before it was placed"),
    ],
)
def test_actuals_that_are_refused(problems, activities, orders, message):
    assert message in problems(text(activities, orders))[0].message


def test_the_data_date_is_not_before_the_start(problems):
    assert "before the start" in problems("data_date: 2026-01-01\nsites: {s: {activities: {a: {}}}}")[0].message


def test_what_happens_from_the_data_date_on_is_not_seen(compiled):
    dated = text(
        "a: {start: 2026-01-05, finish: 2026-02-04}, b: {start: 2026-02-04}, "
        "c: {start: 2026-01-06, finish: 2026-02-09}",
        '"d:p": {placed: 2026-01-05, delivered: 2026-02-05}',
    )
    seen = compiled(dated)
    rows, orders = seen.network.activities, seen.network.orders
    assert rows.actual_start.tolist()[:3] == [0, UNSET, DAY]
    assert rows.actual_finish.tolist()[:3] == [UNSET, UNSET, UNSET]
    assert rows.actual_crew[2] == rows.mold_max[2]
    assert (orders.offset[0], orders.delivered[0]) == (0, UNSET)
    assert "4 actual dates lie on or after the data date, 2026-02-04: not seen" in seen.warnings


def test_an_order_that_was_placed_later_is_not_placed_before_the_data_date(network):
    assert network(text()).orders.offset[0] == 0
    assert network(text(orders='"d:p": {placed: 2026-03-02}')).orders.offset[0] == 30 * DAY


def test_a_test_whose_next_pass_is_dated_later_has_not_passed_for_certain(network):
    campus = """
        data_date: 2026-02-04
        sites:
          s:
            activities: {t: {duration: 9 days, retest: {probability: 0.5, passes: 3}}}
            actuals: {activities: {t: {start: 2026-01-05, finish: 2026-01-08}%s}}
        """
    passed = network(campus % "").activities.actual_finish.tolist()
    assert passed[:3] == [4 * DAY] * 3
    failed = network(campus % ', "t#2": {start: 2026-02-10, finish: 2026-02-12}').activities.actual_finish.tolist()
    assert failed[:3] == [4 * DAY, UNSET, UNSET]
