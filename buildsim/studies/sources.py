"""The sources of catalogs: how many numbers rest on each, how far they are trusted, and how many are assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from buildsim.loading.alone import read_alone, shipped_alone
from buildsim.loading.parts import Part
from buildsim.studies.numbers import Origin, catalog_numbers


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source of a catalog and what rests on it."""

    catalog: str
    source: str
    title: str
    publisher: str
    published: date | None
    url: str | None
    numbers: int
    high: int
    medium: int
    low: int
    unrated: int
    """Without a stated confidence."""


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """The assumed numbers of a catalog."""

    catalog: str
    numbers: int
    high: int
    medium: int
    low: int
    unrated: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """What one catalog or all of them rest on."""

    sources: tuple[SourceRow, ...]
    """By catalog, those that carry most first."""
    assumptions: tuple[AssumptionRow, ...]


def source_list(ref: str | Path | None = None) -> SourceList:
    """The sources of one catalog, or of all shipped ones, and how many numbers are assumed.

    Raises InputError and UnknownNameError.
    """
    parts = list(shipped_alone("catalog")) if ref is None else [read_alone("catalog", ref)]
    origins = {part.name: [number.origin(part) for _, _, number in catalog_numbers(part)] for part in parts}
    return SourceList(
        tuple(row for part in parts for row in _sources(part, origins[part.name])),
        tuple(
            AssumptionRow(name, *_rated(origin for origin in found if origin.basis == "assumption"))
            for name, found in origins.items()
        ),
    )


def _sources(part: Part, origins: list[Origin]) -> list[SourceRow]:
    rows = [
        SourceRow(
            part.name,
            name,
            source.title,
            source.publisher,
            source.date,
            source.url,
            *_rated(origin for origin in origins if origin.source == name),
        )
        for name, source in part.sources.items()
    ]
    return sorted(rows, key=lambda row: -row.numbers)


def _rated(origins: Iterable[Origin]) -> tuple[int, int, int, int, int]:
    """How many, and how many of each confidence."""
    count = Counter(origin.confidence for origin in origins)
    return count.total(), count["high"], count["medium"], count["low"], count[None]
