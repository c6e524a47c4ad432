"""Estimates with standard errors, and their z against answers: (simulated - value) / sqrt(se^2 + abs_err^2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, copysign, inf, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LIMIT = 4.0
"""No |z| may reach it."""

MEAN_SQUARE = (0.3, 2.3)
"""Bounds of the mean of z^2: one in a thousand either way over 20 independent answers.

There are more answers, but those of one case depend on one another. Errors stated at half or twice their size are
found.
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a simulation says of one answer."""

    value: float
    se: float
    """Standard error; 0 where nothing is random."""
    freedom: float = inf
    """Degrees of freedom of the standard error, where they are few."""
    allowance: float = 0.0
    """Error that the model's own grid may make (lots instead of a fluid)."""


@dataclass(frozen=True, slots=True)
class Score:
    """One answer compared."""

    family: str
    case: str
    answer: str
    value: float
    simulated: float
    z: float | None
    """None where nothing is random: then only ``agrees`` speaks."""
    agrees: bool


def score(family: str, case: str, name: str, answer: dict[str, Any], estimate: Estimate) -> Score:
    """Compare an estimate with an answer's ``value`` and ``abs_err``."""
    value, error = float(answer["value"]), float(answer["abs_err"]) + estimate.allowance
    difference = estimate.value - value
    if estimate.se == 0:
        return Score(family, case, name, value, estimate.value, None, abs(difference) <= error)
    z = normal_score(difference / sqrt(estimate.se**2 + error**2), estimate.freedom)
    return Score(family, case, name, value, estimate.value, z, abs(z) < LIMIT)


def normal_score(t: float, freedom: float) -> float:
    """The normal deviate that is as rare as ``t`` is with so many degrees of freedom."""
    if not isfinite(freedom):
        return t
    return copysign(float(stats.norm.isf(stats.t.sf(abs(t), freedom))), t)


def mean_square(scores: Sequence[Score]) -> float:
    """The mean of z^2, near 1 if the errors are what they are said to be; z of 0 are answers without spread."""
    squares = [each.z**2 for each in scores if each.z]
    return sum(squares) / len(squares)


def exact(value: float, *, allowance: float = 0.0) -> Estimate:
    """Something without chance."""
    return Estimate(float(value), 0.0, allowance=allowance)


def mean(sample: ArrayLike) -> Estimate:
    """The mean of independent observations."""
    x = np.asarray(sample, dtype=np.float64)
    return Estimate(float(x.mean()), float(x.std(ddof=1)) / sqrt(len(x)), len(x) - 1)


def variance(sample: ArrayLike) -> Estimate:
    """The variance of independent observations; its error from the fourth moment."""
    x = np.asarray(sample, dtype=np.float64)
    squares = (x - x.mean()) ** 2
    return Estimate(float(x.var(ddof=1)), float(squares.std()) / sqrt(len(x)))


def standard_deviation(sample: ArrayLike) -> Estimate:
    """The square root of the variance, its error by the delta method."""
    found = variance(sample)
    deviation = sqrt(found.value)
    return Estimate(deviation, found.se / (2 * deviation))


def share(sample: ArrayLike) -> Estimate:
    """How often something is true; half an observation on either side keeps the error above 0."""
    x = np.asarray(sample, dtype=bool)
    smoothed = (x.sum() + 0.5) / (len(x) + 1)
    return Estimate(float(x.mean()), sqrt(smoothed * (1 - smoothed) / len(x)))


def quantile(sample: ArrayLike, p: float) -> Estimate:
    """The order statistic ceil(p n); its error is half the distance of those one standard error in p away."""
    n = np.size(sample)
    return _quantile(np.sort(np.ravel(sample)), p, sqrt(p * (1 - p) / n))


def clustered_quantile(runs: Sequence[ArrayLike], p: float) -> Estimate:
    """A quantile of observations that depend on one another within a run: the error in p is that between runs."""
    x = np.sort(np.concatenate([np.ravel(run) for run in runs]))
    middle = _quantile(x, p, 0.0).value
    shares = [float((np.asarray(run) <= middle).mean()) for run in runs]
    error = float(np.std(shares, ddof=1)) / sqrt(len(runs))
    found = _quantile(x, p, error)
    return Estimate(found.value, max(found.se, 1e-12), len(runs) - 1)


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> Estimate:
    """A ratio of means over independent runs, its error by the delta method."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    value = float(top.mean() / bottom.mean())
    residual = top - value * bottom
    return Estimate(value, float(residual.std(ddof=1)) / sqrt(len(top)) / float(bottom.mean()), len(top) - 1)


def _quantile(ordered: np.ndarray[Any, np.dtype[np.float64]], p: float, error: float) -> Estimate:
    def at(q: float) -> float:
        return float(ordered[min(max(ceil(q * len(ordered) - 1e-9), 1), len(ordered)) - 1])

    return Estimate(at(p), (at(p + error) - at(p - error)) / 2)
