"""What a site plan rests on: its sourced facts and assumptions, counted, and the real dates stated beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from buildsim.loading.blocks import Blocks
from buildsim.loading.names import Names, inputs_of, names_of, struck_sites
from buildsim.loading.parts import Block, Part
from buildsim.loading.project import Project
from buildsim.schema.base import Provenance
from buildsim.schema.parts import Activity, Supply, Template
from buildsim.schema.site import Record, SiteBody
from buildsim.studies.numbers import Basis, numbers_in


@dataclass(frozen=True, slots=True)
class RealDate:
    """When a milestone was reached in reality; no forecast depends on it."""

    date: date
    source: str | None
    """Title and publisher of its source."""
    assumption: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """What the numbers of one site come from, its catalogs' included as far as the site uses them."""

    records: dict[str, RealDate]
    """By milestone."""
    sourced: int
    assumed: int
    unstated: int
    """Numbers of inline sites and scenarios, which owe nobody an origin."""


def evidence(project: Project) -> dict[str, SiteEvidence]:
    """The evidence of each site of a scenario, by name."""
    return {part.name: _of_site(project.blocks, part) for part in project.parts if part.kind == "site"}


def to_json(found: SiteEvidence) -> dict[str, Any]:
    """The evidence as JSON data, ``records`` and ``provenance``."""
    records = {name: {**asdict(record), "date": record.date.isoformat()} for name, record in found.records.items()}
    counts = {"sourced": found.sourced, "assumed": found.assumed, "unstated": found.unstated}
    return {"records": records, "provenance": counts}


def from_json(data: dict[str, Any]) -> SiteEvidence:
    """The evidence that ``to_json`` wrote."""
    records = {
        name: RealDate(**{**record, "date": date.fromisoformat(record["date"])})
        for name, record in data["records"].items()
    }
    return SiteEvidence(records, **data["provenance"])


def _of_site(blocks: Blocks, part: Part) -> SiteEvidence:
    site = part.model
    assert isinstance(site, SiteBody)
    origins = Counter(_origins(site))
    for block in _used_blocks(blocks, part):
        if block.where.part is not part:
            origins.update(_origins(block.body))
    records = {name: _real_date(part, site, record) for name, record in site.records.items()}
    return SiteEvidence(records, origins["source"], origins["assumption"], origins["unstated"])


def _real_date(part: Part, site: SiteBody, record: Record) -> RealDate:
    stated: Provenance = record if record.stated else site
    source = part.sources[stated.source] if stated.source is not None else None
    title = None if source is None else f"{source.title} ({source.publisher})"
    return RealDate(record.date, title, stated.assumption, record.note)


def _origins(value: Any) -> Iterator[Basis]:
    """What each number in a model rests on, but for what a region's sites alone use."""
    return (number.basis for number in numbers_in(value, ("records", "actuals", "regions")))


def _used_blocks(blocks: Blocks, part: Part) -> Iterator[Block[Any]]:
    """The named blocks that a site's activities lean on, and all risks and disruptions that may strike them."""
    site = part.model
    assert isinstance(site, SiteBody)
    used: dict[int, Block[Any]] = {}
    for names, activities, templates in _levels(blocks, part):
        activities += [each for block in templates for each in block.body.activities.values()]
        meant: list[Block[Any]] = [*templates]
        for each in activities:
            meant += [names.pools[pool] for pool in each.crew]
            meant += [names.calendars[each.calendar]] if each.calendar is not None else []
            for order in each.orders.values():
                meant += _with_inputs(blocks, names.supplies[order.supply])
        used.update((id(block), block) for block in meant)
    yield from used.values()
    for kind in ("risks", "disruptions"):
        struck = struck_sites(blocks, kind, [part])
        yield from (block for block in getattr(blocks, kind).values() if struck[block.name])


def _levels(blocks: Blocks, part: Part) -> Iterator[tuple[Names, list[Activity], list[Block[Template]]]]:
    """Of the site, its phases and halls: what names mean there, its own activities, and its templates."""
    site = part.model
    assert isinstance(site, SiteBody)

    def chosen(strategies: dict[str, str], per: str) -> list[Block[Template]]:
        found = (blocks.templates[name] for name in dict.fromkeys(strategies.values()))
        return [template for template in found if template.body.per == per]

    names = names_of(blocks, part)
    yield names, list(site.activities.values()), chosen(site.strategies, "site")
    for phase in site.phases.values():
        of_phase, strategies = names.using(phase.use), {**site.strategies, **phase.strategies}
        yield of_phase, list(phase.activities.values()), chosen(strategies, "phase")
        for hall in phase.halls.values():
            yield (
                of_phase.using(hall.use),
                list(hall.activities.values()),
                chosen({**strategies, **hall.strategies}, "hall"),
            )


def _with_inputs(blocks: Blocks, ordered: Block[Supply]) -> list[Block[Supply]]:
    found: dict[str, Block[Supply]] = {}
    waiting = [ordered]
    while waiting:
        supply = waiting.pop()
        if supply.name not in found:
            found[supply.name] = supply
            waiting.extend(other for _, other in inputs_of(blocks, supply) if other is not None)
    return list(found.values())
