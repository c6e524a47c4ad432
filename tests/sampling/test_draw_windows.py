"""Windows of disruptions: dated and random, sorted and disjoint, within the horizon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import kstest

from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import Disruptions
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples
from buildsim.sampling.streams import uniforms

if TYPE_CHECKING:
    from tests.sampling.conftest import Build

HORIZON = 20 * 365 * TICKS_PER_DAY


def windows(samples: Samples, row: int, disruption: int) -> list[tuple[int, int]]:
    first, last = samples.window_ptr[row, disruption : disruption + 2].tolist()
    return list(zip(samples.window_start[first:last].tolist(), samples.window_end[first:last].tolist(), strict=True))


def test_dated_windows_last_their_days_from_their_date(build: Build) -> None:
    length = build.variable("disruption:d:duration", "fixed", 1.5)
    build.row(Disruptions, name="d", start=-100, duration_variable=length)
    build.row(Disruptions, name="beyond", start=HORIZON + 1, duration_variable=length)
    build.row(Disruptions, name="empty", start=5, duration_variable=build.variable("nothing", "fixed", 0))
    samples = draw(build.network(horizon=HORIZON), 1, 0, 2)
    assert samples.window_ptr.tolist() == [[0, 1, 1, 1], [1, 2, 2, 2]]
    assert windows(samples, 1, 0) == [(-100, 2060)]


def test_an_uncertain_date_happens_with_its_probability(build: Build) -> None:
    length = build.variable("disruption:d:duration", "exponential", 10)
    build.row(Disruptions, name="d", start=1000, probability=0.3, duration_variable=length)
    samples = draw(build.network(), 1, 0, 4000)
    lengths = (samples.window_end - samples.window_start) / TICKS_PER_DAY
    assert len(lengths) / 4000 == pytest.approx(0.3, abs=0.03)
    assert kstest(lengths, "expon", args=(0, 10)).pvalue > 0.001


def test_random_windows_are_sorted_disjoint_and_start_by_the_horizon(build: Build) -> None:
    length = build.variable("disruption:d:duration", "lognormal", 20, 1.0)
    build.row(Disruptions, name="d", per_year=8.0, duration_variable=length)
    samples = draw(build.network(horizon=HORIZON), 1, 0, 30)
    for row in range(30):
        edges = [edge for window in windows(samples, row, 0) for edge in window]
        assert len(edges) > 20
        assert edges == sorted(edges)
        assert all(start < end for start, end in windows(samples, row, 0))
        assert 0 <= edges[0] <= edges[-2] <= HORIZON


def test_gaps_run_from_the_end_of_the_window_before(build: Build) -> None:
    length = build.variable("disruption:d:duration", "fixed", 30)
    build.row(Disruptions, name="d", per_year=2.0, duration_variable=length)
    samples = draw(build.network(horizon=HORIZON), 1, 0, 300)
    gaps, counts = [], []
    for row in range(300):
        found = windows(samples, row, 0)
        counts.append(len(found))
        ends = [0, *(end for _, end in found)]
        gaps += [start - end for (start, _), end in zip(found[:10], ends, strict=False)]
        assert all(end - start == 30 * TICKS_PER_DAY for start, end in found)
    # The first ten gaps: nearly every row has ten, so the horizon hardly favours short ones.
    assert min(counts) >= 10
    assert kstest(np.array(gaps) / TICKS_PER_DAY, "expon", args=(0, 365.25 / 2)).pvalue > 0.001
    assert np.mean(counts) == pytest.approx(7300 / (365.25 / 2 + 30), rel=0.03)


@pytest.mark.parametrize("per_year", [0.1, 3.0, 60.0])
def test_random_windows_are_as_drawn_one_after_another(build: Build, per_year: float) -> None:
    length = build.variable("disruption:d:duration", "uniform", 0, 4)
    build.row(Disruptions, name="d", per_year=per_year, duration_variable=length)
    samples = draw(build.network(horizon=HORIZON), 1, 0, 4)
    for row in range(4):
        expected, tick, occurrence = [], 0, 0
        while True:
            gap, days = (uniforms(1, f"disruption:d:{name}", occurrence, row, 1)[0] for name in ("gap", "duration"))
            start = tick + round(-math.log1p(-gap) * 365.25 / per_year * TICKS_PER_DAY)
            if start > HORIZON:
                break
            tick, occurrence = start + round(4 * days * TICKS_PER_DAY), occurrence + 1
            expected.append((start, tick))
        assert windows(samples, row, 0) == [(start, end) for start, end in expected if start < end]


def test_each_random_window_draws_its_own_length(build: Build) -> None:
    length = build.variable("disruption:d:duration", "uniform", 1, 9)
    build.row(Disruptions, name="d", per_year=5.0, duration_variable=length)
    build.row(Disruptions, name="never", per_year=0.0, duration_variable=length)
    samples = draw(build.network(horizon=HORIZON), 1, 0, 100)
    lengths = (samples.window_end - samples.window_start) / TICKS_PER_DAY
    assert kstest(lengths, "uniform", args=(1, 8)).pvalue > 0.001
    of_first = lengths[: samples.window_ptr[0, 1]]
    assert len(np.unique(of_first)) > 0.9 * len(of_first) > 50
    assert np.all(samples.window_ptr[:, 1] == samples.window_ptr[:, 2])
