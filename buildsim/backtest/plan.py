"""Forecasts of builds: plans drawn up from their attributes, and played."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from buildsim.backtest.cases import Build
from buildsim.backtest.forecast import Forecast, Traits
from buildsim.backtest.scenario import MILESTONE, PACE, scenario_of
from buildsim.backtest.ways import ways
from buildsim.compile.compile import compile_network
from buildsim.engine.select import Engine, EngineName, reference_seconds, select
from buildsim.loading.project import DocumentText, load_scenario
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.network import F64, Network
from buildsim.sampling.draw import Sampler
from buildsim.studies.play import Progress, play

ORDERS = ("early", "usual", "late")
"""Values of the attribute `ordering`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One way in which a build may be meant."""

    weight: float
    """All weights of a build sum to 1."""
    attributes: Mapping[str, str]
    """What was stated, and what was taken for the rest."""
    scenario: dict[str, Any]
    """A scenario of one site, as a file would hold it; MILESTONE is the first step in service."""


def plans(build: Build) -> list[Plan]:
    """The plans of a build, the same for the same attributes."""
    return [Plan(weight, attributes, scenario_of(attributes)) for weight, attributes in ways(build)]


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
    the plan. Builds that come to the same plans are played once. ``progress`` is called with (builds done, builds
    asked for).
    """
    seconds = _reference_seconds(builds[0], len(builds) * replications) if builds and engine == "auto" else 0.0
    simulate = select(engine, seconds)[1]
    known: dict[str, Forecast] = {}
    found = []
    for done, build in enumerate(builds, start=1):
        drawn = plans(build)
        alike = json.dumps([(each.weight, each.scenario) for each in drawn])
        if alike not in known:
            known[alike] = _played(drawn, replications, seed, simulate)
        found.append(replace(known[alike], case=build.case))
        if progress is not None:
            progress(done, len(builds))
    return found


def _played(drawn: list[Plan], replications: int, seed: int, simulate: Engine) -> Forecast:
    ends = [round(share * replications) for share in accumulate((each.weight for each in drawn), initial=0.0)]
    shares = zip(drawn, pairwise(ends), strict=True)
    parts = [_part(each, first, last, seed, simulate) for each, (first, last) in shares if last > first]
    traits = [np.concatenate([getattr(traits, field.name) for _, traits in parts]) for field in fields(Traits)]
    return Forecast("", np.concatenate([days for days, _ in parts]), Traits(*traits))


def _reference_seconds(build: Build, count: int) -> float:
    """Of so many replications of builds that are about like this one."""
    return reference_seconds(_network(plans(build)[0]), count)


def _network(plan: Plan) -> Network:
    return compile_network(load_scenario(DocumentText(json.dumps(plan.scenario), "the plan of a build"))).network


def _part(plan: Plan, first: int, last: int, seed: int, simulate: Engine) -> tuple[F64, Traits]:
    """Days to the milestone, and traits, in the replications from ``first`` to before ``last``."""
    network = _network(plan)
    activity = network.milestones.activity[network.milestones.name.index(MILESTONE)]
    pace = network.risks.name.index(PACE)
    median, spread = network.variables[network.risks.factor_variable[pace]].distribution.params
    played = list(play(Sampler(network, seed), last - first, simulate, first=first))
    finish = np.concatenate([outcome.finish[:, activity] for _, outcome in played])
    factor = np.concatenate([samples.risk_factor[:, pace] for samples, _ in played])
    traits = Traits(
        luck=np.log(factor / median) / spread,
        spread=np.full(last - first, spread),
        order=np.full(last - first, ORDERS.index(plan.attributes["ordering"]) - 1.0),
        retrofit=np.full(last - first, plan.attributes["retrofit"] == "true"),
    )
    return np.where(finish == NONE, math.inf, finish / TICKS_PER_DAY), traits
