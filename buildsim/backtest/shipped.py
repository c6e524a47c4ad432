"""The calibration that is shipped, `calibration.yaml`: what finished builds have taught, for builds not seen before.

`benchmarks/calibrate.py` writes it from a file of cases.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
import yaml
from pydantic import Field

from buildsim.backtest.calibration import Fit
from buildsim.backtest.parameters import Normal, prior, priors
from buildsim.backtest.reference_class import Ratios
from buildsim.loading.yaml_file import parse_value
from buildsim.network.network import F64
from buildsim.schema.base import Model, Text

FILE = "calibration.yaml"

HEADER = """\
# What finished builds have taught: a normal over the four parameters of priors.yaml, in their order, and the ratios of
# the reference classes. Made by benchmarks/calibrate.py; change the cases or the priors, not this file.

"""

Row = Annotated[tuple[float, ...], Field(strict=False, min_length=4, max_length=4)]


class Fitted(Model):
    """A parameter before and after the outcomes: mean and standard deviation."""

    name: Text
    prior_mean: float
    prior_sd: float
    mean: float
    sd: Annotated[float, Field(gt=0)]


class ClassRatios(Model):
    """Real days over those of the facts."""

    retrofit: float
    new: float
    every: float


class Origin(Model):
    """To what the parameters were fitted, and how."""

    source: Text
    cases: int
    campuses: int
    sha256: Text
    """Of the file of the cases."""
    replications: int
    seed: int
    effective_points: float
    fitted_on: Annotated[datetime.date, Field(strict=False)]
    versions: dict[str, str]


class Shipped(Model):
    """The file."""

    fitted_to: Origin
    parameters: Annotated[tuple[Fitted, ...], Field(strict=False, min_length=4, max_length=4)]
    correlation: Annotated[tuple[Row, ...], Field(strict=False, min_length=4, max_length=4)]
    reference_class: ClassRatios

    def posterior(self) -> Normal:
        """What is known of the parameters."""
        sd = np.array([each.sd for each in self.parameters])
        return Normal(np.array([each.mean for each in self.parameters]), np.array(self.correlation) * np.outer(sd, sd))

    def ratios(self) -> Ratios:
        """The ratios of the reference classes."""
        found = self.reference_class
        return Ratios(found.retrofit, found.new, found.every)


@cache
def shipped() -> Shipped:
    """The shipped calibration."""
    return Shipped.model_validate(parse_value(files("buildsim.backtest").joinpath(FILE).read_bytes(), FILE))


def text_of(fit: Fit, ratios: Ratios, origin: Origin) -> str:
    """The text of the file."""
    data = Shipped(
        fitted_to=origin,
        parameters=tuple(fitted(fit.posterior)),
        correlation=tuple(tuple(row) for row in _correlation(fit.posterior).round(4).tolist()),
        reference_class=ClassRatios(**{name: round(getattr(ratios, name), 4) for name in ClassRatios.model_fields}),
    )
    body = yaml.safe_dump(data.model_dump(), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)
    return HEADER + body


def fitted(posterior: Normal) -> Sequence[Fitted]:
    """Each parameter before and after."""
    before = prior()
    rows = zip(before.mean, before.deviations(), posterior.mean, posterior.deviations(), strict=True)
    return [
        Fitted(name=parameter.name, prior_mean=mean, prior_sd=sd, mean=round(after, 4), sd=round(after_sd, 4))
        for parameter, (mean, sd, after, after_sd) in zip(
            priors().parameters, np.array(list(rows)).tolist(), strict=True
        )
    ]


def _correlation(normal: Normal) -> F64:
    sd = normal.deviations()
    return np.asarray(normal.covariance / np.outer(sd, sd))
