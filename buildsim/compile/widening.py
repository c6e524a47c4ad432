"""How much wider a fact is drawn that stands in for one not known, or not holding, on the date concerned.

The rule, for a fact that is y years off (4 at most): its quantiles lie 1 + y/4 times as far from its planned value,
which stays, those of a law on a logarithmic scale in logarithms; none falls below 0. The ends of a range lie at least
y/10 of the planned value away from it, so that a fixed value spreads too. An exponential or gamma law keeps its mean
instead, and its standard deviation is 1 + y/4 times as large. The figures are an assumption: the forecasts of one
quantity made a year apart, such as those of CoWoS for the end of 2026, differ by 10 to 40 %.
"""

from __future__ import annotations

from collections import defaultdict
from math import log
from typing import Final

from buildsim.distribution import Distribution

MAX_YEARS: Final = 4.0
STRETCH_PER_YEAR: Final = 0.25
SPREAD_PER_YEAR: Final = 0.10


def widened(distribution: Distribution, years: float) -> Distribution:
    """The distribution of a fact that is `years` off; the same for 0."""
    years = min(years, MAX_YEARS)
    if years <= 0:
        return distribution
    k, spread = 1 + STRETCH_PER_YEAR * years, SPREAD_PER_YEAR * years
    kind, params = distribution.kind, distribution.params
    match kind:
        case "normal" | "lognormal":
            return Distribution(kind, (params[0], params[1] * k))
        case "weibull":  # its median is scale * log(2) ** (1 / shape)
            return Distribution(kind, (params[0] * log(2) ** ((1 - k) / params[1]), params[1] / k))
        case "gamma" | "erlang":  # the coefficient of variation is 1 / sqrt(shape)
            return Distribution("gamma", (params[0], params[1] / k**2))
        case "exponential":
            return Distribution("gamma", (params[0], 1 / k**2))
        case "fit":
            p10, p50, p90 = params
            return Distribution(kind, (max(p50 - k * (p50 - p10), 0.0), p50, p50 + k * (p90 - p50)))
        case "discrete":
            return _stretched_outcomes(distribution, k)
        case "empirical":
            planned = distribution.planned()
            return Distribution(kind, tuple(max(planned + k * (value - planned), 0.0) for value in params))
        case _:
            return _stretched_range(distribution, k, spread)


def _stretched_range(distribution: Distribution, k: float, spread: float) -> Distribution:
    """A fixed, uniform, triangular or PERT value: low and high move away from the planned value."""
    planned = distribution.planned()
    if planned == 0 and distribution.kind == "fixed":
        return distribution
    low = min(planned - k * (planned - distribution.params[0]), planned * (1 - spread))
    high = max(planned + k * (distribution.params[-1] - planned), planned * (1 + spread))
    low = max(low, 0.0)
    if distribution.kind == "uniform":
        return Distribution("uniform", (low, high))
    return Distribution("pert" if distribution.kind == "fixed" else distribution.kind, (low, planned, high))


def _stretched_outcomes(distribution: Distribution, k: float) -> Distribution:
    planned = distribution.planned()
    weights: dict[float, float] = defaultdict(float)
    for value, weight in zip(distribution.params[::2], distribution.params[1::2], strict=True):
        weights[max(planned + k * (value - planned), 0.0)] += weight
    return Distribution("discrete", tuple(x for pair in weights.items() for x in pair))
