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


REGIONS = """
pools: {crew: {capacity: 9, uncertainty: "uniform(0.8, 1)"}}
supplies: {pump: {unit: unit, lead: "uniform(8, 9) weeks"}}
regions:
  delta:
    pools: {crew: {capacity: 9, uncertainty: "uniform(0.8, 1)"}}
    correlate: {tides: {rho: 0.5, targets: [supply:pump, pool:crew]}}
sites:
  s: {region: delta, activities: {a: {duration: 1 day, orders: {p: {supply: pump, quantity: 1 unit}}}}}
  t: {activities: {a: {duration: 1 day, orders: {p: {supply: pump, quantity: 1 unit}}}}}
"""


def test_a_regions_correlation_reaches_its_own_pools_and_what_its_sites_order(network):
    assert factors(network(REGIONS)) == {
        "s/a:duration": (None, 0.0),
        "t/a:duration": (None, 0.0),
        "s/a:p:lead": ("delta/tides", 0.5),
        "t/a:p:lead": (None, 0.0),
        "crew:capacity": (None, 0.0),
        "delta/crew:capacity": ("delta/tides", 0.5),
    }


def test_a_sites_correlation_reaches_its_own_orders_alone(network):
    own = "t: {correlate: {luck: {rho: 0.4, targets: [supply:pump]}}, activities"
    found = factors(network(REGIONS.replace("t: {activities", own)))
    assert found["t/a:p:lead"] == ("t/luck", 0.4)
    assert found["s/a:p:lead"] == ("delta/tides", 0.5)


def test_a_regions_correlation_comes_before_a_shared_one(network):
    text = REGIONS + "catalogs: [c]\n"
    catalog = """\
        schema: 1
        catalog: c
        title: C
        correlate: {wide: {rho: 0.9, targets: ["s/a"]}}
        regions: {delta: {correlate: {near: {rho: 0.6, targets: ["s/a"]}}}}
        """
    assert factors(network(text, catalogs__c=catalog))["s/a:duration"] == ("delta/near", 0.6)
