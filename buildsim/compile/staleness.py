"""How old the facts are that a network was made of: one warning for all that are stale (design, honesty)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from buildsim.compile.context import Context

STALE_DAYS: Final = 730  # lead times and prices of this market have doubled within two years


def warn(context: Context) -> None:
    """Warn if facts were known more than `STALE_DAYS` before ``as_of``; nothing reads the clock (semantics 2)."""
    dated = list(context.known_since.values())
    limit = context.as_of - timedelta(days=STALE_DAYS)
    stale = [each for each in dated if each[0] < limit]
    if stale:
        oldest, where = min(stale)
        context.warn(
            f"stale: {len(stale)} of {len(dated)} facts were known more than two years before {context.as_of}; "
            f"the oldest, {where}, on {oldest}"
        )
