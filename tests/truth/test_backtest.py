"""The baselines of the backtest, on the given cases, against figures that others computed from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.backtest.baselines import baselines
from buildsim.backtest.cases import Cases, read_cases
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
