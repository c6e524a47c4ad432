"""Scores: by hand, against their definitions, and what must hold for any forecast."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.scores import CaseScore, Gain, crps, gain, pinball, score_case, summarize

DAYS = st.floats(1, 5000)
SAMPLES = st.lists(DAYS, min_size=1, max_size=40).map(np.array)


def forecast(*days: float) -> Forecast:
    return Forecast("a", np.array(days))


def case(days: float, p50: float, loss: float = 1.0, inside: bool = True) -> CaseScore:
    return CaseScore("a", days, p50, p50, p50, p50, loss, loss, inside, 0.5)


def test_quantiles_are_the_order_statistics_used_elsewhere():
    found = forecast(*range(10, 0, -1)).quantiles()
    assert found == {10: 1.0, 50: 5.0, 80: 8.0, 90: 9.0}
    assert forecast(4.0, math.nan, 2.0, math.inf, 3.0).quantiles() == {10: 2.0, 50: 4.0, 80: math.inf, 90: math.inf}
    assert forecast(7.0).quantiles() == dict.fromkeys(PERCENTS, 7.0)


def test_a_cut_forecast():
    whole = forecast(5.0, math.nan, 10.0, math.inf, 20.0)
    assert whole.cut(10.0).days.tolist() == [5.0, 10.0]
    assert whole.cut(4.0).days.tolist() == [4.0]
    assert whole.cut(None) is whole
    assert forecast(math.nan).cut(9.0).quantiles() == dict.fromkeys(PERCENTS, 9.0)


def test_shares():
    whole = forecast(5.0, math.nan, 10.0, math.inf)
    assert (whole.share_reached(), whole.share_later(5.0), whole.share_later(4.9)) == (0.5, 0.75, 1.0)


@pytest.mark.parametrize(
    ("quantile", "days", "percent", "loss"),
    [(100, 110, 90, 9.0), (100, 90, 90, 1.0), (100, 110, 10, 1.0), (100, 90, 10, 9.0), (100, 100, 50, 0.0)],
)
def test_pinball_by_hand(quantile, days, percent, loss):
    assert pinball(quantile, days, percent) == pytest.approx(loss, abs=1e-12)


@given(SAMPLES, DAYS)
def test_the_expected_loss_is_least_at_the_quantile(sample, other):
    quantiles = Forecast("a", sample).quantiles()
    for percent in PERCENTS:
        at_quantile = sum(pinball(quantiles[percent], days, percent) for days in sample)
        assert at_quantile <= sum(pinball(other, days, percent) for days in sample) + 1e-6


@given(SAMPLES, DAYS)
def test_crps_is_what_its_definition_says(sample, days):
    direct = np.abs(sample - days).mean() - np.abs(sample[:, None] - sample[None, :]).mean() / 2
    assert crps(sample, days) == pytest.approx(direct, abs=1e-6)
    assert crps(sample, days) >= -1e-9


def test_crps_of_one_day_is_the_error_and_of_a_normal_the_known_formula():
    assert crps(np.array([300.0]), 250.0) == 50.0
    sample = norm.ppf((np.arange(20000) + 0.5) / 20000)
    at = 0.7  # Gneiting and Raftery (2007), equation 5.6 in other words: y (2 F(y) - 1) + 2 f(y) - 1 / sqrt(pi)
    known = at * (2 * norm.cdf(at) - 1) + 2 * norm.pdf(at) - 1 / math.sqrt(math.pi)
    assert crps(sample, at) == pytest.approx(known, abs=1e-4)
    assert crps(np.array([1.0, math.nan]), 1.0) == math.inf


@given(SAMPLES, DAYS, st.floats(0.1, 10))
def test_a_score_is_in_days_and_blind_to_order(sample, days, factor):
    score = score_case(Forecast("a", sample), days)
    scaled = score_case(Forecast("a", sample[::-1] * factor), days * factor)
    assert scaled.pinball == pytest.approx(score.pinball * factor, rel=1e-9, abs=1e-9)
    assert scaled.crps == pytest.approx(score.crps * factor, rel=1e-6, abs=1e-6)


@given(SAMPLES, DAYS, DAYS)
def test_a_cut_never_shows_later_days(sample, days, bound):
    cut = Forecast("a", np.append(sample, math.inf)).cut(bound)
    assert cut.quantiles()[90] <= bound
    assert math.isfinite(score_case(cut, days).pinball)


def test_one_case():
    score = score_case(forecast(*range(100, 200)), 160.0)
    assert (score.p50, score.bias, score.inside) == (149.0, -11.0, True)
    # P10, P50, P80 and P90 are 109, 149, 179 and 189
    assert score.pinball == pytest.approx((0.1 * 51 + 0.5 * 11 + 0.2 * 19 + 0.1 * 29) / 4)
    assert [score_case(forecast(100.0, 200.0), days).inside for days in (99, 100, 200, 201)] == [
        False, True, True, False
    ]  # fmt: skip


def test_a_summary():
    cases = [case(100, 110, 2.0), case(200, 180, 4.0, inside=False), case(400, 400, 6.0)]
    found = summarize(cases)
    assert (found.count, found.inside, found.coverage, found.pinball, found.crps) == (3, 2, 2 / 3, 4.0, 4.0)
    # Clopper and Pearson for 2 of 3: from tables
    assert found.coverage_ci95 == pytest.approx((0.09430, 0.99160), abs=1e-5)
    assert (found.median_absolute_error, found.median_bias, found.median_relative_bias) == (10.0, 0.0, 0.0)
    assert found.median_relative_bias_ci95 == (None, None)


def test_the_interval_of_the_median_is_of_order_statistics():
    six = [case(100, 100 + off) for off in range(1, 7)]
    assert summarize(six).median_relative_bias_ci95 == (0.01, 0.06)
    assert summarize(six[:5]).median_relative_bias_ci95 == (None, None)
    assert summarize(six).median_relative_bias == pytest.approx(0.035)


def test_all_or_none_inside():
    assert summarize([case(1, 1)] * 10).coverage_ci95 == pytest.approx((0.025**0.1, 1.0))
    assert summarize([case(1, 1, inside=False)] * 10).coverage_ci95 == pytest.approx((0.0, 1 - 0.025**0.1))


def test_what_is_beyond_the_horizon_is_not_a_number():
    found = summarize([score_case(forecast(math.nan), 5.0), case(5, 6)])
    assert (found.pinball, found.crps, found.median_bias, found.median_absolute_error) == (None, None, None, None)
    assert (found.count, found.inside) == (2, 1)
    beyond = [score_case(forecast(math.nan), 5.0)]
    assert gain(beyond, [case(5, 6)], ["a"]) == Gain(None, None, None, 0, 1)


def losses(*values: float) -> list[CaseScore]:
    return [case(100, 100, value) for value in values]


def test_a_gain():
    found = gain(losses(1, 2, 3, 4), losses(2, 4, 3, 6), ["a", "b", "c", "d"])
    assert (found.mean, found.better) == (1.25, 3)
    assert 0 < found.low < 1.25 < found.high <= 2
    assert gain(losses(1, 2), losses(3, 4), ["a", "b"]) == Gain(2.0, 2.0, 2.0, 2, 2)
    assert gain(losses(1, 2), losses(3, 5), ["a", "a"]) == Gain(2.5, None, None, 2, 2)


def test_the_bootstrap_draws_campuses_whole():
    """Twenty copies of two campuses say no more than the two."""
    campuses = ["a"] * 20 + ["b"] * 20
    found = gain(losses(*[0] * 40), losses(*[10] * 20, *[-10] * 20), campuses)
    assert (found.mean, found.low, found.high) == (0.0, -10.0, 10.0)
    alone = gain(losses(*[0] * 40), losses(*[10] * 20, *[-10] * 20), [f"{i}" for i in range(40)])
    assert -5 < alone.low < 0 < alone.high < 5


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from("abc")), min_size=1, max_size=8))
def test_a_gain_turned_round_is_a_loss(rows):
    ours, theirs, campuses = (list(each) for each in zip(*rows, strict=True))
    here, there = gain(losses(*ours), losses(*theirs), campuses), gain(losses(*theirs), losses(*ours), campuses)
    assert here.mean == pytest.approx(-there.mean)
    if here.low is not None:
        # up to rounding and to the percentile's interpolation the interval turns round too
        assert (here.low, here.high) == pytest.approx((-there.high, -there.low), abs=1e-6)


def test_the_rank_is_the_share_that_took_no_longer():
    forecast = Forecast("a", np.array([1.0, 2.0, 3.0, math.inf]))
    assert [score_case(forecast, days).rank for days in (0.5, 2.0, 9.0)] == [0.0, 0.5, 0.75]
