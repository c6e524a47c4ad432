"""Designs and what their values say, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildsim.designs.grid import AS_IS, grid, one_at_a_time
from buildsim.designs.latin import latin_hypercube
from buildsim.designs.morris import elementary_effects, trajectories
from buildsim.designs.saltelli import saltelli, sobol_indices

seeds = st.integers(0, 2**63 - 1)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_grid_has_each_combination_once_in_order(levels):
    assert grid(levels).tolist() == [list(each) for each in np.ndindex(*levels)]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_one_at_a_time_changes_at_most_one_factor(levels):
    points = one_at_a_time(levels)
    assert len(points) == 1 + sum(levels)
    assert (points[0] == AS_IS).all()
    assert ((points[1:] != AS_IS).sum(axis=1) == 1).all()
    assert [sorted(column[column != AS_IS]) for column in points.T] == [list(range(count)) for count in levels]


@settings(deadline=None)  # the first call imports SciPy
@given(st.integers(1, 50), st.integers(1, 5), seeds)
def test_a_latin_hypercube_has_a_point_in_each_slice_of_each_factor(count, factors, seed):
    points = latin_hypercube(count, factors, seed)
    assert (np.sort(np.floor(points * count), axis=0) == np.arange(count)[:, np.newaxis]).all()
    assert (points == latin_hypercube(count, factors, seed)).all()


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(1, 4), seeds)
def test_saltelli_changes_one_factor_of_a_to_that_of_b(power, factors, seed):
    blocks = saltelli(2**power, factors, seed).reshape(2**power, factors + 2, factors)
    a, b = blocks[:, 0], blocks[:, 1]
    for i in range(factors):
        expected = a.copy()
        expected[:, i] = b[:, i]
        assert (blocks[:, 2 + i] == expected).all()
    assert ((blocks >= 0) & (blocks <= 1)).all()


def test_a_base_that_is_no_power_of_two_is_refused():
    with pytest.raises(ValueError, match="power of 2"):
        saltelli(6, 2, 1)


def within(low, value, high) -> bool:
    return bool(np.all((low <= value) & (value <= high)))


def test_the_indices_of_ishigami_are_those_of_its_closed_form():
    """f = sin x1 + a sin^2 x2 + b x3^4 sin x1 with x in (-pi, pi) (Ishigami and Homma, 1990), a = 7, b = 0.1."""
    a, b = 7.0, 0.1
    x = (2 * saltelli(2**12, 3, 5) - 1) * np.pi
    values = np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])
    one, two, both = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 8 * b**2 * np.pi**8 / 225
    variance = one + two + both
    found = sobol_indices(values, 3, seed=1)
    assert within(found.first_low, np.array([one, two, 0]) / variance, found.first_high)
    assert within(found.total_low, np.array([one + both, two, both]) / variance, found.total_high)
    assert found.first == pytest.approx(np.array([one, two, 0]) / variance, abs=0.01)
    assert found.total == pytest.approx(np.array([one + both, two, both]) / variance, abs=0.01)


def test_what_never_varies_has_no_share():
    assert not sobol_indices(np.full(4 * 8, 3.0), 2, seed=1).total.any()


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="finite"):
        sobol_indices(np.full(4 * 8, np.inf), 2, seed=1)
    with pytest.raises(ValueError, match="finite"):
        elementary_effects(trajectories(2, 2, 1), np.full(6, np.nan), seed=1)


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_effects_of_a_sum_are_its_weights_whatever_the_others_do(seed):
    weights = np.array([3.0, -2.0, 0.0])
    points = trajectories(10, 3, seed)
    found = elementary_effects(points, points @ weights, seed)
    assert found.mu == pytest.approx(weights)
    assert found.mu_star == pytest.approx(np.abs(weights))
    assert found.sigma == pytest.approx(np.zeros(3), abs=1e-9)
    assert (points == trajectories(10, 3, seed)).all()


def test_effects_of_a_product_depend_on_the_other_factor():
    points = trajectories(200, 2, 3)
    found = elementary_effects(points, points[:, 0] * points[:, 1], seed=3)
    assert found.mu == pytest.approx([0.5, 0.5], abs=0.1)
    assert (found.sigma > 0.2).all()
