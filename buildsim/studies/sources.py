"""The evidence of catalogs: how many numbers rest on each source, how far they are trusted, how many are assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from buildsim.compile.grounds import flaws_of_fact, flaws_of_place
from buildsim.loading.alone import read_alone, shipped_alone
from buildsim.loading.known import by_date, counting, days_unknown, known_by
from buildsim.loading.parts import Part, Where
from buildsim.network.codes import Flaw
from buildsim.studies.numbers import Origin, catalog_numbers, catalog_values


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
class EvidenceRow:
    """The numbers of a catalog by what they rest on, and the age of those that a run of a day would use."""

    catalog: str
    numbers: int
    high: int
    """With a source, of high confidence; likewise the next three."""
    medium: int
    low: int
    unrated: int
    assumed: int
    unstated: int
    as_of: date | None
    """The day of all that follows; None: no date is in any of the catalogs."""
    values: int
    """Values that a run would use: of several dated numbers for one thing, the one that counts on that day."""
    stale: int
    """Of the values those known more than two years before, or no longer valid."""
    extrapolated: int
    """Of the values those not known yet, or not holding on that day."""


@dataclass(frozen=True, slots=True)
class SourceList:
    """What one catalog or all of them rest on."""

    sources: tuple[SourceRow, ...]
    """By catalog, those that carry most first."""
    assumptions: tuple[AssumptionRow, ...]
    catalogs: tuple[EvidenceRow, ...]


def source_list(ref: str | Path | None = None, as_of: date | None = None) -> SourceList:
    """The sources of one catalog, or of all shipped ones, how many numbers are assumed, and how old they are.

    ``as_of`` is by default the newest date since when any of their numbers was known. Raises InputError and
    UnknownNameError.
    """
    parts = list(shipped_alone("catalog")) if ref is None else [read_alone("catalog", ref)]
    origins = {part.name: [number.origin(part) for _, _, number in catalog_numbers(part)] for part in parts}
    return SourceList(
        tuple(row for part in parts for row in _sources(part, origins[part.name])),
        tuple(
            AssumptionRow(name, *_rated(origin for origin in found if origin.basis == "assumption"))
            for name, found in origins.items()
        ),
        tuple(_evidence(part, origins[part.name], as_of or _newest(origins)) for part in parts),
    )


def _newest(origins: Mapping[str, Iterable[Origin]]) -> date | None:
    known = (origin.known for each in origins.values() for origin in each if origin.known is not None)
    return max(known, default=None)


def _evidence(part: Part, origins: list[Origin], as_of: date | None) -> EvidenceRow:
    count = Counter(origin.basis for origin in origins)
    flaws = list(_flaws(part, as_of or date.min))
    _, high, medium, low, unrated = _rated(origin for origin in origins if origin.basis == "source")
    return EvidenceRow(
        catalog=part.name,
        numbers=len(origins),
        high=high,
        medium=medium,
        low=low,
        unrated=unrated,
        assumed=count["assumption"],
        unstated=count["unstated"],
        as_of=as_of,
        values=len(flaws),
        stale=sum(Flaw.STALE in each for each in flaws),
        extrapolated=sum(Flaw.EXTRAPOLATED in each for each in flaws),
    )


def _flaws(part: Part, as_of: date) -> Iterator[Flaw]:
    """What speaks on a day against each value of a catalog that a run of that day would use."""
    for _, _, _, several in catalog_values(part):
        where = Where(part, covers=several[0].around)
        facts = [number.fact for number in several if number.fact is not None]
        if not facts:
            yield flaws_of_place(where, as_of)
        elif any(fact.at is not None for fact in facts):
            last = by_date(where, known_by(where, facts, as_of))[-1]
            yield flaws_of_fact(where, last, as_of, as_of, days_unknown(where, last, as_of) > 0)
        else:
            fact, days_off = counting(where, facts, as_of, as_of)
            yield flaws_of_fact(where, fact, as_of, as_of, days_off > 0)


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
