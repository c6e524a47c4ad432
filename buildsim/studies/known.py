"""What a file says of a quantity on a day, as far as it was known then: for reading, by the rules of a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from buildsim.loading.known import ALWAYS, by_date, holding, known_by, latest
from buildsim.loading.parts import Part, Where
from buildsim.quantity import Quantity, parse_quantity
from buildsim.schema.base import Fact, Provenance

_NUMBER = re.compile(r"^[-+.,\d]+(?:[eE][-+]?\d+)?\s*")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A part as it was known on a day; blocks around a fact are given with the innermost first."""

    part: Part
    day: date

    def then(self, facts: Sequence[Fact], *around: Provenance) -> Sequence[Fact]:
        """The facts known on that day; where there is none, the earliest, which stands in for them."""
        return known_by(self._where(around), facts, self.day)

    def since(self, fact: Fact, *around: Provenance) -> date | None:
        """Since when a fact was known; None: always."""
        return self._where(around).known(fact)

    def value(self, facts: Sequence[Fact] | None, *around: Provenance, linear: bool = False) -> Quantity | None:
        """The value for that day: of a curve its height, else the latest known of the facts that hold."""
        if not facts:
            return None
        where, known = self._where(around), self.then(facts, *around)
        if any(fact.at is not None for fact in known):
            return self._height(by_date(where, known), linear)
        return latest(where, holding(known, self.day)[0]).value

    def _height(self, dated: Sequence[Fact], linear: bool) -> Quantity:
        points = [(fact.at or ALWAYS, fact.value) for fact in dated]
        for (first, earlier), (last, later) in pairwise(points):
            if first <= self.day < last:
                share = (self.day - first).days / (last - first).days
                return _between(earlier, later, share) if linear and share else earlier
        return points[-1][1] if points[-1][0] <= self.day else points[0][1]

    def _where(self, around: tuple[Provenance, ...]) -> Where:
        return Where(self.part, covers=around)


def _between(earlier: Quantity, later: Quantity, share: float) -> Quantity:
    """A value on the straight line between two, written in the unit of the later one."""
    value = earlier.planned + share * (later.planned - earlier.planned)
    unit = _NUMBER.sub("", later.text, count=1)  # the points of a curve are plain numbers
    per_unit = parse_quantity(f"1 {unit}").planned
    return parse_quantity(f"{round_number(value / per_unit)} {unit}")


def round_number(value: float) -> str:
    """A number with four significant digits."""
    return f"{float(f'{value:.4g}'):,.10g}"
