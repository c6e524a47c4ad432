"""States, lengths and risks: marginal distributions, conditioning on actuals, rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from buildsim.network.codes import TICKS_PER_DAY, State
from buildsim.network.network import Branches, Reworks, Risks
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples

if TYPE_CHECKING:
    from tests.sampling.conftest import Build

MANY = 4000


def one_risk(build: Build, **columns: Any) -> None:
    build.row(Risks, **{"name": "r", "probability": 1.0, **columns})


def sampled(build: Build, count: int = 1) -> Samples:
    return draw(build.network(), 11, 0, count)


def test_lengths_follow_their_distribution(build: Build) -> None:
    build.activity("a", variable=build.variable("a:duration", "exponential", 30))
    samples = sampled(build, MANY)
    assert kstest(samples.base[:, 0] / TICKS_PER_DAY, "expon", args=(0, 30)).pvalue > 0.001
    np.testing.assert_array_equal(samples.length, np.floor(samples.base + 0.5))


def test_a_common_factor_correlates_and_keeps_the_marginals(build: Build) -> None:
    build.factors.append("weather")
    for name in "abc":
        tied = {"factor": 0, "rho": 0.6} if name != "c" else {}
        build.activity(name, variable=build.variable(f"{name}:duration", "uniform", 0, 1, **tied))
    base = sampled(build, MANY).base / TICKS_PER_DAY
    for column in base.T:
        assert kstest(column, "uniform").pvalue > 0.001
    # Spearman's rho of a normal copula is 6/pi asin(r/2).
    assert spearmanr(base[:, 0], base[:, 1]).statistic == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.03)
    assert spearmanr(base[:, 0], base[:, 2]).statistic == pytest.approx(0, abs=0.05)


def test_each_crew_size_has_its_column_of_one_draw(build: Build) -> None:
    labor = build.variable("a:labor", "uniform", 100, 200)
    build.activity("a", variable=labor, mold_pool=0, mold_min=2, mold_max=3, column_scale=(30.0, 20.0))
    build.activity("milestone", column_scale=(0.0,))
    samples = sampled(build, 20)
    np.testing.assert_allclose(samples.base[:, 0] * 2, samples.base[:, 1] * 3)
    assert not samples.length[:, 2].any()


def test_branches_come_with_their_probability_and_together(build: Build) -> None:
    branch = build.row(Branches, name="b", probability=0.3)
    for name in "xy":
        build.activity(name, variable=build.variable(f"{name}:duration", "uniform", 1, 2), branch=branch)
    samples = sampled(build, MANY)
    absent = samples.state == State.ABSENT
    assert absent[:, 0].mean() == pytest.approx(0.7, abs=0.03)
    np.testing.assert_array_equal(absent[:, 0], absent[:, 1])
    np.testing.assert_array_equal(samples.length == 0, absent)
    np.testing.assert_array_equal(samples.base == 0, absent)


def test_each_pass_is_needed_only_if_all_before_failed(build: Build) -> None:
    chain = build.row(Reworks, name="t", probability=0.6)
    for k in (1, 2, 3):
        build.activity(f"t#{k}", variable=build.variable("t:duration", "fixed", k), rework=chain, rework_pass=k)
    samples = sampled(build, MANY)
    needed = samples.state == State.PRESENT
    assert needed.mean(axis=0) == pytest.approx([1, 0.6, 0.36], abs=0.03)
    assert not np.any(needed[:, 2] & ~needed[:, 1])
    np.testing.assert_array_equal(samples.length, needed * np.array([1, 2, 3]) * TICKS_PER_DAY)


def test_an_absent_branch_takes_its_empty_passes_along(build: Build) -> None:
    build.row(Branches, name="never", probability=0.0)
    build.row(Reworks, name="t", probability=0.0)
    for k in (1, 2):
        build.activity(f"t#{k}", branch=0, rework=0, rework_pass=k)
    assert sampled(build).state.tolist() == [[State.ABSENT, State.ABSENT]]


def test_what_has_begun_exists(build: Build) -> None:
    build.row(Branches, name="never", probability=0.0)
    build.row(Reworks, name="passes", probability=0.0)
    build.activity("begun", branch=0, actual_start=-5, actual_finish=-2)
    build.activity("with-it", branch=0)
    for k in (1, 2, 3):
        build.activity(f"t#{k}", rework=0, rework_pass=k, **({"actual_start": -1} if k == 2 else {}))
    assert sampled(build).state.tolist() == [[State.PRESENT] * 4 + [State.EMPTY_PASS]]


def test_a_started_activity_is_conditioned_on_having_lasted(build: Build) -> None:
    duration = build.variable("a:duration", "exponential", 30)
    elapsed = 20 * TICKS_PER_DAY
    build.activity("a", variable=duration, actual_start=-2 * elapsed, actual_elapsed=elapsed)
    build.activity("finished", variable=duration, actual_start=-2 * elapsed, actual_finish=-elapsed)
    samples = sampled(build, MANY)
    assert samples.length[:, 0].min() >= elapsed
    # An exponential forgets: what remains is distributed as the whole was.
    assert kstest(samples.base[:, 0] / TICKS_PER_DAY - 20, "expon", args=(0, 30)).pvalue > 0.001
    assert kstest(samples.base[:, 1] / TICKS_PER_DAY, "expon", args=(0, 30)).pvalue > 0.001


def test_a_started_crew_is_conditioned_at_its_own_size(build: Build) -> None:
    labor = build.variable("a:labor", "uniform", 0, 100)
    crew = {"mold_pool": 0, "mold_min": 1, "mold_max": 2, "column_scale": (60.0, 30.0), "actual_crew": 2}
    build.activity("a", variable=labor, actual_start=-1, actual_elapsed=1500, **crew)  # 50 of the 100 hours
    base = sampled(build, MANY).base
    assert kstest(base[:, 1] / 30, "uniform", args=(50, 50)).pvalue > 0.001


def test_a_remaining_duration_given_by_hand_follows_what_was_worked(build: Build) -> None:
    remaining = build.variable("a:remaining", "fixed", 100.5)
    duration = build.variable("a:duration", "uniform", 1, 2)
    build.activity("a", variable=duration, actual_start=-1, actual_elapsed=700, remaining_variable=remaining)
    samples = sampled(build)
    assert (samples.base.tolist(), samples.length.tolist()) == ([[800.5]], [[801]])


def test_an_overdue_activity_lasts_what_it_has_lasted(build: Build) -> None:
    duration = build.variable("a:duration", "uniform", 1, 2)
    for name in ("a", "without-length"):
        variable = {"variable": duration} if name == "a" else {"column_scale": (0.0,)}
        build.activity(name, actual_start=-9000, actual_elapsed=9000, **variable)
    samples = sampled(build, 5)
    assert np.all(samples.length == 9000)
    assert np.all(samples.base == 9000)


def test_risks_multiply_then_add_days_and_round_once(build: Build) -> None:
    duration = build.variable("duration", "fixed", 10.3)
    build.activity("hit", variable=duration, column_scale=(1.0, 2.0), day_scale=0.25)
    build.activity("spared", variable=duration, column_scale=(1.0,))
    for name, factor, days in (("x", 1.5, 2.0), ("y", 1.1, 3.0)):
        factor_variable = build.variable(f"risk:{name}:factor", "fixed", factor)
        days_variable = build.variable(f"risk:{name}:days", "fixed", days)
        one_risk(build, name=name, factor_variable=factor_variable, days_variable=days_variable, target_activity=(0,))
    samples = sampled(build)
    # 10.3 x 1.65 + 5 x 0.25 = 18.245, and 20.6 x 1.65 + 1.25 = 35.24; from a rounded base it would be 35.9.
    assert samples.length.tolist() == [[18, 35, 10]]
    assert samples.base.tolist() == [[10.3, 20.6, 10.3]]
    assert samples.risk_factor.tolist() == [[1.5, 1.1]]
    assert samples.risk_days.tolist() == [[2.0, 3.0]]


def test_a_risk_strikes_all_its_targets_with_one_impact(build: Build) -> None:
    for name in "ab":
        build.activity(name, variable=build.variable(f"{name}:duration", "fixed", 10))
    days = build.variable("risk:r:days", "uniform", 1, 9)
    one_risk(build, probability=0.25, days_variable=days, target_activity=(0, 1))
    samples = sampled(build, MANY)
    struck = samples.risk_struck[:, 0]
    assert struck.mean() == pytest.approx(0.25, abs=0.03)
    np.testing.assert_array_equal(samples.length[:, 0], samples.length[:, 1])
    added = (samples.length[:, 0] - 10 * TICKS_PER_DAY) / TICKS_PER_DAY
    np.testing.assert_allclose(added, struck * samples.risk_days[:, 0], atol=0.001)
    assert kstest(added[struck], "uniform", args=(1, 8)).pvalue > 0.001


def test_risks_cannot_undo_work_done_or_make_time_negative(build: Build) -> None:
    duration = build.variable("duration", "fixed", 10)
    build.activity("new", variable=duration)
    build.activity("begun", variable=duration, actual_start=-1, actual_elapsed=9 * TICKS_PER_DAY)
    gain = build.variable("risk:r:days", "fixed", -20)
    one_risk(build, days_variable=gain, target_activity=(0, 1))
    assert sampled(build).length.tolist() == [[0, 9 * TICKS_PER_DAY]]


def test_risks_leave_absent_activities_at_zero(build: Build) -> None:
    build.row(Branches, name="never", probability=0.0)
    build.activity("a", branch=0, variable=build.variable("a:duration", "fixed", 10))
    one_risk(build, days_variable=build.variable("risk:r:days", "fixed", 20), target_activity=(0,))
    samples = sampled(build)
    assert (samples.length.tolist(), samples.base.tolist()) == ([[0]], [[0.0]])
