"""Checks of a scenario's variants and of what is expected of them, as far as they need no network."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from buildsim.loading.activity_checks import unknown
from buildsim.loading.headers import names_at
from buildsim.loading.parts import Fault, Part
from buildsim.schema.scenario import Scenario, Variant

_COMMON = {"seed", "replications", "horizon", "name", "schema"}


def check_what_ifs(part: Part, sites: Collection[str]) -> Iterator[Fault]:
    """What the variants stand on, and whom the expectations are about and where they come from."""
    scenario = part.model
    assert isinstance(scenario, Scenario)
    for name, variant in scenario.variants.items():
        if variant.base is not None:
            where = part.where.at("variants", name, "base")
            yield from unknown(where, "variant", variant.base, scenario.variants)
            if (cycle := _cycle(scenario.variants, name)) is not None:
                yield where.fault(f"the variants stand on each other: {cycle}", "a variant that does not lead back")
        for key in _COMMON & variant.set.keys():
            message = f"a variant is played with the scenario's `{key}`, or nothing could be compared"
            yield part.where.at("variants", name, "set", key).fault(message, f"`{key}` of the scenario")
    known = {*sites, *_sites_of_variants(scenario)}
    for i, expectation in enumerate(scenario.expect):
        where = part.where.at("expect", i)
        yield from unknown(where.at("variant"), "variant", expectation.variant, scenario.variants)
        if expectation.site is not None:
            yield from unknown(where.at("site"), "site", expectation.site, known)
        if not expectation.stated:
            expected = "`source: NAME` from `sources`, or `assumption: WHY`"
            yield where.fault("nothing says where this expectation comes from", expected, harmless=True)


def _cycle(variants: Mapping[str, Variant], name: str) -> str | None:
    """The way from a variant through those that it stands on back to itself, if there is one."""
    way = [name]
    while (base := variants[way[-1]].base) in variants:
        assert base is not None
        way.append(base)
        if base == name:
            return " -> ".join(way)
        if base in way[:-1]:
            return None  # a cycle of others
    return None


def _sites_of_variants(scenario: Scenario) -> Iterator[str]:
    """Sites of variants that have others than the scenario."""
    for variant in scenario.variants.values():
        yield from (name for _, name in names_at(variant.set, ("sites",)))
