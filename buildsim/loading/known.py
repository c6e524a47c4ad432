"""Which of several facts count: what was known by a day, holds on another, and was known last (semantics 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from buildsim.loading.parts import Where
from buildsim.schema.base import Fact

ALWAYS = date.min
"""Since when what states no date was known."""


def since(where: Where, fact: Fact) -> date:
    """Since when a fact that stands at a place was known."""
    return where.known(fact) or ALWAYS


def known_by(where: Where, facts: Sequence[Fact], day: date) -> list[Fact]:
    """The facts known by a day; where there is none, those that became known first, which stand in for them."""
    day = max(day, min(since(where, fact) for fact in facts))
    return [fact for fact in facts if since(where, fact) <= day]


def holding(facts: Sequence[Fact], on: date) -> tuple[list[Fact], int]:
    """The facts whose validity is nearest to a day, and by how many days it misses it: 0 if they hold."""
    outside = [days_outside(fact, on) for fact in facts]
    return [fact for fact, days in zip(facts, outside, strict=True) if days == min(outside)], min(outside)


def latest(where: Where, facts: Sequence[Fact]) -> Fact:
    """The fact known last; of equals the later in the file."""
    # max() keeps the first of equals, and a correction stands below what it corrects
    return max(reversed(facts), key=lambda fact: since(where, fact))


def by_date(where: Where, facts: Sequence[Fact]) -> list[Fact]:
    """The points of a curve, one for each date, in order of time; a constant comes first."""
    found: dict[date, Fact] = {}
    for fact in facts:
        at = fact.at or ALWAYS
        found[at] = latest(where, [found[at], fact]) if at in found else fact
    return [found[at] for at in sorted(found)]


def counting(where: Where, facts: Sequence[Fact], as_of: date, on: date) -> tuple[Fact, int]:
    """The fact that counts for a date as known by ``as_of``, and by how many days it stands in for a better one.

    Of the facts known by then and valid on the date it is the latest known; where there is none, the nearest stands in.
    """
    held, outside = holding(known_by(where, facts, as_of), on)
    fact = latest(where, held)
    return fact, max(days_unknown(where, fact, as_of), outside)


def days_unknown(where: Where, fact: Fact, as_of: date) -> int:
    """How many days after a day a fact became known, 0 if it was known by then."""
    return max((since(where, fact) - as_of).days, 0)


def days_outside(fact: Fact, on: date) -> int:
    """Days from a date to the fact's validity, 0 inside."""
    before, after = (fact.valid_from or on) - on, on - (fact.valid_to or on)
    return max(before.days, after.days, 0)
