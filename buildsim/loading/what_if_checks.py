"""Checks of a scenario's variants and of what is expected of them, as far as they need no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from buildsim.loading.activity_checks import unknown
from buildsim.loading.parts import Fault, Part
from buildsim.schema.scenario import Scenario, Variant


def check_what_ifs(part: Part, sites: Sequence[str]) -> Iterator[Fault]:
    """What the variants stand on, and whom the expectations are about and where they come from."""
    scenario = part.model
    assert isinstance(scenario, Scenario)
    for name, variant in scenario.variants.items():
        if variant.base is not None:
            where = part.where.at("variants", name, "base")
            yield from unknown(where, "variant", variant.base, scenario.variants)
            if (cycle := _cycle(scenario.variants, name)) is not None:
                yield where.fault(f"the variants stand on each other: {cycle}", "a variant that does not lead back")
    for i, expectation in enumerate(scenario.expect):
        where = part.where.at("expect", i)
        yield from unknown(where.at("variant"), "variant", expectation.variant, scenario.variants)
        if expectation.site is not None and not _may_change_sites(scenario):
            yield from unknown(where.at("site"), "site", expectation.site, sites)
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


def _may_change_sites(scenario: Scenario) -> bool:
    """True if a variant has sites of its own; whether they have what is expected is said when they are compiled."""
    return any("sites" in variant.set for variant in scenario.variants.values())
