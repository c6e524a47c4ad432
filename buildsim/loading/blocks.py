"""The pools, supplies, calendars, risks ... of a scenario's catalogs, its sites and itself, by full name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from buildsim.loading.parts import Block, Fault, Part
from buildsim.schema.base import Provenance
from buildsim.schema.parts import Calendar, Correlation, Disruption, Pool, Risk, Supply, Template
from buildsim.schema.site import SiteBody

STRIKING = ("risks", "disruptions", "correlate")
"""Kinds that a site's own file defines for that site alone."""
_RANK = {"catalog": 0, "site": 1, "scenario": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """All named blocks by kind, in the order catalogs, sites, scenario; a replacement keeps the first's place.

    Of the regions only those with a site in the scenario are here.
    """

    calendars: dict[str, Block[Calendar]]
    pools: dict[str, Block[Pool]]
    supplies: dict[str, Block[Supply]]
    risks: dict[str, Block[Risk]]
    disruptions: dict[str, Block[Disruption]]
    correlate: dict[str, Block[Correlation]]
    templates: dict[str, Block[Template]]


KINDS = tuple(field.name for field in fields(Blocks))


def merge(parts: Sequence[Part]) -> tuple[Blocks, list[Fault]]:
    """The blocks of all parts. A site's block replaces a catalog's of its name, the scenario's either.

    Two catalogs, or two sites, that define one name are a fault that names both places.
    """
    faults: list[Fault] = []
    in_order = sorted(parts, key=lambda part: _RANK[part.kind])
    regions = {part.model.region for part in parts if isinstance(part.model, SiteBody)}
    merged = Blocks(**{kind: _merge_kind(kind, in_order, regions, faults) for kind in KINDS})
    for name in merged.pools.keys() & merged.supplies.keys():
        pool, supply = merged.pools[name].where, merged.supplies[name].where
        message = f"a supply and a pool are both called '{name}': the pool is {pool}"
        faults.append(supply.fault(message, harmless=True))
    return merged, faults


def _merge_kind(
    kind: str, parts: Iterable[Part], regions: set[str | None], faults: list[Fault]
) -> dict[str, Block[Any]]:
    merged: dict[str, Block[Any]] = {}
    for part in parts:
        for region, below, holder in part.definitions():
            if region is not None and region not in regions:
                continue
            prefix = _prefix(kind, part, region)
            for key, body in getattr(holder, kind, {}).items():
                where = part.where.at(*below, kind, key)
                for around in (part.model, body):
                    where = where.inside(around) if isinstance(around, Provenance) else where
                block = Block(prefix + key, body, where, key, region)
                earlier = merged.get(block.name)
                if earlier and earlier.region != region:
                    message = f"a site and a region both called '{prefix[:-1]}' define '{key}': also {earlier.where}"
                    faults.append(where.fault(message, "another name for one of them", harmless=True))
                elif earlier and earlier.where.part.kind == part.kind:
                    message = f"'{block.name}' is defined twice: also as {earlier.where}"
                    expected = "one definition, or one in the scenario, which replaces the others"
                    faults.append(where.fault(message, expected, harmless=True))
                merged[block.name] = block
            for key in part.left_out(kind, below, holder):
                merged.pop(prefix + key, None)  # it would have replaced this one
    return merged


def _prefix(kind: str, part: Part, region: str | None) -> str:
    if region is not None:
        return f"{region}/"
    return f"{part.name}/" if part.kind == "site" and kind in STRIKING else ""
