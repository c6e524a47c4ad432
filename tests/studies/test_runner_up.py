"""The runner-up and the merges on plans small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from buildsim.studies.answer import Answer, answer_of
from buildsim.studies.run import run_scenario

HEAD = """\
schema: 1
name: small
start: 2026-01-05
replications: 2000
sites:
  here:
    activities:
"""

Play = Callable[[str], Answer]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def played(activities: str, more: str = "", replications: int = 20) -> Answer:
        file = tmp_path / "small.yaml"
        file.write_text(HEAD + activities + more)
        return answer_of(run_scenario(file, replications=replications, details=True))

    return played


def runner_up(answer: Answer, milestone: str = "done") -> pd.Series:
    return answer.tables["runner_up"].set_index("milestone").loc[milestone]


def days(answer: Answer, milestone: str) -> np.ndarray:
    finishes = answer.finishes
    return finishes[finishes["milestone"] == milestone]["days"].to_numpy()


TWO = """\
      left: {duration: "uniform(10, 40) days", milestone: left}
      right: {duration: "uniform(10, 40) days", milestone: right}
      end: {duration: 2 days, after: [left, right], milestone: done}
"""


def test_of_two_parallel_paths_the_float_is_their_difference(play) -> None:
    answer = play(TWO, replications=200)
    apart = np.sort(np.abs(days(answer, "left") - days(answer, "right")))
    found = runner_up(answer)
    for percent in (10, 50, 80, 90):
        assert found[f"float_p{percent}"] == pytest.approx(apart[percent * 2 - 1], abs=1e-6)
    assert found["within_7"] == (apart < 7).mean()
    assert found["within_30"] == 1
    assert np.isnan(runner_up(answer, "left")["float_p10"])
    assert runner_up(answer, "left")["within_30"] == 0


def test_the_merge_of_two_uniforms_costs_a_sixth_of_their_range(play) -> None:
    answer = play(TWO, replications=2000)
    (merge,) = answer.tables["merges"].to_dict("records")
    assert (merge["activity"], merge["event"], merge["gates"]) == ("here/end", "start", 2)
    assert (merge["share"], merge["closest"]) == (1, 1)
    left, right = days(answer, "left"), days(answer, "right")
    cost = np.maximum(left, right).mean() - max(left.mean(), right.mean())
    assert merge["bias_days"] == pytest.approx(cost, abs=1e-6)
    assert merge["bias_days"] == pytest.approx(30 / 6, abs=0.5)
    assert merge["mean_slack_days"] == pytest.approx(30 / 3, abs=0.5)


def test_it_comes_in_at_the_merge_with_the_least_slack(play) -> None:
    answer = play("""\
      long: {duration: 50 days}
      near: {duration: 45 days}
      middle: {duration: 10 days, after: [long, near]}
      far: {duration: 40 days}
      end: {duration: 1 day, after: [middle, far], milestone: done}
""")
    assert runner_up(answer)["float_p50"] == 5
    merges = answer.tables["merges"].set_index("activity")
    assert merges["mean_slack_days"].to_dict() == {"here/middle": 5, "here/end": 20}
    assert merges["closest"].to_dict() == {"here/middle": 1, "here/end": 0}
    assert answer.tables["runner_up_path"][["category", "share"]].values.tolist() == [["work:near", 1]]


def test_only_what_it_has_of_its_own_is_named(play) -> None:
    """Both paths begin with the ground works."""
    answer = play("""\
      ground: {duration: 50 days}
      walls: {duration: 45 days, after: [ground]}
      yard: {duration: 30 days, after: [ground + 3 days]}
      end: {duration: 1 day, after: [walls, yard], milestone: done}
""")
    assert runner_up(answer)["float_p50"] == 12
    assert set(answer.tables["runner_up_path"]["category"]) == {"work:yard", "lag:yard"}


def test_a_gate_that_the_driving_path_meets_anyway_is_no_other_path(play) -> None:
    answer = play("""\
      ground: {duration: 50 days}
      walls: {duration: 45 days, after: [ground]}
      sign: {duration: 0 days, after: [walls]}
      end: {duration: 1 day, after: [ground, walls, sign], milestone: done}
""")
    assert np.isnan(runner_up(answer)["float_p50"])
    assert answer.tables["merges"].empty


def test_a_delivery_a_date_and_a_stretched_finish_are_ways_in(play) -> None:
    answer = play(
        """\
      ground: {duration: 50 days}
      walls:
        duration: 5 days
        after: [ground]
        orders: {steel: {supply: steel, quantity: 1 unit, place: 2026-01-05}}
        milestone: walls
      roof: {duration: 5 days, after: [ground], not_before: 2026-02-14, milestone: roof}
      end: {duration: 58 days, after: [ground FF + 3 days], milestone: done}
""",
        more="supplies: {steel: {unit: unit, lead: 42 days}}\n",
    )
    assert runner_up(answer, "walls")["float_p50"] == 8
    assert runner_up(answer, "roof")["float_p50"] == 10
    assert runner_up(answer, "done")["float_p50"] == 5
    assert answer.tables["runner_up_path"][["milestone", "category"]].values.tolist() == [
        ["walls", "supply:steel>lead"],
        ["roof", "constraint:date"],
        ["done", "lag:end"],
        ["done", "work:ground"],
    ]
    merges = answer.tables["merges"].set_index("milestone")
    assert merges["event"].to_dict() == {"walls": "start", "roof": "start", "done": "finish"}


def test_what_was_met_before_the_data_date_is_no_way_in(play) -> None:
    activities = """\
      near: {duration: 20 days}
      long: {duration: 5 days}
      end: {duration: 1 day, after: [long, near], milestone: done}
"""
    happened = "    actuals: {activities: {near: {start: 2026-01-05, finish: 2026-01-25}}}\ndata_date: 2026-02-04\n"
    assert runner_up(play(activities))["float_p50"] == 15
    answer = play(activities, more=happened)
    assert days(answer, "done").tolist() == [36] * 20
    assert np.isnan(runner_up(answer)["float_p50"])


def test_who_loses_a_race_is_no_runner_up(play) -> None:
    answer = play("""\
      one: {duration: 20 days}
      two: {duration: 21 days}
      three: {duration: 30 days}
      any: {duration: 1 day, after: [one, two, three], join: any, milestone: any}
      both: {duration: 1 day, after: [one, two, three], join: 2, milestone: both}
""")
    assert np.isnan(runner_up(answer, "any")["float_p50"])
    assert runner_up(answer, "both")["float_p50"] == 1


def test_what_is_not_reached_counts_in_nothing_but_reached(play) -> None:
    answer = play(TWO, more="horizon: 30 days\n", replications=200)
    done = days(answer, "done")
    found = runner_up(answer)
    assert found["reached"] == np.isfinite(done).mean() < 1
    apart = np.sort(np.abs(days(answer, "left") - days(answer, "right"))[np.isfinite(done)])
    assert found["float_p50"] == pytest.approx(apart[-(-len(apart) // 2) - 1], abs=1e-6)
