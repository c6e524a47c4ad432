"""Forecasts weighed by what became of other builds: a Bayesian fit of four parameters, without playing anything again.

Parameters say how likely a replication's pace and orders are beside what the facts say, so they weigh the replications
that were played from the facts (importance sampling). Under such weights the density of the days of a finished build is
that of the weighted replications, smoothed by the noise of the dates, over their share that could be observed, since a
slower build would not be among the finished ones. The posterior comes from weighing points of the prior by these
densities, and is kept as a normal (mean and covariance). A calibrated forecast is made of the facts' replications by
their mean weight over that normal, so that what the fit does not know widens it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, softmax

from buildsim.backtest.baselines import Finished
from buildsim.backtest.forecast import Forecast, Traits, reached
from buildsim.backtest.parameters import Normal, log_weights, prior, priors
from buildsim.network.network import F64

PRIOR_POINTS = 4096
POSTERIOR_POINTS = 256

LEAST_VARIANCE = 1e-8
"""Outcomes that leave one point of the prior only still leave a normal."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The parameters after some outcomes."""

    posterior: Normal
    points: float
    """Effective number of the prior's points that carry it (Kish, Survey sampling, 1965)."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What finished builds say of the parameters."""

    points: F64
    """Of the prior; shape (points, parameters)."""
    campuses: tuple[str, ...]
    """Of each build."""
    log_likelihood: F64
    """Shape (points of the prior, builds)."""

    def fit(self, without: str | None = None) -> Fit:
        """The parameters after all builds, or after those on other campuses than the one named."""
        kept = np.array([campus != without for campus in self.campuses], dtype=np.bool_)
        weights = softmax(self.log_likelihood[:, kept].sum(axis=1))
        mean = weights @ self.points
        spread = self.points - mean
        covariance = (weights * spread.T) @ spread + LEAST_VARIANCE * np.eye(len(mean))
        return Fit(Normal(mean, covariance), effective(weights))


def evidence(known: Sequence[Finished], forecasts: Sequence[Forecast]) -> Evidence:
    """The evidence of finished builds from their forecasts by the facts, in the same order."""
    points = prior().points(PRIOR_POINTS)
    columns = [_log_likelihood(each, forecast, points) for each, forecast in zip(known, forecasts, strict=True)]
    log_likelihood = np.column_stack(columns) if columns else np.zeros((PRIOR_POINTS, 0))
    return Evidence(points, tuple(each.build.campus for each in known), log_likelihood)


def calibrated(forecast: Forecast, parameters: Normal) -> Forecast:
    """The forecast by the facts with its replications weighed by what is known of the parameters."""
    return weighed(forecast, predictive_weights(forecast, parameters))


def weighed(forecast: Forecast, weights: F64) -> Forecast:
    """The forecast of as many replications in which each stands as often as its weight says."""
    days = reached(forecast.days)
    order = np.argsort(days, kind="stable")
    ends = np.cumsum(weights[order])
    middles = (np.arange(len(days)) + 0.5) / len(days) * ends[-1]
    return Forecast(forecast.case, days[order][np.searchsorted(ends, middles)])


def predictive_weights(forecast: Forecast, parameters: Normal) -> F64:
    """The mean weight of each replication over what is known of the parameters; they sum to 1."""
    points = parameters.points(POSTERIOR_POINTS)
    return np.asarray(softmax(log_weights(points, _traits(forecast)), axis=1).mean(axis=0))


def effective(weights: F64) -> float:
    """How many equal weights tell as much: the square of their sum over the sum of their squares (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _log_likelihood(build: Finished, forecast: Forecast, points: F64) -> F64:
    """Log density of the days of a finished build at each point; shape (points,)."""
    noise = priors().date_noise.value
    weights = np.exp(log_weights(points, _traits(forecast)))
    logs = np.log(reached(forecast.days))
    density = -0.5 * ((math.log(build.days) - logs) / noise) ** 2
    bound = math.log(build.bound)
    seen = np.zeros(len(logs)) if math.isinf(bound) else log_ndtr((bound - logs) / noise)
    return _log_sum(weights, density) - _log_sum(weights, seen)


def _log_sum(weights: F64, logs: F64) -> F64:
    """Log of the sum of weights x exp(logs) over the replications, whatever the size of the logs; shape (points,)."""
    largest = logs.max()
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(weights @ np.exp(logs - largest)) + largest)


def _traits(forecast: Forecast) -> Traits:
    if forecast.traits is None:
        raise ValueError(f"the forecast of {forecast.case} was not played, so there is nothing to weigh it by")
    return forecast.traits
