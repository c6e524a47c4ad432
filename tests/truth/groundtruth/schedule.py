"""Deterministic schedules: those of others, and ours by activity."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName
from buildsim.importing.psplib import read, scenario_text
from buildsim.loading.project import load_scenario
from buildsim.network.codes import TICKS_PER_DAY, Rule
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from groundtruth.play import Played, play

SCHEDULES = Path(__file__).parents[1] / "data" / "schedules"
SCHEDULERS = ("primavera", "microsoft")

NEGATIVE_LAG = "steel FS - 40 workhours"
SAME_WITHOUT = "steel SS + 160 workhours"
"""The only negative lag of the schedules, and what it means in the language: steel takes 200 hours."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Periods of an instance's jobs by number."""

    start: Mapping[int, float]
    finish: Mapping[int, float]

    @property
    def makespan(self) -> float:
        """When the last job is done."""
        return max(self.finish.values())


def of_instance(file: Path, rule: str, engine: EngineName) -> Dated:
    """An instance of PSPLIB, imported and played under a rule."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "instance.yaml")
        scenario.write_text(scenario_text(read(file), "instance", file.name))
        played = of_scenario(scenario, engine, Rule[rule.upper()])
    return dated(played.network, played)


def dated(network: Network, outcome: Played | Outcome) -> Dated:
    """The first replication of an instance's network."""
    numbers = {int(name.partition("job-")[2]): i for i, name in enumerate(network.activities.name) if "job-" in name}

    def periods(ticks: I64) -> dict[int, float]:
        return {number: float(ticks[0, i] / TICKS_PER_DAY) for number, i in numbers.items()}

    return Dated(periods(outcome.start), periods(outcome.finish))


def of_scenario(file: Path, engine: EngineName, rule: Rule | None = None) -> Played:
    """The first replication of a scenario's file."""
    network: Network = compile_network(load_scenario(file), rule=rule).network
    return play(network, engine, 1)


def of_schedule(name: str, engine: EngineName) -> Played:
    """One of the schedules, with its negative lag in the language's words."""
    text = (SCHEDULES / f"{name}.yaml").read_text().replace(NEGATIVE_LAG, SAME_WITHOUT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "schedule.yaml")
        file.write_text(text)
        return of_scenario(file, engine)


def moments(played: Played) -> dict[str, tuple[datetime, datetime]]:
    """Start and finish of each activity of the only site, by its own name."""
    zero = datetime.combine(played.network.start, time())

    def at(tick: int) -> datetime:
        return zero + timedelta(minutes=tick)

    return {
        name.partition("/")[2]: (at(int(played.start[0, i])), at(int(played.finish[0, i])))
        for i, name in enumerate(played.network.activities.name)
    }


@dataclass(frozen=True, slots=True)
class ExpectedTask:
    """What a scheduler of others says of one task."""

    start: datetime
    finish: datetime


def expected(file: Path) -> dict[str, dict[str, ExpectedTask]]:
    """By scheduler and by our name of the task."""
    data = json.loads(file.read_text())
    return {
        scheduler: {
            name.lower().replace("_", "-"): ExpectedTask(
                datetime.fromisoformat(task["start"]), datetime.fromisoformat(task["finish"])
            )
            for name, task in data[f"{scheduler}_scheduler"]["tasks"].items()
        }
        for scheduler in SCHEDULERS
    }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many activities of a schedule have the dates of another scheduler."""

    activities: int
    finishes: int
    starts: int
    other_starts: tuple[str, ...]
    """Activities that start otherwise."""


def compare(played: Played, name: str, scheduler: str) -> Agreement:
    """The dates of a schedule beside those of a scheduler.

    A milestone at the project's start ignores calendars: ours is at midnight, theirs where the first shift begins, so
    its date is compared. ValueError if the activities are not the same.
    """
    ours, theirs = moments(played), expected(SCHEDULES / f"{name}.expected.json")[scheduler]
    ours.pop("finish", None)  # the milestone that a site without milestones has
    if set(ours) != set(theirs):
        raise ValueError(f"{name}: the activities are not the same: {set(ours) ^ set(theirs)}")
    project_start = min(task.start for task in theirs.values())
    finishes, other_starts = 0, []
    for activity, (start, finish) in ours.items():
        task = theirs[activity]
        if start == finish and task.start == project_start:
            same_start = same_finish = start.date() == project_start.date()
        else:
            same_start, same_finish = start == task.start, finish == task.finish
        finishes += same_finish
        if not same_start:
            other_starts.append(activity)
    return Agreement(len(ours), finishes, len(ours) - len(other_starts), tuple(other_starts))
