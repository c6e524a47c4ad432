"""What share of a milestone's P10-P90 spread goes when something random is held at its plan (semantics 28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from buildsim.analysis.milestones import CONFIDENCE, fewest_replications, percentile, quantile_rank
from buildsim.network.codes import NEVER, TICKS_PER_DAY
from buildsim.network.network import F64, I64
from buildsim.sampling.streams import uniforms

LOW, HIGH = 10, 90
RESAMPLES = 400
"""Enough for bounds of 95% that are printed in whole percent."""

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """The spread that is left while something is held, and the share of the whole that has gone."""

    left_days: float | None
    """None where P90 lies beyond the horizon."""
    share: float | None
    """Below 0 if the spread grew; None where one of the two spreads is beyond the horizon, or there is none at all."""
    ci95: Bounds | None
    """Of the share, by the replications drawn; None where they are too few or some lie beyond the horizon."""


def spread_days(finish: I64) -> float | None:
    """P90 less P10 of finish ticks (replications,) in days; None where P90 lies beyond the horizon."""
    low, high = percentile(finish, LOW), percentile(finish, HIGH)
    return None if low is None or high is None else (high - low) / TICKS_PER_DAY


def resamples(seed: int, count: int, stream: str = "evidence:resample") -> I64 | None:
    """(RESAMPLES, count) Rows of replications drawn with replacement; None for too few to say anything by them.

    They depend on the seed, the count and the name of the stream alone.
    """
    if count < fewest_replications(HIGH):
        return None
    drawn = [uniforms(seed, stream, row, 0, count) for row in range(RESAMPLES)]
    return np.floor(np.array(drawn) * count).astype(np.int64)


def shares(whole: I64, held: Sequence[I64], rows: I64 | None) -> list[Share]:
    """The share of each of several runs with something held, from their finish ticks and those of the ``whole`` run.

    All are of shape (replications,), NEVER where not reached, with the same replications in the same order: the
    interval is the percentile interval of the paired bootstrap, which draws whole replications (Efron and Tibshirani,
    An Introduction to the Bootstrap, 1993, chapter 13). ``rows`` are those of `resamples`.
    """
    days = spread_days(whole)
    of_whole = None if rows is None else _spreads(whole, rows)
    return [_share(days, of_whole, each, rows) for each in held]


def _share(whole_days: float | None, of_whole: F64 | None, held: I64, rows: I64 | None) -> Share:
    left = spread_days(held)
    if left is None or not whole_days:
        return Share(left, None, None)
    ci95 = None if rows is None or of_whole is None else _bounds(of_whole, _spreads(held, rows))
    return Share(left, 1 - left / whole_days, ci95)


def _spreads(finish: I64, rows: I64) -> F64:
    """(resamples,) P90 less P10 in ticks, NaN where P90 is not reached."""
    count = rows.shape[1]
    low, high = (quantile_rank(count, percent) - 1 for percent in (LOW, HIGH))
    ordered = np.partition(finish[rows], (low, high), axis=1)
    return np.where(ordered[:, high] == NEVER, np.nan, (ordered[:, high] - ordered[:, low]).astype(np.float64))


def _bounds(whole: F64, left: F64) -> Bounds | None:
    """The middle 95% of the resampled shares; None if one of them cannot be said."""
    if not np.all(whole > 0) or np.isnan(left).any():
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(1 - left / whole, [tail, 100 - tail])
    return float(low), float(high)
