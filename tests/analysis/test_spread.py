from __future__ import annotations

import numpy as np
import pytest

from buildsim.analysis.spread import Share, resamples, shares, spread_days
from buildsim.network.codes import NEVER, TICKS_PER_DAY

DAYS = np.arange(1, 101)  # P10 is day 10, P90 day 90


def ticks(days):
    return np.asarray(days, dtype=np.int64) * TICKS_PER_DAY


def test_the_spread_is_between_order_statistics():
    assert spread_days(ticks(DAYS)) == 80
    assert spread_days(ticks([7])) == 0


def test_beyond_the_horizon_there_is_no_spread():
    late = ticks(DAYS)
    late[90:] = NEVER  # P90 is the last one that is reached
    assert spread_days(late) == 80
    late[89] = NEVER
    assert spread_days(late) is None


@pytest.mark.parametrize(
    ("held", "share"),
    [
        (np.full(100, 50), Share(0.0, 1.0, None)),
        (50 + DAYS / 4, Share(20.0, 0.75, None)),
        (DAYS, Share(80.0, 0.0, None)),
        (2 * DAYS, Share(160.0, -1.0, None)),
    ],
)
def test_the_share_is_that_by_which_the_spread_shrinks(held, share):
    assert shares(ticks(DAYS), [ticks(held)], None) == [share]


def test_nothing_can_be_said_of_no_spread_or_one_beyond_the_horizon():
    late = ticks(DAYS)
    late[80:] = NEVER
    rows = resamples(1, 100)
    assert shares(ticks(np.full(100, 3)), [ticks(DAYS)], rows) == [Share(80.0, None, None)]
    assert shares(late, [ticks(DAYS)], rows) == [Share(80.0, None, None)]
    assert shares(ticks(DAYS), [late], rows) == [Share(None, None, None)]


def test_no_interval_where_a_resample_may_lie_beyond_the_horizon():
    late = ticks(DAYS)
    late[95:] = NEVER
    assert shares(late, [ticks(DAYS / 2)], resamples(1, 100)) == [Share(40.0, 0.5, None)]


def test_too_few_replications_have_no_interval():
    assert resamples(1, 35) is None
    rows = resamples(1, 36)
    assert rows.shape[1] == 36
    assert (rows >= 0).all()
    assert (rows < 36).all()


def test_resamples_depend_on_seed_and_count_alone():
    assert np.array_equal(resamples(1, 60), resamples(1, 60))
    assert not np.array_equal(resamples(1, 60), resamples(2, 60))


def test_a_share_that_is_the_same_in_every_resample_has_no_width():
    [share] = shares(ticks(4 * DAYS), [ticks(DAYS)], resamples(1, 100))
    assert share.ci95 == pytest.approx((0.75, 0.75))


def test_the_interval_covers_the_true_share():
    """Two normals in series: one has 3/5 of the standard deviation of the sum, so 2/5 go when the other is held."""
    rng = np.random.default_rng(5)
    covered = 0
    for seed in range(200):
        a, b = rng.normal(300, 4, 200), rng.normal(300, 3, 200)
        [share] = shares(ticks(a + b), [ticks(b)], resamples(seed, 200))
        low, high = share.ci95
        covered += low <= 1 - 3 / 5 <= high
    assert 180 <= covered <= 199
