"""How far a milestone has moved between two forecasts, paired or independent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind, ttest_rel

from buildsim.analysis.movement import Move, design, movement
from buildsim.network.codes import TICKS_PER_DAY

DAY = TICKS_PER_DAY
FAR = 10_000.0 * DAY
NAN = float("nan")


def days(*values: float) -> np.ndarray:
    return np.array(values) * DAY


def compare(then, now, seeds=(1, 1), horizons=(FAR, FAR)):
    return movement(then, now, (50, 80), design(seeds, (len(then), len(now)), horizons))


@settings(max_examples=20)
@given(st.lists(st.integers(0, 500), min_size=40, max_size=60), st.integers(-90, 90))
def test_a_plan_that_moves_as_a_whole_moves_every_number_for_certain(finish, by):
    then = days(*finish) + 1000 * DAY
    found = compare(then, then + by * DAY)
    assert found.mean == Move(by, by, by)
    assert found.percentiles == {50: Move(by, by, by), 80: Move(by, by, by)}


def test_intervals_of_the_mean_are_those_of_scipy():
    random = np.random.default_rng(2)
    then = random.normal(300, 30, 60) * DAY
    now = then + random.normal(5, 10, 60) * DAY
    pairs, apart = compare(then, now).mean, compare(then, now, seeds=(1, 2)).mean
    expected = ttest_rel(now / DAY, then / DAY).confidence_interval()
    assert (pairs.low, pairs.high) == pytest.approx((expected.low, expected.high))
    expected = ttest_ind(now / DAY, then / DAY, equal_var=False).confidence_interval()
    assert (apart.low, apart.high) == pytest.approx((expected.low, expected.high))
    assert pairs.days == pytest.approx(apart.days)
    assert apart.high - apart.low > 2 * (pairs.high - pairs.low)


def test_twins_need_the_same_seed_and_number():
    assert design((1, 1), (40, 40), (FAR, FAR)).pairs
    assert not design((1, 2), (40, 40), (FAR, FAR)).pairs
    assert not design((1, 1), (40, 41), (FAR, FAR)).pairs


@pytest.mark.parametrize("pairs", [True, False])
def test_the_interval_of_a_percentile_covers_the_truth(pairs):
    """Normal finishes that move by 10 days, with a noise of their own: so does each percentile, up to the noise."""
    random, hits, trials = np.random.default_rng(5), 0, 150
    by = design((1, 1 if pairs else 2), (200, 200), (FAR, FAR))
    for _ in range(trials):
        then = random.normal(1000, 30, 200)
        own = then if pairs else random.normal(1000, 30, 200)
        now = 1010 + (own - 1000) * 0.8 + random.normal(0, 18, 200)  # again a deviation of 30
        move = movement(then * DAY, now * DAY, (80,), by).percentiles[80]
        hits += move.low <= 10 <= move.high
    assert 0.89 < hits / trials < 0.995


def test_the_horizon_stands_in_where_one_forecast_lacks_it():
    then, now = days(*range(100, 150)), np.full(50, NAN)
    horizon = 200.0 * DAY
    found = compare(then, now, horizons=(horizon, horizon))
    assert found.percentiles[50].days == 200 - 124
    assert found.mean.days == pytest.approx(200 - 124.5)
    assert (found.missing_then, found.missing_now) == (0, 50)
    back = compare(now, then, horizons=(horizon, horizon))
    assert back.percentiles[80].days == -(200 - 139)
    assert compare(now, now).percentiles[50] == Move(None, None, None)
    assert compare(now, now).mean == compare(now, now, seeds=(1, 2)).mean == Move(None, None, None)


def test_what_is_later_than_the_other_horizon_cannot_be_compared():
    then, now = np.full(50, NAN), days(*range(300, 350))
    assert compare(then, now, horizons=(200.0 * DAY, FAR)).percentiles[80] == Move(None, None, None)


def test_too_few_replications_have_no_interval():
    found = compare(days(1, 2, 3), days(2, 3, 4))
    assert found.percentiles[50] == Move(1.0, None, None)
    assert compare(days(1), days(3)).mean == Move(2.0, None, None)
    assert compare(days(1), days(3), seeds=(1, 2)).mean == Move(2.0, None, None)
