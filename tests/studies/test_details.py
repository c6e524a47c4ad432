"""Tables beyond the result: made only when asked for, rounded once, kept and read back with equal numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from buildsim.analysis.chunk import Chunk
from buildsim.errors import InputError
from buildsim.studies import details, store
from buildsim.studies.answer import answer_of
from buildsim.studies.detail import Subject, table_of
from buildsim.studies.run import run_scenario
from buildsim.studies.tabular import csv_text, rows

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
replications: 70
sites:
  here:
    activities:
      walls: {duration: "pert(5, 9, 30) days"}
      roof: {duration: 3 days, after: [walls], milestone: done}
"""


class Counted:
    """A detail that counts what it was given."""

    def __init__(self, subject: Subject) -> None:
        self._name = subject.network.scenario
        self._finish: list[int] = []

    def add(self, chunk: Chunk) -> None:
        self._finish += chunk.outcome.finish[:, -1].tolist()

    def tables(self) -> dict[str, pd.DataFrame]:
        table = pd.DataFrame(
            {
                "scenario": self._name,
                "count": [len(self._finish)],
                "third": 1 / 3,
                "on": pd.to_datetime(["2026-01-05"]),
                "missing": [float("nan")],
            }
        )
        return {"counted": table}


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(details, "DETAILS", (Counted,))
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO)
    return path


def test_details_see_every_replication_and_are_rounded_once(scenario: Path) -> None:
    table = run_scenario(scenario, details=True).tables["counted"]
    assert table["count"].item() == 70
    assert table["third"].item() == 0.333333


def test_without_being_asked_for_there_are_none(scenario: Path) -> None:
    tables = run_scenario(scenario).tables
    assert tables == {}
    with pytest.raises(InputError, match="holds no table 'counted'"):
        table_of(tables, "counted")


def test_a_kept_result_has_the_same_tables(scenario: Path, tmp_path: Path) -> None:
    answer = answer_of(run_scenario(scenario, details=True))
    store.save(answer, tmp_path / "kept")
    kept = store.load(tmp_path / "kept")
    assert set(kept.tables) == {"counted"}
    assert csv_text(kept.tables["counted"]) == csv_text(answer.tables["counted"])
    assert rows(kept.tables["counted"]) == [
        {"scenario": "small", "count": 70, "third": 0.333333, "on": "2026-01-05", "missing": None}
    ]
