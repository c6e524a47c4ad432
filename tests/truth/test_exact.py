"""Exact answers: chains, queues, lines and calendars, each model built in the YAML language, played and scored."""

from __future__ import annotations

import pytest
from groundtruth.case import CUSTOMARY, FOLDER, LONG, Player, cases
from groundtruth.families import BUILDERS, GROUPS, NOT_EXPRESSIBLE, OUT_OF_SCOPE, scores, skipped
from groundtruth.play import ENGINES
from groundtruth.score import MEAN_SQUARE, mean_square


def _compare(group: str, player: Player) -> None:
    found = [each for family in GROUPS[group] for each in scores(family, player)]
    assert [each for each in found if not each.agrees] == []
    assert MEAN_SQUARE[0] < mean_square(found) < MEAN_SQUARE[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("group", GROUPS)
def test_answers(group: str, engine) -> None:
    _compare(group, CUSTOMARY[engine])


@pytest.mark.parametrize("engine", [pytest.param("reference", marks=pytest.mark.slow), "kernel"])
@pytest.mark.parametrize("group", GROUPS)
def test_answers_with_more_replications(group: str, engine) -> None:
    _compare(group, LONG[engine])


def test_every_family_is_compared_or_refused_with_a_reason() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(BUILDERS)
    assert not set(BUILDERS) & set(OUT_OF_SCOPE)
    assert len(BUILDERS) + len(OUT_OF_SCOPE) == 32


def test_every_refused_answer_exists() -> None:
    reasons = [
        skipped(family, case.id, answer) for family in BUILDERS for case in cases(family) for answer in case.answers
    ]
    assert set(reasons) == {None, *NOT_EXPRESSIBLE.values()}
