"""Forecasts of builds: their days in every replication, and the same cut to what could be observed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np

from buildsim.analysis.milestones import PERCENTS, quantile_rank
from buildsim.backtest.cases import Build
from buildsim.backtest.plan import MILESTONE, Plan, plans
from buildsim.compile.compile import compile_network
from buildsim.engine.select import Engine, EngineName, select
from buildsim.loading.project import load_text
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.network import F64
from buildsim.sampling.draw import draw
from buildsim.studies.run import Progress

REPLICATIONS = 500
SEED = 7
"""What is played if nobody says otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Days from the start of a build to its first hall in service."""

    case: str
    days: F64
    """Shape (replications,), at least one; NaN or infinite where the hall is not in service by the horizon."""

    def quantiles(self) -> dict[int, float]:
        """Days by percent, the order statistics ceil(p n) as everywhere; infinite beyond the horizon."""
        ordered = np.sort(reached(self.days))
        return {percent: float(ordered[quantile_rank(len(ordered), percent) - 1]) for percent in PERCENTS}

    def cut(self, bound: float | None) -> Forecast:
        """The forecast of a build of which it is known that it was in service within ``bound`` days.

        Only replications within the bound count; if there is none, the bound is the forecast. None leaves all.
        """
        if bound is None:
            return self
        within = self.days[self.days <= bound]
        return Forecast(self.case, within if len(within) else np.array([bound]))

    def share_reached(self) -> float:
        """The share of the replications in which the hall is in service by the horizon."""
        return float(np.isfinite(self.days).mean())

    def share_later(self, days: float) -> float:
        """The share of the replications in which the hall is not in service within so many days."""
        return float((reached(self.days) > days).mean())


def reached(days: F64) -> F64:
    """The days with infinity where there are none."""
    return np.where(np.isnan(days), math.inf, days)


def forecast(
    builds: Sequence[Build],
    *,
    replications: int,
    seed: int,
    engine: EngineName = "auto",
    progress: Progress | None = None,
) -> list[Forecast]:
    """The forecast of each build from its attributes alone, by the catalogs as they were known at its start.

    The replications of a build are split among its plans by their weights; each has its number and its draws, whatever
    the plan. ``progress`` is called with (builds done, builds asked for).
    """
    simulate = select(engine)[1]
    known: dict[Build, F64] = {}
    found = []
    for done, build in enumerate(builds, start=1):
        alike = replace(build, case="", campus="")
        if alike not in known:
            known[alike] = _days(plans(alike), replications, seed, simulate)
        found.append(Forecast(build.case, known[alike]))
        if progress is not None:
            progress(done, len(builds))
    return found


def _days(ways: list[Plan], replications: int, seed: int, simulate: Engine) -> F64:
    ends = [round(share * replications) for share in accumulate((way.weight for way in ways), initial=0.0)]
    played = zip(ways, pairwise(ends), strict=True)
    return np.concatenate([_played(way, first, last, seed, simulate) for way, (first, last) in played if last > first])


def _played(plan: Plan, first: int, last: int, seed: int, simulate: Engine) -> F64:
    """Days to the milestone in the replications from ``first`` to before ``last``."""
    network = compile_network(load_text(json.dumps(plan.scenario), "the plan of a build")).network
    activity = network.milestones.activity[network.milestones.name.index(MILESTONE)]
    finish = simulate(network, draw(network, seed, first, last - first)).finish[:, activity]
    return np.where(finish == NONE, math.inf, finish / TICKS_PER_DAY)
