"""When a milestone is reached: order statistics with their intervals, probabilities, contingency (semantics 23, 24)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import bdtr

from buildsim.analysis.finish_date import finish_date
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome

PERCENTS = (10, 50, 80, 90)
CONFIDENCE = 0.95

Interval = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class MilestoneResult:
    """One milestone over all replications; days count from the start of its site (of an owner: its earliest).

    Percentiles and bounds beyond the horizon are None; the mean is over the replications that reached it.
    """

    mean_days: float | None
    p10_days: float | None
    p50_days: float | None
    p80_days: float | None
    p90_days: float | None
    p10: date | None
    p50: date | None
    p80: date | None
    p90: date | None
    ci95_days: dict[str, Interval]
    """Per percentile: the bounds of its 95% interval; a bound is None where replications are too few for it."""
    reached: float
    """Share of the replications."""
    deterministic_days: float | None
    deterministic_probability: float | None
    """Share of the replications that are no later than the deterministic run."""
    deadline_probability: float | None
    contingency_days: float | None
    """P80 less the deterministic days."""


def summarize(
    finish: I64, *, origin: int, start: date, deterministic: int | None, deadline: int | None = None
) -> MilestoneResult:
    """The result of a milestone from its ``finish`` ticks, of shape (replications,), NEVER where not reached.

    ``origin`` is the tick from which days count, ``start`` the date of tick 0, ``deterministic`` the finish of
    the deterministic run (None: not reached), ``deadline`` a tick.
    """
    ordered = np.sort(finish)
    reached = ordered[ordered < NEVER]
    quantiles = {percent: _at_rank(ordered, quantile_rank(len(ordered), percent)) for percent in PERCENTS}
    days = {percent: _days(tick, origin) for percent, tick in quantiles.items()}
    dates = {percent: finish_date(tick, start, origin) for percent, tick in quantiles.items()}
    p80, planned = days[80], _days(deterministic, origin)
    return MilestoneResult(
        mean_days=int(reached.sum() - len(reached) * origin) / len(reached) / TICKS_PER_DAY if len(reached) else None,
        p10_days=days[10],
        p50_days=days[50],
        p80_days=days[80],
        p90_days=days[90],
        p10=dates[10],
        p50=dates[50],
        p80=dates[80],
        p90=dates[90],
        ci95_days={f"p{percent}": _interval(ordered, percent, origin) for percent in PERCENTS},
        reached=len(reached) / len(ordered),
        deterministic_days=planned,
        deterministic_probability=_share_by(finish, deterministic),
        deadline_probability=_share_by(finish, deadline),
        contingency_days=None if p80 is None or planned is None else p80 - planned,
    )


def milestone_ticks(network: Network, outcome: Outcome) -> I64:
    """(R, milestones) Finish ticks of the milestones, NEVER where not reached.

    What an actual date puts before the start of the milestone's site is clipped to it (semantics 23).
    """
    milestones = network.milestones
    finish = outcome.finish[:, milestones.activity]
    return np.where(finish == NONE, NEVER, np.maximum(finish, network.sites.start[milestones.site]))


def percentile(finish: I64, percent: int) -> int | None:
    """The order statistic ceil(p n) of ``finish`` ticks (NEVER: not reached); None if it lies beyond the horizon."""
    return _at_rank(np.sort(finish), quantile_rank(len(finish), percent))


def quantile_rank(n: int, percent: int) -> int:
    """Rank (from 1) of the order statistic that is the percentile of ``n`` values: ceil(p n)."""
    return -(-percent * n // 100)


def interval_ranks(n: int, percent: int) -> tuple[int, int]:
    """Ranks (from 1) of the order statistics that bound a percentile with 95% confidence, whatever the distribution.

    The lower rank is the largest l with P(B < l) <= 2.5%, the upper the smallest u with P(B >= u) <= 2.5%, for B
    binomial (n, p) (David and Nagaraja, Order Statistics, 2003, section 7.1). Rank 0 or n + 1 means that ``n`` is
    too small for that bound.
    """
    tail = (1 - CONFIDENCE) / 2
    below = bdtr(np.arange(n + 1), n, percent / 100)
    return int((below <= tail).sum()), int((below < 1 - tail).sum()) + 1


def fewest_replications(percent: int) -> int:
    """The fewest replications for which the upper bound of a percentile exists: p^n <= 2.5%."""
    return math.ceil(math.log((1 - CONFIDENCE) / 2) / math.log(percent / 100))


def _at_rank(ordered: I64, rank: int) -> int | None:
    if not 1 <= rank <= len(ordered) or ordered[rank - 1] == NEVER:
        return None
    return int(ordered[rank - 1])


def _interval(ordered: I64, percent: int, origin: int) -> Interval:
    low, high = interval_ranks(len(ordered), percent)
    return _days(_at_rank(ordered, low), origin), _days(_at_rank(ordered, high), origin)


def _days(tick: int | None, origin: int) -> float | None:
    return None if tick is None else (tick - origin) / TICKS_PER_DAY


def _share_by(finish: I64, tick: int | None) -> float | None:
    return None if tick is None else int((finish <= tick).sum()) / len(finish)
