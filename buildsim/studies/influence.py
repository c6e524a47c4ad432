"""What drives a milestone: the rows of each method of a sensitivity analysis, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from buildsim.analysis.paired import Paired
from buildsim.errors import InputError, Problem
from buildsim.studies.objective import Objective
from buildsim.studies.options import choose

SCHEMA: Final = 1
"""Version of the JSON."""
Method = Literal["rank", "tornado", "morris", "sobol"]
METHODS: Final[tuple[Method, ...]] = ("rank", "tornado", "morris", "sobol")


@dataclass(frozen=True, slots=True)
class Rank:
    """Spearman's rank correlation of an input with the days and its 95% interval; above 0 they grow with it."""

    input: str
    rho: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bar:
    """How far the mean moves with an input at its lower and at its upper end, or as something does not happen or does.

    Of an uncertain input these are its P10 and P90, of a path the two values that were asked about.
    """

    input: str
    low: Paired
    """Days; below 0 is earlier."""
    high: Paired

    @property
    def width(self) -> float:
        """From the earliest to the latest of both ends and the mean as it is, in days."""
        ends = [0.0, *(0.0 if each.mean is None else each.mean for each in (self.low, self.high))]
        return max(ends) - min(ends)


@dataclass(frozen=True, slots=True)
class Effect:
    """Elementary effects (Morris), in days for the whole range of an input."""

    input: str
    mu: float
    """Mean effect; below 0 is earlier as the input grows."""
    mu_star: float
    """Mean of the absolute effects: how much it matters."""
    mu_star_low: float
    mu_star_high: float
    sigma: float
    """Standard deviation of the effects: how much they depend on the rest, or on where in its range it stands."""


@dataclass(frozen=True, slots=True)
class Share:
    """Sobol indices: the share of the variance that goes with an input alone, and with all its interactions."""

    input: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


Rows = tuple[Rank, ...] | tuple[Bar, ...] | tuple[Effect, ...] | tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one method says of the uncertain inputs of a scenario, or of values at paths of it."""

    scenario: str
    method: Method
    seed: int
    replications: int
    """Of each play or point."""
    engine: str
    """As it was asked for."""
    engine_used: str | None
    """None where each worker of a sweep chose its own."""
    inputs_hash: str
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]
    objective: Objective
    days: float
    """Mean days of the objective; over all points where paths are varied together."""
    sd: float
    """Their standard deviation over the replications, or over the points' means."""
    unreached: float
    """Share of the replications in which a site does not reach it by the horizon, which then counts."""
    inputs: int
    """How many inputs or paths there are."""
    points: int
    """How many points of the paths were played; 0 for uncertain inputs."""
    ranges: Mapping[str, tuple[str, str]]
    """Of paths the lower and the upper value as written; empty for uncertain inputs."""
    rows: Rows
    """The most important first."""


def checked(method: str) -> Method:
    """A method by its name. Raises UnknownNameError."""
    choose("method", method, METHODS)
    return next(each for each in METHODS if each == method)


def refused(name: str, message: str, expected: str) -> InputError:
    """The refusal of an option."""
    return InputError([Problem(name, 1, 1, "", message, expected)])


def to_document(result: Sensitivity) -> dict[str, Any]:
    """The JSON data of ``sensitivity --json``: days with three decimals, shares and correlations with six."""
    goal = result.objective
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "method": result.method,
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "warnings": list(result.warnings),
        "objective": {
            "milestone": goal.milestone,
            "sites": list(goal.sites),
            "days": round(result.days, 3),
            "sd_days": round(result.sd, 3),
            "unreached": round(result.unreached, 6),
        },
        "inputs": result.inputs,
        "points": result.points,
        "ranges": {path: list(ends) for path, ends in result.ranges.items()},
        "rows": [_row(row) for row in result.rows],
    }


def json_text(result: Sensitivity) -> str:
    """The text of ``sensitivity --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _row(row: Rank | Bar | Effect | Share) -> dict[str, Any]:
    if isinstance(row, Bar):
        return {"input": row.input, "low": _moved(row.low), "high": _moved(row.high)}
    digits = 3 if isinstance(row, Effect) else 6
    return {name: value if isinstance(value, str) else _rounded(value, digits) for name, value in asdict(row).items()}


def _moved(change: Paired) -> dict[str, Any]:
    interval = (
        None if change.low is None or change.high is None else [_rounded(x, 3) for x in (change.low, change.high)]
    )
    return {"days": None if change.mean is None else _rounded(change.mean, 3), "ci95": interval}


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # no negative zero
