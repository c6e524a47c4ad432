"""The report of a leveling from a hand-made result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from buildsim.analysis.paired import paired
from buildsim.present.level import SHOWN, level_text
from buildsim.studies.level import LeveledMilestone, LevelResult, Move

CHANGE = paired(np.arange(40.0), np.arange(40.0) - np.where(np.arange(40) < 30, 12.0, -3.0))
HELD = Move("north/one/a/stack", date(2026, 1, 5), date(2026, 1, 7), 2.0, 1234, date(2026, 1, 7))
NOT_STARTED = Move("north/[red]wiring", None, date(2026, 2, 7), None, None, None)


@pytest.fixture
def result() -> LevelResult:
    north = LeveledMilestone("first_gpu", True, 31.0, 22.0, 35.5, 29.0, CHANGE)
    south = LeveledMilestone("done", False, None, 1500.0, None, None, replace(CHANGE, low=None, high=None))
    sites = {"north": north, "south-of-the-river": south}
    return LevelResult(
        "crane", None, 1, 40, 1000, "auto", "kernel", "0" * 64, {}, ("old facts",), (), sites, (HELD, NOT_STARTED), {}
    )


@pytest.mark.parametrize("width", [80, 120])
def test_it_keeps_to_its_width(result, width):
    lines = level_text(result, width).splitlines()
    assert max(map(len, lines)) <= width
    found = " ".join(" ".join(lines).split())
    for text in ("1,000 schedules, 40 replications, seed 1", "2026-01-07", "1,234", "75%", "-8.2", "> horizon"):
        assert text in found


def test_what_it_says(result):
    found = level_text(result, 120)
    assert "First GPU *" in found
    assert "Done *" not in found
    assert "north First GPU * 31.0 22.0 -9.0" in " ".join(found.split())
    assert "2 activities that move" in found
    assert "north/[red]wiring" in found
    assert "A not-before date holds an activity" in found
    assert "- old facts" in found


def test_of_many_moves_it_shows_the_first(result):
    many = level_text(replace(result, moves=(NOT_STARTED,) * (SHOWN + 3)), 100)
    assert many.count("wiring") == SHOWN
    assert "and 3 more, which --json has" in many
    assert "A not-before date" not in many


def test_nothing_found_is_said(result):
    found = level_text(replace(result, moves=()), 100)
    assert "No better schedule was found: the plan stays as it is." in found
    assert "Under uncertainty" not in found
