"""Hand-made forecasts beside outcomes: what is cut, who is scored, how builds are told apart."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from buildsim.backtest.answer import Asked, Backtest, Row, backtest, check_outcomes
from buildsim.backtest.cases import Build, Cases, Outcome
from buildsim.backtest.document import csv_text
from buildsim.backtest.forecast import Forecast
from buildsim.errors import InputError

EVEN = np.arange(1.0, 1001.0)


def forecasts(builds: Sequence[Build], days=EVEN) -> list[Forecast]:
    return [Forecast(build.case, days) for build in builds]


def answer(cases: Cases, *, cut: bool = False, score: bool = True, days=EVEN) -> Backtest:
    return backtest(cases, forecasts(cases.builds, days), Asked(1000, 7, "reference", cut), score=score)


def only(cases: Cases, *names: str) -> Cases:
    return replace(cases, builds=tuple(build for build in cases.builds if build.case in names))


def test_forecasts_alone(cases):
    found = answer(cases, score=False)
    assert (found.scores, found.warnings) == (None, ())
    assert [row.case for row in found.forecasts] == [build.case for build in cases.builds]
    assert found.forecasts[0] == Row("alder-1", 100.0, 500.0, 800.0, 900.0, 1.0)


def test_what_is_shown_is_cut_only_if_asked_for(cases):
    rows = {row.case: row for row in answer(cases, cut=True, score=False).forecasts}
    assert rows["elm"] == Row("elm", 58.0, 290.0, 464.0, 522.0, 1.0)  # within 580 days
    assert rows["ivy"].p90 == 900.0
    assert answer(cases, cut=True, score=False).warnings == (
        "not cut, since max_observable_days is not known: hazel, ivy",
    )


def test_a_case_that_cannot_be_seen_is_forecast_at_its_bound(cases):
    rows = {row.case: row for row in answer(cases, cut=True, score=False, days=EVEN + 600).forecasts}
    assert rows["elm"] == Row("elm", 580.0, 580.0, 580.0, 580.0, 1.0)


def test_beyond_the_horizon(cases):
    days = np.append(np.full(6, 300.0), np.full(4, math.nan))
    found = answer(only(cases, "ivy"), score=False, days=days)
    assert found.forecasts == (Row("ivy", 300.0, 300.0, None, None, 0.6),)
    assert csv_text(found) == "case,p10,p50,p80,p90\nivy,300.0,300.0,inf,inf\n"


def test_the_csv(cases):
    rows = list(csv.DictReader(io.StringIO(csv_text(answer(cases, cut=True)))))
    assert list(rows[0]) == ["case", "p10", "p50", "p80", "p90"]
    assert [float(rows[5][name]) for name in ("p10", "p50", "p80", "p90")] == [58.0, 290.0, 464.0, 522.0]


@pytest.mark.parametrize("cut", [False, True])
def test_finished_builds_are_scored_cut_and_uncut(cases, cut):
    scores = answer(cases, cut=cut).scores
    assert [each.case for each in scores.cases] == ["alder-1", "alder-2", "birch", "cedar", "dogwood", "elm", "fir"]
    assert (scores.overall.cut.count, scores.overall.uncut.count) == (7, 7)
    by_case = {each.case: each for each in scores.cases}
    assert by_case["elm"].p50 == 290.0
    assert by_case["fir"].p50 == 500.0
    assert scores.overall.cut.pinball < scores.overall.uncut.pinball


def test_groups_hold_each_case_once(cases):
    scores = answer(cases).scores
    for attribute, found in scores.groups.items():
        assert sum(score.count for score in found.values()) == 7, attribute
    assert {group: score.count for group, score in scores.groups["kind"].items()} == {"new": 4, "retrofit": 3}
    assert {group: score.count for group, score in scores.groups["date"].items()} == {
        "confirmed": 5,
        "not confirmed": 2,
    }
    assert set(scores.groups["start"]) == {"2022 or before", "2023", "2024"}
    assert set(scores.groups["country"]) == {"US", "abroad"}
    assert scores.groups["design"]["redesigned"].count == 1


def test_what_is_not_known_is_a_group():
    builds = [Build(f"b{i}", f"b{i}") for i in range(2)]
    cases = Cases("x.csv", tuple(builds), {build.case: Outcome(days=500.0) for build in builds}, ())
    found = answer(cases)
    assert all(list(group) == ["not known"] for group in found.scores.groups.values())
    assert found.scores.baselines == {}
    assert found.warnings == (
        "too few finished builds on other campuses to fit a baseline to",
        "not cut, since max_observable_days is not known: any build",
    )


def test_a_baseline_against_itself_gains_nothing(cases):
    from buildsim.backtest.baselines import baselines

    theirs = {each.case: each for each in baselines(cases.builds, cases.outcomes)["regression"]}
    mine = [theirs.get(build.case, Forecast(build.case, EVEN)) for build in cases.builds]
    against = backtest(cases, mine, Asked(1, 1, "auto", False), score=True).scores.baselines
    assert (against["regression"].gain.mean, against["regression"].gain.better) == (0.0, 0)
    assert against["lognormal"].gain.mean != 0.0


def test_open_builds(cases):
    found = answer(cases).scores.open
    assert [(each.case, each.days, each.probability) for each in found] == [("hazel", 400.0, 0.6)]


def test_only_open_builds(cases):
    found = answer(only(cases, "hazel", "ivy"))
    assert (found.scores.overall, found.scores.cases, found.scores.groups) == (None, (), {})
    assert len(found.scores.open) == 1
    assert found.warnings == ()


def test_nothing_to_score(cases):
    check_outcomes(cases)
    with pytest.raises(InputError, match="no build in this file has an outcome to score\n  expected: a column days, "):
        check_outcomes(replace(cases, outcomes={"ivy": Outcome(max_observable_days=3.0)}))
