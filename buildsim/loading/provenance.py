"""Check that numbers say where they come from, and that the sources they name exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from buildsim.errors import nearest
from buildsim.loading.parts import Fault, Part, Where
from buildsim.schema.base import Fact, Provenance
from buildsim.schema.site import SiteBody

_EXPECTED = "`source: NAME` from `sources`, or `assumption: WHY`, on the block or on each of its numbers"
_BLOCK_DEPTH = 2  # kind and name
_OWN_KINDS = ("calendars", "pools", "supplies", "risks", "disruptions", "templates")


def check_sources(part: Part) -> Iterator[Fault]:
    """Every ``source:`` names one of the part's sources."""
    for path, stated in _walk(part.model, ()):
        if stated.source is not None and stated.source not in part.sources:
            where = part.where.at(*path)
            message, hint = f"there is no source '{stated.source}'", nearest(stated.source, part.sources)
            yield where.at("source").fault(message, "a name in `sources`", hint, name=stated.source)


def check_stated(part: Part) -> Iterator[Fault]:
    """Every block of a catalog or a site file says where its numbers come from, or each number inside does.

    A site's own source or assumption covers the whole file; inline sites, scenarios and overrides are what-ifs
    that owe nobody a source.
    """
    if part.kind == "scenario" or part.root or (isinstance(part.model, SiteBody) and part.model.stated):
        return
    for where in _unstated(part):
        if where.override is None and not _may_have_been_stated(where):
            what = "this number comes" if len(where.path) > _BLOCK_DEPTH else "this comes"
            yield where.fault(f"nothing says where {what} from", _EXPECTED, harmless=True)


def _may_have_been_stated(where: Where) -> bool:
    around = [Where(where.part, where.path[:length]) for length in range(len(where.path) + 1)]
    return any(place.at(key).doubtful for place in around for key in ("source", "assumption"))


def _unstated(part: Part) -> Iterator[Where]:
    for kind in _OWN_KINDS:
        for name, block in getattr(part.model, kind, {}).items():
            yield from _unstated_in_block(part.where.at(kind, name), block)
    if isinstance(part.model, SiteBody):
        for field in ("phases", "activities"):
            for name, body in getattr(part.model, field).items():
                yield from _unstated_facts(part.where.at(field, name), body)
        for name, record in part.model.records.items():
            if not record.stated:
                yield part.where.at("records", name)


def _unstated_in_block(where: Where, block: Provenance) -> Iterator[Where]:
    if block.stated:
        return
    if any(isinstance(inner, Fact) for _, inner in _walk(block, ())):
        yield from _unstated_facts(where, block)
    else:
        yield where


def _unstated_facts(where: Where, body: BaseModel) -> Iterator[Where]:
    for path, inner in _walk(body, ()):
        if isinstance(inner, Fact) and not inner.stated:
            yield where.at(*path)


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Provenance]]:
    """Everything with provenance in a model, with its path; a list of one fact is shown as that fact."""
    if isinstance(value, Provenance):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, (*path, name))
    elif isinstance(value, tuple):
        for i, inner in enumerate(value):
            yield from _walk(inner, path if len(value) == 1 else (*path, i))
