"""Calibration on invented builds: it finds what they were made with, and leaves out what it must not see."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.special import softmax

from buildsim.backtest.baselines import Finished
from buildsim.backtest.bases import left_out
from buildsim.backtest.calibration import calibrated, effective, evidence, predictive_weights
from buildsim.backtest.cases import Build, Outcome
from buildsim.backtest.forecast import Forecast, Traits
from buildsim.backtest.parameters import Normal, log_weights, prior, priors

AT_FACTS = Normal(np.zeros(4), np.eye(4) * 1e-18)


def played(case: str, retrofit: bool, seed: int, count: int = 200) -> Forecast:
    """A build that takes as long as its luck and its orders say, and a little chance."""
    rng = np.random.default_rng(seed)
    spread = 0.45 if retrofit else 0.35
    luck, order = rng.standard_normal(count), rng.integers(-1, 2, count).astype(float)
    days = np.exp(6.6 - retrofit + spread * luck + 0.3 * order + 0.05 * rng.standard_normal(count))
    return Forecast(case, days, Traits(luck, np.full(count, spread), order, np.full(count, retrofit)))


def builds(truth: Sequence[float], count: int) -> tuple[list[Finished], list[Forecast]]:
    """Builds drawn with these parameters, of which only those are seen that were finished in time."""
    rng = np.random.default_rng(11)
    known, forecasts = [], []
    for i in range(count):
        retrofit = i % 3 == 0
        forecast = played(f"b{i}", retrofit, i)
        weights = softmax(log_weights(np.array([truth]), forecast.traits)[0])
        days = float(rng.choice(forecast.days, p=weights)) * math.exp(priors().date_noise.value * rng.standard_normal())
        bound = rng.uniform(600, 1600) * (0.4 if retrofit else 1)
        if days <= bound:
            known.append(Finished(Build(f"b{i}", f"c{i}", retrofit=retrofit), days, bound))
            forecasts.append(forecast)
    return known, forecasts


@pytest.mark.parametrize("truth", [(0.2, -0.3, 0.2, 0.4), (-0.15, 0.2, -0.2, -0.4), (0.0, 0.0, 0.0, 0.0)])
def test_it_finds_the_parameters_that_builds_were_made_with(truth):
    known, forecasts = builds(truth, 120)
    assert 60 < len(known) < 110  # the slow ones are not seen
    found = evidence(known, forecasts).fit().posterior
    assert (np.abs(found.mean - truth) < 2.5 * found.deviations()).all()
    # pace and orders move the same days, so each of them is known less well than both together
    assert (found.deviations() < prior().deviations() * (0.65, 0.65, 0.65, 0.95)).all()


def test_without_cases_it_stays_at_the_prior():
    found = evidence([], []).fit()
    assert found.posterior.mean == pytest.approx(prior().mean, abs=0.002)
    assert found.posterior.covariance == pytest.approx(prior().covariance, abs=0.002)
    assert found.points == pytest.approx(4096)


def test_at_the_facts_all_weights_are_equal():
    forecast = played("a", False, 1)
    assert log_weights(np.zeros((1, 4)), forecast.traits) == pytest.approx(0)
    assert predictive_weights(forecast, AT_FACTS) == pytest.approx(1 / 200)
    assert calibrated(forecast, AT_FACTS).days == pytest.approx(np.sort(forecast.days))


@pytest.mark.parametrize(
    ("parameters", "moved"),
    [((0.3, 0, 0, 0), (True, False)), ((0, 0.3, 0, 0), (False, True)), ((0, 0, 0, -0.8), (True, True))],
)
def test_what_a_parameter_moves(parameters, moved):
    for retrofit, expected in zip((False, True), moved, strict=True):
        forecast = played("a", retrofit, 2, 4000)
        after = calibrated(forecast, Normal(np.array(parameters, dtype=float), np.eye(4) * 1e-18))
        ratio = after.quantiles()[50] / forecast.quantiles()[50]
        assert (ratio > 1.05) is expected
        assert expected or ratio == pytest.approx(1, abs=1e-6)


def test_a_shift_and_a_stretch_of_the_pace_are_those_of_the_lognormal():
    forecast = played("a", False, 3, 20_000)
    logs = np.log(calibrated(forecast, Normal(np.array([0.2, 0, 0, 0.0]), np.eye(4) * 1e-18)).days)
    assert logs.mean() - np.log(forecast.days).mean() == pytest.approx(0.2, abs=0.01)
    wide = np.log(calibrated(forecast, Normal(np.array([0, 0, 0.2, 0.0]), np.eye(4) * 1e-18)).days)
    pace = 0.35 * math.exp(0.2)
    assert wide.std() == pytest.approx(math.sqrt(pace**2 + 0.3**2 * 2 / 3 + 0.05**2), abs=0.01)


def test_what_is_not_known_of_the_parameters_widens_a_forecast():
    forecast = played("a", False, 4, 4000)
    sure, unsure = (np.log(calibrated(forecast, each).days).std() for each in (AT_FACTS, prior()))
    assert unsure > sure * 1.05


def test_replications_beyond_the_horizon_stay_there():
    forecast = played("a", False, 5)
    days = np.where(np.arange(200) < 40, math.nan, forecast.days)
    after = calibrated(Forecast("a", days, forecast.traits), AT_FACTS)
    assert np.isinf(after.days).sum() == 40
    assert math.isfinite(evidence([_one(500.0, 900.0)], [Forecast("a", days, forecast.traits)]).fit().points)


def test_builds_are_corrected_for_truncation():
    """The same days say more of a slow pace if a slower build could not have been seen."""
    forecast = played("a", False, 6)
    seen, all_seen = (evidence([_one(700.0, bound)], [forecast]).fit().posterior for bound in (720.0, math.inf))
    assert seen.mean[0] > all_seen.mean[0] + 0.02


def test_a_build_far_from_its_forecast_still_counts():
    found = evidence([_one(20.0, 2000.0)], [played("a", False, 7)])
    assert np.isfinite(found.log_likelihood).all()
    assert found.fit().posterior.mean[0] < -0.05


def test_the_fit_of_a_campus_does_not_see_it():
    known, forecasts = builds((0, 0, 0, 0), 12)
    cases = [each.build for each in known]
    outcomes = {each.build.case: Outcome(days=each.days, max_observable_days=each.bound) for each in known}
    changed = {**outcomes, cases[0].case: Outcome(days=200.0, max_observable_days=known[0].bound)}
    for basis in ("calibrated", "reference-class"):
        before, after = (left_out(cases, each, forecasts).forecasts[basis] for each in (outcomes, changed))
        same = [np.array_equal(one.days, other.days) for one, other in zip(before, after, strict=True)]
        assert same[0]
        assert basis == "reference-class" or not any(same[1:])


def test_hand_made_forecasts_cannot_be_calibrated():
    with pytest.raises(ValueError, match="a was not played"):
        calibrated(Forecast("a", np.arange(3.0)), AT_FACTS)


def test_effective_numbers():
    assert effective(np.full(7, 0.2)) == pytest.approx(7)
    assert effective(np.array([1.0, 0, 0])) == 1


def _one(days: float, bound: float) -> Finished:
    return Finished(Build("a", "a", retrofit=False), days, bound)
