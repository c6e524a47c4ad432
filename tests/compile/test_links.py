from __future__ import annotations

from buildsim.network.codes import LinkType


def rows(network):
    names, links = network.activities.name, network.links
    return [
        (names[pred], LinkType(kind).name, names[succ])
        for pred, kind, succ in zip(links.pred, links.type, links.succ, strict=True)
    ]


def test_links_around_a_rework_chain_use_its_first_and_last_pass(network):
    chain = network(
        """
        sites:
          s:
            activities:
              a: {duration: 1 day}
              t: {duration: 2 days, after: [a, a FF + 1 day], retest: {probability: 0.2, passes: 3}, milestone: ok}
              b: {duration: 1 day, after: [t, t SS + 1 day]}
        """
    )
    assert chain.activities.name == ("s/a", "s/t", "s/t#2", "s/t#3", "s/b")
    assert rows(chain) == [
        ("s/a", "FS", "s/t"),
        ("s/t", "FS", "s/t#2"),
        ("s/t#2", "FS", "s/t#3"),
        ("s/a", "FF", "s/t#3"),
        ("s/t#3", "FS", "s/b"),
        ("s/t", "SS", "s/b"),
    ]
    assert chain.activities.rework.tolist() == [-1, 0, 0, 0, -1]
    assert chain.activities.rework_pass.tolist() == [0, 1, 2, 3, 0]
    assert chain.milestones.activity.tolist() == [3]
    passes = [chain.variables[v] for v in chain.activities.variable[1:4]]
    assert [(v.name, v.occurrence) for v in passes] == [("s/t:duration", k) for k in range(3)]
    assert chain.activities.join_count.tolist() == [0, 1, 1, 1, 2]


def test_one_pass_is_plain(network):
    plain = network("sites: {s: {activities: {t: {duration: 1 day, retest: {probability: 0.5, passes: 1}}}}}")
    assert plain.activities.rework.tolist() == [-1, -1]
    assert plain.reworks.name == ()


def test_lags_are_elapsed_or_counted_on_the_successors_calendar(network):
    lagged = network(
        """
        calendars: {shift: {days: mon-fri, hours: "08:00-16:00"}}
        sites:
          s:
            activities:
              a: {duration: 1 day}
              b: {duration: 1 day, calendar: shift, after: [a + 2 days]}
              c: {duration: 1 day, calendar: shift, after: [a + 2 workdays]}
              d: {duration: 1 day, after: ["a + triangular(1, 2, 3) workdays"]}
              e: {duration: 1 day, after: [a + 0 days, a SS + 1 day, a FF + 2 days]}
        """
    ).links
    assert lagged.lag_scale[:6].tolist() == [1440, 480, 1440, 0, 1440, 1440]
    assert lagged.lag_calendar[:6].tolist() == [-1, 0, -1, -1, -1, -1]
    assert lagged.lag_variable[3] == -1


def test_lag_variables_are_named_by_both_ends_and_draw_apart(network):
    lagged = network(
        "sites: {s: {activities: {a: {duration: 1 day}, e: {duration: 1 day, after: [a SS + 1 day, a FF + 2 days]}}}}"
    )
    keys = [(v.name, v.occurrence) for v in lagged.variables if v.name.endswith(":lag")]
    assert keys == [("s/e:after:s/a:lag", 0), ("s/e:after:s/a:lag", 1)]


def test_joins(compiled):
    text = """
    sites:
      s:
        branches: {maybe: {probability: 0.5}}
        activities:
          a: {duration: 1 day}
          b: {duration: 1 day, branch: maybe}
          c: {join: any, after: [a, b]}
          d: {join: 2, after: [a, b]}
    """
    result = compiled(text)
    assert result.network.activities.join_count[2:4].tolist() == [1, 2]
    assert result.network.activities.join_all[2:4].tolist() == [False, False]
    (warning,) = result.warnings
    assert "s/d needs 2 of 2 predecessors, but only 1" in warning


def test_a_join_of_more_than_there_are_is_refused(problems):
    (problem,) = problems("sites: {s: {activities: {a: {duration: 1 day}, b: {after: [a], join: 2}}}}")
    assert problem.path == "sites.s.activities.b.join"


def test_a_cycle_is_shown_as_the_names_along_it(problems):
    (problem,) = problems(
        """
        sites:
          s:
            activities:
              a: {duration: 1 day, after: [c]}
              b: {duration: 1 day, after: [a]}
              c: {duration: 1 day, after: [b]}
        """
    )
    assert "s/a -> s/b -> s/c -> s/a" in problem.message
    assert problem.path == "sites.s.activities.b.after[0]"
