"""Whether replications are enough: the width of the interval of P80, and what stopping by it does to its coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from buildsim.analysis.convergence import Width, expected_replications, width
from buildsim.analysis.milestones import interval_ranks, summarize
from buildsim.network.codes import NEVER, TICKS_PER_DAY

DAY = TICKS_PER_DAY


def test_it_is_the_interval_of_the_result():
    finish = np.random.default_rng(3).integers(100 * DAY, 200 * DAY, 256)
    low, high = summarize(finish, origin=0, start=np.datetime64("2026-01-05").item(), deterministic=None).ci95_days[
        "p80"
    ]
    found = width(finish, 1.0)
    assert found.days == pytest.approx(high - low)
    assert found.state == "wide"
    assert width(finish, found.days).state == "narrow"
    assert width(finish, math.nextafter(found.days, 0)).state == "wide"


@pytest.mark.parametrize(("reached", "state"), [(100, "narrow"), (85, "narrow"), (80, "wide"), (70, "beyond")])
def test_what_the_horizon_hides(reached, state):
    count = 400
    finish = np.where(np.arange(count) < count * reached // 100, 30 * DAY, NEVER)
    assert width(finish, 1.0) == Width(state, 0.0 if state == "narrow" else None)


def test_too_few_replications_are_no_convergence():
    assert interval_ranks(9, 80)[1] > 9
    assert width(np.full(9, DAY), 1.0) == Width("wide", None)


def test_four_times_the_replications_halve_the_width():
    assert expected_replications(Width("wide", 10.0), 256, 5.0) == 1024
    assert expected_replications(Width("narrow", 4.0), 256, 5.0) == 256
    assert expected_replications(Width("wide", None), 256, 5.0) == math.inf


def test_stopping_at_a_width_keeps_most_of_the_coverage():
    """Exponential finishes, P80 = 10 ln 5 days; asked for 1.5 days, so that it takes several batches."""
    random, truth, hits, counts = np.random.default_rng(11), 10 * math.log(5), 0, set()
    trials = 600
    for _ in range(trials):
        finish = np.empty(0, dtype=np.int64)
        while not len(finish) or width(finish, 1.5).state == "wide":
            finish = np.concatenate([finish, (random.exponential(10 * DAY, 256)).astype(np.int64)])
        low, high = interval_ranks(len(finish), 80)
        ordered = np.sort(finish) / DAY
        hits += ordered[low - 1] <= truth <= ordered[high - 1]
        counts.add(len(finish))
    assert len(counts) > 3
    assert 0.92 < hits / trials < 0.98
