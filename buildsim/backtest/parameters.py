"""What calibration may move: four numbers for all builds together, and what they make of a replication's weight.

Each is 0 at the facts. `priors.yaml` says how far the facts let it go, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.special import ndtri
from scipy.stats import qmc

from buildsim.backtest.forecast import Traits
from buildsim.loading.yaml_file import parse_value
from buildsim.network.network import F64
from buildsim.schema.base import Model, Text

NEW, RETROFIT, SPREAD, EARLY = range(4)
"""Positions of the parameters, as in `priors.yaml`."""

SEED = 20260908
"""Of the scrambled Sobol points, so that a fit depends on nothing but its cases."""


class Parameter(Model):
    """A parameter with its standard deviation before any outcome."""

    name: Text
    meaning: Text
    sd: Annotated[float, Field(gt=0)]
    assumption: Text
    fact: Text | None = None


class Noise(Model):
    """A standard deviation with its origin."""

    value: Annotated[float, Field(gt=0)]
    assumption: Text


class Priors(Model):
    """All that is taken to be so before any outcome."""

    parameters: Annotated[tuple[Parameter, ...], Field(strict=False, min_length=4, max_length=4)]
    date_noise: Noise
    """Of the log of the days."""


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """What is known of the parameters."""

    mean: F64
    """Shape (parameters,)."""
    covariance: F64
    """Shape (parameters, parameters)."""

    def points(self, count: int) -> F64:
        """Evenly spread draws, the same at every call; shape (count, parameters), ``count`` a power of two.

        Scrambled Sobol points (Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences, 1995) through the quantile
        function of the normal.
        """
        sobol = qmc.Sobol(len(self.mean), rng=np.random.default_rng(SEED)).random(count)
        standard = ndtri(np.clip(sobol, 1e-9, 1 - 1e-9))
        return np.asarray(self.mean + standard @ np.linalg.cholesky(self.covariance).T)

    def deviations(self) -> F64:
        """Standard deviation of each parameter."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


@cache
def priors() -> Priors:
    """The shipped priors."""
    text = files("buildsim.backtest").joinpath("priors.yaml").read_bytes()
    return Priors.model_validate(parse_value(text, "priors.yaml"))


def prior() -> Normal:
    """The parameters before any outcome: independent, around the facts."""
    return Normal(np.zeros(4), np.diag([parameter.sd**2 for parameter in priors().parameters]))


def log_weights(parameters: F64, traits: Traits) -> F64:
    """Log of the density of each replication's traits under the parameters, over that at the facts.

    ``parameters`` has shape (points, 4), the result (points, replications). The log of the pace is normal around its
    median; the thirds of the orders have weights e^x, 1, e^-x.
    """
    shift = np.where(traits.retrofit, parameters[:, [RETROFIT]], parameters[:, [NEW]]) / traits.spread
    stretch, early = parameters[:, [SPREAD]], parameters[:, [EARLY]]
    pace = (traits.luck**2 - ((traits.luck - shift) / np.exp(stretch)) ** 2) / 2 - stretch
    return np.asarray(pace - early * traits.order - np.log((1 + 2 * np.cosh(early)) / 3))
