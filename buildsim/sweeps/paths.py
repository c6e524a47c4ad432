"""How values at paths of a scenario drive a milestone: a sweep over their ranges that keeps only what it says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from buildsim.analysis.paired import paired
from buildsim.analysis.rank import rank_correlations
from buildsim.compile.compile import compile_network
from buildsim.designs.morris import elementary_effects, trajectories
from buildsim.engine.select import EngineName
from buildsim.errors import InputError, Problem
from buildsim.loading.project import load_scenario
from buildsim.loading.sweep_file import SweepFile, sweep_of
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64
from buildsim.studies.influence import Bar, Effect, Method, Rank, Rows, Sensitivity, checked, refused
from buildsim.studies.objective import Objective, objective
from buildsim.studies.play import Progress
from buildsim.studies.run import versions
from buildsim.studies.sensitivity import shares
from buildsim.sweeps.dataset import REPLICATIONS, read_table
from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.sweep import play_sweep

SAMPLES: Final[Mapping[Method, int]] = {"rank": 64, "morris": 10, "sobol": 64}
"""Of a Latin hypercube its points, else trajectories and base samples."""
FEWEST: Final = 4
"""Samples below which nothing is said."""
_DESIGNS: Final[Mapping[Method, str]] = {
    "rank": "latin-hypercube",
    "tornado": "list",
    "morris": "morris",
    "sobol": "sobol",
}
_OPTION: Final = "--path"

Ends = tuple[Any, Any]
"""The lower and the upper value at a path, as files hold them; two whole numbers allow only whole ones between."""


def path_sensitivity(
    ref: str | Path,
    method: str,
    ranges: Mapping[str, Ends],
    *,
    site: str | None = None,
    milestone: str | None = None,
    samples: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Ask how the values at some paths drive the mean days to a milestone, all else as the scenario has it.

    Every point is played under the same random draws. Raises InputError with every problem of the files and ranges,
    and where a point cannot be run; UnknownNameError for a name that is not found.
    """
    asked = checked(method)
    if samples is not None and (asked == "tornado" or samples < FEWEST):
        message = "a tornado has no samples" if asked == "tornado" else f"{samples} samples say nothing"
        raise refused("samples", message, f"at least {FEWEST}, with rank, morris or sobol")
    project = load_scenario(ref)
    compiled = compile_network(project)
    goal = objective(compiled.network, site=site, milestone=milestone)
    with TemporaryDirectory(prefix="buildsim-") as name, _at_paths(ranges):
        sweep, folder = _sweep(ref, asked, ranges, samples, replications, seed), Path(name)
        found = play_sweep(sweep, folder, workers=workers, engine=engine, progress=progress)
        days, beyond = _days(folder, found, ranges, goal)
    means = days.mean(axis=1)
    as_is = asked == "tornado"
    return Sensitivity(
        scenario=project.scenario.name,
        method=asked,
        seed=found.seed,
        replications=days.shape[1],
        engine=engine,
        engine_used=None,
        inputs_hash=found.inputs_hash,
        versions=versions(),
        warnings=found.warnings,
        announcements=project.announcements,
        objective=goal,
        days=float(means[0] if as_is else means.mean()),
        sd=float((days[0] if as_is else means).std(ddof=1)),
        unreached=beyond,
        inputs=len(ranges),
        points=len(days),
        ranges={path: (str(low), str(high)) for path, (low, high) in ranges.items()},
        rows=_rows(asked, tuple(ranges), found, days),
    )


def _sweep(
    ref: str | Path,
    method: Method,
    ranges: Mapping[str, Ends],
    samples: int | None,
    replications: int | None,
    seed: int | None,
) -> SweepFile:
    names = _names(ranges)
    factors = {
        name: {"path": path, "range": list(ends), **({"whole": True} if _whole(ends) else {})}
        for name, (path, ends) in zip(names, ranges.items(), strict=True)
    }
    data: dict[str, Any] = {
        "schema": 1,
        "sweep": "sensitivity",
        "scenario": str(ref),
        "factors": factors,
        "design": _DESIGNS[method],
        "keep_replications": True,
    }
    if method == "tornado":
        data["points"] = [{}, *({name: end} for name, ends in zip(names, ranges.values(), strict=True) for end in ends)]
    else:
        data["samples"] = samples or SAMPLES[method]
    data |= {key: value for key, value in (("replications", replications), ("seed", seed)) if value is not None}
    return sweep_of(data, _OPTION, ref)


def _names(paths: Collection[str]) -> tuple[str, ...]:
    """Names of factors, which paths need not be."""
    return tuple(f"path-{i}" for i in range(len(paths)))


def _whole(ends: Ends) -> bool:
    return all(isinstance(end, int) and not isinstance(end, bool) for end in ends)


@contextmanager
def _at_paths(ranges: Mapping[str, Ends]) -> Iterator[None]:
    """Problems of the factors are those of the paths that were asked about."""
    paths = dict(zip(_names(ranges), ranges, strict=True))
    try:
        yield
    except InputError as error:
        raise InputError([_at_path(problem, paths) for problem in error.problems]) from None


def _at_path(problem: Problem, paths: Mapping[str, str]) -> Problem:
    keys = problem.path.split(".")
    if problem.file != _OPTION or len(keys) < 2 or keys[1] not in paths:
        return problem
    path = paths[keys[1]]
    return replace(problem, line=1, column=1, path=path, message=problem.message.removeprefix(f"{path}: "))


def _days(folder: Path, found: SweepResult, paths: Collection[str], goal: Objective) -> tuple[F64, float]:
    """(points, R) Days of the objective, to the horizon where it is not reached; and in what share it is not.

    Raises InputError if a point could not be run.
    """
    failed = found.points[found.points["status"] == "failed"]
    if not failed.empty:
        first = failed.iloc[0]
        at = ", ".join(f"{path} = {first[name]}" for name, path in zip(_names(paths), paths, strict=True))
        message = (
            f"{len(failed)} of {len(found.points)} points could not be run; the first, with {at}: {first['error']}"
        )
        raise refused(_OPTION, message, "ranges of which every value can be run")
    table = read_table(folder, REPLICATIONS)
    own = table[(table["milestone"] == goal.milestone) & table["site"].isin(goal.sites)]
    shape = (len(found.points), -1, len(goal.sites))
    days = own["days"].to_numpy(dtype=np.float64).reshape(shape)
    missing = np.isnan(days)
    until = (goal.horizon - goal.origin) / TICKS_PER_DAY
    return np.where(missing, until, days).mean(axis=2), float(missing.any(axis=2).mean())


def _rows(method: Method, paths: tuple[str, ...], found: SweepResult, days: F64) -> Rows:
    """Each path's, the most important first."""
    means, count = days.mean(axis=1), len(paths)
    if method == "sobol":
        return shares(paths, means, found.seed)
    if method == "tornado":
        bars = [Bar(path, *(paired(days[0], days[1 + 2 * i + end]) for end in (0, 1))) for i, path in enumerate(paths)]
        return tuple(sorted(bars, key=lambda each: -each.width))
    if method == "rank":
        values = found.points[list(_names(paths))].to_numpy(dtype=np.float64).T
        of = rank_correlations(values, means)
        columns = (column.tolist() for column in (of.rho, of.low, of.high))
        ranks = [Rank(*row) for row in zip(paths, *columns, strict=True)]
        return tuple(sorted(ranks, key=lambda each: -abs(each.rho)))
    moved = elementary_effects(trajectories(len(means) // (count + 1), count, found.seed), means, found.seed)
    bounds = (moved.mu_star - moved.mu_star_conf, moved.mu_star + moved.mu_star_conf)
    columns = (column.tolist() for column in (moved.mu, moved.mu_star, *bounds, moved.sigma))
    effects = [Effect(*row) for row in zip(paths, *columns, strict=True)]
    return tuple(sorted(effects, key=lambda each: -each.mu_star))
