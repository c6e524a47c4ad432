"""Paired comparison of two runs under common random numbers, replication by replication.

A difference is what came with the change less what came without it, of the same replication. The interval of the mean
is Student's t on the differences (Law, Simulation Modeling and Analysis, 5th ed., 2015, section 10.2.1, the paired-t
confidence interval; section 11.2 on common random numbers, for which it holds without a correction, since only the
differences of a replication need not depend on those of others). A change that is for the better on average may still
be for the worse in some replications: with scarce resources a relaxed project may end later (Graham, Bounds on
multiprocessing timing anomalies, SIAM Journal on Applied Mathematics 17, 1969), so their share stands beside the mean.

A run ends at its horizon. To leave out each replication in which one of the two dates lies beyond it would drop those
that the change hits hardest: it is compared by the least move that there can be, to the horizon (semantics 24).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from buildsim.analysis.milestones import CONFIDENCE, quantile_rank
from buildsim.network.network import F64, Bool

Direction = Literal["earlier", "later", "less", "more", "unchanged"]
Verdict = Literal["agrees", "disagrees", "undecided"]

UNCHANGED_DAYS = 7.0
"""A milestone counts as unchanged within so many days to either side."""
UNCHANGED_SHARE = 0.05
"""A measure counts as unchanged within this share of what it is without the change."""

_SIGNS: dict[Direction, int] = {"earlier": -1, "less": -1, "later": 1, "more": 1}


@dataclass(frozen=True, slots=True)
class Paired:
    """One number with and without a change, over the replications in which they can be compared (the pairs)."""

    pairs: int
    missing_before: int
    """Replications without the number before the change, such as a milestone that is not reached by the horizon."""
    missing_after: int
    before: float | None
    """Mean without the change; None without pairs, as all that follows."""
    after: float | None
    mean: float | None
    """Mean difference."""
    low: float | None
    """Of its 95% interval; None with fewer than two pairs."""
    high: float | None
    p10: float | None
    """Order statistics of the differences."""
    p50: float | None
    p90: float | None
    less: float | None
    """Share of the pairs with a difference below 0: earlier."""
    more: float | None
    """Share of the pairs with a difference above 0: later."""

    def verdict(self, direction: Direction, margin: float) -> Verdict:
        """Whether the interval says what was expected; it is unchanged within ``margin`` to either side.

        An expected move disagrees, too, where the interval holds 0 and is unchanged: a test of equivalence.
        """
        if self.low is None or self.high is None:
            return "undecided"
        unchanged = -margin <= self.low and self.high <= margin
        if direction == "unchanged":
            if unchanged:
                return "agrees"
            return "disagrees" if self.low > margin or self.high < -margin else "undecided"
        low, high = sorted((_SIGNS[direction] * self.low, _SIGNS[direction] * self.high))
        if low > 0:
            return "agrees"
        return "disagrees" if high < 0 or unchanged else "undecided"


def paired(
    before: F64, after: F64, *, unit: float = 1.0, origin: float = 0.0, beyond: tuple[float, float] | None = None
) -> Paired:
    """Compare two arrays of shape (replications,), NaN where a replication has no number.

    ``beyond`` is what a missing number is more than, before and after the change: it stands in where the other number
    is not greater. Where both are missing there is no pair.

    The result is in ``unit`` of what the arrays count, and its means from ``origin``: whole numbers such as ticks
    are subtracted before they are divided, so that equal ones are equal.
    """
    missing = (int(np.isnan(before).sum()), int(np.isnan(after).sum()))
    if beyond is not None:
        before, after = _beyond(before, after, beyond)
    both = ~np.isnan(before) & ~np.isnan(after)
    first, second = before[both], after[both]
    differences = np.sort(second - first) / unit
    count = len(differences)
    if count == 0:
        return Paired(0, *missing, *[None] * 10)
    mean = float(differences.mean())
    half = None if count < 2 else _half_width(differences)
    p10, p50, p90 = (float(differences[quantile_rank(count, percent) - 1]) for percent in (10, 50, 90))
    return Paired(
        pairs=count,
        missing_before=missing[0],
        missing_after=missing[1],
        before=float((first - origin).mean()) / unit,
        after=float((second - origin).mean()) / unit,
        mean=mean,
        low=None if half is None else mean - half,
        high=None if half is None else mean + half,
        p10=p10,
        p50=p50,
        p90=p90,
        less=float((differences < 0).mean()),
        more=float((differences > 0).mean()),
    )


def comparable(before: F64, after: F64, beyond: tuple[float, float]) -> Bool:
    """(replications,) Which of them are the pairs of `paired`."""
    first, second = _beyond(before, after, beyond)
    found: Bool = ~np.isnan(first) & ~np.isnan(second)
    return found


def _beyond(before: F64, after: F64, bounds: tuple[float, float]) -> tuple[F64, F64]:
    return at_least(before, after, bounds[0]), at_least(after, before, bounds[1])


def at_least(numbers: F64, others: F64, bound: float) -> F64:
    """The numbers, ``bound`` where one is missing and the other is known and not greater."""
    return np.where(np.isnan(numbers) & (others <= bound), bound, numbers)


def _half_width(differences: F64) -> float:
    """Half of the interval of the mean of at least two differences."""
    count = len(differences)
    quantile = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2))
    deviation = float(differences.std(ddof=1))
    return quantile * deviation / math.sqrt(count)
