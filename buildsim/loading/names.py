"""What a name means at a site: the scenario's definition, else the site's own, its region's, a catalog's."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from buildsim.loading.blocks import STRIKING, Blocks
from buildsim.loading.parts import Block, Part
from buildsim.schema.parts import Calendar, Disruption, Pool, Supply
from buildsim.schema.site import SiteBody, Uses

B = TypeVar("B")


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The calendars, pools and supplies that the activities of a site, a phase or a hall mean by their names."""

    calendars: ChainMap[str, Block[Calendar]]
    pools: ChainMap[str, Block[Pool]]
    supplies: ChainMap[str, Block[Supply]]
    unclear: frozenset[str] = frozenset()
    """Roles for which `use` names a supply that there is not, which is reported where it says so."""

    _using: dict[tuple[tuple[str, str], ...], Names] = field(default_factory=dict, init=False, repr=False)
    """By what `use` says: sites of one kind say the same."""

    def using(self, use: Uses) -> Names:
        """The names where ``use`` says which supply stands for a role; an unknown supply stands for none."""
        if not use:
            return self
        said = tuple(use.items())
        if said not in self._using:
            meant = {role: self.supplies[name] for role, name in said if name in self.supplies}
            unclear = (self.unclear - meant.keys()) | (use.keys() - meant.keys())
            self._using[said] = Names(self.calendars, self.pools, self.supplies.new_child(meant), unclear)
        return self._using[said]


class SiteNames:
    """What names mean at each site: the same ``Names`` for all that see the same definitions by the same names."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._own: defaultdict[Part, dict[str, dict[str, Block[Any]]]] = defaultdict(dict)  # by kind, then key
        for kind in ("calendars", "pools", "supplies"):
            for block in getattr(blocks, kind).values():
                if block.where.part.kind == "site" and block.region is None:
                    self._own[block.where.part].setdefault(kind, {})[block.key] = block
        self._shared: dict[str | None, Names] = {}
        self._of: dict[Part, Names] = {}

    def of(self, site: Part) -> Names:
        """What names mean at a site."""
        if site not in self._of:
            self._of[site] = self._find(site)
        return self._of[site]

    def _find(self, site: Part) -> Names:
        assert isinstance(site.model, SiteBody)
        region = site.model.region
        if region not in self._shared:
            view, blocks = _View(region, None), self._blocks
            self._shared[region] = Names(
                ChainMap(view.nearest(blocks.calendars, "calendars")),
                ChainMap(view.nearest(blocks.pools, "pools")),
                ChainMap(view.nearest(blocks.supplies, "supplies")),
            )
        names, own = self._shared[region], self._own.get(site)
        if own is not None:
            view = _View(region, site)
            names = Names(
                _layered(view, own.get("calendars"), names.calendars),
                _layered(view, own.get("pools"), names.pools),
                _layered(view, own.get("supplies"), names.supplies),
            )
        return names.using(site.model.use)


def names_of(blocks: Blocks, site: Part) -> Names:
    """What names mean at a site."""
    return SiteNames(blocks).of(site)


def inputs_of(blocks: Blocks, supply: Block[Supply]) -> Iterator[tuple[str, Block[Supply] | None]]:
    """The inputs of a line by name, each with the supply that is meant where the line stands."""
    view = _View.of(supply)
    for key in supply.body.line.inputs if supply.body.line else ():
        yield key, view.meant(blocks.supplies, key)


def scaled_of(blocks: Blocks, disruption: Block[Disruption], key: str) -> Block[Pool] | Block[Supply] | None:
    """The pool or supply that a disruption means by a name where it stands; of two as near the pool."""
    view = _View.of(disruption)
    both = (view.meant(blocks.pools, key), view.meant(blocks.supplies, key))
    return max((block for block in both if block is not None), key=view.nearness, default=None)


def keys_seen_by(block: Block[Any], found: Mapping[str, Block[B]]) -> Iterator[tuple[str, B]]:
    """Names that may be used where a block stands, each with a definition of it."""
    view = _View.of(block)
    return ((each.key, each.body) for each in found.values() if view.nearness(each) >= 0)


def struck_sites(blocks: Blocks, kind: str, sites: list[Part]) -> dict[str, set[str]]:
    """Of each risk, disruption or correlation, by full name, the sites at which it is what its name means."""
    found: dict[str, Block[Any]] = getattr(blocks, kind)
    struck: dict[str, set[str]] = {name: set() for name in found}
    own: defaultdict[Part | None, dict[str, Block[Any]]] = defaultdict(dict)  # by the site whose file defines them
    for name, block in found.items():
        part = block.where.part
        own[part if part.kind == "site" and block.region is None else None][name] = block
    for site in sites:
        assert isinstance(site.model, SiteBody)
        seen = own[None] | own[site]
        for block in _View(site.model.region, site).nearest(seen, kind).values():
            struck[block.name].add(site.name)
    return struck


def _layered(
    view: _View, own: Mapping[str, Block[B]] | None, shared: ChainMap[str, Block[B]]
) -> ChainMap[str, Block[B]]:
    """What names mean where a site's own definitions come before others that are as far off as they."""
    if own is None:
        return shared
    return shared.new_child({key: max(shared[key], block, key=view.nearness) for key, block in own.items()})


class _View(NamedTuple):
    """From where a name is looked up: a site, a region, or with neither what all share."""

    region: str | None
    site: Part | None

    @classmethod
    def of(cls, block: Block[Any]) -> _View:
        """Where a definition stands; a site's disruption sees what its site sees, its supply is shared by all."""
        part = block.where.part
        if block.region is None and isinstance(part.model, SiteBody) and isinstance(block.body, Disruption):
            return cls(part.model.region, part)
        return cls(block.region, None)

    def meant(self, found: Mapping[str, Block[B]], key: str) -> Block[B] | None:
        """The definition that a pool's or supply's name means from here."""
        both = (found.get(f"{self.region}/{key}"), found.get(key))
        return max((block for block in both if block is not None), key=self.nearness, default=None)

    def nearest(self, found: Mapping[str, Block[B]], kind: str) -> dict[str, Block[B]]:
        """What each name of a kind means from here."""
        nearest: dict[str, tuple[int, Block[B]]] = {}
        for block in found.values():
            rank = self.nearness(block, strikes=kind in STRIKING)
            if rank >= 0 and (block.key not in nearest or rank > nearest[block.key][0]):
                nearest[block.key] = rank, block
        return {key: block for key, (_, block) in nearest.items()}

    def nearness(self, block: Block[Any], strikes: bool = False) -> int:
        """How near a definition is; below 0 if it is not seen from here, as what strikes another site."""
        part = block.where.part
        if block.region is not None:
            return (4 if part.kind == "scenario" else 1) if block.region == self.region else -1
        if part.kind == "scenario":
            return 3
        if part is self.site:
            return 2
        return -1 if part.kind == "site" and strikes else 0
