"""A request checked before it is accepted, and the hash of all that its answer depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError, Problem
from buildsim.loading.overrides import as_overrides
from buildsim.loading.project import Ref, load_scenario
from buildsim.loading.sweep_file import SweepFile, load_sweep, sweep_of
from buildsim.loading.yaml_file import parse_value
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import Network
from buildsim.studies.comparison import AT
from buildsim.studies.converge import StopRule
from buildsim.studies.objective import objective
from buildsim.studies.options import check_options, until_of
from buildsim.studies.run import versions
from buildsim.sweeps.sweep import prepared
from buildsim_api.jobs.requests import (
    REQUESTS,
    BottlenecksRequest,
    ComparisonRequest,
    Kind,
    PlanRequest,
    RunRequest,
    SweepRequest,
    scenario_of,
    text_of,
)

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may ask for at most."""

    replications: int
    points: int
    plans: int
    horizon_years: float
    activities: int


def content_of(kind: Kind, body: Mapping[str, Any], limits: Limits) -> str:
    """The hash of what a request asks: equal requests have equal answers.

    Raises InputError with all problems of its documents and options, UnknownNameError for a name that is not found.
    """
    request = REQUESTS[kind].model_validate(body)
    match request:
        case RunRequest():
            parts = [_run(request, limits)]
        case BottlenecksRequest():
            parts = [_bottlenecks(request, limits)]
        case ComparisonRequest():
            parts = _comparison(request, limits)
        case SweepRequest():
            parts = [_sweep(request, limits)]
        case _:
            raise TypeError(kind)
    asked = request.model_dump(exclude={"scenario", "plans", "sweep"})
    data = [kind, parts, asked, versions()]
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _run(request: RunRequest, limits: Limits) -> Any:
    check_options(request.replications, request.seed, request.engine or "auto", request.rule)
    loaded, network, standard = _loaded(scenario_of(request.scenario), request.variant, request.set, limits)
    until = request.until_ci
    if until is not None:
        if request.replications is not None:
            raise refused("replications", "both say how many replications there are", "`replications` or `until_ci`")
        _at_most("until_ci.max_replications", until.max_replications or 1, limits.replications)
        found = until_of(until.days, until.max_replications, until.milestone)
        assert found is not None
        StopRule(network, found)
    _at_most("replications", request.replications or (1 if until else standard), limits.replications)
    return loaded


def _bottlenecks(request: BottlenecksRequest, limits: Limits) -> Any:
    check_options(request.replications, request.seed, request.engine or "auto", None)
    loaded, network, standard = _loaded(scenario_of(request.scenario), request.variant, request.set, limits)
    objective(network, site=request.site, owner=request.owner, milestone=request.milestone)
    _at_most("replications", request.replications or standard, limits.replications)
    return loaded


def _comparison(request: ComparisonRequest, limits: Limits) -> list[Any]:
    check_options(request.replications, request.seed, request.engine or "auto", None)
    _at_most("plans", len(request.plans), limits.plans)
    found = [_loaded(plan_of(each, i), each.variant, {}, limits) for i, each in enumerate(request.plans)]
    _at_most("replications", request.replications or found[0][2], limits.replications)
    named = [str(plan_of(each, i)) for i, each in enumerate(request.plans)]  # the answer calls its plans so
    return [named, *(each[0] for each in found)]


def _sweep(request: SweepRequest, limits: Limits) -> Any:
    check_options(None, None, request.engine or "auto", None)
    file = sweep_file(request.sweep)
    loaded, _, _ = _loaded(file.scenario, None, {}, limits)
    sweep = prepared(file, request.engine or "auto")
    _at_most("sweep: points", sweep.points, limits.points)
    until = file.sweep.until_ci
    _at_most("replications", sweep.replications or (until.max_replications if until else 1), limits.replications)
    stated = {key: value for key, value in file.document.data.items() if key != "scenario"}
    return [loaded, stated, str(file.scenario)]  # the answer names it


def _loaded(
    ref: Ref, variant: str | None, changes: Mapping[str, Any], limits: Limits
) -> tuple[list[str | None], Network, int]:
    """What identifies a plan, its network, and how often it is played unless something else is asked."""
    project = load_scenario(ref, as_overrides(changes), variant=variant)
    network = compile_network(project).network
    _at_most(f"{ref}: activities", len(network.activities), limits.activities)
    years = network.horizon / TICKS_PER_DAY / DAYS_A_YEAR
    if years > limits.horizon_years:
        raise refused(f"{ref}: horizon", f"these are {years:,.1f} years", f"at most {limits.horizon_years:g}")
    return [project.inputs_hash, variant], network, project.scenario.replications


def plan_of(plan: PlanRequest, number: int) -> Ref:
    """A plan as `comparison` takes it, with its variant in its name."""
    at = "" if plan.variant is None else f"{AT}{plan.variant}"
    if text_of(plan.scenario) is None:
        return f"{plan.scenario}{at}"
    return scenario_of(plan.scenario, f"plans[{number}]{at}")


def sweep_file(document: str | dict[str, Any]) -> SweepFile:
    """A sweep that is shipped or was posted. Raises InputError, UnknownNameError."""
    text = text_of(document)
    if text is None:
        return load_sweep(str(document))
    data = parse_value(text, "sweep")
    if not isinstance(data, dict) or not isinstance(data.get("scenario"), str | dict):
        raise refused("sweep.scenario", "this is no sweep of a scenario", "a document with the key `scenario`")
    scenario = scenario_of(data["scenario"])
    return sweep_of({**data, "scenario": str(scenario)}, "sweep", scenario)


def _at_most(name: str, value: int, most: int) -> None:
    if value > most:
        raise refused(name, f"{value:,} are too many for this service", f"at most {most:,}")


def refused(name: str, message: str, expected: str) -> InputError:
    """The refusal of a value of a request."""
    return InputError([Problem("request", 1, 1, name, message, expected)])
