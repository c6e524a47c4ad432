"""The numbers of a file, one by one, each with where it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel

from buildsim.loading.parts import Part, Where
from buildsim.loading.provenance import confidence, told
from buildsim.schema.base import Fact, Provenance

Basis = Literal["source", "assumption", "unstated"]
Path = tuple[str | int, ...]

BLOCKS = ("calendars", "pools", "supplies", "risks", "disruptions", "templates")
"""Kinds of a catalog's blocks that have numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A fact; or a block that states an origin but holds no fact, such as a calendar: it counts as one."""

    path: Path
    fact: Fact | None
    around: tuple[Provenance, ...]
    """The blocks that it stands in, or is, the innermost first."""

    @property
    def stated(self) -> Provenance | None:
        """The innermost statement of an origin that covers it."""
        return told(self._statements)[0]

    @property
    def basis(self) -> Basis:
        """What it rests on."""
        if (stated := self.stated) is None:
            return "unstated"
        return "source" if stated.source is not None else "assumption"

    @property
    def _statements(self) -> tuple[Provenance, ...]:
        return self.around if self.fact is None else (self.fact, *self.around)

    def origin(self, part: Part) -> Origin:
        """Where it comes from, in full."""
        stated, said = told(self._statements)
        facts = next((each.fact for each in said if each.fact is not None), None)
        source = part.sources[stated.source] if stated is not None and stated.source is not None else None
        first, *others = self._statements
        return Origin(
            basis=self.basis,
            source=None if stated is None else stated.source,
            title=None if source is None else source.title,
            publisher=None if source is None else source.publisher,
            published=None if source is None else source.date,
            url=None if source is None else source.url,
            assumption=None if stated is None else stated.assumption,
            confidence=confidence(said),
            known=Where(part, covers=tuple(others)).known(first),
            facts=() if facts is None else tuple(facts.split(", ")),
            own=stated is not None and stated is self.fact,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number comes from."""

    basis: Basis
    source: str | None
    """Its name among the file's sources."""
    title: str | None
    publisher: str | None
    published: date | None
    url: str | None
    assumption: str | None
    confidence: str | None
    known: date | None
    """Since when; None: always."""
    facts: tuple[str, ...]
    """Identifiers in the fact tables."""
    own: bool
    """False if it is that of a block around the number."""


def catalog_numbers(part: Part) -> Iterator[tuple[str, str, Number]]:
    """Each number of a catalog with the kind and the name of its block; a region's are called REGION/NAME."""
    for region, _, holder in part.definitions():
        for kind in BLOCKS:
            for name, body in getattr(holder, kind, {}).items():
                for number in numbers_in(body):
                    yield kind, (name if region is None else f"{region}/{name}"), number


def catalog_values(part: Part) -> Iterator[tuple[str, str, Path, list[Number]]]:
    """Each value of a catalog with the kind and the name of its block, its path there, and its dated numbers."""
    by_value: dict[tuple[str, str, Path], list[Number]] = {}
    for kind, block, number in catalog_numbers(part):
        *field, last = number.path or ("",)
        path = (*field,) if isinstance(last, int) else number.path
        by_value.setdefault((kind, block, path), []).append(number)
    for (kind, block, path), several in by_value.items():
        yield kind, block, path, several


def numbers_in(value: Any, skip: Collection[str] = ("records", "actuals")) -> Iterator[Number]:
    """Every number of a model but those under the keys ``skip``, in the order of its keys."""
    yield from _numbers(value, (), (), skip)


def _numbers(value: Any, path: Path, around: tuple[Provenance, ...], skip: Collection[str]) -> Iterator[Number]:
    if isinstance(value, Fact):
        yield Number(path, value, around)
        return
    if isinstance(value, BaseModel):
        if isinstance(value, Provenance):
            around = (value, *around)
        inner = [
            number
            for name in type(value).model_fields
            if name not in skip
            for number in _numbers(getattr(value, name), (*path, name), around, skip)
        ]
        yield from inner
        if not inner and isinstance(value, Provenance) and value.stated:
            yield Number(path, None, around)
    elif isinstance(value, (dict, tuple)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(each, (*path, key), around, skip)
