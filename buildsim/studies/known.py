"""What a file says of a quantity on a day, as far as it was known then: for reading, by the rules of a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from buildsim.loading.parts import Part, Where
from buildsim.quantity import Quantity, parse_quantity
from buildsim.schema.base import Fact, Provenance

_ALWAYS = date.min
_NUMBER = re.compile(r"^[-+.,\d]+(?:[eE][-+]?\d+)?\s*")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A part as it was known on a day; blocks around a fact are given with the innermost first."""

    part: Part
    day: date

    def since(self, fact: Fact, *around: Provenance) -> date | None:
        """Since when a fact was known; None: always."""
        return Where(self.part, covers=around).known(fact)

    def then(self, facts: Sequence[Fact], *around: Provenance) -> tuple[Fact, ...]:
        """The facts known on that day; where there is none, the earliest, which stands in for them."""
        known = tuple(fact for fact in facts if self._since(fact, around) <= self.day)
        return known or (min(facts, key=lambda fact: self._since(fact, around)),)

    def value(self, facts: Sequence[Fact] | None, *around: Provenance, linear: bool = False) -> Quantity | None:
        """The value for that day: of a curve its height, else the latest known of the facts that hold."""
        if not facts:
            return None
        known = self.then(facts, *around)
        if any(fact.at is not None for fact in known):
            return self._height(known, around, linear)
        outside = [_days_outside(fact, self.day) for fact in known]
        holding = [fact for fact, days in zip(known, outside, strict=True) if days == min(outside)]
        return self._latest(holding, around).value

    def _height(self, known: Sequence[Fact], around: tuple[Provenance, ...], linear: bool) -> Quantity:
        by_date: dict[date, list[Fact]] = {}
        for fact in known:
            by_date.setdefault(fact.at or _ALWAYS, []).append(fact)
        points = [(at, self._latest(facts, around).value) for at, facts in sorted(by_date.items())]
        for (first, earlier), (last, later) in pairwise(points):
            if first <= self.day < last:
                share = (self.day - first).days / (last - first).days
                return _between(earlier, later, share) if linear and share else earlier
        return points[-1][1] if points[-1][0] <= self.day else points[0][1]

    def _latest(self, facts: Sequence[Fact], around: tuple[Provenance, ...]) -> Fact:
        # max() keeps the first of equals, and a correction stands below what it corrects
        return max(reversed(facts), key=lambda fact: self._since(fact, around))

    def _since(self, fact: Fact, around: tuple[Provenance, ...]) -> date:
        return self.since(fact, *around) or _ALWAYS


def _days_outside(fact: Fact, on: date) -> int:
    before, after = (fact.valid_from or on) - on, on - (fact.valid_to or on)
    return max(before.days, after.days, 0)


def _between(earlier: Quantity, later: Quantity, share: float) -> Quantity:
    """A value on the straight line between two, written in the unit of the later one."""
    value = earlier.planned + share * (later.planned - earlier.planned)
    unit = _NUMBER.sub("", later.text, count=1)  # the points of a curve are plain numbers
    per_unit = parse_quantity(f"1 {unit}").planned
    return parse_quantity(f"{round_number(value / per_unit)} {unit}")


def round_number(value: float) -> str:
    """A number with four significant digits."""
    return f"{float(f'{value:.4g}'):,.10g}"
