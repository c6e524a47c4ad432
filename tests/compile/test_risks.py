from __future__ import annotations

import pytest

from buildsim.network.codes import UNSET

SITE = """
pools: {crew: {capacity: 9}}
supplies:
  rack: {unit: rack, line: {capacity: 9 rack/week, period: 1 week}}
  pump: {unit: unit, lead: 9 weeks}
sites:
  s:
    activities:
      test: {stage: commissioning, duration: 5 days, retest: {probability: 0.1, passes: 2}}
      shell: {duration: 5 days}
"""


def test_risks_hit_all_passes_by_name_or_stage(network):
    risks = network(
        SITE
        + """
risks:
  appeal: {probability: 0.2, days: "uniform(10, 90) days", targets: ["s/sh*"]}
  leak: {probability: 0.1, factor: 1.5, targets: ["stage:comm*", s/shell]}
"""
    )
    assert risks.risks.target_ptr.tolist() == [0, 1, 4]
    assert risks.risks.target_activity.tolist() == [2, 0, 1, 2]
    assert [risks.variables[v].name for v in (risks.risks.days_variable[0], risks.risks.factor_variable[1])] == [
        "risk:appeal:days",
        "risk:leak:factor",
    ]
    assert risks.risks.factor_variable[0] == -1


def test_disruptions_stop_work_and_scale_pools_and_lines(network):
    table = network(
        SITE
        + """
disruptions:
  strike: {start: 2026-02-04, probability: 0.5, duration: 2 weeks, capacity: {rack: 0.5, crew: 0}}
  storm: {per_year: 2, duration: 3 days, stops: [s/shell]}
"""
    ).disruptions
    assert table.start.tolist() == [30 * 1440, UNSET]
    assert table.per_year.tolist() == [0, 2]
    assert table.stop_ptr.tolist() == [0, 0, 1]
    assert table.stop_activity.tolist() == [2]
    assert (table.pool_ptr.tolist(), table.pool_index.tolist(), table.pool_factor.tolist()) == ([0, 1, 1], [0], [0])
    assert (table.supply_index.tolist(), table.supply_factor.tolist()) == ([0], [0.5])


def test_a_dated_disruption_that_was_not_known_does_not_happen(network):
    text = """
disruptions:
  strike: {start: 2026-02-04, duration: 2 weeks, stops: [s/shell], assumption: a guess, known: 2026-02-01}
  storm: {per_year: 2, duration: 3 days, stops: [s/shell], assumption: a guess, known: 2026-02-01}
"""
    assert network("as_of: 2026-01-31" + SITE + text).disruptions.name == ("storm",)
    assert network("as_of: 2026-02-01" + SITE + text).disruptions.name == ("strike", "storm")


def test_a_pattern_that_hits_nothing_is_an_error_but_for_catalogs(problems, compiled):
    risk = "risks: {r: {probability: 0.1, days: 1 day, targets: [s/shel], assumption: guess}}"
    (problem,) = problems(SITE + risk)
    assert (problem.path, problem.hint) == ("risks.r.targets[0]", "s/shell")
    catalog = f"schema: 1\ncatalog: c\ntitle: C\n{risk}\n"
    (warning,) = compiled("catalogs: [c]\n" + SITE, catalogs__c=catalog).warnings
    assert "'s/shel' hits nothing" in warning


@pytest.mark.parametrize(
    ("name", "message"),
    [("pump", "'pump' is a lead time, which has no capacity"), ("crews", "there is no pool or line called 'crews'")],
)
def test_capacities_are_of_pools_and_lines_only(problems, name, message):
    disruption = f"disruptions: {{d: {{per_year: 1, duration: 1 day, capacity: {{{name}: 0.5}}}}}}"
    assert problems(SITE + disruption)[0].message == message
