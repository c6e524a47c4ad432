"""Whether replications are enough: how wide the interval of a milestone's P80 still is.

The interval is the distribution-free one of `milestones.interval_ranks`. To stop as soon as an interval of fixed width
is reached covers a little less often than an interval from a number of replications that was chosen before, since one
stops where the replications happen to lie close; what is lost vanishes as the width goes to 0 (Chow and Robbins, On the
asymptotic theory of fixed-width sequential confidence intervals for the mean, Annals of Mathematical Statistics 36,
1965; on such rules see Law, Simulation Modeling and Analysis, 5th ed., 2015, section 9.4.1). To look only once a batch
keeps the chances to stop by luck few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from buildsim.analysis.milestones import interval_ranks
from buildsim.network.codes import NEVER, TICKS_PER_DAY
from buildsim.network.network import I64

PERCENT = 80
"""The percentile whose interval is asked for."""

State = Literal["narrow", "wide", "beyond"]


@dataclass(frozen=True, slots=True)
class Width:
    """The 95% interval of a milestone's P80 after so many replications."""

    state: State
    """``narrow``: no wider than asked for; ``beyond``: wholly beyond the horizon, so that no number of replications
    gives the P80 a date; ``wide``: neither."""
    days: float | None
    """None where a bound lies beyond the horizon or the replications are too few for it."""


def width(finish: I64, asked: float) -> Width:
    """The width of the interval from ``finish`` ticks, of shape (replications,), NEVER where not reached.

    ``asked`` is the width in days that is narrow enough.
    """
    ordered = np.sort(finish)
    low, high = interval_ranks(len(ordered), PERCENT)
    if low >= 1 and ordered[low - 1] == NEVER:
        return Width("beyond", None)
    if low < 1 or high > len(ordered) or ordered[high - 1] == NEVER:
        return Width("wide", None)
    days = int(ordered[high - 1] - ordered[low - 1]) / TICKS_PER_DAY
    return Width("narrow" if days <= asked else "wide", days)


def expected_replications(found: Width, replications: int, asked: float) -> float:
    """About how many replications it takes: the width shrinks with the root of their number. Infinite if unknown."""
    if found.state != "wide":
        return replications
    return math.inf if found.days is None else replications * (found.days / asked) ** 2
