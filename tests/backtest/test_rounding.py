"""Shares made whole: no row, no column is far off, and every cell is right on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from buildsim.backtest.rounding import rounded

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 5))
WEIGHTS = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, 6)))


def shares_of(weights: np.ndarray) -> np.ndarray:
    """Rows that sum to 1, many with zeros and whole sums of columns."""
    weights = weights + np.where(weights.sum(axis=1, keepdims=True) == 0, 1, 0)
    return weights / weights.sum(axis=1, keepdims=True)


@given(WEIGHTS, st.integers(0, 2**32 - 1))
def test_each_row_has_a_single_one_and_columns_come_to_their_sum(weights, seed):
    shares = shares_of(weights)
    found = rounded(shares, np.random.default_rng(seed))
    assert set(np.unique(found)) <= {0.0, 1.0}
    assert np.array_equal(found.sum(axis=1), np.ones(len(shares)))
    assert np.all(found[shares == 0] == 0)
    assert np.all(found[shares == 1] == 1)
    assert np.all(np.abs(found.sum(axis=0) - shares.sum(axis=0)) < 1)


@pytest.mark.parametrize(
    "weights",
    [
        [[1, 2, 3]] * 4,
        [[1, 1, 0], [0, 3, 1], [2, 1, 4], [1, 0, 0]],
        [[19, 1]] * 5,
    ],
)
def test_every_cell_is_right_on_average(weights):
    shares = shares_of(np.array(weights))
    rng = np.random.default_rng(3)
    tries = 400
    mean = np.mean([rounded(shares, rng) for _ in range(tries)], axis=0)
    assert np.all(np.abs(mean - shares) <= 4.5 * np.sqrt(shares * (1 - shares) / tries))


@given(st.integers(2, 40), st.floats(0.05, 0.95), st.integers(0, 1000))
def test_choices_are_spread_over_rows_that_stand_side_by_side(rows, share, seed):
    found = rounded(np.array([[share, 1 - share]] * rows), np.random.default_rng(seed))[:, 0]
    assert np.all(np.abs(np.cumsum(found) - share * np.arange(1, rows + 1)) < 2)
