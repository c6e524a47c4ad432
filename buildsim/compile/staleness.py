"""How old the facts are that a network was made of, and which stand in for others (design, honesty)."""

from __future__ import annotations

from datetime import date
from typing import Final

from buildsim.compile.context import Context, FactUsed

STALE_DAYS: Final = 730  # lead times and prices of this market have doubled within two years


def is_old(known: date | None, as_of: date) -> bool:
    """True for what was known more than two years before ``as_of``; what was always known is not old."""
    return known is not None and (as_of - known).days > STALE_DAYS


def warn(context: Context) -> None:
    """One warning for all facts that stand in, one for all that are stale; nothing reads the clock (semantics 2)."""
    used = list(context.facts_used.values())
    _warn_of_extrapolated(context, used)
    dated = sum(fact.known is not None for fact in used)
    stale = [(fact.known, str(fact.where)) for fact in used if is_old(fact.known, context.as_of)]
    if stale:
        oldest, where = min(stale)
        context.warn(
            f"stale: {len(stale)} of {dated} facts were known more than two years before {context.as_of}; "
            f"the oldest, {where}, on {oldest}"
        )


def _warn_of_extrapolated(context: Context, used: list[FactUsed]) -> None:
    extrapolated = [fact for fact in used if fact.years_off > 0]
    if extrapolated:
        farthest = max(extrapolated, key=lambda fact: fact.years_off)
        context.warn(
            f"extrapolated: {len(extrapolated)} of {len(used)} facts were not known by {context.as_of} or do not hold "
            f"on the date concerned; they stand in, drawn wider; the farthest, {farthest.where}, "
            f"by {farthest.years_off:.1f} years"
        )
