from __future__ import annotations

from buildsim.compile.planning import schedule
from buildsim.network.codes import Rule

DAY = 1440
# a 14-activity PERT exercise with expected durations (a + 4m + b) / 6
TEXTBOOK = {
    "a": (5.333333, []), "b": (2.333333, []), "c": (5.0, "a"), "d": (8.166667, "a"), "e": (9.666667, "bc"),
    "f": (4.666667, "d"), "g": (5.833333, "d"), "h": (4.333333, "ef"), "i": (6.666667, "gh"), "j": (4.166667, "i"),
    "k": (9.833333, "i"), "l": (5.333333, "j"), "m": (2.166667, "k"), "z": (7.833333, "lm"),
}  # fmt: skip


def days(values):
    return (values / DAY).round(2).tolist()


def test_a_textbook_network(network):
    rows = "".join(
        f"      {name}: {{duration: {length} days, after: [{', '.join(preds)}]}}\n"
        for name, (length, preds) in TEXTBOOK.items()
    )
    cpm = schedule(network("sites:\n  s:\n    activities:\n" + rows))
    names = list(TEXTBOOK)
    assert round(cpm.ef[names.index("z")] / DAY, 2) == 50.83
    critical = [name for name, slack in zip(names, days(cpm.slack), strict=False) if abs(slack) < 0.01]
    assert critical == list("acehikmz")
    slack = dict(zip(names, days(cpm.slack), strict=False))
    assert [slack[name] for name in "bdgjl"] == [8.0, 1.83, 5.0, 2.5, 2.5]
    assert round(cpm.lf[names.index("b")] / DAY, 2) == 10.33


def test_all_link_types_with_lags(network):
    cpm = schedule(
        network(
            """
            sites:
              s:
                activities:
                  a: {duration: 4 days}
                  ss: {duration: 2 days, after: [a SS + 1 day]}
                  ff: {duration: 2 days, after: [a FF + 3 days]}
                  sf: {duration: 2 days, after: [a SF + 9 days]}
                  z: {duration: 1 day, after: [ss, ff, sf]}
            """
        )
    )
    assert days(cpm.es) == [0, 1, 0, 0, 9, 10]
    assert days(cpm.ef) == [4, 3, 7, 9, 10, 10]
    assert days(cpm.lf) == [6, 9, 9, 9, 10, 10]
    assert days(cpm.ls) == [0, 7, 7, 7, 9, 10]


def test_working_time_counts_in_elapsed_time_of_ordinary_weeks(network):
    cpm = schedule(
        network(
            """
            calendars: {shift: {days: mon-fri, hours: "08:00-16:00"}}
            sites:
              s:
                activities:
                  a: {duration: 10 workdays, calendar: shift}
                  b: {duration: 1 day, calendar: shift, after: [a + 5 workdays]}
            """
        )
    )
    assert days(cpm.ef) == [14, 22, 22]


def test_joins_take_the_k_earliest_links_forward_and_backward(network):
    cpm = schedule(
        network(
            """
            sites:
              s:
                activities:
                  a: {duration: 5 days}
                  b: {duration: 2 days}
                  c: {duration: 3 days}
                  two: {duration: 1 day, join: 2, after: [a, b, c]}
                  any: {duration: 1 day, join: any, after: [a, b, c]}
                  end: {after: [two, any], milestone: done}
            """
        )
    )
    assert days(cpm.es) == [0, 0, 0, 3, 2, 4]
    assert days(cpm.lf) == [5, 4, 4, 5, 5, 5]  # the loser, a, runs to day 5


def test_orders_gate_by_their_planned_lead(network):
    cpm = schedule(
        network(
            """
            supplies:
              pump: {unit: unit, lead: "triangular(5, 10, 30) days"}
              rack: {unit: rack, line: {capacity: 70 rack/week, period: 1 week, cycle: 6 days}}
            sites:
              s:
                activities:
                  a: {duration: 3 days}
                  b: {duration: 1 day, orders: {p: {supply: pump, quantity: 1 unit, place: a finish + 1 day}}}
                  c: {duration: 1 day, orders: {r: {supply: rack, quantity: 1 rack, place: 2 days}}}
            """
        )
    )
    assert days(cpm.es)[:3] == [0, 14, 8]
    assert days(cpm.ls)[:2] == [0, 14]


def test_late_dates_run_back_from_the_end_of_the_deadlines_day(network):
    text = "sites: {s: {deadline: 2026-01-14, activities: {a: {duration: 4 days}}}}"
    cpm = schedule(network(text))
    assert days(cpm.ls) == [6, 10]
    assert days(cpm.slack) == [6, 6]


def test_unlikely_branches_and_later_passes_take_no_time(network):
    text = """
    sites:
      s:
        branches: {rare: {probability: 0.4}, usual: {probability: 0.5}}
        activities:
          a: {duration: 4 days, branch: rare}
          b: {duration: 5 days, branch: usual, after: [a]}
          c: {duration: 6 days, after: [b], retest: {probability: 0.9, passes: 2}}
    """
    assert days(schedule(network(text)).ef) == [0, 5, 11, 11, 11]


def test_site_starts_date_gates_and_actuals(network):
    text = """
    data_date: 2026-01-15
    sites:
      s:
        start: 2026-01-10
        activities:
          a: {duration: 4 days}
          b: {duration: 1 day, not_before: 2026-01-25}
          c: {duration: 1 day}
        actuals: {activities: {a: {start: 2026-01-07}}}
    """
    cpm = schedule(network(text))
    assert days(cpm.es)[:3] == [2, 20, 10]
    assert days(cpm.ef)[:3] == [10, 21, 11]  # overdue, so it ends no earlier than the data date


def test_rules_take_their_value_from_the_schedule(network):
    text = "rule: {}\nsites: {{s: {{activities: {{a: {{duration: 4 days}}, b: {{duration: 1 day}}}}}}}}"
    values = {rule: network(text.format(rule)).activities.rule_value for rule in ("lft", "lst", "least_slack", "index")}
    assert days(values["lft"]) == [4, 4, 4]
    assert days(values["lst"]) == [0, 3, 4]
    assert days(values["least_slack"]) == [0, 3, 0]
    assert values["index"].tolist() == [0, 1, 2]
    assert network(text.format("lst")).rule is Rule.LST
