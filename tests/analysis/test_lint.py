"""Schedule lint: each check on a small plan that it is about, and on one that differs in that alone."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from buildsim.analysis.lint.checks import remarks
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario

HEAD = """\
schema: 1
name: plan
start: 2026-01-05
pools: {crew: {capacity: 2}}
supplies:
  pump: {unit: unit, lead: 100 days}
"""
WORK = 'duration: "pert(8, 10, 20) days", crew: {crew: 1}'
WAIT = 'kind: permit, duration: "pert(8, 10, 20) days"'


@pytest.fixture
def found(tmp_path: Path):
    """What one check finds at the site ``s``: the activities' own names, the rounded value, what it is about."""

    def find(check: str, site: str, head: str = "") -> list[tuple[str, int, str]]:
        body = dedent(site).replace("WORK", WORK).replace("WAIT", WAIT)
        file = tmp_path / "plan.yaml"
        file.write_text(f"{HEAD}{head}sites:\n  s:\n{indent(body, '    ')}")
        network = compile_network(load_scenario(file)).network
        names = network.activities.name
        return [
            (" ".join(names[a].removeprefix("s/") for a in each.activities), round(each.value), each.about)
            for each in remarks(network)
            if each.check == check
        ]

    return find


def activities(*lines: str) -> str:
    return "activities:\n" + "".join(f"  {line}\n" for line in lines)


END = "end: {after: [a, b], milestone: done}"


def test_no_predecessor(found):
    both = [("a", 0, ""), ("b", 0, "")]
    assert found("no-predecessor", activities("a: {WORK}", "b: {WORK}", END)) == both
    assert found("no-predecessor", activities("start: {}", "a: {WORK, after: [start]}", "b: {WORK}", END)) == []


@pytest.mark.parametrize(
    "gate",
    ["after: [a]", "not_before: 2026-02-02", "orders: {p: {supply: pump, quantity: 1 unit}}"],
)
def test_a_predecessor_a_date_or_an_order_leads_to_an_activity(found, gate):
    assert found("no-predecessor", activities("a: {WORK}", f"b: {{WORK, {gate}}}", END)) == []


def test_what_has_begun_needs_no_predecessor(found):
    begun = "actuals: {activities: {a: {start: 2026-01-05, assumption: seen}}}\n"
    site = begun + activities("a: {WORK}", "b: {WORK}", END)
    assert found("no-predecessor", site, "data_date: 2026-01-10\n") == [("b", 0, "")]


def test_no_successor(found):
    plan = ("a: {WORK}", "b: {WORK, after: [a]}", "end: {after: [a], milestone: done}")
    assert found("no-successor", activities(*plan)) == [("b", 0, "")]
    assert found("no-successor", activities(*plan[:2], END)) == []
    # where a site states no milestone, all its ends lead to the finish that is added
    assert found("no-successor", activities(*plan[:2])) == []


def test_an_order_is_a_successor(found):
    order = "orders: {p: {supply: pump, quantity: 1 unit, place: b finish}}"
    plan = ("a: {WORK}", "b: {WORK, after: [a]}", f"end: {{after: [a], milestone: done, {order}}}")
    assert found("no-successor", activities(*plan)) == []
    assert found("dangling-finish", activities(*plan)) == []
    assert found("dangling-finish", activities(*plan).replace("b finish", "b start")) == [("b", 0, "")]


def test_a_test_that_may_fail_is_one_activity(found):
    retest = "retest: {probability: 0.2, passes: 3}"
    plan = activities("a: {WORK}", f"b: {{WORK, after: [a], {retest}}}", "end: {after: [b], milestone: done}")
    for check in ("no-predecessor", "no-successor", "dangling-finish", "high-float"):
        assert found(check, plan) == []
    cut = plan.replace("after: [b]", "after: [a]")
    assert found("no-successor", cut) == [("b", 0, "")]


def test_dangling_start(found):
    plan = ("a: {WORK}", "b: {WORK, after: [a FF]}", "end: {after: [b], milestone: done}")
    assert found("dangling-start", activities(*plan)) == [("b", 0, "")]
    assert found("dangling-start", activities(*plan).replace("[a FF]", "[a SS, a FF]")) == []


def test_dangling_finish(found):
    plan = ("a: {WORK}", "b: {WORK, after: [a SS]}", "end: {after: [b], milestone: done}")
    assert found("dangling-finish", activities(*plan)) == [("a", 0, "")]
    assert found("dangling-finish", activities(*plan).replace("[a SS]", "[a SS, a FF]")) == []
    no_length = plan[0].replace("WORK", "")
    assert found("dangling-finish", activities(no_length, *plan[1:])) == []


def test_long_lag(found):
    plan = activities("a: {WORK}", "b: {WORK, after: [a + 29 days]}", "end: {after: [b], milestone: done}")
    assert found("long-lag", plan) == [("b", 29, "a")]
    assert found("long-lag", plan.replace("29 days", "28 days")) == []
    # working time counts as the elapsed time of ordinary weeks: 21 workdays are 29.4 days
    week = "calendars: {week: {days: mon-fri}}\n"
    assert found("long-lag", plan.replace("29 days", "21 workdays").replace("b: {", "b: {calendar: week, "), week) == [
        ("b", 29, "a")
    ]


def chain(count: int, *last: str) -> str:
    """Activities a0, a1 ... one after the other, the last ones linked as given."""
    links = [f"a{i - 1}" for i in range(1, count)]
    links[len(links) - len(last) :] = [f"a{count - 1 - len(last) + i}{text}" for i, text in enumerate(last)]
    rows = [f"a{i}: {{WORK, after: [{link}]}}" for i, link in enumerate(links, start=1)]
    return activities("a0: {WORK}", *rows)


def test_many_lags(found):
    # with the link to the finish that is added there are as many links as activities
    assert found("many-lags", chain(20, " + 1 day", " + 1 day")) == [("a18 a19", 10, "")]
    assert found("many-lags", chain(20, " + 1 day")) == []  # 5%
    assert found("many-lags", chain(19, " + 1 day", " + 1 day")) == []  # too few to tell


def test_link_types(found):
    assert found("link-types", chain(20, " FF", " FF", " FF")) == [("a17 a18 a19", 15, "")]
    assert found("link-types", chain(20, " FF", " FF")) == []  # 10%


def test_start_to_finish(found):
    plan = activities("a: {WORK}", "b: {WORK, after: [a SF]}", END)
    assert found("start-to-finish", plan) == [("b", 0, "a")]
    assert found("start-to-finish", plan.replace("SF", "FF")) == []


def test_date_constraint(found):
    plan = activities("a: {WORK}", "b: {WORK, after: [a], not_before: 2026-01-20}", END)
    assert found("date-constraint", plan) == [("b", 5, "")]
    assert found("date-constraint", plan.replace("2026-01-20", "2026-01-15")) == []
    ordered = plan.replace("after: [a],", "after: [a], orders: {p: {supply: pump, quantity: 1 unit}},")
    assert found("date-constraint", ordered) == []


def test_merge_point(found):
    rows = [f"p{i}: {{WAIT}}" for i in range(5)]
    end = "end: {after: [p0, p1, p2, p3, p4], milestone: done}"
    plan = activities(*rows, end)
    assert found("merge-point", plan) == [("end", 5, "")]
    early = plan.replace("p0: {WAIT}", 'p0: {kind: permit, duration: "pert(20, 25, 30) days"}')
    assert found("merge-point", early) == []  # the other four come 15 days before the last one
    assert found("merge-point", plan.replace("milestone: done", "milestone: done, join: any")) == []


def test_high_float(found):
    plan = activities("a: {WORK}", "b: {kind: permit, duration: 72 days}", END)
    assert found("high-float", plan) == [("a", 44, "")]  # 62 days
    assert found("high-float", plan.replace("72 days", "71 days")) == []


def test_float_is_counted_to_the_first_milestone(found):
    rest = "rest: {kind: permit, duration: 300 days, after: [b], milestone: all}"
    plan = ("a: {WORK}", "b: {WORK, after: [a]}", "end: {after: [a], milestone: done}", rest)
    assert found("high-float", activities(*plan)) == []
    other = "c: {kind: permit, duration: 200 days}", "end: {after: [a, c], milestone: done}"
    side = "x: {WORK, after: [a], milestone: early}"
    assert [name for name, *_ in found("high-float", activities("a: {WORK}", *other, "x: {WORK, after: [a]}"))] == [
        "a",
        "x",
    ]
    assert found("high-float", activities("a: {WORK}", *other, side)) == []


def test_negative_float(found):
    plan = "deadline: 2026-01-17\n" + activities("a: {WORK}", "b: {WORK, after: [a]}", "c: {WAIT}")
    # the end of the 17th is day 13; the work takes 20
    assert found("negative-float", plan) == [("a b finish", 5, "")]
    assert found("negative-float", plan.replace("2026-01-17", "2026-01-24")) == []


def test_high_duration(found):
    plan = activities('a: {duration: "pert(50, 62, 99) days", crew: {crew: 1}}')
    assert found("high-duration", plan) == [("a", 44, "")]
    assert found("high-duration", plan.replace("62", "61")) == []
    assert found("high-duration", plan.replace("a: {", "a: {kind: utility, ")) == []


def test_no_range(found):
    assert found("no-range", activities("a: {duration: 7 days}")) == [("a", 5, "")]
    assert found("no-range", activities('a: {duration: "uniform(6, 8) days"}', "b: {after: [a]}")) == []


def test_no_range_of_what_is_left(found):
    site = activities("a: {WORK}") + "actuals: {activities: {a: {start: 2026-01-05, remaining: 9 days}}}\n"
    date = "data_date: 2026-01-10\n"
    assert [name for name, *_ in found("no-range", site, date)] == ["a"]
    assert found("no-range", site.replace("9 days", '"uniform(6, 8) days"'), date) == []


@pytest.mark.parametrize("need", ["crew: {crew: 1}", "orders: {p: {supply: pump, quantity: 1 unit}}", "kind: permit"])
def test_no_resources(found, need):
    plan = activities("a: {duration: 7 days}", "b: {after: [a]}")
    assert found("no-resources", plan) == [("a", 5, "")]
    assert found("no-resources", plan.replace("7 days", f"7 days, {need}")) == []


def test_a_crew_that_may_vary_is_a_resource(found):
    assert found("no-resources", activities("a: {labor: 90 labor-hours, crew: {crew: {min: 1, max: 2}}}")) == []


def test_long_milestone(found):
    assert found("long-milestone", activities("a: {WORK, milestone: done}")) == [("a", 7, "")]
    assert found("long-milestone", activities("a: {WORK}", "b: {after: [a], milestone: done}")) == []


def ordered(place: str) -> str:
    order = f"orders: {{p: {{supply: pump, quantity: 1 unit, place: {place}}}}}"
    return activities('a: {kind: permit, duration: "pert(20, 30, 40) days"}', f"b: {{WORK, after: [a], {order}}}")


def test_late_order(found):
    assert found("late-order", ordered("a finish")) == [("b", 30, "p")]
    assert found("late-order", ordered("14 days")) == [("b", 14, "p")]
    assert found("late-order", ordered("13 days")) == []
    assert found("late-order", ordered("0 days")) == []


def test_an_order_is_late_only_by_what_nothing_else_takes(found):
    other = ordered("a finish").replace("orders: {", "not_before: 2026-05-05, orders: {")  # day 120; delivered on 130
    assert found("late-order", other) == []
    # 120 days: the second one comes as late, and could not come earlier
    both = ordered("30 days").replace("place: 30 days}", "place: 30 days}, q: {supply: pump, quantity: 1 unit}")
    assert found("late-order", both) == [("b", 30, "p")]


def test_an_order_can_be_placed_no_earlier_than_decided(found):
    start = "c: {not_before: 2026-02-02}"
    plan = ordered("c finish").replace("  b:", f"  {start}\n  b:")
    assert found("late-order", plan) == []
    assert found("late-order", plan.replace(start, "c: {after: [a]}")) == [("b", 30, "p")]


def test_what_was_ordered_before_the_data_date_is_not_late(found):
    assert found("late-order", ordered("20 days"), "data_date: 2026-02-20\n") == []
    # ordered on day 60, but on the data date, day 46, at the earliest
    assert found("late-order", ordered("60 days"), "data_date: 2026-02-20\n") == [("b", 14, "p")]


def happened(*dates: str, after: str = "[a]", more: str = "") -> list[str]:
    rows = "".join(f"    {row}\n" for row in dates)
    return [
        activities("a: {WORK}", "c: {WORK}", f"b: {{WORK, after: {after}{more}}}") + f"actuals:\n  activities:\n{rows}",
        "data_date: 2026-02-20\n",
    ]


A = "a: {start: 2026-01-05, finish: 2026-01-15}"
B = "b: {start: 2026-01-%s, finish: 2026-01-30}"


def test_out_of_sequence(found):
    assert found("out-of-sequence", *happened(A, B % "14")) == [("b", 0, "a")]
    assert found("out-of-sequence", *happened(A, B % "15")) == []
    assert found("out-of-sequence", *happened(B % "15")) == [("b", 0, "a")]
    assert found("out-of-sequence", *happened(A)) == []


def test_out_of_sequence_by_link_type(found):
    assert found("out-of-sequence", *happened(A, B % "06", after="[a SS]")) == []
    assert found("out-of-sequence", *happened(A.replace("01-05", "01-07"), B % "06", after="[a SS]")) == [("b", 0, "a")]
    assert found("out-of-sequence", *happened(A, B % "06", after="[a FF]")) == []
    assert found("out-of-sequence", *happened(A.replace("01-15", "01-31"), B % "06", after="[a FF]")) == [("b", 0, "a")]


def test_one_that_came_is_enough_for_any(found):
    assert found("out-of-sequence", *happened(A, B % "20", after="[a, c]")) == [("b", 0, "c")]
    assert found("out-of-sequence", *happened(A, B % "20", after="[a, c]", more=", join: any")) == []


def test_what_is_finished_is_past_mending(found):
    plan = activities("a: {duration: 90 days, milestone: done}", "b: {duration: 70 days, after: [a + 40 days]}")
    checks = ("no-successor", "long-lag", "high-duration", "no-range", "no-resources", "long-milestone")
    dates = "    a: {start: 2026-01-05, finish: 2026-01-15}\n    b: {start: 2026-02-24, finish: 2026-03-15}\n"
    done = f"{plan}actuals:\n  activities:\n{dates}"
    for check in checks:
        assert found(check, plan) != []
        assert found(check, done, "data_date: 2026-04-01\n") == []
