"""Hand-made forecasts beside outcomes: what is cut, who is scored, how builds are told apart."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from buildsim.backtest.answer import Asked, Backtest, Row, backtest, check_outcomes
from buildsim.backtest.bases import BASES
from buildsim.backtest.cases import Build, Cases, Outcome
from buildsim.backtest.document import csv_text
from buildsim.backtest.forecast import Forecast, Traits
from buildsim.backtest.shipped import shipped
from buildsim.errors import InputError

EVEN = np.arange(1.0, 1001.0)


def forecasts(builds: Sequence[Build], days=EVEN) -> list[Forecast]:
    """Those of any build; longer days have a slower pace."""
    count = len(days)
    luck = ndtri((np.arange(count) + 0.5) / count)
    return [
        Forecast(
            build.case, days, Traits(luck, np.full(count, 0.35), np.zeros(count), np.full(count, bool(build.retrofit)))
        )
        for build in builds
    ]


def answer(cases: Cases, *, cut: bool = False, score: bool = True, days=EVEN, basis="facts") -> Backtest:
    asked = Asked(1000, 7, "reference", cut, basis)
    return backtest(cases, forecasts(cases.builds, days), asked, score=score)


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


def test_a_forecast_that_is_its_bound_is_told(cases):
    said = "no replication is within max_observable_days, so this bound stands for the forecast: "
    found = answer(cases, cut=True, score=False, days=EVEN + 600).warnings
    assert [each for each in found if each.startswith(said) and "elm" in each]
    assert not [each for each in answer(cases, score=False, days=EVEN + 600).warnings if each.startswith(said)]
    assert not [each for each in answer(cases, cut=True, score=False).warnings if each.startswith(said)]


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
    facts = scores.comparison.bases["facts"]
    assert [each.case for each in facts.cases] == ["alder-1", "alder-2", "birch", "cedar", "dogwood", "elm", "fir"]
    assert (facts.scores.cut.count, facts.scores.uncut.count) == (7, 7)
    by_case = {each.case: each for each in facts.cases}
    assert by_case["elm"].p50 == 290.0
    assert by_case["fir"].p50 == 500.0
    assert facts.scores.cut.pinball < facts.scores.uncut.pinball


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
    assert found.scores.comparison.baselines == {}
    assert found.warnings == (
        "too few finished builds on other campuses to fit a baseline to",
        "not cut, since max_observable_days is not known: any build",
    )


def test_each_basis_against_the_best_baseline_and_the_facts(cases):
    found = answer(cases, basis="calibrated").scores.comparison
    losses = {name: each.scores.cut.pinball for name, each in found.baselines.items()}
    assert found.best == min(losses, key=losses.get)
    assert list(found.bases) == ["facts", "calibrated", "reference-class"]
    for basis, each in found.bases.items():
        loss = each.scores.cut.pinball
        assert each.over_best.every.mean == pytest.approx(losses[found.best] - loss)
        assert each.over_facts.every.mean == pytest.approx(found.bases["facts"].scores.cut.pinball - loss)
        assert [each.over_facts.every.count, each.over_facts.confirmed.count, each.over_facts.kept.count] == [7, 5, 6]
        assert (each.over_facts.every.mean == 0) is (basis == "facts")
    for name, each in found.baselines.items():
        gained = losses[name] - found.bases["calibrated"].scores.cut.pinball
        assert each.gain.mean == pytest.approx(gained), name


def test_what_is_shown_rests_on_the_shipped_calibration_and_not_on_the_file(cases):
    other = {case: replace(outcome, days=None) for case, outcome in cases.outcomes.items()}
    for basis in ("facts", "calibrated", "reference-class"):
        seen, blind = answer(cases, basis=basis), answer(replace(cases, outcomes=other), basis=basis, score=False)
        assert seen.forecasts == blind.forecasts
    ratio = shipped().ratios().new
    row = answer(cases, basis="reference-class", score=False).forecasts[0]
    assert row.p50 == pytest.approx(500 * ratio)
    assert answer(cases, basis="calibrated", score=False).forecasts != answer(cases, score=False).forecasts


def test_groups_are_scored_on_the_basis_that_is_shown(cases):
    loss = {basis: answer(cases, basis=basis).scores.groups["kind"]["new"].pinball for basis in BASES}
    assert len(set(loss.values())) == 3


def test_what_was_learned_is_before_and_after(cases):
    found = answer(cases).scores.learned
    assert [each.prior_sd for each in found.parameters] == [0.2, 0.3, 0.25, 0.5]
    assert all(each.sd < each.prior_sd for each in found.parameters[:2])
    assert 1 < found.points < 4096
    assert 1 < found.replications < 1000


def test_open_builds(cases):
    found = answer(cases).scores.open
    assert [(each.case, each.days, each.probability) for each in found] == [("hazel", 400.0, 0.6)]


def test_only_open_builds(cases):
    found = answer(only(cases, "hazel", "ivy"))
    assert (found.scores.comparison, found.scores.learned, found.scores.groups) == (None, None, {})
    assert len(found.scores.open) == 1
    assert found.warnings == ()


def test_nothing_to_score(cases):
    check_outcomes(cases)
    with pytest.raises(InputError, match="no build in this file has an outcome to score\n  expected: a column days, "):
        check_outcomes(replace(cases, outcomes={"ivy": Outcome(max_observable_days=3.0)}))
