"""How far a milestone has moved between two forecasts, which may stand on different data.

Two forecasts with the same seed and as many replications are paired: a replication has the same random draws in both
wherever the plan is the same, so that most of the chance of the draw falls out of the difference. Others are
independent. The mean's interval is Student's t on the pairs (`paired`), or that of Welch (The generalization of
"Student's" problem when several different population variances are involved, Biometrika 34, 1947). That of a percentile
is the percentile interval of the bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13),
which draws whole pairs, or from each forecast by itself.

What lies beyond a forecast's horizon counts as done at the horizon where the other one is not later, so that the move
is at least what is said (semantics 24).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from buildsim.analysis.milestones import CONFIDENCE, quantile_rank
from buildsim.analysis.paired import at_least, paired
from buildsim.analysis.spread import resamples
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64, I64

Horizons = tuple[float, float]
"""Then and now, in ticks of the calendar as the finishes."""


@dataclass(frozen=True, slots=True)
class Move:
    """Days by which something is later now than it was then, below 0 earlier."""

    days: float | None
    """None where it is beyond both horizons, or beyond one that is before the other's date."""
    low: float | None
    """Of the 95% interval; None where there are too few replications or too many beyond the horizon."""
    high: float | None


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a milestone has moved, as a date of the calendar."""

    mean: Move
    percentiles: dict[int, Move]
    missing_then: int
    """Replications that do not reach it by the horizon."""
    missing_now: int


@dataclass(frozen=True, slots=True)
class Design:
    """How two forecasts can be compared."""

    pairs: bool
    """Both have the same replications in the same order, drawn from the same seed."""
    horizons: Horizons
    rows: tuple[I64, I64] | None
    """Replications then and now drawn with replacement, the same for pairs; None for too few."""


def design(seeds: tuple[int, int], counts: tuple[int, int], horizons: Horizons) -> Design:
    """The comparison of two forecasts with these seeds and so many replications, then and now."""
    pairs = seeds[0] == seeds[1] and counts[0] == counts[1]
    then = resamples(seeds[0], counts[0], "status:then")
    now = then if pairs else resamples(seeds[1], counts[1], "status:now")
    return Design(pairs, horizons, None if then is None or now is None else (then, now))


def movement(then: F64, now: F64, percents: tuple[int, ...], by: Design) -> Movement:
    """The move from finishes then, (replications,), to those now, in ticks of the calendar, NaN beyond the horizon."""
    return Movement(
        mean=_mean_of_pairs(then, now, by.horizons) if by.pairs else _mean(then, now, by.horizons),
        percentiles={percent: _percentile(then, now, percent, by) for percent in percents},
        missing_then=int(np.isnan(then).sum()),
        missing_now=int(np.isnan(now).sum()),
    )


def _mean_of_pairs(then: F64, now: F64, horizons: Horizons) -> Move:
    found = paired(then, now, unit=TICKS_PER_DAY, beyond=horizons)
    return Move(found.mean, found.low, found.high)


def _mean(then: F64, now: F64, horizons: Horizons) -> Move:
    """Of independent replications, each that is not reached counting as done at its horizon."""
    if np.isnan(then).all() and np.isnan(now).all():
        return Move(None, None, None)
    first, second = (
        np.where(np.isnan(each), horizon, each) / TICKS_PER_DAY
        for each, horizon in zip((then, now), horizons, strict=True)
    )
    mean = float(second.mean() - first.mean())
    if min(len(first), len(second)) < 2:
        return Move(mean, None, None)
    parts = [float(each.var(ddof=1)) / len(each) for each in (first, second)]
    variance = sum(parts)
    if variance == 0:
        return Move(mean, mean, mean)
    freedom = variance**2 / sum(part**2 / (len(each) - 1) for part, each in zip(parts, (first, second), strict=True))
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    return Move(mean, mean - half, mean + half)


def _percentile(then: F64, now: F64, percent: int, by: Design) -> Move:
    whole = (np.arange(len(then))[np.newaxis], np.arange(len(now))[np.newaxis])
    days = float(_between(then, now, percent, by.horizons, whole)[0])
    if math.isnan(days):
        return Move(None, None, None)
    if by.rows is None:
        return Move(days, None, None)
    drawn = _between(then, now, percent, by.horizons, by.rows)
    if np.isnan(drawn).any():
        return Move(days, None, None)
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Move(days, float(low), float(high))


def _between(then: F64, now: F64, percent: int, horizons: Horizons, rows: tuple[I64, I64]) -> F64:
    """The move of a percentile in days, of each of the ``rows`` of replications."""
    first, second = (_order_statistics(each, percent, drawn) for each, drawn in zip((then, now), rows, strict=True))
    found: F64 = (at_least(second, first, horizons[1]) - at_least(first, second, horizons[0])) / TICKS_PER_DAY
    return found


def _order_statistics(finish: F64, percent: int, rows: I64) -> F64:
    """The percentile of each row, NaN where it is beyond the horizon: NaN sorts last."""
    rank = quantile_rank(rows.shape[1], percent) - 1
    found: F64 = np.partition(finish[rows], rank, axis=1)[:, rank]
    return found
