from __future__ import annotations

CATALOG = """\
schema: 1
catalog: metros
title: Metros
pools:
  electricians: {unit: electrician, capacity: 5, assumption: elsewhere}
risks:
  protest: {probability: 0.1, days: 9 days, targets: ["*/permit"], assumption: usual}
regions:
  memphis:
    calendars:
      shift: {days: mon-sat, hours: "07:00-17:00", assumption: a guess}
    pools:
      electricians: {unit: electrician, capacity: 40, assumption: a guess}
    risks:
      protest: {probability: 0.5, days: 90 days, targets: ["*/permit"], assumption: contested there}
    disruptions:
      storm: {per_year: 2, duration: 1 day, stops: ["stage:build"], capacity: {electricians: 0.5}, assumption: a guess}
  columbus:
    calendars:
      shift: {days: mon-fri, hours: "08:00-16:00", assumption: a guess}
    pools:
      electricians: {unit: electrician, capacity: 70, assumption: a guess}
  nowhere:
    pools:
      electricians: {unit: electrician, capacity: 1, assumption: a guess}
templates:
  plant:
    per: site
    assumption: a guess
    activities:
      permit: {kind: permit, duration: 30 days}
      build: {duration: 10 workdays, calendar: shift, crew: {electricians: 3}, after: [permit]}
"""
SITES = """
catalogs: [metros]
calendars:
  shift: {days: mon-sun}
sites:
  colossus: {region: memphis, strategies: {all: plant}}
  prometheus: {region: columbus, strategies: {all: plant}}
  plain: {strategies: {all: plant}}
"""
NO_SHIFT = """
catalogs: [metros]
sites:
  colossus: {region: memphis, strategies: {all: plant}}
  prometheus: {region: columbus, strategies: {all: plant}}
  plain: {region: columbus, strategies: {all: plant}}
"""


def needs(network):
    rows = network.activities
    return {
        rows.name[a]: network.pools.name[rows.need_pool[i]]
        for a in range(len(rows.name))
        for i in range(rows.need_ptr[a], rows.need_ptr[a + 1])
    }


def hit(network, table, index):
    ptr = getattr(table, "target_ptr", None)
    ptr, of = (table.target_ptr, table.target_activity) if ptr is not None else (table.stop_ptr, table.stop_activity)
    return [network.activities.name[a] for a in of[ptr[index] : ptr[index + 1]]]


def test_a_name_means_the_regions_definition_first(network):
    campus = network(NO_SHIFT, catalogs__metros=CATALOG)
    assert needs(campus) == {
        "colossus/build": "memphis/electricians",
        "prometheus/build": "columbus/electricians",
        "plain/build": "columbus/electricians",
    }
    calendars = [campus.calendars.name[i] if i >= 0 else None for i in campus.activities.calendar.tolist()]
    assert calendars[1::3] == ["memphis/shift", "columbus/shift", "columbus/shift"]


def test_regions_without_a_site_are_left_out(network):
    campus = network(NO_SHIFT, catalogs__metros=CATALOG)
    assert campus.pools.name == ("electricians", "memphis/electricians", "columbus/electricians")


def test_the_scenarios_definition_replaces_those_of_all_regions(network):
    campus = network(SITES, catalogs__metros=CATALOG)
    used = {campus.calendars.name[i] for i in campus.activities.calendar.tolist() if i >= 0}
    assert used == {"shift"}
    assert needs(campus)["plain/build"] == "electricians"
    text = SITES + "regions: {memphis: {pools: {electricians: {unit: electrician, capacity: 9}}}}\n"
    changed = network(text, catalogs__metros=CATALOG)
    curve = changed.pools.capacity[changed.pools.name.index("memphis/electricians")]
    assert changed.curves.value[changed.curves.ptr[curve]] == 9


def test_a_region_strikes_only_its_sites_and_hides_what_is_shared(network):
    campus = network(SITES, catalogs__metros=CATALOG)
    assert campus.risks.name == ("protest", "memphis/protest")
    assert hit(campus, campus.risks, 0) == ["prometheus/permit", "plain/permit"]
    assert hit(campus, campus.risks, 1) == ["colossus/permit"]
    assert campus.disruptions.name == ("memphis/storm",)
    assert hit(campus, campus.disruptions, 0) == ["colossus/build"]
    assert [campus.pools.name[i] for i in campus.disruptions.pool_index] == ["memphis/electricians"]


def test_what_a_site_defines_strikes_that_site_alone(network):
    own = 'plain: {disruptions: {storm: {start: 2026-02-01, duration: 1 day, stops: ["stage:build"]}}, strategies'
    campus = network(SITES.replace("plain: {strategies", own), catalogs__metros=CATALOG)
    assert campus.disruptions.name == ("memphis/storm", "plain/storm")
    assert hit(campus, campus.disruptions, 1) == ["plain/build"]


def test_two_sites_may_each_have_a_risk_of_one_name(network):
    risk = "{risks: {late: {probability: 0.5, days: 1 day, targets: ['*/permit']}}, strategies"
    text = SITES.replace("plain: {strategies", f"plain: {risk}").replace(
        "columbus, strategies", "columbus, " + risk[1:]
    )
    assert network(text, catalogs__metros=CATALOG).risks.name[-2:] == ("prometheus/late", "plain/late")


def test_a_pool_that_only_another_region_has_is_missed(problems):
    catalog = CATALOG.replace("pools:\n  electricians: {unit: electrician, capacity: 5, assumption: elsewhere}\n", "")
    (problem,) = problems(SITES, catalogs__metros=catalog)
    assert problem.message == "there is no pool called 'electricians'"
    assert problem.path == "templates.plant.activities.build.crew.electricians"


def test_a_number_of_a_region_needs_an_origin_too(problems):
    catalog = CATALOG.replace("capacity: 70, assumption: a guess", "capacity: 70")
    (problem,) = problems(SITES, catalogs__metros=catalog)
    assert problem.path == "regions.columbus.pools.electricians.capacity"
    assert "nothing says where" in problem.message


def scaled(network, index):
    table = network.disruptions
    return [network.pools.name[i] for i in table.pool_index[table.pool_ptr[index] : table.pool_ptr[index + 1]]]


def test_a_regions_disruption_scales_what_the_scenario_puts_in_place_of_its_pool(network):
    campus = network(SITES + "pools: {electricians: {unit: electrician, capacity: 9}}\n", catalogs__metros=CATALOG)
    assert needs(campus)["colossus/build"] == "electricians"
    assert scaled(campus, campus.disruptions.name.index("memphis/storm")) == ["electricians"]


def test_a_sites_own_disruption_scales_the_pool_that_its_site_draws_on(network):
    own = "colossus: {disruptions: {strike: {per_year: 1, duration: 1 day, capacity: {electricians: 0.5}}}, region"
    campus = network(SITES.replace("colossus: {region", own), catalogs__metros=CATALOG)
    assert scaled(campus, campus.disruptions.name.index("colossus/strike")) == ["memphis/electricians"]


def test_a_regions_line_takes_the_input_that_the_scenario_puts_in_place_of_the_regions(network):
    line = "line: {capacity: 7 unit/week, period: 1 week"
    campus = network(
        f"""
        supplies:
          steel: {{unit: unit, {line}}}}}
        regions:
          memphis:
            supplies:
              beam: {{unit: unit, {line}, inputs: {{steel: {{need: 1 unit}}}}}}}}
        sites:
          colossus:
            region: memphis
            activities: {{build: {{duration: 1 day, orders: {{b: {{supply: beam, quantity: 1 unit}}}}}}}}
        catalogs: [steel]
        """,
        catalogs__steel=f"""\
        schema: 1
        catalog: steel
        title: Steel
        regions: {{memphis: {{supplies: {{steel: {{assumption: a guess, unit: unit, {line}}}}}}}}}}}
        """,
    )
    assert [campus.supplies.name[i] for i in campus.supplies.input_supply] == ["steel"]


def test_a_site_and_a_region_of_one_name_may_not_define_one_risk(problems):
    risk = "colossus: {risks: {protest: {probability: 0.5, days: 1 day, targets: ['*/permit']}}, region"
    text = SITES.replace("colossus: {region", risk).replace("colossus:", "memphis:")
    (problem,) = problems(text, catalogs__metros=CATALOG)
    assert problem.path == "sites.memphis.risks.protest"
    assert "a site and a region both called 'memphis'" in problem.message


def test_what_a_regions_disruption_cannot_scale_is_named_as_the_region_knows_it(problems):
    bad = CATALOG.replace("capacity: {electricians: 0.5}", "capacity: {elektricians: 0.5}")
    (problem,) = problems(SITES, catalogs__metros=bad)
    assert problem.path == "regions.memphis.disruptions.storm.capacity.elektricians"
    assert problem.hint == "electricians"
    lead = CATALOG.replace("capacity: {electricians: 0.5}", "capacity: {chiller: 0.5}").replace(
        "  memphis:\n", "  memphis:\n    supplies: {chiller: {unit: chiller, lead: 3 weeks, assumption: a guess}}\n"
    )
    (problem,) = problems(SITES, catalogs__metros=lead)
    assert problem.message == "'chiller' is a lead time, which has no capacity"


def test_a_region_that_nothing_is_defined_for_is_warned_of(compiled):
    assert compiled("sites: {s: {region: memphis, activities: {a: {}}}}").warnings == ()
    (warning,) = compiled(
        NO_SHIFT.replace("plain: {region: columbus", "plain: {region: mars").replace(
            "catalogs: [metros]", "catalogs: [metros]\ncalendars: {shift: {days: mon-sun}}"
        ),
        catalogs__metros=CATALOG,
    ).warnings
    assert "nothing is defined for the region 'mars'" in warning


def test_a_misspelt_region_is_one_mistake_and_not_as_many_as_it_has_pools(problems):
    catalog = CATALOG.replace(
        "  electricians: {unit: electrician, capacity: 5, assumption: elsewhere}",
        "  x: {capacity: 1, assumption: x}",
        1,
    )
    site = (
        "sites: {s: {region: memfis, catalogs: [metros], strategies: {plant: plant}, activities: {a: {crew: {y: 1}}}}}"
    )
    by_path = {problem.path: problem for problem in problems(site, catalogs__metros=catalog)}
    assert set(by_path) == {"sites.s.region", "sites.s.activities.a.crew.y"}
    region = by_path["sites.s.region"]
    assert (region.expected, region.hint) == ("one of columbus, memphis, nowhere", "memphis")
