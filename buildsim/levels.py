"""The Python face of leveling: what moves, and what it is worth, as tidy tables."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.engine.select import EngineName
from buildsim.present.level import level_text
from buildsim.studies.files import check_writable, write_file
from buildsim.studies.level import SCHEDULES, LevelResult, Move, check_target, scenario_text, to_document
from buildsim.studies.level import level as run_level
from buildsim.studies.options import check_options

_PLANNED = ["planned_before_days", "planned_after_days", "p80_before_days", "p80_after_days"]
MILESTONE_COLUMNS = ["site", "milestone", "counts", *_PLANNED, *(field.name for field in fields(Paired))]
MOVE_COLUMNS = [field.name for field in fields(Move)]
LEVELING_COLUMNS = ["activity", "priority", "not_before"]


class Level:
    """A leveling, one row per observation; made by `level`."""

    def __init__(self, result: LevelResult, scenario: str | Path) -> None:
        self._result = result
        self._scenario = scenario

    def __repr__(self) -> str:
        result = self._result
        return f"<Level of {result.scenario}: {result.schedules} schedules, {len(result.moves)} moves>"

    @property
    def result(self) -> LevelResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def milestones(self) -> pd.DataFrame:
        """A row per site: its milestone as planned, its P80, and the paired differences; below 0 is earlier."""
        rows = [{"site": name, **asdict(site), **asdict(site.change)} for name, site in self._result.sites.items()]
        return pd.DataFrame(rows, columns=MILESTONE_COLUMNS)

    @property
    def moves(self) -> pd.DataFrame:
        """A row per activity that starts otherwise in the planned run, or is held by a date."""
        return pd.DataFrame([asdict(move) for move in self._result.moves], columns=MOVE_COLUMNS)

    @property
    def leveling(self) -> pd.DataFrame:
        """A row per activity that needs pools: all that it takes to play the plan so."""
        rows = [(name, each.priority, each.not_before) for name, each in self._result.leveling.items()]
        return pd.DataFrame(rows, columns=LEVELING_COLUMNS)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the scenario's files."""
        return self._result.warnings

    def save(self, file: str | Path) -> None:
        """Write a scenario that stands on the given one and is played so, as `buildsim level --out` does.

        Raises InputError for a file that cannot be written, or is the scenario itself.
        """
        target = Path(file)
        check_target(self._scenario, target)
        check_writable(target)
        write_file(target, scenario_text(self._result, self._scenario, target).encode())

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim level --json`."""
        return to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim level` as text without colour, ``width`` columns wide."""
        return level_text(self._result, width)


def level(
    scenario: str | Path,
    *,
    site: str | None = None,
    milestone: str | None = None,
    schedules: int = SCHEDULES,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
) -> Level:
    """Search for priorities and not-before dates by which a scenario's planned run is done sooner::

        leveled = buildsim.level("my-plan.yaml", schedules=2000)
        leveled.moves[["activity", "before", "after", "not_before"]]
        leveled.save("my-plan-leveled.yaml")

    ``None`` stands for what the scenario says; of sites and milestones for all sites and the key one of each. Raises
    InputError with all mistakes in files and arguments, UnknownNameError for a name that is not found.
    """
    check_options(replications, seed, engine, None, schedules=schedules)
    result = run_level(
        scenario,
        site=site,
        milestone=milestone,
        schedules=schedules,
        replications=replications,
        seed=seed,
        engine=engine,
    )
    return Level(result, scenario)
