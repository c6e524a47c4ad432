"""The score itself: right answers pass, wrong ones and wrong error bars are found."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from groundtruth.score import (
    MEAN_SQUARE,
    Estimate,
    Score,
    clustered_quantile,
    exact,
    mean,
    mean_square,
    normal_score,
    quantile,
    ratio,
    score,
    share,
    standard_deviation,
    variance,
)

SAMPLE = np.random.default_rng(5).exponential(size=4_000)
RUNS = np.random.default_rng(6).exponential(size=(40, 100))


def scored(estimate: Estimate, value: float) -> Score:
    return score("family", "case", "answer", {"value": value, "abs_err": 1e-9}, estimate)


ESTIMATES = [
    (mean(SAMPLE), 1.0),
    (variance(SAMPLE), 1.0),
    (standard_deviation(SAMPLE), 1.0),
    (share(np.log(2) < SAMPLE), 0.5),
    (quantile(SAMPLE, 0.9), np.log(10)),
    (clustered_quantile(list(RUNS), 0.5), np.log(2)),
    (ratio(2 * RUNS.sum(axis=1), np.full(40, 100)), 2.0),
]


@pytest.mark.parametrize(("estimate", "value"), ESTIMATES)
def test_right_answers_pass_and_wrong_ones_do_not(estimate: Estimate, value: float) -> None:
    right, wrong = scored(estimate, value), scored(estimate, value * 1.5)
    assert right.agrees
    assert right.z is not None
    assert abs(right.z) < 3
    assert not wrong.agrees


def test_without_chance_only_the_stated_error_is_allowed() -> None:
    assert scored(exact(2.0), 2.0) == Score("family", "case", "answer", 2.0, 2.0, None, True)
    assert not scored(exact(2.0), 2.001).agrees
    assert scored(exact(2.0, allowance=0.01), 2.001).agrees


def test_few_runs_are_judged_by_their_own_distribution() -> None:
    few = normal_score(4.0, 4)
    assert 2.3 < few < 2.5  # t = 4 with 4 degrees of freedom is as rare as z = 2.4
    assert normal_score(-4.0, 4) == -few
    assert normal_score(4.0, 1e6) == pytest.approx(4.0, abs=1e-3)


@pytest.mark.parametrize(("scale", "fits"), [(1.0, True), (2.0, False), (0.5, False)])
def test_error_bars_that_are_too_wide_or_too_narrow_show_in_the_mean_square(scale: float, fits: bool) -> None:
    deviates = [NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)]
    found = mean_square([Score("f", "c", str(z), 0, z, scale * z, True) for z in deviates])
    assert (MEAN_SQUARE[0] < found < MEAN_SQUARE[1]) == fits
