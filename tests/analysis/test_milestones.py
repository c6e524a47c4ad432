from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

from buildsim.analysis.finish_date import finish_date, finish_day
from buildsim.analysis.milestones import (
    fewest_replications,
    interval_ranks,
    milestone_ticks,
    percentile,
    quantile_rank,
    summarize,
)
from buildsim.network.codes import NEVER, TICKS_PER_DAY

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

DAY = TICKS_PER_DAY
START = date(2024, 1, 1)


def days(*values: float) -> np.ndarray:
    return np.array([NEVER if value == float("inf") else int(value * DAY) for value in values], np.int64)


@pytest.mark.parametrize(
    ("n", "percent", "rank"), [(10, 10, 1), (10, 50, 5), (10, 80, 8), (11, 10, 2), (1, 90, 1), (3, 50, 2), (30, 10, 3)]
)
def test_a_percentile_is_the_order_statistic_of_rank_ceil_pn(n: int, percent: int, rank: int) -> None:
    assert quantile_rank(n, percent) == rank


def test_percentiles_count_the_unreached_as_infinite() -> None:
    ticks = days(30, float("inf"), 10, 20, float("inf"))
    assert percentile(ticks, 50) == 30 * DAY
    assert percentile(ticks, 80) is None


def test_ranks_of_the_median_of_a_hundred_are_the_textbook_ones() -> None:
    assert interval_ranks(100, 50) == (40, 61)


@pytest.mark.parametrize("percent", [10, 50, 80, 90])
@pytest.mark.parametrize("n", [50, 137, 1000])
def test_intervals_cover_at_least_95_percent_and_no_narrower_pair_of_tails_does(n: int, percent: int) -> None:
    low, high = interval_ranks(n, percent)
    below = binom(n, percent / 100).cdf
    assert below(low - 1) <= 0.025 < below(low)
    assert 1 - below(high - 1) <= 0.025 < 1 - below(high - 2)


def test_too_few_replications_give_no_bound() -> None:
    assert fewest_replications(90) == 36
    assert interval_ranks(35, 90)[1] == 36
    assert interval_ranks(36, 90)[1] == 36
    result = summarize(days(*range(1, 36)), origin=0, start=START, deterministic=None)
    low, high = result.ci95_days["p90"]
    assert low is not None
    assert high is None
    assert result.ci95_days["p10"][0] is None


def test_a_bound_beyond_the_horizon_is_none() -> None:
    ticks = days(*range(1, 56), *[float("inf")] * 45)
    low, high = summarize(ticks, origin=0, start=START, deterministic=None).ci95_days["p50"]
    assert (low, high) == (40, None)


def test_a_summary_in_days_from_the_start_of_the_site() -> None:
    result = summarize(
        days(130, 110, 120, 150, float("inf")),
        origin=100 * DAY,
        start=START,
        deterministic=120 * DAY,
        deadline=130 * DAY - 1,
    )
    assert result.mean_days == 27.5
    assert (result.p10_days, result.p50_days, result.p80_days, result.p90_days) == (10, 30, 50, None)
    assert (result.p50, result.p90) == (date(2024, 5, 9), None)
    assert result.reached == 0.8
    assert (result.deterministic_days, result.deterministic_probability) == (20, 0.4)
    assert result.deadline_probability == 0.4
    assert result.contingency_days == 30


def test_a_milestone_that_is_never_reached() -> None:
    result = summarize(days(float("inf")), origin=0, start=START, deterministic=None)
    assert (result.mean_days, result.p50_days, result.reached) == (None, None, 0.0)
    assert (result.deterministic_probability, result.deadline_probability, result.contingency_days) == (None,) * 3


@pytest.mark.parametrize(("tick", "day"), [(1, 1), (DAY, 1), (DAY + 1, 2), (31 * DAY, 31)])
def test_a_finish_prints_as_the_date_of_its_last_worked_tick(tick: int, day: int) -> None:
    assert finish_date(tick, START, origin=0) == date(2024, 1, day)


def test_a_milestone_reached_as_its_site_starts_bears_that_date() -> None:
    assert finish_date(0, START, origin=0) == date(2024, 1, 1)
    assert finish_date(DAY, START, origin=DAY) == date(2024, 1, 2)


def test_days_of_many_finishes_are_those_of_each() -> None:
    ticks = np.array([-DAY, 0, 1, DAY, DAY + 1])
    assert finish_day(ticks).tolist() == [-2, -1, 0, 0, 1]
    assert finish_day(ticks, 0).tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(("finish", "tick"), [(-1, NEVER), (-50, 4), (3, 4), (9, 9)])
def test_what_is_reached_before_the_site_starts_is_clipped_and_what_is_not_played_never_reached(
    case: Case, finish: int, tick: int
) -> None:
    case.site(start=4)
    a = case.activity("dig")
    case.play(a, -60, -60, finish)
    case.milestone("done", a)
    assert milestone_ticks(case.network(), case.outcome()).tolist() == [[tick]]
