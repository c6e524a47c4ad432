"""The backtest on the given cases: baselines against figures that others computed from them, and what beats these."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.backtest.answer import Asked, backtest
from buildsim.backtest.baselines import baselines
from buildsim.backtest.cases import Cases, read_cases
from buildsim.backtest.plan import forecast
from buildsim.backtest.scores import score_case, summarize


@pytest.fixture(scope="module")
def given(truth: Path) -> Cases:
    file = truth.parent / "backtest" / "cases.csv"
    if not file.is_file():
        pytest.skip("no backtest/cases.csv stands beside the folder that BUILDSIM_TRUTH names")
    return read_cases(file)


@pytest.mark.parametrize(
    ("name", "cut", "stated"), [("lognormal", False, 78.8), ("regression", False, 59.9), ("two lognormals", True, 43.9)]
)
def test_mean_pinball_loss(given: Cases, name: str, cut: bool, stated: float) -> None:
    scores = []
    for each in baselines(given.builds, given.outcomes)[name]:
        outcome = given.outcomes[each.case]
        scores.append(score_case(each.cut(outcome.max_observable_days) if cut else each, outcome.days))
    assert summarize(scores).count == 35
    assert summarize(scores).pinball == pytest.approx(stated, abs=0.05)


def test_forecasts_beat_the_best_baseline_with_each_campus_left_out(given: Cases) -> None:
    forecasts = forecast(given.builds, replications=100, seed=7, engine="kernel")
    scores = backtest(given, forecasts, Asked(100, 7, "kernel", False), score=True).scores
    assert scores is not None
    assert scores.comparison is not None
    for basis in ("facts", "calibrated"):
        found = scores.comparison.bases[basis]
        assert found.over_best is not None
        assert found.over_best.every.mean is not None
        assert found.over_best.every.mean > 0, basis
        assert 23 <= found.scores.cut.inside <= 33, basis
