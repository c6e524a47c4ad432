"""One namespace for a scenario: the pools, supplies, calendars ... of its catalogs, its sites and itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from buildsim.errors import Problem
from buildsim.loading.parts import Block, Part
from buildsim.schema.parts import Calendar, Correlation, Disruption, Pool, Risk, Supply, Template
from buildsim.schema.site import SiteBody

_RANK = {"catalog": 0, "site": 1, "scenario": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """All named blocks by kind, in the order catalogs, sites, scenario; a replacement keeps the first's place."""

    calendars: dict[str, Block[Calendar]]
    pools: dict[str, Block[Pool]]
    supplies: dict[str, Block[Supply]]
    risks: dict[str, Block[Risk]]
    disruptions: dict[str, Block[Disruption]]
    correlate: dict[str, Block[Correlation]]
    templates: dict[str, Block[Template]]


KINDS = tuple(field.name for field in fields(Blocks))


def merge(parts: Sequence[Part]) -> tuple[Blocks, list[Problem]]:
    """The blocks of all parts. A site's block replaces a catalog's of its name, the scenario's either.

    Two catalogs, or two sites, that define one name are a problem that names both places.
    """
    problems: list[Problem] = []
    in_order = sorted(parts, key=lambda part: _RANK[part.kind])
    merged = Blocks(**{kind: _merge_kind(kind, in_order, problems) for kind in KINDS})
    for name in merged.pools.keys() & merged.supplies.keys():
        pool, supply = merged.pools[name].where, merged.supplies[name].where
        problems.append(supply.problem(f"a supply and a pool are both called '{name}': the pool is {pool}"))
    return merged, problems


def _merge_kind(kind: str, parts: Iterable[Part], problems: list[Problem]) -> dict[str, Block[Any]]:
    merged: dict[str, Block[Any]] = {}
    for part in parts:
        for name, body in getattr(part.model, kind, {}).items():
            where = part.where.at(kind, name)
            block = Block(name, body, where.inside(part.model) if isinstance(part.model, SiteBody) else where)
            earlier = merged.get(name)
            if earlier and earlier.where.part.kind == part.kind:
                message = f"'{name}' is defined twice: also as {earlier.where}"
                expected = "one definition, or one in the scenario, which replaces the others"
                problems.append(where.problem(message, expected))
            merged[name] = block
    return merged
