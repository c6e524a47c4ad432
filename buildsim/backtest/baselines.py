"""What a forecast has to beat: distributions fitted to the other cases, none of which knows how a campus is built.

Each is fitted anew for every case, to the finished builds of all other campuses:

lognormal        One lognormal for all: mean and standard deviation of log days.
regression       Log days on retrofit (0 or 1) and on the log of the first facility MW by least squares, with the
                 standard deviation of the residuals; what is not known of a build is put at the mean of the others.
two lognormals   One for retrofits and one for new builds, corrected for truncation: a build can only be among the
                 finished ones if it was finished by the end of the observation, so each counts by its density divided
                 by its probability of being seen, at maximum likelihood (Cohen, Estimating the mean and variance of
                 normal populations from singly truncated and doubly truncated samples, Annals of Mathematical
                 Statistics 21, 1950).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtri

from buildsim.backtest.cases import Build, Outcome
from buildsim.backtest.forecast import Forecast
from buildsim.network.network import F64

SAMPLES = 4000
"""Evenly spaced quantiles that stand for a distribution."""

FEWEST = 3
"""Other builds that a fit needs; a group with fewer takes those of all groups."""

WIDEST = 1.5
"""Largest log spread of a truncated fit: the likelihood of few builds near their bounds may rise without end."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A build whose days are known."""

    build: Build
    days: float
    bound: float
    """Days within which it had to be finished to be seen; infinite if that is not known."""


@dataclass(frozen=True, slots=True)
class LogNormal:
    """The distribution of a number whose log is normal."""

    mean: float
    spread: float
    """Mean and standard deviation of the log."""

    def quantiles(self, count: int) -> F64:
        """The middles of ``count`` equally probable parts, ascending."""
        return np.exp(self.mean + self.spread * ndtri((np.arange(count) + 0.5) / count))


Fit = Callable[[Sequence[Finished], Build], LogNormal]
"""What the other builds say of a build."""


def baselines(builds: Sequence[Build], outcomes: Mapping[str, Outcome]) -> dict[str, list[Forecast]]:
    """By the baseline's name its forecasts of all finished builds, each fitted to those of other campuses.

    Empty if fewer than `FEWEST` builds of other campuses are finished for any of them.
    """
    known = finished(builds, outcomes)
    others = [[other for other in known if other.build.campus != each.build.campus] for each in known]
    if min(map(len, others), default=0) < FEWEST:
        return {}
    return {
        name: [
            Forecast(each.build.case, fit(rest, each.build).quantiles(SAMPLES))
            for each, rest in zip(known, others, strict=True)
        ]
        for name, fit in FITS.items()
    }


def finished(builds: Sequence[Build], outcomes: Mapping[str, Outcome]) -> list[Finished]:
    """The builds whose days are known, in their order."""
    return [
        Finished(build, outcome.days, math.inf if outcome.max_observable_days is None else outcome.max_observable_days)
        for build in builds
        if (outcome := outcomes[build.case]).days is not None
    ]


def one_lognormal(others: Sequence[Finished], build: Build) -> LogNormal:
    """The lognormal of all other builds."""
    logs = _logs(others)
    return LogNormal(float(logs.mean()), float(logs.std(ddof=1)))


def regression(others: Sequence[Finished], build: Build) -> LogNormal:
    """The regression on the other builds, at this one."""
    rows = np.array([_attributes(each.build) for each in (*others, Finished(build, math.nan, math.inf))])
    known = ~np.isnan(rows[:-1])
    count = known.sum(axis=0)
    means = np.where(known, rows[:-1], 0.0).sum(axis=0) / np.maximum(count, 1)
    design = np.column_stack([np.ones(len(rows)), np.where(np.isnan(rows), means, rows)])
    logs = _logs(others)
    coefficients, *_ = np.linalg.lstsq(design[:-1], logs, rcond=None)
    residuals = logs - design[:-1] @ coefficients
    return LogNormal(float(design[-1] @ coefficients), float(residuals.std(ddof=1)))


def two_lognormals(others: Sequence[Finished], build: Build) -> LogNormal:
    """The truncated lognormal of the other builds of this one's kind; of all of them if its kind is not known."""
    alike = [each for each in others if each.build.retrofit is build.retrofit is not None]
    return truncated_lognormal(alike if len(alike) >= FEWEST else others)


def truncated_lognormal(builds: Sequence[Finished]) -> LogNormal:
    """The lognormal of which the builds are those that were finished within their bounds."""
    logs = _logs(builds)
    bounds = np.log([each.bound for each in builds])

    def surprise(parameters: F64) -> float:
        mean, spread = parameters[0], math.exp(parameters[1])
        density = -0.5 * ((logs - mean) / spread) ** 2 - parameters[1]
        return float((log_ndtr((bounds - mean) / spread) - density).sum())

    start = (float(logs.mean()), math.log(min(max(float(logs.std()), 0.05), WIDEST)))
    span = (float(logs.min()), float(logs.max()) + WIDEST)
    limits = (span, (math.log(0.01), math.log(WIDEST)))
    found = minimize(surprise, start, method="Nelder-Mead", bounds=limits, options={"xatol": 1e-6, "fatol": 1e-9})
    return LogNormal(float(found.x[0]), math.exp(float(found.x[1])))


FITS: dict[str, Fit] = {"lognormal": one_lognormal, "regression": regression, "two lognormals": two_lognormals}


def _logs(builds: Sequence[Finished]) -> F64:
    return np.log([each.days for each in builds])


def _attributes(build: Build) -> tuple[float, float]:
    """The regression's columns, NaN where not known."""
    retrofit = math.nan if build.retrofit is None else float(build.retrofit)
    return retrofit, math.nan if build.first_facility_mw is None else math.log(build.first_facility_mw)
