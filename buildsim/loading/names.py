"""What a name means at a site: the scenario's definition, else the site's own, its region's, a catalog's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from buildsim.loading.blocks import STRIKING, Blocks
from buildsim.loading.parts import Block, Part
from buildsim.schema.parts import Calendar, Disruption, Pool, Supply
from buildsim.schema.site import SiteBody, Uses

B = TypeVar("B")


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The calendars, pools and supplies that the activities of a site, a phase or a hall mean by their names."""

    calendars: Mapping[str, Block[Calendar]]
    pools: Mapping[str, Block[Pool]]
    supplies: Mapping[str, Block[Supply]]
    unclear: frozenset[str] = frozenset()
    """Roles for which `use` names a supply that there is not, which is reported where it says so."""

    def using(self, use: Uses) -> Names:
        """The names where ``use`` says which supply stands for a role; an unknown supply stands for none."""
        if not use:
            return self
        meant = {role: self.supplies[name] for role, name in use.items() if name in self.supplies}
        unclear = (self.unclear - meant.keys()) | (use.keys() - meant.keys())
        return replace(self, supplies={**self.supplies, **meant}, unclear=unclear)


def names_of(blocks: Blocks, site: Part) -> Names:
    """What names mean at a site."""
    assert isinstance(site.model, SiteBody)
    names = Names(
        _nearest(blocks.calendars, "calendars", site),
        _nearest(blocks.pools, "pools", site),
        _nearest(blocks.supplies, "supplies", site),
    )
    return names.using(site.model.use)


def inputs_of(blocks: Blocks, supply: Block[Supply]) -> Iterator[tuple[str, Block[Supply] | None]]:
    """The inputs of a line by name, each with the supply that is meant: its region's, else the shared one."""
    for key in supply.body.line.inputs if supply.body.line else ():
        yield key, blocks.supplies.get(f"{supply.region}/{key}") or blocks.supplies.get(key)


def scaled_of(blocks: Blocks, disruption: Block[Disruption], key: str) -> Block[Pool] | Block[Supply] | None:
    """The pool or supply that a disruption means by a name: its region's, else the shared one."""
    full = f"{disruption.region}/{key}"
    return blocks.pools.get(full) or blocks.supplies.get(full) or blocks.pools.get(key) or blocks.supplies.get(key)


def struck_sites(blocks: Blocks, kind: str, sites: list[Part]) -> dict[str, set[str]]:
    """Of each risk, disruption or correlation, by full name, the sites at which it is what its name means."""
    found: dict[str, Block[Any]] = getattr(blocks, kind)
    struck: dict[str, set[str]] = {name: set() for name in found}
    for site in sites:
        for block in _nearest(found, kind, site).values():
            struck[block.name].add(site.name)
    return struck


def _nearest(found: Mapping[str, Block[B]], kind: str, site: Part) -> dict[str, Block[B]]:
    nearest: dict[str, tuple[int, Block[B]]] = {}
    for block in found.values():
        rank = _nearness(block, kind, site)
        if rank >= 0 and (block.key not in nearest or rank > nearest[block.key][0]):
            nearest[block.key] = rank, block
    return {key: block for key, (_, block) in nearest.items()}


def _nearness(block: Block[Any], kind: str, site: Part) -> int:
    """How near a definition is to a site; below 0 if the site does not see it."""
    assert isinstance(site.model, SiteBody)
    part = block.where.part
    if block.region is not None:
        return (4 if part.kind == "scenario" else 1) if block.region == site.model.region else -1
    if part.kind == "scenario":
        return 3
    if part is site:
        return 2
    return -1 if part.kind == "site" and kind in STRIKING else 0
