from __future__ import annotations

import pytest

CATALOG = """\
schema: 1
catalog: racks
title: Racks
supplies:
  nvl72: {unit: rack, it: 132 kW IT, gpus: 72 gpu, lead: 9 weeks, assumption: a guess}
  hgx: {unit: rack, it: 44 kW IT, gpus: 32 gpu, lead: 3 weeks, assumption: a guess}
  bare: {unit: rack, lead: 3 weeks, assumption: a guess}
templates:
  fill:
    per: hall
    assumption: a guess
    activities:
      racks:
        duration: 10 days
        orders: {racks: {supply: rack, quantity: 1 rack per rack}}
  wire:
    per: hall
    assumption: a guess
    activities:
      cables: {duration: 1 day per MW IT}
      optics: {duration: 1 day per 100 gpu}
"""
SITE = """
catalogs: [racks]
sites:
  s:
    use: {rack: nvl72}
    strategies: {racks: fill, network: wire}
    phases:
      p:
        halls:
          a: {it: 13.2 MW IT}
          b: {racks: 50 rack, use: {rack: hgx}}
"""


def test_a_rack_order_means_the_supply_in_use(network):
    campus = network(SITE, catalogs__racks=CATALOG)
    assert [campus.supplies.name[i] for i in campus.orders.supply] == ["nvl72", "hgx"]
    assert campus.orders.quantity.tolist() == [100, 50]


def test_halls_follow_from_the_rating_of_their_racks(network):
    campus = network(SITE, catalogs__racks=CATALOG)
    planned = {v.name: v.distribution.planned() for v in campus.variables}
    assert planned["s/p/a/cables:duration"] == pytest.approx(13.2)
    assert planned["s/p/a/optics:duration"] == pytest.approx(72)
    assert planned["s/p/b/cables:duration"] == pytest.approx(2.2)
    assert planned["s/p/b/optics:duration"] == pytest.approx(16)


def test_gpus_alone_are_enough(network):
    campus = network(SITE.replace("it: 13.2 MW IT", "gpus: 1440 gpu"), catalogs__racks=CATALOG)
    assert campus.orders.quantity.tolist() == [20, 50]


def test_gpus_count_racks_before_it_power_which_networks_share(network):
    campus = network(SITE.replace("it: 13.2 MW IT", "it: 14 MW IT, gpus: 7200 gpu"), catalogs__racks=CATALOG)
    assert campus.orders.quantity.tolist() == [100, 50]


def test_a_contradiction_of_more_than_a_tenth_is_warned_of(compiled):
    warnings = compiled(SITE.replace("racks: 50 rack", "racks: 50 rack, it: 2 MW IT"), catalogs__racks=CATALOG).warnings
    assert warnings == ()
    (warning,) = compiled(
        SITE.replace("racks: 50 rack", "racks: 50 rack, it: 1.9 MW IT"), catalogs__racks=CATALOG
    ).warnings
    assert "1.9 MW IT is stated, but 50 racks of hgx make 2.2" in warning


def test_without_a_rating_the_racks_are_asked_for(problems):
    found = problems(SITE.replace("use: {rack: nvl72}", "use: {rack: bare}"), catalogs__racks=CATALOG)
    hall = "sites.s.phases.p.halls.a"
    assert [problem.path for problem in found] == [f"{hall}.gpus", f"{hall}.racks"]
    assert "no `gpus` is stated" in found[0].message


def test_an_unknown_role_and_an_unknown_supply_are_named(problems):
    (problem,) = problems(SITE.replace("use: {rack: nvl72}", "use: {rack: nvl27}"), catalogs__racks=CATALOG)
    assert (problem.path, problem.hint) == ("sites.s.use.rack", "nvl72")
    found = problems(SITE.replace("    use: {rack: nvl72}\n", ""), catalogs__racks=CATALOG)
    assert "there is no supply called 'rack'" in found[0].message
    assert "use" in found[0].expected


def test_a_use_does_not_lean_on_another_of_the_same_place(problems):
    (problem,) = problems(SITE.replace("use: {rack: nvl72}", "use: {rack: best, best: nvl72}"), catalogs__racks=CATALOG)
    assert (problem.path, problem.message) == ("sites.s.use.rack", "there is no supply called 'best'")
