"""The file of the shipped calibration: it says what was fitted, and is read as it was written."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from buildsim.backtest.calibration import Fit
from buildsim.backtest.parameters import Normal, prior, priors
from buildsim.backtest.reference_class import Ratios
from buildsim.backtest.shipped import Origin, Shipped, shipped, text_of
from buildsim.loading.yaml_file import parse_value

ORIGIN = Origin(
    source="invented", cases=3, campuses=2, sha256="0" * 64, replications=10, seed=7, effective_points=12.5,
    fitted_on=datetime.date(2026, 1, 2), versions={"numpy": "2"},
)  # fmt: skip


def test_it_is_read_as_it_was_written():
    spread = np.array([[1.0, 0.2, 0, 0], [0.2, 1.0, 0, 0], [0, 0, 1.0, -0.5], [0, 0, -0.5, 1.0]])
    sd = np.array([0.1, 0.2, 0.15, 0.4])
    fit = Fit(Normal(np.array([0.1, -0.2, 0.0, 0.3]), spread * np.outer(sd, sd)), 12.5)
    read = Shipped.model_validate(parse_value(text_of(fit, Ratios(0.8, 1.1, 1.0), ORIGIN), "x.yaml"))
    assert read.posterior().mean == pytest.approx(fit.posterior.mean)
    assert read.posterior().covariance == pytest.approx(fit.posterior.covariance)
    assert read.ratios() == Ratios(0.8, 1.1, 1.0)
    assert read.fitted_to == ORIGIN


def test_the_shipped_one_belongs_to_the_priors():
    assert [each.name for each in shipped().parameters] == [each.name for each in priors().parameters]
    assert [each.prior_sd for each in shipped().parameters] == prior().deviations().tolist()
    assert np.linalg.eigvalsh(shipped().posterior().covariance).min() > 0
    assert shipped().fitted_to.cases >= shipped().fitted_to.campuses > 0
