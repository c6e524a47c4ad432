"""What a site plan rests on: its sourced facts and assumptions, counted, and the real dates stated beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from buildsim.loading.blocks import Blocks
from buildsim.loading.parts import Block, Part
from buildsim.loading.project import Project
from buildsim.schema.base import Fact, Provenance
from buildsim.schema.parts import Activity, Supply
from buildsim.schema.site import Phase, Record, SiteBody


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
    origins = Counter(_origins(site, None))
    for block in _used_blocks(blocks, site):
        if block.where.part is not part:
            origins.update(_origins(block.body, None))
    records = {name: _real_date(part, site, record) for name, record in site.records.items()}
    return SiteEvidence(records, origins["sourced"], origins["assumed"], origins["unstated"])


def _real_date(part: Part, site: SiteBody, record: Record) -> RealDate:
    stated: Provenance = record if record.stated else site
    source = part.sources[stated.source] if stated.source is not None else None
    title = None if source is None else f"{source.title} ({source.publisher})"
    return RealDate(record.date, title, stated.assumption, record.note)


def _origins(value: Any, cover: Provenance | None) -> Iterator[str]:
    """``sourced``, ``assumed`` or ``unstated`` for each fact in a model, by the innermost statement around it.

    A block with an origin but without facts, such as a calendar, counts as one.
    """
    if isinstance(value, Provenance) and value.stated:
        cover = value
    if isinstance(value, Fact):
        yield _origin(cover)
    elif isinstance(value, BaseModel):
        inner = [
            origin
            for name in type(value).model_fields
            if name != "records"
            for origin in _origins(getattr(value, name), cover)
        ]
        yield from inner
        if not inner and value is cover:
            yield _origin(cover)
    elif isinstance(value, (dict, tuple)):
        for inner_value in value.values() if isinstance(value, dict) else value:
            yield from _origins(inner_value, cover)


def _origin(cover: Provenance | None) -> str:
    if cover is None:
        return "unstated"
    return "sourced" if cover.source is not None else "assumed"


def _used_blocks(blocks: Blocks, site: SiteBody) -> Iterator[Block[Any]]:
    """The named blocks that a site's activities lean on, and all risks and disruptions that may strike them."""
    templates = [blocks.templates[name] for name in _strategies(site)]
    activities = [*_own_activities(site), *(each for block in templates for each in block.body.activities.values())]
    yield from templates
    for kind, names in (
        (blocks.pools, [pool for each in activities for pool in each.crew]),
        (blocks.calendars, [each.calendar for each in activities if each.calendar is not None]),
        (
            blocks.supplies,
            _with_inputs(blocks, [order.supply for each in activities for order in each.orders.values()]),
        ),
    ):
        yield from (kind[name] for name in dict.fromkeys(names))
    for struck in (blocks.risks, blocks.disruptions):
        yield from (block for block in struck.values() if block.where.part.kind != "site")


def _strategies(site: SiteBody) -> dict[str, None]:
    levels: list[SiteBody | Phase] = [site, *site.phases.values()]
    halls = [hall for phase in site.phases.values() for hall in phase.halls.values()]
    return dict.fromkeys(name for level in (*levels, *halls) for name in level.strategies.values())


def _own_activities(site: SiteBody) -> Iterator[Activity]:
    yield from site.activities.values()
    for phase in site.phases.values():
        yield from phase.activities.values()
        for hall in phase.halls.values():
            yield from hall.activities.values()


def _with_inputs(blocks: Blocks, ordered: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(ordered)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            supply: Supply = blocks.supplies[name].body
            waiting.extend(supply.line.inputs if supply.line else ())
    return list(found)
