"""A scenario, a site or a catalog as it was read, and the places in it that later problems point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from buildsim.errors import Problem, format_path
from buildsim.loading.document import Document, Path
from buildsim.schema.base import Provenance, Source
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import SiteBody

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Override:
    """A value that a scenario's ``set:`` or a ``--set`` put into a document, and where it was written."""

    path: Path
    """In the overridden document."""
    file: str
    line: int
    column: int
    text: str
    """The path as it was written."""

    def covers(self, path: Path) -> bool:
        """True if the value at ``path`` came with this override."""
        return path[: len(self.path)] == self.path


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One scenario, site or catalog: its model and where that stands."""

    kind: Literal["scenario", "site", "catalog"]
    name: str
    model: Scenario | SiteBody | Catalog
    document: Document
    root: Path
    """Where the model stands in the document: empty for a file, ``("sites", name)`` for an inline site."""
    sources: Mapping[str, Source]
    """What a ``source:`` in it may name."""
    overrides: tuple[Override, ...] = ()

    def definitions(self) -> Iterator[tuple[str | None, Path, Any]]:
        """Each group of definitions: the region they are for, if any, their path, and the model that holds them."""
        yield None, (), self.model
        for name, region in self.model.regions.items():
            yield name, ("regions", name), region

    def left_out(self, kind: str, below: Path, holder: Any) -> list[str]:
        """Names of the blocks of a kind in a group of definitions that were left out because they are wrong."""
        at, there = (*self.root, *below, kind), getattr(holder, kind, {})
        gaps = (gap for gap in self.document.gaps if gap[:-1] == at)
        return [str(gap[-1]) for gap in gaps if gap[-1] not in there]

    @property
    def where(self) -> Where:
        """Its root."""
        return Where(self)


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """A place in a part, with the provenance stated around it, innermost block first."""

    part: Part
    path: Path = ()
    covers: tuple[Provenance, ...] = ()

    def at(self, *more: str | int) -> Where:
        """The place ``more`` below this one."""
        return Where(self.part, self.path + more, self.covers)

    def inside(self, block: Provenance) -> Where:
        """This place, as one in ``block``."""
        return Where(self.part, self.path, (block, *self.covers))

    def __str__(self) -> str:
        file, line, _, text = self._position()
        return f"{text} ({file}:{line})"

    @property
    def override(self) -> Override | None:
        """The last override that put the value here, if one did."""
        path = self.part.root + self.path
        return next((each for each in reversed(self.part.overrides) if each.covers(path)), None)

    def problem(self, message: str, expected: str | None = None, hint: str | None = None) -> Problem:
        """A problem at this place."""
        file, line, column, text = self._position()
        return Problem(file, line, column, text, message, expected, hint)

    def fault(
        self,
        message: str,
        expected: str | None = None,
        hint: str | None = None,
        *,
        name: str | None = None,
        harmless: bool = False,
    ) -> Fault:
        """A fault at this place."""
        return Fault(self, self.problem(message, expected, hint), name, harmless)

    @property
    def doubtful(self) -> bool:
        """True if the value here, or a part of it, was left out because it is wrong: what it lacks proves nothing."""
        path = self.part.root + self.path
        return self.part.document.has_gap_around(path) or self.part.document.has_gap_in(path)

    def known(self, fact: Provenance) -> date | None:
        """Since when a fact here was known: as stated, else its source's date; None if it always was."""
        origins = (fact, *self.covers)
        for origin in origins:
            if origin.known is not None:
                return origin.known
        for origin in origins:
            if origin.source is not None:
                return self.part.sources[origin.source].date
            if origin.assumption is not None:
                return None
        return None

    def _position(self) -> tuple[str, int, int, str]:
        if (override := self.override) is not None:
            return override.file, override.line, override.column, override.text
        path = self.part.root + self.path
        document = self.part.document
        return document.file_of(path), *document.position(path), format_path(path)


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """Something wrong between documents: the value at `where` is left out, so that the rest can be compiled."""

    where: Where
    problem: Problem
    name: str | None = None
    """The name that was not found, if it is about one."""
    harmless: bool = False
    """True if the value may stay all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Block(Generic[B]):
    """A named pool, supply, calendar ... and where it is defined."""

    name: str
    """Its name in the whole scenario: REGION/KEY of a region's, SITE/KEY of what strikes one site."""
    body: B
    where: Where
    key: str
    """Its name where it is defined and used."""
    region: str | None = None
    """The region whose sites it is for."""
