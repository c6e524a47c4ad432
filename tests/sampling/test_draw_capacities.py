"""Lots of production lines against exact integrals, and steps of pools."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import Disruptions, Pools, Supplies
from buildsim.sampling.capacities import UNLIMITED_LOT
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples

if TYPE_CHECKING:
    from tests.sampling.conftest import Build

DAY = TICKS_PER_DAY
WEEK = 7 * DAY
HORIZON = 3652 * DAY

ticks = st.integers(-500 * DAY, 5000 * DAY)
reuse_build = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fresh(build: Build) -> Build:
    """Hypothesis calls a test many times with one fixture."""
    return type(build)()


def steps(samples: Samples, row: int, pool: int) -> list[tuple[int, int]]:
    first, last = samples.pool_ptr[row, pool : pool + 2].tolist()
    return list(zip(samples.pool_tick[first:last].tolist(), samples.pool_capacity[first:last].tolist(), strict=True))


def dated(build: Build, name: str, start: int, days: float, **hits: object) -> None:
    length = build.variable(f"disruption:{name}:duration", "fixed", days)
    build.row(Disruptions, name=name, start=start, duration_variable=length, **hits)


@given(per_week=st.integers(0, 1_000_000))
@reuse_build
def test_a_weekly_rate_gives_exactly_that_each_week_for_years(build: Build, per_week: int) -> None:
    build = fresh(build)
    build.line("l", build.curve((0, per_week / 7)), period=WEEK, lots=521)
    assert np.all(draw(build.network(), 1, 0, 1).lot_capacity == per_week)


@given(
    points=st.lists(st.tuples(ticks, st.integers(0, 10_000)), min_size=1, max_size=6, unique_by=lambda p: p[0]),
    linear=st.booleans(),
    period=st.integers(1, 60 * DAY),
)
@reuse_build
def test_lots_follow_the_exact_integral(build: Build, points: list[tuple[int, int]], linear: bool, period: int) -> None:
    build = fresh(build)
    lots = min(HORIZON // period, 300)
    points.sort()
    build.line("l", build.curve(*((t, float(v)) for t, v in points), linear=linear), period=period, lots=lots)
    capacity = draw(build.network(), 1, 0, 1).lot_capacity[0]
    exact = [exact_integral(points, linear, k * period) / DAY for k in range(1, lots + 1)]
    assert np.cumsum(capacity).tolist() == [floor(x + Fraction(1, 10**6)) for x in exact]


def exact_integral(points: list[tuple[int, int]], linear: bool, end: int) -> Fraction:
    def value(at: int) -> Fraction:
        before = [p for p in points if p[0] <= at]
        after = [p for p in points if p[0] > at]
        if not before:
            return Fraction(points[0][1])
        (t0, v0) = before[-1]
        if not linear or not after:
            return Fraction(v0)
        (t1, v1) = after[0]
        return v0 + Fraction((v1 - v0) * (at - t0), t1 - t0)

    cuts = sorted({0, end, *(t for t, _ in points if 0 < t < end)})
    mean = [(value(a) + value(b)) / 2 if linear else value(a) for a, b in pairwise(cuts)]
    return sum((height * (b - a) for height, (a, b) in zip(mean, pairwise(cuts), strict=True)), Fraction(0))


def test_windows_scale_the_part_of_the_lots_they_cover(build: Build) -> None:
    line = build.line("l", build.curve((0, 100.0)), period=10 * DAY, lots=6)
    dated(build, "half", 5 * DAY, 20, supply_index=(line,), supply_factor=(0.5,))
    dated(build, "third", 20 * DAY, 1e6, supply_index=(line,), supply_factor=(0.3,))
    dated(build, "elsewhere", 0, 60)
    # Days 0-5 full, 5-20 half, 20-25 half of 0.3, then 0.3.
    lots = draw(build.network(horizon=60 * DAY), 1, 0, 2).lot_capacity
    assert lots.tolist() == [[750, 500, 75 + 150, 300, 300, 300]] * 2


def test_a_window_on_a_ramp_takes_the_ramps_own_part(build: Build) -> None:
    line = build.line("l", build.curve((0, 0.0), (100 * DAY, 100.0), linear=True), period=50 * DAY, lots=3)
    dated(build, "stop", 20 * DAY, 40, supply_index=(line,), supply_factor=(0.0,))
    # The integral of the ramp is day^2 / 2; days 20 to 60 are lost.
    lots = draw(build.network(), 1, 0, 1).lot_capacity
    assert lots.tolist() == [[200, 5000 - 1800, 5000]]


def test_random_windows_differ_by_replication_and_take_their_share(build: Build) -> None:
    line = build.line("l", build.curve((0, 1000.0)), period=WEEK, lots=521)
    length = build.variable("disruption:d:duration", "exponential", 30)
    build.row(Disruptions, name="d", per_year=2.0, duration_variable=length,
              supply_index=(line,), supply_factor=(0.25,))  # fmt: skip
    samples = draw(build.network(), 1, 0, 40)
    end = 521 * WEEK
    totals = samples.lot_capacity.sum(axis=1)
    assert len(set(totals.tolist())) == 40
    for row in range(40):
        first, last = samples.window_ptr[row]
        starts, ends = samples.window_start[first:last], np.minimum(samples.window_end[first:last], end)
        closed = np.maximum(ends - starts, 0).sum() / DAY
        assert totals[row] == pytest.approx(1000 * (521 * 7 - 0.75 * closed), abs=1)


def test_a_factor_scales_the_curve_before_the_floor(build: Build) -> None:
    factor = build.variable("l:capacity", "uniform", 0.5, 1.5)
    build.line("l", build.curve((0, 1.0)), period=DAY, lots=1000, capacity_variable=factor)
    build.activity("probe", variable=factor, column_scale=(1.0,))
    samples = draw(build.network(), 1, 0, 20)
    cumulative = np.floor(samples.base * np.arange(1, 1001) + 1e-6)
    np.testing.assert_array_equal(np.cumsum(samples.lot_capacity, axis=1), cumulative)


def test_lots_of_several_lines_have_their_own_columns(build: Build) -> None:
    build.line("a", build.curve((0, 1.0)), period=DAY, lots=2)
    build.row(Supplies, name="lead")
    build.row(Supplies, name="inputs-only", kind=1, period=DAY, lots=1)
    build.line("b", build.curve((0, 2.0)), period=2 * DAY, lots=1, yield_curve=build.curve((0, 0.5)))
    samples = draw(build.network(), 1, 0, 1)
    assert samples.lot_capacity.tolist() == [[1, 1, UNLIMITED_LOT, 4]]
    assert samples.lot_yield.tolist() == [[1_000_000, 1_000_000, 1_000_000, 500_000]]


def test_yields_are_read_at_the_lots_tick_and_kept_within_bounds(build: Build) -> None:
    curve = build.curve((0, 0.5), (2 * DAY, 0.123_456_7))
    for name, factor in (("plain", 1.0), ("better", 3.0)):
        variable = build.variable(f"{name}:yield", "fixed", factor)
        build.line(name, build.curve((0, 1.0)), period=DAY, lots=2, yield_curve=curve, yield_variable=variable)
    assert draw(build.network(), 1, 0, 1).lot_yield.tolist() == [[500_000, 123_457, 1_000_000, 370_370]]


def test_pool_capacity_is_net_of_the_market_and_never_negative(build: Build) -> None:
    build.row(
        Pools,
        name="p",
        capacity=build.curve((-10, 9.0), (0, 10.7), (100, 20.0), (300, 2.0)),
        market=build.curve((50, 3.5), (100, 14.0), (200, 4.0)),
        market_variable=build.variable("p:market", "fixed", 0.5),
    )
    # The market holds round(1.75) = 2, then 7, then 2.
    assert steps(draw(build.network(), 1, 0, 1), 0, 0) == [(0, 8), (100, 13), (200, 18), (300, 0)]


def test_equal_steps_are_merged_and_those_beyond_the_horizon_dropped(build: Build) -> None:
    build.row(Pools, name="p", capacity=build.curve((-5, 3.2), (10, 3.9), (20, 4.0), (40, 4.1), (101, 7.0)))
    build.row(Pools, name="q", capacity=build.curve((70, 6.0)))
    samples = draw(build.network(horizon=100), 1, 0, 2)
    assert samples.pool_ptr.tolist() == [[0, 2, 3], [3, 5, 6]]
    assert steps(samples, 1, 0) == [(0, 3), (20, 4)]
    assert steps(samples, 1, 1) == [(0, 6)]


def test_factors_on_a_pool_multiply_and_are_floored_once(build: Build) -> None:
    pool = build.row(
        Pools,
        name="p",
        capacity=build.curve((0, 10.0)),
        capacity_variable=build.variable("p:capacity", "fixed", 1.5),
    )
    dated(build, "before", -DAY, 2, pool_index=(pool,), pool_factor=(0.5,))
    dated(build, "after", 0, 3, pool_index=(pool,), pool_factor=(0.5,))
    # 15 x 0.25 = 3.75 for a day, then 7.5 for two.
    assert steps(draw(build.network(), 1, 0, 1), 0, 0) == [(0, 3), (DAY, 7), (3 * DAY, 15)]


def test_a_whole_product_survives_float_error(build: Build) -> None:
    # 0.29 x 100 is 28.999999999999996 in float64.
    variable = build.variable("p:capacity", "fixed", 0.29)
    build.row(Pools, name="p", capacity=build.curve((0, 100.0)), capacity_variable=variable)
    assert steps(draw(build.network(), 1, 0, 1), 0, 0) == [(0, 29)]


def test_random_windows_step_a_pool_exactly_where_they_open_and_close(build: Build) -> None:
    pool = build.row(Pools, name="p", capacity=build.curve((0, 10.0)))
    length = build.variable("disruption:d:duration", "exponential", 30)
    build.row(Disruptions, name="d", per_year=2.0, duration_variable=length,
              pool_index=(pool,), pool_factor=(0.4,))  # fmt: skip
    samples = draw(build.network(), 1, 0, 20)
    for row in range(20):
        first, last = samples.window_ptr[row]
        expected = [(0, 10)]
        for start, end in zip(samples.window_start[first:last], samples.window_end[first:last], strict=True):
            expected += [(start, 4), (end, 10)]
        assert steps(samples, row, 0) == [step for step in expected if step[0] <= HORIZON]
