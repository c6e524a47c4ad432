"""Baselines: what they fit, what they leave out, and what they do with few builds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from buildsim.backtest.baselines import (
    FEWEST,
    FITS,
    WIDEST,
    Finished,
    baselines,
    one_lognormal,
    regression,
    truncated_lognormal,
    two_lognormals,
)
from buildsim.backtest.cases import Build


def finished(days: float, bound: float = math.inf, **known) -> Finished:
    return Finished(Build("a", "a", **known), days, bound)


def test_each_finished_build_is_forecast_by_each_baseline(cases):
    found = baselines(cases.builds, cases.outcomes)
    assert list(found) == list(FITS) == ["lognormal", "regression", "two lognormals"]
    for forecasts in found.values():
        assert [each.case for each in forecasts] == ["alder-1", "alder-2", "birch", "cedar", "dogwood", "elm", "fir"]


@pytest.mark.parametrize("name", FITS)
def test_the_own_campus_is_left_out(cases, name):
    """The outcome of a phase moves the forecasts of the other campuses, not those of its own."""
    changed = {**cases.outcomes, "alder-1": replace(cases.outcomes["alder-1"], days=1400.0)}
    before, after = (baselines(cases.builds, outcomes)[name] for outcomes in (cases.outcomes, changed))
    same = {each.case for each, other in zip(before, after, strict=True) if np.array_equal(each.days, other.days)}
    assert {"alder-1", "alder-2"} <= same
    assert {"birch", "fir"}.isdisjoint(same)


def test_too_few_others(cases):
    assert baselines(cases.builds[:4], cases.outcomes) == {}  # alder leaves two
    assert baselines(cases.builds[7:], cases.outcomes) == {}
    assert baselines([], {}) == {}


def test_one_lognormal_by_hand():
    found = one_lognormal([finished(math.exp(value)) for value in (4, 5, 6)], Build("b", "b"))
    assert (found.mean, found.spread) == pytest.approx((5.0, 1.0))
    assert found.quantiles(3)[1] == pytest.approx(math.exp(5))
    assert np.log(found.quantiles(1000)).std() == pytest.approx(1.0, abs=0.01)


def test_the_regression_finds_what_it_was_made_of():
    def build(megawatts: float | None, retrofit: bool | None) -> Build:
        return Build("a", "a", retrofit=retrofit, first_facility_mw=megawatts)

    rows = [(10.0, False), (100.0, True), (50.0, False), (20.0, True), (400.0, False)]
    made = [
        Finished(build(*row), math.exp(6 + 0.1 * math.log(row[0]) - 1.2 * row[1]), math.inf) for row in rows
    ]  # fmt: skip
    found = regression(made, build(200.0, True))
    assert (found.mean, found.spread) == pytest.approx((6 + 0.1 * math.log(200) - 1.2, 0.0), abs=1e-9)
    # what is not known is put at the mean of the others, of whom two of five are retrofits
    mean = np.mean([math.log(row[0]) for row in rows])
    assert regression(made, build(None, None)).mean == pytest.approx(6 + 0.1 * mean - 1.2 * 0.4)


def test_truncation_is_corrected():
    """Of 4,000 builds of known distribution only those finished in time are seen."""
    rng = np.random.default_rng(5)
    days, bounds = np.exp(6.8 + 0.35 * rng.standard_normal(4000)), rng.uniform(500, 1500, 4000)
    seen = [finished(day, bound) for day, bound in zip(days, bounds, strict=True) if day <= bound]
    found = truncated_lognormal(seen)
    assert (found.mean, found.spread) == pytest.approx((6.8, 0.35), abs=0.04)
    assert one_lognormal(seen, Build("b", "b")).mean < 6.7


def test_without_bounds_it_is_the_lognormal_of_greatest_likelihood():
    logs = np.array([4.0, 5.0, 6.5])
    found = truncated_lognormal([finished(math.exp(value)) for value in logs])
    assert (found.mean, found.spread) == pytest.approx((logs.mean(), logs.std()), abs=1e-4)


def test_builds_at_their_bounds_give_no_endless_days():
    found = truncated_lognormal([finished(day, day) for day in (300.0, 400.0, 500.0)])
    assert math.isfinite(found.mean)
    assert found.mean < math.log(500) + 2


@pytest.mark.filterwarnings("error")
def test_builds_that_are_spread_wider_than_a_fit_may_be():
    fit = truncated_lognormal([finished(days, 90000.0) for days in (1.0, 3.0, 20000.0, 9.0)])
    assert fit.spread == pytest.approx(WIDEST)


def test_two_lognormals_take_builds_of_the_same_kind():
    new = [finished(day, retrofit=False) for day in (800.0, 900.0, 1000.0)]
    old = [finished(day, retrofit=True) for day in (200.0, 250.0, 300.0)]
    retrofit = two_lognormals([*new, *old], Build("b", "b", retrofit=True))
    assert math.exp(retrofit.mean) == pytest.approx(np.exp(np.log([200, 250, 300]).mean()), rel=1e-4)
    for build, others in ((Build("b", "b"), [*new, *old]), (Build("b", "b", retrofit=True), [*new, *old[:2]])):
        assert two_lognormals(others, build) == truncated_lognormal(others)
    assert len(old[:2]) < FEWEST
