"""How good forecasts of days were: of one case, of a group of cases, and against another forecast of the same cases.

The pinball loss of a quantile and the CRPS are proper: what one believes scores best (Gneiting and Raftery, Strictly
proper scoring rules, prediction, and estimation, Journal of the American Statistical Association 102, 2007, sections 6
and 4.2). Both are in days, and less is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import bootstrap

from buildsim.analysis.milestones import CONFIDENCE, PERCENTS, Interval, interval_ranks
from buildsim.analysis.proportion import exact_interval
from buildsim.backtest.forecast import Forecast, reached
from buildsim.network.network import F64

RESAMPLES = 9999
SEED = 20260908
"""Of the bootstrap: an interval depends on the cases only."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """The score of one forecast; infinite where a quantile lies beyond the horizon."""

    case: str
    days: float
    """What really happened."""
    p10: float
    p50: float
    p80: float
    p90: float
    pinball: float
    """Mean pinball loss over P10, P50, P80 and P90."""
    crps: float
    inside: bool
    """The real days lie from P10 to P90."""
    rank: float
    """Share of the replications that took no longer: uniform from 0 to 1 if the forecasts are calibrated."""

    @property
    def bias(self) -> float:
        """Days by which the P50 is too late."""
        return self.p50 - self.days


@dataclass(frozen=True, slots=True)
class Score:
    """The score of some cases; None where a number is not finite, or the cases are too few for it."""

    count: int
    pinball: float | None
    """Mean over the cases, as the CRPS."""
    crps: float | None
    inside: int
    """Cases within P10 to P90: 80% of them if the forecasts are calibrated."""
    coverage: float
    coverage_ci95: tuple[float, float]
    """Exact binomial interval (Clopper and Pearson, Biometrika 26, 1934)."""
    median_absolute_error: float | None
    """Of the P50, in days."""
    median_bias: float | None
    """Of the P50, in days; above 0 the forecasts are too late."""
    median_relative_bias: float | None
    """P50 / real days - 1."""
    median_relative_bias_ci95: Interval
    """Two order statistics, whatever the distribution; None for a bound that needs more cases (two-sided: six)."""


@dataclass(frozen=True, slots=True)
class Gain:
    """By how many days of pinball loss a forecast beats another one of the same cases; above 0 it is better."""

    mean: float | None
    """None if a loss is not finite."""
    low: float | None
    """Of the 95% interval: the percentile bootstrap over campuses, since phases of a campus are not independent."""
    high: float | None
    better: int
    """Cases that it forecasts better."""
    count: int
    """Cases."""


def pinball(quantile: float, days: float, percent: int) -> float:
    """The loss of a quantile: its distance, times p if it is too early and 1 - p if it is too late."""
    return max(percent * (days - quantile), (100 - percent) * (quantile - days)) / 100


def crps(sample: F64, days: float) -> float:
    """The continuous ranked probability score of an empirical distribution: E|X - y| - E|X - X'| / 2.

    Gneiting and Raftery (2007), equation 21, with X and X' independent draws from the sample; over the ordered sample
    of n, E|X - X'| / 2 is the sum of (2 i - n - 1) x_i / n². Infinite if any of the sample is.
    """
    ordered = np.sort(reached(sample))
    if math.isinf(ordered[-1]):
        return math.inf
    n = len(ordered)
    weights = 2 * np.arange(1, n + 1) - n - 1
    return float(np.abs(ordered - days).mean() - weights @ ordered / n**2)


def score_case(forecast: Forecast, days: float) -> CaseScore:
    """Score a forecast against what really happened."""
    quantiles = forecast.quantiles()
    losses = [pinball(quantiles[percent], days, percent) for percent in PERCENTS]
    return CaseScore(
        case=forecast.case,
        days=days,
        **{f"p{percent}": quantiles[percent] for percent in PERCENTS},
        pinball=sum(losses) / len(losses),
        crps=crps(forecast.days, days),
        inside=quantiles[10] <= days <= quantiles[90],
        rank=1 - forecast.share_later(days),
    )


def summarize(cases: Sequence[CaseScore]) -> Score:
    """The score of at least one case."""
    inside = sum(each.inside for each in cases)
    bias = np.array([each.bias for each in cases])
    relative = np.sort(bias / [each.days for each in cases])
    return Score(
        count=len(cases),
        pinball=_finite(sum(each.pinball for each in cases) / len(cases)),
        crps=_finite(sum(each.crps for each in cases) / len(cases)),
        inside=inside,
        coverage=inside / len(cases),
        coverage_ci95=exact_interval(inside, len(cases)),
        median_absolute_error=_finite(_median(np.abs(bias))),
        median_bias=_finite(_median(bias)),
        median_relative_bias=_finite(_median(relative)),
        median_relative_bias_ci95=_median_interval(relative),
    )


def gain(forecast: Sequence[CaseScore], other: Sequence[CaseScore], campuses: Sequence[str]) -> Gain:
    """How far a forecast beats another one; all three are of the same cases in the same order."""
    differences = np.array([theirs.pinball - ours.pinball for ours, theirs in zip(forecast, other, strict=True)])
    better = int((differences > 0).sum())
    if not np.isfinite(differences).all():
        return Gain(None, None, None, better, len(differences))
    low, high = _bootstrap(differences, campuses)
    return Gain(float(differences.mean()), low, high, better, len(differences))


def _bootstrap(differences: F64, campuses: Sequence[str]) -> Interval:
    """The interval of the mean where whole campuses are drawn with replacement."""
    names, campus = np.unique(np.array(campuses), return_inverse=True)
    if len(names) < 2:
        return None, None
    sums, counts = np.bincount(campus, differences), np.bincount(campus)

    def mean(total: F64, number: F64, axis: int = -1) -> F64:
        return np.asarray(total.sum(axis=axis) / number.sum(axis=axis))

    found = bootstrap(
        (sums, counts),
        mean,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _median(values: F64) -> float:
    """The median, infinite where the middle is."""
    ordered = np.sort(values)
    lower, upper = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return float(upper if lower == upper else (lower + upper) / 2)


def _median_interval(ordered: F64) -> Interval:
    low, high = interval_ranks(len(ordered), 50)
    return (
        _finite(ordered[low - 1]) if low >= 1 else None,
        _finite(ordered[high - 1]) if high <= len(ordered) else None,
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
