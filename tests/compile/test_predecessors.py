from __future__ import annotations

import pytest

from buildsim.compile.predecessors import parse_link, parse_place
from buildsim.network.codes import LinkType
from buildsim.quantity import QuantityError

NESTED = """
sites:
  s:
    phases:
      p:
        halls:
          h1: {{activities: {{shell: {{}}, fit: {{after: [{hall}]}}}}}}
          h2: {{activities: {{shell: {{}}}}}}
        activities: {{road: {{}}, gate: {{after: [{phase}]}}}}
    activities: {{permit: {{}}, open: {{after: [{site}]}}}}
"""


def nested(*, hall: str = "shell", phase: str = "road", site: str = "permit") -> str:
    return NESTED.format(hall=hall, phase=phase, site=site)


def preds(network, succ):
    index = network.activities.name.index(succ)
    return [network.activities.name[pred] for pred in network.links.pred[network.links.succ == index]]


@pytest.mark.parametrize(
    ("text", "name", "type_"),
    [
        ("shell", "shell", LinkType.FS),
        ("shell SS", "shell", LinkType.SS),
        ("*/shell ff + 2 weeks", "*/shell", LinkType.FF),
        ("phase-1/b1/shell SF + 3 workdays", "phase-1/b1/shell", LinkType.SF),
        ("a+b + 1 day", "a+b", LinkType.FS),
    ],
)
def test_links_as_written(text, name, type_):
    reference = parse_link(text)
    assert (reference.name, reference.type) == (name, type_)
    assert (reference.lag is not None) == ("+ " in text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shell - 2 weeks", "cannot be negative"),
        ("shell XY", "no link type"),
        ("shell and roof", "not a predecessor"),
        ("shell + 2 wekes", "not a unit"),
        ("shell + 2 racks", "in rack"),
    ],
)
def test_links_that_are_refused(text, message):
    with pytest.raises(QuantityError, match=message):
        parse_link(text)


def test_places_of_orders():
    reference = parse_place("permit finish + 2 weeks")
    assert reference is not None
    assert (reference.name, reference.type) == ("permit", LinkType.FS)
    assert reference.lag is not None
    assert reference.lag.value == 14
    assert parse_place("-52 weeks") is None


def test_a_bare_name_is_looked_up_in_the_hall_then_the_phase_then_the_site(network):
    assert preds(network(nested(hall="shell")), "s/p/h1/fit") == ["s/p/h1/shell"]
    assert preds(network(nested(hall="road")), "s/p/h1/fit") == ["s/p/road"]
    assert preds(network(nested(hall="permit")), "s/p/h1/fit") == ["s/permit"]


def test_a_path_below_the_site_and_a_wildcard(network):
    assert preds(network(nested(hall="p/h2/shell")), "s/p/h1/fit") == ["s/p/h2/shell"]
    both = ["s/p/h1/shell", "s/p/h2/shell"]
    assert preds(network(nested(site="'*/shell'")), "s/open") == both
    assert preds(network(nested(phase="'*/shell'")), "s/p/gate") == both
    assert preds(network(nested(site="'*/road'")), "s/open") == ["s/p/road"]


def test_a_name_that_is_unknown_gets_the_nearest_one(problems):
    (problem,) = problems(nested(hall="shel"))
    assert (problem.hint, problem.path) == ("shell", "sites.s.phases.p.halls.h1.activities.fit.after[0]")
    (problem,) = problems(nested(site="'*/shel'"))
    assert problem.hint == "*/shell"
    (problem,) = problems(nested(site="p/h9/shell"))
    assert problem.hint in ("p/h1/shell", "p/h2/shell")


def test_a_hall_activity_named_from_the_site_is_told_about_the_wildcard(problems):
    (problem,) = problems(nested(site="shell"))
    assert "'*/shell'" in (problem.expected or "")


def test_a_hall_has_nothing_below_and_nothing_follows_itself(problems):
    assert "no halls below" in problems(nested(hall="'*/shell'"))[0].message
    assert "cannot follow itself" in problems(nested(hall="fit"))[0].message


def test_all_mistakes_are_reported_at_once(problems):
    assert len(problems(nested(hall="shel", phase="rod", site="permitt"))) == 3


def test_a_name_that_templates_would_bring_is_told_which(problems):
    site = "sites: {s: {strategies: {role: feed}, activities: {open: {after: [permit-air]}, permit-water: {}}}}\n"
    catalog = (
        "schema: 1\ncatalog: c\ntitle: C\ntemplates:\n  feed: {per: site, assumption: x, activities: {feed: {}}}\n"
        + "".join(f"  air-{i}: {{per: site, assumption: x, activities: {{permit-air: {{}}}}}}\n" for i in range(10))
    )
    (problem,) = problems("catalogs: [c]\n" + site, catalogs__c=catalog)
    listed = ", ".join(f"air-{i}" for i in range(8))
    assert (problem.expected or "").endswith(f"under `strategies` one of these brings it: {listed} or 2 more")
    assert problem.hint is None, "the nearest name of another permit would mislead"
