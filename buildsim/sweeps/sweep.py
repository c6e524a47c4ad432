"""A sweep from its file to its dataset: begun, continued where it stopped, finished; the use-case behind all faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.errors import BuildsimError, InputError, Problem, UnknownNameError
from buildsim.loading.project import load_scenario
from buildsim.loading.sweep_file import SweepFile, load_sweep
from buildsim.network.network import Network
from buildsim.sampling.draw import planned
from buildsim.studies.converge import BATCH, StopRule, Until
from buildsim.studies.files import check_folder_takes_files, refusal
from buildsim.studies.play import Progress
from buildsim.sweeps.collect import Collector
from buildsim.sweeps.dataset import (
    MANIFEST,
    POINTS,
    RESULTS,
    factors_of,
    read_manifest,
    read_table,
    write_dataset,
)
from buildsim.sweeps.drive import answers
from buildsim.sweeps.executors import Pool, pool_of
from buildsim.sweeps.identity import Identity, changes, identity_of
from buildsim.sweeps.journal import NAME as JOURNAL
from buildsim.sweeps.journal import Journal
from buildsim.sweeps.plan import Plan, plan_of
from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.rows import RESERVED
from buildsim.sweeps.task import OtherFilesError, Question, Task, play_task, relevant_versions

MOST_TOGETHER: Final = 1_000
"""Replications of a point that one task plays; more are several tasks."""
LOOKED_AT: Final = 8
"""Levels of a factor that are tried before it is taken for a mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A sweep that can be played."""

    file: SweepFile
    plan: Plan
    question: Question
    replications: int | None
    """Of each point; None: until an interval is narrow enough."""
    network: Network
    """Of the scenario as it is."""
    identity: Identity
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]

    @property
    def points(self) -> int:
        """How many there are."""
        return len(self.plan)

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        sweep, until = self.file.sweep, self.question.until
        return {
            "sweep": sweep.sweep,
            "title": sweep.title,
            "question": sweep.question,
            "scenario": str(sweep.scenario),
            "design": sweep.design,
            "seed": self.question.seed,
            "replications": self.replications,
            "until_ci": None if until is None else until.days,
            "warnings": list(self.warnings),
        }


def run_sweep(
    ref: str | Path,
    folder: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    engine: EngineName = "auto",
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> SweepResult:
    """Play what is not played yet of a sweep, a file or the name of a shipped one, and finish its dataset in a folder.

    ``progress`` counts points; ``tell`` is told what a user should know before it begins. Raises InputError with all
    mistakes in files, where the folder holds anything else, where what is kept there belongs to another sweep, and
    where it cannot be written; UnknownNameError for a name that is not found.
    """
    return play_sweep(
        load_sweep(ref), folder, workers=workers, scheduler=scheduler, engine=engine, progress=progress, tell=tell
    )


def play_sweep(
    file: SweepFile,
    folder: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    engine: EngineName = "auto",
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> SweepResult:
    """The same of a sweep that is loaded."""
    ready = prepared(file, engine)
    for announcement in ready.announcements:
        tell(announcement)
    _check_folder(folder)
    if (manifest := read_manifest(folder)) is not None:
        _check_same(folder, manifest["identity"], ready.identity)
        (folder / JOURNAL).unlink(missing_ok=True)  # it was stopped just before it would have done so itself
        tell(f"{folder} holds the whole sweep")
        return _result(folder, manifest)
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder)
    try:
        if (kept := journal.identity()) is None:
            journal.begin(ready.identity)
        else:
            _check_same(folder, kept, ready.identity)
        _play(ready, journal, workers, scheduler, engine, progress, tell)
        finishes = ready.file.sweep.keep_replications
        write_dataset(folder, ready.plan, journal.groups(), ready.about, ready.identity, finishes=finishes)
        journal.remove()
    finally:
        journal.close()
    return load_result(folder)


def load_result(folder: Path) -> SweepResult:
    """The finished sweep that a folder holds. Raises InputError."""
    manifest = read_manifest(folder)
    if manifest is None:
        message = "this sweep is not finished" if (folder / JOURNAL).is_file() else "this folder holds no sweep"
        raise refusal(folder, message, f"a folder with a {MANIFEST} that `buildsim sweep` wrote")
    return _result(folder, manifest)


def prepared(file: SweepFile, engine: EngineName) -> Prepared:
    """Load and compile the scenario as it is, and look whether each factor leads anywhere."""
    sweep = file.sweep
    try:
        project = load_scenario(file.scenario)
        compiled = compile_network(project)
    except UnknownNameError as error:
        raise InputError([file.problem(("scenario",), error.message, error.expected, error.hint)]) from None
    network, scenario = compiled.network, project.scenario
    seed = scenario.seed if sweep.seed is None else sweep.seed
    until = None
    if sweep.until_ci is not None:
        until = Until(sweep.until_ci.width.value, sweep.until_ci.max_replications, sweep.until_ci.milestone)
        try:
            StopRule(network, until)
        except UnknownNameError as error:
            raise InputError(
                [file.problem(("until_ci", "milestone"), error.message, error.expected, error.hint)]
            ) from None
    _check_names(file)
    plan = plan_of(file, seed)
    _check_factors(file, plan)
    replications = None if until is not None else sweep.replications or scenario.replications
    versions = relevant_versions()
    return Prepared(
        file=file,
        plan=plan,
        question=Question(file.scenario, project.inputs_hash, versions, seed, engine, until, sweep.keep_replications),
        replications=replications,
        network=network,
        identity=identity_of(file, project.inputs_hash, seed, replications, versions),
        warnings=compiled.warnings,
        announcements=project.announcements,
    )


def _check_names(file: SweepFile) -> None:
    """Refuse factors that are called as columns of the dataset are."""
    taken = [name for name in file.sweep.factors if name in RESERVED]
    if taken:
        message = "the dataset has a column of its own of that name"
        raise InputError([file.problem(("factors", name), message, "another name") for name in taken])


def _check_factors(file: SweepFile, plan: Plan) -> None:
    """Refuse factors of which no level could ever be run. Raises InputError with the first reason for each."""
    problems: list[Problem] = []
    for column, levels in enumerate(plan.levels):
        first: BuildsimError | None = None
        set_by_levels = filter(None, map(levels.overrides, np.unique(plan.cells[:, column]).tolist()))
        for overrides in islice(set_by_levels, LOOKED_AT):
            try:
                compile_network(load_scenario(file.scenario, overrides))
                break
            except BuildsimError as error:
                first = first or error
        else:
            if first is not None:
                problems += _at_factor(file, levels.name, first)
    if problems:
        raise InputError(problems)


def _at_factor(file: SweepFile, name: str, error: BuildsimError) -> Iterator[Problem]:
    """What is wrong with a factor, at its place in the sweep file."""
    factor = file.sweep.factors[name]
    key = "path" if factor.path is not None else "alternatives"
    if not isinstance(error, InputError):
        yield file.problem(("factors", name, key), str(error))
        return
    for problem in error.problems:
        where = file.problem(("factors", name, key), problem.message, problem.expected, problem.hint)
        yield replace(where, message=f"{problem.path}: {problem.message}" if problem.path else problem.message)


def _check_folder(folder: Path) -> None:
    """Refuse a place that is no folder, holds anything else, or cannot be written."""
    if folder.exists() and not folder.is_dir():
        raise refusal(folder, "this is a file, not a folder")
    if folder.is_dir():
        names = {entry.name for entry in folder.iterdir()}
        if names and not names & {JOURNAL, MANIFEST}:
            raise refusal(folder, "this folder exists and holds no sweep", "a new folder, or that of the sweep")
        check_folder_takes_files(folder, folder)
        return
    parent = next(each for each in folder.resolve().parents if each.exists())
    check_folder_takes_files(parent, folder)


def _check_same(folder: Path, kept: Identity, asked: Identity) -> None:
    if found := changes(kept, asked):
        message = f"what is kept here was begun with something else: {'; '.join(found)}"
        raise refusal(folder, message, "what it was begun with, or a new folder")


def _play(
    ready: Prepared,
    journal: Journal,
    workers: int | None,
    scheduler: str | None,
    engine: EngineName,
    progress: Progress | None,
    tell: Callable[[str], None],
) -> None:
    """Play all points that the journal does not have."""
    done = journal.done()
    todo = [point for point in range(len(ready.plan)) if point not in done]
    if done:
        tell(f"{len(done):,} of {len(ready.plan):,} points are there; going on")
    if not todo:
        return
    used, simulate = select(engine, len(todo) * reference_seconds(ready.network, ready.replications or BATCH))
    simulate(ready.network, planned(ready.network))  # a kernel is compiled here, once, and not by each worker
    question = replace(ready.question, engine=used)
    collector = Collector(journal, ready.replications, keep_replications=question.keep_replications)
    try:
        with pool_of(workers, scheduler) as pool:
            _collect(pool, question, _tasks(ready, todo), collector, len(done), len(ready.plan), progress)
    except OtherFilesError as error:
        raise refusal(journal.path.parent, str(error), "the same files and versions for every worker") from None
    except (CancelledError, OSError) as error:
        if scheduler is None:
            raise
        message = f"the scheduler at {scheduler} was lost: {error or type(error).__name__}"
        raise refusal(journal.path.parent, message, "the same command again, which goes on where it stopped") from None
    if load_scenario(ready.file.scenario).inputs_hash != ready.question.inputs_hash:
        message = "the scenario's files were changed while it was played"
        raise refusal(journal.path.parent, message, "another folder, since this one may hold results of both")


def _collect(
    pool: Pool,
    question: Question,
    tasks: Iterator[Task],
    collector: Collector,
    before: int,
    points: int,
    progress: Progress | None,
) -> None:
    try:
        for found in answers(pool, partial(play_task, question), tasks):
            for answer in found:
                collector.add(answer)
            collector.commit_in_time()
            if progress is not None:
                progress(before + collector.complete, points)
    finally:
        collector.commit()


def _tasks(ready: Prepared, points: list[int]) -> Iterator[Task]:
    count = ready.replications
    for point in points:
        overrides = ready.plan.overrides(point)
        if count is None:
            yield Task(point, overrides, 0, 0, whole=True)
        else:
            for first in range(0, count, MOST_TOGETHER):
                together = min(MOST_TOGETHER, count - first)
                yield Task(point, overrides, first, together, whole=together == count)


def _result(folder: Path, manifest: Mapping[str, Any]) -> SweepResult:
    return SweepResult(
        name=manifest["sweep"],
        title=manifest["title"],
        question=manifest["question"],
        scenario=manifest["scenario"],
        design=manifest["design"],
        seed=manifest["seed"],
        factors=factors_of(manifest),
        points=read_table(folder, POINTS),
        results=read_table(folder, RESULTS),
        failed=manifest["counts"]["failed"],
        inputs_hash=manifest["identity"]["inputs_hash"],
        versions=manifest["identity"]["versions"],
        warnings=tuple(manifest["warnings"]),
    )
