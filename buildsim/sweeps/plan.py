"""The points of a sweep, in order: what each sets in the scenario, and what the dataset says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from buildsim.designs.grid import grid, one_at_a_time
from buildsim.designs.latin import latin_hypercube
from buildsim.designs.morris import trajectories
from buildsim.designs.saltelli import saltelli
from buildsim.errors import InputError
from buildsim.loading.sweep_file import SweepFile
from buildsim.network.network import F64
from buildsim.schema.sweep import MAX_POINTS
from buildsim.sweeps.factors import FactorColumn
from buildsim.sweeps.levels import AS_IS, Levels


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All points of a sweep."""

    levels: tuple[Levels, ...]
    cells: F64
    """(points, factors)"""

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def columns(self) -> tuple[FactorColumn, ...]:
        """The factors' columns in the dataset."""
        return tuple(each.column for each in self.levels)

    def overrides(self, point: int) -> tuple[tuple[str, Any], ...]:
        """What a point sets, as (path, value) pairs in the order of the factors."""
        cells = self.cells[point].tolist()
        return tuple(pair for each, cell in zip(self.levels, cells, strict=True) for pair in each.overrides(cell))

    def shown(self, points: Sequence[int] | slice) -> dict[str, list[float | str | None]]:
        """What the dataset has for some points, by factor."""
        return {each.name: each.shown(self.cells[points, i]) for i, each in enumerate(self.levels)}


def plan_of(file: SweepFile, seed: int) -> Plan:
    """The points of a sweep; those that are drawn depend on the seed. Raises InputError if there are too many."""
    sweep = file.sweep
    levels = tuple(Levels(name, factor) for name, factor in sweep.factors.items())
    if (count := _count(file, levels)) > MAX_POINTS:
        problem = file.problem(("design",), f"these are {count:,} points", f"at most {MAX_POINTS:,}")
        raise InputError([problem])
    return Plan(levels, _cells(file, levels, seed))


def _count(file: SweepFile, levels: Sequence[Levels]) -> int:
    sweep, samples = file.sweep, file.sweep.samples or 0
    counts = [each.count for each in levels]
    return {
        "grid": int(np.prod(np.array(counts, dtype=object))),
        "list": len(sweep.points or ()),
        "one-at-a-time": 1 + sum(counts),
        "latin-hypercube": samples,
        "sobol": samples * (len(levels) + 2),
        "morris": samples * (len(levels) + 1),
    }[sweep.design]


def _cells(file: SweepFile, levels: Sequence[Levels], seed: int) -> F64:
    sweep, factors = file.sweep, len(levels)
    samples, counts = sweep.samples or 0, [each.count for each in levels]
    if sweep.design == "list":
        return np.array([[_listed(each, point) for each in levels] for point in sweep.points or ()], dtype=np.float64)
    if sweep.design == "morris" and find_spec("SALib") is None:
        message = "a morris design needs SALib, which is not installed"
        raise InputError([file.problem(("design",), message, "pip install 'buildsim[sensitivity]'")])
    if sweep.design in ("grid", "one-at-a-time"):
        indices = grid(counts) if sweep.design == "grid" else one_at_a_time(counts)
        return np.column_stack([_of_levels(each, indices[:, i].tolist()) for i, each in enumerate(levels)])
    if sweep.design == "latin-hypercube":
        u = latin_hypercube(samples, factors, seed)
    else:
        u = saltelli(samples, factors, seed) if sweep.design == "sobol" else trajectories(samples, factors, seed)
    tails = sweep.design != "morris"
    return np.column_stack([each.cells(u[:, i], tails=tails) for i, each in enumerate(levels)])


def _of_levels(levels: Levels, indices: Sequence[int]) -> F64:
    known = {-1: _as_is(levels), **{i: levels.cell(i) for i in range(levels.count)}}
    return np.array([known[index] for index in indices])


def _listed(levels: Levels, point: dict[str, Any]) -> float:
    return levels.listed(point[levels.name]) if levels.name in point else _as_is(levels)


def _as_is(levels: Levels) -> float:
    return np.nan if levels.factor.is_continuous else AS_IS
