"""A run that goes on until its P80s are known closely enough."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from buildsim.errors import UnknownNameError
from buildsim.studies import store
from buildsim.studies.answer import answer_of, json_text
from buildsim.studies.converge import BATCH, Until
from buildsim.studies.run import Run, run_scenario

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
horizon: 100 days
sites:
  north:
    activities:
      permit: {duration: "uniform(10, 30) days", milestone: first_power}
      racks: {duration: 4 days, after: [permit], milestone: first_gpu}
      later: {duration: "uniform(10, 60) days", after: [racks], milestone: full_capacity}
  south:
    activities:
      lift: {duration: "uniform(50, 120) days", milestone: finish}
replications: 40
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO)
    return path


def states(run: Run) -> dict[tuple[str, str], str]:
    return {(target.site, target.milestone): target.state for target in run.convergence.targets}


@pytest.fixture
def north(tmp_path: Path) -> Path:
    path = tmp_path / "north.yaml"
    path.write_text(SCENARIO[: SCENARIO.index("  south:")])
    return path


def test_it_plays_batches_until_the_interval_is_narrow_and_no_more(north):
    run = run_scenario(north, until=Until(0.9))
    count = run.result.replications
    assert count % BATCH == 0
    assert count > BATCH

    def interval(so_many: int) -> float:
        low, high = (
            run_scenario(north, replications=so_many).result.sites["north"].milestones["first_gpu"].ci95_days["p80"]
        )
        return high - low

    assert interval(count) <= 0.9
    assert all(interval(fewer) > 0.9 for fewer in range(BATCH, count, BATCH))
    assert states(run) == {("north", "first_gpu"): "narrow"}


def test_it_is_the_run_with_so_many_replications(file, monkeypatch):
    run = answer_of(run_scenario(file, until=Until(2.0, 700), seed=5))
    plain = answer_of(run_scenario(file, replications=run.result.replications, seed=5))
    assert json_text(run) == json_text(plain)
    pd.testing.assert_frame_equal(run.finishes, plain.finishes)
    monkeypatch.setattr("buildsim.studies.play.CHUNK_BYTES", 0)
    assert json_text(answer_of(run_scenario(file, until=Until(2.0, 700), seed=5))) == json_text(run)


def test_a_p80_beyond_the_horizon_is_not_waited_for(file):
    run = run_scenario(file, until=Until(3.0))
    assert states(run) == {("north", "first_gpu"): "narrow", ("south", "finish"): "beyond"}
    assert run.result.replications == BATCH


def test_it_ends_with_the_most_replications(north):
    run = run_scenario(north, until=Until(0.01, 300))
    assert run.result.replications == 300
    assert states(run) == {("north", "first_gpu"): "wide"}
    assert run.convergence.targets[0].width_days > 0.01


def test_another_milestone_may_be_asked_for(file):
    run = run_scenario(file, until=Until(6.0, milestone="full_capacity"))
    assert states(run) == {("north", "full_capacity"): "narrow"}
    with pytest.raises(
        UnknownNameError, match=r"there is no milestone called 'ful_capacity'(?s:.*)did you mean full_capacity"
    ):
        run_scenario(file, until=Until(6.0, milestone="ful_capacity"))


def test_progress_never_runs_backwards_and_ends_whole(north):
    seen: list[tuple[int, int]] = []
    run_scenario(north, until=Until(0.9), progress=lambda done, count: seen.append((done, count)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert all(done <= count for done, count in seen)
    assert seen[-1][0] == seen[-1][1]


def test_a_kept_result_says_why_it_ended(file, tmp_path):
    answer = answer_of(run_scenario(file, until=Until(3.0)))
    store.save(answer, tmp_path / "kept")
    assert store.load(tmp_path / "kept").convergence == answer.convergence
