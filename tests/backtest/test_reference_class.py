"""The reference class: ratios by hand, and what is done with few builds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from buildsim.backtest.baselines import Finished
from buildsim.backtest.cases import Build
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.reference_class import Ratios, corrected, ratios

EVEN = np.arange(1.0, 1001.0)  # P50 of 500


def finished(days: float, retrofit: bool | None, bound: float = math.inf) -> Finished:
    return Finished(Build("a", "a", retrofit=retrofit), days, bound)


def of(known: list[Finished]) -> Ratios:
    return ratios(known, [Forecast("a", EVEN)] * len(known))


def test_each_class_has_the_median_of_its_own():
    new = [finished(days, False) for days in (400.0, 600.0, 900.0)]
    old = [finished(days, True) for days in (100.0, 150.0, 450.0)]
    assert of([*new, *old]) == Ratios(0.3, 1.2, pytest.approx((0.8 + 0.9) / 2))


def test_few_of_a_class_take_the_ratio_of_all():
    found = of([finished(400.0, False), finished(600.0, False), finished(900.0, None)])
    assert found == Ratios(1.2, 1.2, 1.2)
    assert found.of(Build("b", "b")) == 1.2


def test_too_few_of_all_change_nothing():
    assert of([finished(900.0, False)] * 2) == Ratios(1.0, 1.0, 1.0)
    beyond = Forecast("a", np.full(4, math.inf))
    assert ratios([finished(900.0, False)] * 3, [beyond] * 3) == Ratios(1.0, 1.0, 1.0)


def test_the_p50_is_cut_as_the_real_days_are():
    assert of([finished(200.0, True, bound=400.0)] * 3).retrofit == 1.0


def test_which_ratio_a_build_gets():
    found = Ratios(2.0, 3.0, 4.0)
    kinds = (True, False, None)
    assert [found.of(Build("b", "b", retrofit=kind)) for kind in kinds] == [2.0, 3.0, 4.0]
    after = corrected(Forecast("b", np.array([100.0, math.inf])), 2.0)
    assert after.days.tolist() == [200.0, math.inf]
