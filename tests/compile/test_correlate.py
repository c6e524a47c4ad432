from __future__ import annotations

SITE = """
pools: {crew: {capacity: 9, uncertainty: "uniform(0.8, 1)"}}
supplies:
  pump: {unit: unit, lead: "uniform(8, 9) weeks"}
sites:
  s:
    common: 0.3
    activities:
      a: {stage: fit-out, duration: "uniform(1, 2) days", orders: {p: {supply: pump, quantity: 1 unit}}}
      b: {duration: "uniform(1, 2) days"}
"""
BLOCKS = """
correlate:
  steel: {rho: 0.5, targets: ["stage:fit*", supply:pump]}
  all: {rho: 0.7, targets: ["s/*", "pool:*"]}
"""


def factors(network):
    names = (*network.factors, None)
    return {v.name: (names[v.factor], v.rho) for v in network.variables}


def test_the_first_block_that_targets_a_variable_counts(network):
    assert factors(network(SITE + BLOCKS)) == {
        "s/a:p:lead": ("steel", 0.5),
        "s/a:duration": ("steel", 0.5),
        "s/b:duration": ("all", 0.7),
        "crew:capacity": ("all", 0.7),
    }


def test_a_sites_durations_share_its_common_factor(network):
    found = factors(network(SITE))
    assert found["s/a:duration"] == found["s/b:duration"] == ("site:s", 0.3)
    assert found["s/a:p:lead"] == (None, 0.0)


def test_the_scenarios_blocks_come_before_those_of_catalogs(network):
    catalog = "schema: 1\ncatalog: c\ntitle: C\ncorrelate: {wide: {rho: 0.9, targets: ['*']}}\n"
    found = factors(network("catalogs: [c]\n" + SITE + BLOCKS, catalogs__c=catalog))
    assert found["s/a:duration"] == ("steel", 0.5)


def test_targets_that_hit_nothing_are_refused(problems):
    (problem,) = problems(SITE + BLOCKS.replace("supply:pump", "supply:pumps"))
    assert (problem.path, problem.hint) == ("correlate.steel.targets[1]", "supply:pump")
