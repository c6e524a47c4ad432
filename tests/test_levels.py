"""The Python face of leveling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import buildsim

PLAN = """\
schema: 1
name: crane
start: 2026-01-05
replications: 10
pools:
  crane: {capacity: 1}
sites:
  here:
    activities:
      stack: {duration: 10 days, crew: {crane: 1}}
      permit: {kind: permit, duration: 1 day}
      lift: {duration: 21 days, crew: {crane: 1}, after: [permit], milestone: first_gpu}
"""


@pytest.fixture
def leveled(tmp_path: Path) -> buildsim.Level:
    (tmp_path / "crane.yaml").write_text(PLAN)
    return buildsim.level(tmp_path / "crane.yaml", schedules=40)


def test_tables(leveled):
    assert repr(leveled) == "<Level of crane: 40 schedules, 2 moves>"
    row = leveled.milestones.loc[0]
    assert (row["site"], row["planned_before_days"], row["planned_after_days"]) == ("here", 31.0, 22.0)
    assert (row["mean"], row["pairs"]) == (-9.0, 10)
    moves = leveled.moves.set_index("activity")
    assert moves.loc["here/lift", "days"] == -9.0
    assert leveled.leveling["activity"].tolist() == ["here/stack", "here/lift"]
    assert json.loads(json.dumps(leveled.to_json()))["scenario"] == "crane"
    assert "22.0" in leveled.report()
    assert leveled.warnings == leveled.result.warnings


def test_the_saved_plan_is_played_so(leveled, tmp_path):
    leveled.save(tmp_path / "better.yaml")
    found = buildsim.run(tmp_path / "better.yaml").result.sites["here"].milestones["first_gpu"]
    assert found.deterministic_days == 22.0
    with pytest.raises(buildsim.InputError, match="the scenario itself"):
        leveled.save(tmp_path / "crane.yaml")


def test_bad_options(tmp_path):
    with pytest.raises(buildsim.InputError, match="schedules"):
        buildsim.level("quickstart", schedules=0)
