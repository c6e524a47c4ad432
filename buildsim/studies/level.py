"""Leveling of a plan: priorities and not-before dates by which its planned run is done sooner, and what they risk."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from buildsim.analysis.milestones import percentile
from buildsim.analysis.paired import Paired
from buildsim.compile.compile import compile_network
from buildsim.datafiles import SUFFIX, names_a_file
from buildsim.engine.select import Engine, EngineName, reference_seconds, select
from buildsim.leveling.replay import leveled, movable
from buildsim.leveling.search import Search
from buildsim.loading.project import Project, load_scenario
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import planned
from buildsim.studies.compare import Played, compare, milestones_of, played
from buildsim.studies.files import refusal
from buildsim.studies.headline import key_milestone
from buildsim.studies.options import choose
from buildsim.studies.play import Progress
from buildsim.studies.run import versions

SCHEMA = 1
"""Version of the JSON."""

_FILE_NAME = re.compile(rf"[a-z0-9][a-z0-9_.+-]{{0,79}}{re.escape(SUFFIX)}")

SCHEDULES = 1000
"""Schedules that a search makes unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Leveled:
    """What was found for an activity that needs pools."""

    priority: int
    """Smaller is served first."""
    not_before: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """An activity that starts on another tick in the planned run, or is held by a date; None: not started."""

    activity: str
    """Full name; passes of a rework chain but the first end in ``#k``."""
    before: date | None
    after: date | None
    days: float | None
    """Difference, below 0 is earlier."""
    priority: int | None
    """None for what needs no pool, or has begun."""
    not_before: date | None


@dataclass(frozen=True, slots=True)
class LeveledMilestone:
    """A site's milestone before and after; days from the site's start, None beyond the horizon."""

    milestone: str
    counts: bool
    """Whether the search made it early."""
    planned_before_days: float | None
    planned_after_days: float | None
    p80_before_days: float | None
    p80_after_days: float | None
    change: Paired
    """Under uncertainty, replication by replication."""


@dataclass(frozen=True, slots=True)
class LevelResult:
    """What the search found. Without something better ``moves`` is empty, and ``leveling`` what the plan has."""

    scenario: str
    title: str | None
    seed: int
    replications: int
    schedules: int
    """Made by the search, at most as many as asked for."""
    engine: EngineName
    engine_used: EngineName
    inputs_hash: str
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]
    sites: Mapping[str, LeveledMilestone]
    moves: tuple[Move, ...]
    leveling: Mapping[str, Leveled]
    """By full name: all that a scenario's ``leveling`` needs for the same planned run."""


def level(
    ref: str | Path,
    *,
    site: str | None = None,
    milestone: str | None = None,
    schedules: int = SCHEDULES,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    progress: Progress | None = None,
) -> LevelResult:
    """Search for a better planned run of a scenario, and play it against the plan as it is.

    What is made early is the sum over the sites of ``milestone``, of each site's key one without it, or that of
    ``site`` alone; one that is not reached counts as reached at the horizon. The progress counts schedules and
    replications together. Raises InputError with every problem of the files, UnknownNameError for names.
    """
    project = load_scenario(ref)
    compiled = compile_network(project)
    network, scenario = compiled.network, project.scenario
    count = scenario.replications if replications is None else replications
    seed = scenario.seed if seed is None else seed
    shown = _milestones(network, milestone)
    targets = shown if site is None else {site: shown[choose("site", site, tuple(shown))]}
    engine_used, simulate = select(engine, reference_seconds(network, schedules // 2 + 2 * count))
    expected = schedules + 2 * count

    def ahead(done: int) -> Progress | None:
        return None if progress is None else lambda more, _: progress(done + more, expected)

    search = Search(network, simulate, list(targets.values()))
    found = search.run(schedules, seed, ahead(0))
    after = network
    if found is not None and found.value < search.given:
        after = leveled(network, search.tidied(found))
    plans = [_planned_run(each, simulate) for each in (network, after)]
    runs = [
        played(each, simulate, seed, count, ahead(schedules + row * count)) for row, each in enumerate((network, after))
    ]
    return LevelResult(
        scenario=scenario.name,
        title=scenario.title,
        seed=seed,
        replications=count,
        schedules=0 if found is None else found.schedules,
        engine=engine,
        engine_used=engine_used,
        inputs_hash=project.inputs_hash,
        versions=versions(),
        warnings=compiled.warnings,
        announcements=project.announcements,
        sites=_sites(shown, targets, plans, runs),
        moves=_moves(network, after, plans),
        leveling=_leveling(project, network, after),
    )


def scenario_text(result: LevelResult, ref: str | Path, file: Path) -> str:
    """A scenario that stands on ``ref`` and has the priorities and dates, to be written to ``file``."""
    base = Path(os.path.relpath(ref, file.parent)).as_posix() if names_a_file(ref) else str(ref)
    lines = [
        f"# {result.scenario} as `buildsim level` found it: {result.schedules:,} schedules, seed {result.seed}.",
        "schema: 1",
        f"name: {json.dumps(file.name.removesuffix(SUFFIX))}",
        f"base: {json.dumps(base)}",
        "leveling:" if result.leveling else "leveling: {}",
    ]
    for name, each in result.leveling.items():
        date_too = "" if each.not_before is None else f", not_before: {each.not_before}"
        lines.append(f"  {json.dumps(name)}: {{priority: {each.priority}{date_too}}}")
    return "\n".join(lines) + "\n"


def check_target(ref: str | Path, file: Path) -> None:
    """Refuse a file that would replace the scenario it is to stand on, or bears no name of one. Raises InputError."""
    if not _FILE_NAME.fullmatch(file.name):
        expected = f"lower case letters, digits and . _ + -, then {SUFFIX}"
        raise refusal(file, "this is no name of a scenario's file", expected)
    if names_a_file(ref) and file.exists() and os.path.samefile(ref, file):
        raise refusal(file, "this is the scenario itself, on which it would stand", "another file")


def to_document(result: LevelResult) -> dict[str, Any]:
    """The JSON data of ``level --json``: numbers with three decimals, shares with six, keys in a fixed order."""
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "title": result.title,
        "seed": result.seed,
        "replications": result.replications,
        "schedules": result.schedules,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "warnings": list(result.warnings),
        "sites": {name: _rounded(asdict(each)) for name, each in result.sites.items()},
        "moves": [_rounded(asdict(each)) for each in result.moves],
        "leveling": {name: _rounded(asdict(each)) for name, each in result.leveling.items()},
    }


def json_text(result: LevelResult) -> str:
    """The text of ``level --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _milestones(network: Network, milestone: str | None) -> dict[str, int]:
    """By site the milestone that is looked at; sites without any, or without that one, are left out."""
    of_site = {name: milestones_of(network, site) for site, name in enumerate(network.sites.name)}
    if milestone is not None:
        choose("milestone", milestone, tuple(dict.fromkeys(network.milestones.name)))
    return {
        name: found[milestone or key_milestone(found)]
        for name, found in of_site.items()
        if milestone is None or milestone in found
    }


def _planned_run(network: Network, simulate: Engine) -> Outcome:
    return simulate(network, planned(network))


def _sites(
    shown: Mapping[str, int], targets: Mapping[str, int], plans: Sequence[Outcome], runs: Sequence[Played]
) -> dict[str, LeveledMilestone]:
    network = runs[0].network
    changes = compare(*runs)
    found = {}
    for name, milestone in shown.items():
        start = int(network.sites.start[network.sites.name.index(name)])
        finishes = [int(plan.finish[0, network.milestones.activity[milestone]]) for plan in plans]
        planned_days = [None if tick == NONE else (max(tick, start) - start) / TICKS_PER_DAY for tick in finishes]
        quantiles = [percentile(run.findings.finish[:, milestone], 80) for run in runs]
        p80 = [None if tick is None else (tick - start) / TICKS_PER_DAY for tick in quantiles]
        title = network.milestones.name[milestone]
        found[name] = LeveledMilestone(
            milestone=title,
            counts=name in targets,
            planned_before_days=planned_days[0],
            planned_after_days=planned_days[1],
            p80_before_days=p80[0],
            p80_after_days=p80[1],
            change=changes[name].milestones[title],
        )
    return found


def _moves(before: Network, after: Network, plans: Sequence[Outcome]) -> tuple[Move, ...]:
    """In order of the new starts; those that do not start come last."""
    first, second = (plan.start[0] for plan in plans)
    dates = _new_dates(before, after)
    moved = np.flatnonzero((first != second) | (dates != UNSET)).tolist() if after is not before else []
    needing = set(movable(after))
    moved.sort(key=lambda a: (second[a] == NONE, second[a], a))
    return tuple(
        Move(
            activity=after.activities.name[a],
            before=_date(after, int(first[a]), NONE),
            after=_date(after, int(second[a]), NONE),
            days=None if NONE in (first[a], second[a]) else int(second[a] - first[a]) / TICKS_PER_DAY,
            priority=int(after.activities.priority[a]) if a in needing else None,
            not_before=_date(after, int(dates[a]), UNSET),
        )
        for a in moved
    )


def _leveling(project: Project, before: Network, after: Network) -> dict[str, Leveled]:
    """What the plan's own ``leveling`` says of others is kept."""
    table, dates = after.activities, _new_dates(before, after)
    stated = project.scenario.leveling
    priority = {name: int(table.priority[a]) for a, name in enumerate(table.name)}
    found = {name: Leveled(priority[name], each.not_before) for name, each in stated.items()}
    for a in movable(after) if after is not before else ():
        name = table.name[a].partition("#")[0]
        own = stated[name].not_before if name in stated else None
        found[name] = Leveled(int(table.priority[a]), _date(after, int(dates[a]), UNSET) or own)
    return found


def _new_dates(before: Network, after: Network) -> I64:
    """(activities) Ticks of the dates that only the second has."""
    own, found = before.activities.not_before, after.activities.not_before
    return np.where(found != own, found, UNSET)


def _date(network: Network, tick: int, missing: int) -> date | None:
    return None if tick == missing else network.start + timedelta(days=tick // TICKS_PER_DAY)


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers as JSON has them, at every depth."""
    shares = ("less", "more")
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found[name] = _rounded(value)
        elif isinstance(value, float):
            found[name] = round(value, 6 if name in shares else 3) + 0.0
        else:
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found
