from __future__ import annotations

import numpy as np
import pytest

from buildsim.network.curves import Curve

WEEK = 7 * 1440


def curve(*points, linear=False):
    return Curve(np.array([p[0] for p in points]), np.array([float(p[1]) for p in points]), linear)


def test_values_hold_outside_the_points():
    ticks = np.array([-5, 0, 9, 10, 15, 20, 99])
    points = ((0, 1), (10, 3), (20, 7))
    assert curve(*points).at(ticks).tolist() == [1, 1, 1, 3, 3, 7, 7]
    assert curve(*points, linear=True).at(ticks).tolist() == pytest.approx([1, 1, 2.8, 3, 5, 7, 7])


def test_integrals_from_zero():
    ticks = np.array([0, 10, 15, 30])
    points = ((-10, 2), (10, 4), (20, 0))
    assert curve(*points).integral(ticks).tolist() == [0, 20, 40, 60]
    assert curve(*points, linear=True).integral(ticks).tolist() == [0, 35, 50, 55]


def test_a_steady_rate_stays_exact_for_years():
    weeks = np.arange(0, 520) * WEEK
    units = curve((0, 100 / 7)).integral(weeks) / 1440
    assert np.abs(units - 100 * np.arange(520)).max() < 1e-6


def test_the_largest_value_of_a_time():
    points = ((-10, 9), (0, 1), (10, 3), (20, 7))
    assert curve(*points).largest(0, 15) == 3
    assert curve(*points, linear=True).largest(0, 15) == 5
