"""Check that numbers say where they come from, and that the sources they name exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from buildsim.errors import nearest
from buildsim.loading.parts import Fault, Part, Where
from buildsim.schema.base import Fact, Provenance
from buildsim.schema.site import SiteBody

_EXPECTED = "`source: NAME` from `sources`, or `assumption: WHY`, on the block or on each of its numbers"
_OWN_KINDS = ("calendars", "pools", "supplies", "risks", "disruptions", "templates")


def told(statements: Sequence[Provenance]) -> tuple[Provenance | None, Sequence[Provenance]]:
    """The statement of an origin that covers a number, and all that is said of it, from the innermost outwards.

    What is said outside of the statement that covers it is of other numbers.
    """
    for i, each in enumerate(statements):
        if each.stated:
            return each, statements[: i + 1]
    return None, statements


def confidence(said: Sequence[Provenance]) -> str | None:
    """How far a number can be trusted, by what `told` says of it; None if it is not rated."""
    return next((each.confidence for each in said if each.confidence is not None), None)


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
    for where, what in _unstated(part):
        if where.override is None and not _may_have_been_stated(where):
            yield where.fault(f"nothing says where {what} comes from", _EXPECTED, harmless=True)


def _may_have_been_stated(where: Where) -> bool:
    around = [Where(where.part, where.path[:length]) for length in range(len(where.path) + 1)]
    return any(place.at(key).doubtful for place in around for key in ("source", "assumption"))


def _unstated(part: Part) -> Iterator[tuple[Where, str]]:
    """Places without an origin, each with what stands there."""
    for _, below, holder in part.definitions():
        for kind in _OWN_KINDS:
            for name, block in getattr(holder, kind, {}).items():
                yield from _unstated_in_block(part.where.at(*below, kind, name), block)
    if isinstance(part.model, SiteBody):
        for field in ("phases", "activities"):
            for name, body in getattr(part.model, field).items():
                yield from _unstated_facts(part.where.at(field, name), body)
        actuals = part.model.actuals
        for where, dated in (
            (part.where.at("records"), part.model.records),
            (part.where.at("actuals", "activities"), actuals.activities),
            (part.where.at("actuals", "orders"), actuals.orders),
        ):
            yield from ((where.at(name), "this") for name, body in dated.items() if not body.stated)


def _unstated_in_block(where: Where, block: Provenance) -> Iterator[tuple[Where, str]]:
    if block.stated:
        return
    if any(isinstance(inner, Fact) for _, inner in _walk(block, ())):
        yield from _unstated_facts(where, block)
    else:
        yield where, "this"


def _unstated_facts(where: Where, body: BaseModel) -> Iterator[tuple[Where, str]]:
    for path, inner in _walk(body, ()):
        if isinstance(inner, Fact) and not inner.stated:
            yield where.at(*path), "this number"


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
            yield from _walk(inner, path if len(value) == 1 and isinstance(inner, Fact) else (*path, i))
