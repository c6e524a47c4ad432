"""Which uncertain inputs drive a milestone: ranks from a plain run, a tornado, elementary effects, shares of variance.

All inputs are independent streams (`buildsim.sampling.inputs`), so two seeds give two independent sets A and B of all,
and a play in which one input alone has its values of B is what a radial design needs (Campolongo, Saltelli and
Cariboni, Computer Physics Communications 182, 2011): elementary effects and Sobol indices come of the same plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.analysis.paired import paired
from buildsim.analysis.rank import rank_correlations
from buildsim.compile.compile import compile_network
from buildsim.designs.saltelli import sobol_indices
from buildsim.engine.select import Engine, EngineName, reference_seconds, select
from buildsim.loading.project import load_scenario
from buildsim.network.network import F64, I64, Network
from buildsim.sampling.draw import Sampler
from buildsim.sampling.inputs import Inputs, Redrawn, inputs_of
from buildsim.studies.influence import Bar, Effect, Method, Rank, Rows, Sensitivity, Share, checked, refused
from buildsim.studies.objective import Objective, objective
from buildsim.studies.play import Progress, part_of, play
from buildsim.studies.run import versions

MOST: Final = 12
"""Inputs that are told of, unless more are asked for."""
FEWEST: Final = 8
"""Replications below which nothing is said."""
LOW, HIGH = 0.1, 0.9
"""Where a tornado puts an input."""
REST: Final = "everything else"
LEAST_STEP: Final = 1 / 3
"""Of an input's range: an elementary effect over less would be mostly what it is divided by."""


def sensitivity(
    ref: str | Path,
    method: str = "rank",
    *,
    site: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    overrides: Sequence[tuple[str, Any]] = (),
    variant: str | None = None,
    most: int = MOST,
    progress: Progress | None = None,
) -> Sensitivity:
    """Ask how the uncertain inputs of a scenario drive a milestone, averaged over the sites that are asked about.

    Ranks need no play but the run's own, a tornado two for each input that it tells of, elementary effects and Sobol
    indices one for each and two or three more. Raises InputError with every problem found in the files,
    UnknownNameError for a name that is not found.
    """
    asked = checked(method)
    project = load_scenario(ref, overrides, variant=variant)
    compiled = compile_network(project)
    network = compiled.network
    goal = objective(network, site=site, milestone=milestone)
    seed = project.scenario.seed if seed is None else seed
    count = project.scenario.replications if replications is None else replications
    if count < FEWEST:
        raise refused("replications", f"{count} replications say nothing of inputs", f"at least {FEWEST}")
    plays = {"rank": 1, "tornado": 1 + 2 * most, "morris": 1 + most, "sobol": 3 + most}[asked]
    engine_used, simulate = select(engine, plays * reference_seconds(network, count))
    played = _Plays(inputs_of(network), seed, goal, count, simulate, plays, progress)
    finish = played.finish(Sampler(network, seed))
    days = goal.days(finish)
    return Sensitivity(
        scenario=project.scenario.name,
        method=asked,
        seed=seed,
        replications=count,
        engine=engine,
        engine_used=engine_used,
        inputs_hash=project.inputs_hash,
        versions=versions(),
        warnings=compiled.warnings,
        announcements=project.announcements,
        objective=goal,
        days=float(days.mean()),
        sd=float(days.std(ddof=1)),
        unreached=float((finish[:, goal.columns] > goal.horizon).any(axis=1).mean()),
        inputs=len(played.inputs.names),
        points=0,
        ranges={},
        rows=_rows(asked, played, days, most),
    )


class _Plays:
    """Plays of the days of an objective, as parts of one progress."""

    def __init__(
        self,
        inputs: Inputs,
        seed: int,
        goal: Objective,
        count: int,
        simulate: Engine,
        plays: int,
        progress: Progress | None,
    ) -> None:
        self.inputs, self.seed, self.count = inputs, seed, count
        self._goal, self._simulate = goal, simulate
        self._plays, self._progress, self._done = plays, progress, 0

    def finish(self, sampler: Sampler) -> I64:
        """(R, milestones) Ticks, NEVER where not reached."""
        watched = part_of(self._progress, self._done, max(self._plays, self._done + 1))
        self._done += 1
        chunks = play(sampler, self.count, self._simulate, watched)
        return np.concatenate([milestone_ticks(sampler.network, outcome) for _, outcome in chunks])

    def held(self, network: Network) -> F64:
        """(R,) Days of another network under the same seed."""
        return self._goal.days(self.finish(Sampler(network, self.seed)))

    def redrawn(self, *names: str) -> F64:
        """(R,) Days where some inputs have their values of the set B."""
        return self._goal.days(self.finish(Sampler(self.inputs.network, self.second(*names))))

    def second(self, *names: str) -> Redrawn:
        """The seed under which some inputs have their values of the set B."""
        return Redrawn(self.seed, frozenset(names))


def _rows(method: Method, played: _Plays, days: F64, most: int) -> Rows:
    ranks = _ranks(played, days)
    if method == "rank":
        return tuple(ranks[:most])
    names = [each.input for each in ranks]
    if method == "tornado":
        return _tornado(played, names, most, days)
    return (_morris if method == "morris" else _sobol)(played, names[:most], days)


def _ranks(played: _Plays, days: F64) -> list[Rank]:
    """All inputs, the strongest first, ties by name."""
    found = rank_correlations(played.inputs.drawn(played.seed, 0, played.count), days)
    columns = (column.tolist() for column in (found.rho, found.low, found.high))
    rows = [Rank(*row) for row in zip(played.inputs.names, *columns, strict=True)]
    return sorted(rows, key=lambda each: (-abs(each.rho), each.input))


def _tornado(played: _Plays, names: Sequence[str], most: int, days: F64) -> tuple[Bar, ...]:
    """Those of the strongest inputs that can be held, the widest bar first."""
    bars: list[Bar] = []
    for name in names:
        low, high = (played.inputs.held(name, probability) for probability in (LOW, HIGH))
        if low is not None and high is not None and len(bars) < most:
            bars.append(Bar(name, paired(days, played.held(low)), paired(days, played.held(high))))
    return tuple(sorted(bars, key=lambda each: -each.width))


def _morris(played: _Plays, names: Sequence[str], days: F64) -> tuple[Effect, ...]:
    """The largest first; of the replications in which an input's two values lie far enough apart."""
    inputs = played.inputs
    first = inputs.drawn(played.seed, 0, played.count)
    second = inputs.drawn(played.second(*inputs.names), 0, played.count)
    rows: list[Effect] = []
    for name in names:
        step = (second - first)[inputs.names.index(name)]
        far = np.abs(step) >= LEAST_STEP
        found = (played.redrawn(name) - days)[far] / step[far]
        size = paired(np.zeros(len(found)), np.abs(found))
        if size.mean is not None and size.low is not None and size.high is not None:
            rows.append(Effect(name, float(found.mean()), size.mean, size.low, size.high, float(found.std(ddof=1))))
    return tuple(sorted(rows, key=lambda each: -each.mu_star))


def _sobol(played: _Plays, names: Sequence[str], days: F64) -> tuple[Share, ...]:
    """Each of the inputs, and all the rest together."""
    everything = played.inputs.names
    rest = tuple(name for name in everything if name not in names)
    groups = [(name, (name,)) for name in names] + ([(REST, rest)] if rest else [])
    redrawn = [played.redrawn(*members) for _, members in groups]
    values = np.column_stack([days, played.redrawn(*everything), *redrawn]).ravel()
    return shares([name for name, _ in groups], values, played.seed)


def shares(names: Sequence[str], values: F64, seed: int) -> tuple[Share, ...]:
    """Sobol indices of ``names`` from values as `sobol_indices` takes them, the largest first."""
    found = sobol_indices(values, len(names), seed)
    columns = (found.first, found.first_low, found.first_high, found.total, found.total_low, found.total_high)
    rows = [Share(*row) for row in zip(names, *(column.tolist() for column in columns), strict=True)]
    return tuple(sorted(rows, key=lambda each: -each.total))
