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


CAMPUS = """
    data_date: 2026-02-04
    sites:
      s:
        branches: {{appealed: {{probability: 0.4}}}}
        phases:
          one:
            activities:
              permit: {{duration: 9 days}}
              appeal: {{duration: 30 days, after: [permit], branch: appealed}}
              survey: {{duration: 3 days}}
              dig: {{duration: 9 days, after: [appeal, survey SS + 2 days]}}
              pour: {{duration: 9 days, after: [dig]}}
        actuals:
          activities: {{{activities}}}
    """


def implied(*activities: str) -> str:
    return CAMPUS.format(activities=", ".join(activities))


DUG = '"one/dig": {start: 2026-01-12, finish: 2026-01-20}'


def test_work_that_dates_imply_but_do_not_state_is_warned_of(compiled):
    (found,) = compiled(implied('"one/pour": {start: 2026-01-21}')).warnings
    assert found.startswith("sites.s.actuals.activities.one/pour (")
    assert found.endswith(
        ":18): s/one/pour comes after s/one/dig, s/one/survey, s/one/permit, but no actual dates say that this has "
        "happened: the run does it from the data date on"
    )
    assert "after s/one/survey, s/one/permit, but" in compiled(implied(DUG)).warnings[0]
    stated = ('"one/permit": {start: 2026-01-05, finish: 2026-01-09}', '"one/survey": {start: 2026-01-05}', DUG)
    assert compiled(implied(*stated)).warnings == ()


def test_work_under_way_whose_end_is_implied_is_warned_of(compiled):
    found = compiled(implied('"one/permit": {start: 2026-01-05}', '"one/survey": {start: 2026-01-05}', DUG)).warnings
    assert len(found) == 1
    assert "after s/one/permit, but" in found[0]


def test_dates_that_are_not_seen_yet_are_stated_all_the_same(compiled):
    stated = ('"one/permit": {start: 2026-01-05, finish: 2026-03-09}', '"one/survey": {start: 2026-02-05}', DUG)
    found = compiled(implied(*stated)).warnings
    assert found == ("2 actual dates lie on or after the data date, 2026-02-04: not seen",)


def test_nothing_is_implied_of_what_an_any_join_may_have_passed_by(compiled):
    text = implied(DUG).replace("survey SS + 2 days]", "survey SS + 2 days], join: any")
    assert compiled(text).warnings == ()
    assert compiled(text).network.branches.probability.tolist() == [0.4]


def test_a_branch_is_absent_once_what_waits_for_it_has_begun(network):
    assert network(implied('"one/permit": {start: 2026-01-05}')).branches.probability.tolist() == [0.4]
    assert network(implied(DUG)).branches.probability.tolist() == [0.0]
    appealed = '"one/appeal": {start: 2026-01-06, finish: 2026-01-11}'
    assert network(implied(appealed, DUG)).branches.probability.tolist() == [0.4]


def test_a_milestone_behind_an_absent_branch_is_dated(network):
    campus = """
        data_date: 2026-02-04
        sites:
          s:
            branches: {appealed: {probability: %s}}
            activities:
              permit: {duration: 9 days}
              appeal: {duration: 30 days, after: [permit + 3 days], branch: appealed}
              clear: {after: [appeal], milestone: clear}
            actuals: {activities: {permit: {start: 2026-01-05, finish: 2026-01-09}}}
        """
    assert network(campus % 0).activities.actual_finish.tolist() == [5 * DAY, UNSET, 5 * DAY]
    assert network(campus % 0.1).activities.actual_finish.tolist() == [5 * DAY, UNSET, UNSET]


def test_a_test_has_passed_with_its_last_dated_pass(network):
    campus = """
        data_date: 2026-02-04
        sites:
          s:
            activities: {t: {duration: 9 days, retest: {probability: 1, passes: 4}}}
            actuals: {activities: {%s}}
        """
    first, second = "t: {start: 2026-01-05, finish: 2026-01-08}", '"t#2": {start: 2026-01-09%s}'
    both = f"{first}, {second % ', finish: 2026-01-11'}"
    assert network(campus % both).activities.actual_finish.tolist()[:4] == [4 * DAY, 7 * DAY, 7 * DAY, 7 * DAY]
    failed = network(campus % f"{first}, {second % ''}").activities.actual_finish.tolist()
    assert failed[:4] == [4 * DAY, UNSET, UNSET, UNSET]


TWO_PHASES = """
    data_date: 2026-02-04
    supplies: {pump: {unit: unit, lead: 30 weeks}}
    set: {%s}
    sites:
      s:
        phases:
          one: {activities: {dig: {duration: 9 days}}}
          two:
            activities:
              dig: {duration: 9 days, orders: {p: {supply: pump, quantity: 1 unit}}}
              pour: {duration: 9 days}
        actuals:
          activities: {"one/dig": {start: 2026-01-12}, "two/dig": {start: 2026-01-13}, "two/poor": {start: 2026-01-13}}
          orders: {"two/dig:p": {placed: 2026-01-13}}
    """


def test_dates_below_a_phase_that_a_scenario_leaves_out_are_dropped_with_a_warning(compiled):
    found = compiled(TWO_PHASES % "sites.s.phases: {one: {activities: {dig: {duration: 3 days}}}}")
    assert found.network.activities.name == ("s/one/dig", "s/finish")
    (warning,) = found.warnings
    assert warning.startswith("s: actual dates of two are not used, since sites.s.phases (")
    assert warning.endswith("test.yaml:7) leaves it out")


def test_dates_below_a_hall_that_a_scenario_leaves_out_are_dropped_with_a_warning(compiled):
    found = compiled("""
        data_date: 2026-02-04
        set: {sites.s.phases.one.halls: {a: {activities: {dig: {duration: 9 days}}}}}
        sites:
          s:
            phases:
              one:
                halls:
                  a: {activities: {dig: {duration: 9 days}}}
                  b: {activities: {dig: {duration: 9 days}}}
            actuals: {activities: {"one/a/dig": {start: 2026-01-12}, "one/b/dig": {start: 2026-01-12}}}
        """)
    assert found.network.activities.actual_start.tolist() == [7 * DAY, UNSET]
    assert found.warnings[0].startswith("s: actual dates of one/b are not used, since sites.s.phases.one.halls (")


def test_a_misspelt_name_is_still_an_error(problems):
    (found,) = problems(TWO_PHASES % "")
    assert found.message == "there is no activity 'two/poor' in s"
    assert found.hint == "two/pour"
