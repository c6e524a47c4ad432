"""The result of a study as plain data, and its versioned JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from buildsim.analysis.milestones import PERCENTS, MilestoneResult

SCHEMA = 1
"""Version of the JSON."""

Shares = Mapping[str, float]
"""A number per category, largest first."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """A segment of a path, in days from the start of its site; a resource chain may begin before it."""

    activity: str
    kind: str
    category: str
    start_day: float
    finish_day: float
    days: float
    why: str


@dataclass(frozen=True, slots=True)
class OwnerResult:
    """An owner's milestones over its sites; the mappings are by milestone."""

    milestones: Mapping[str, MilestoneResult]
    attribution: Mapping[str, Shares]
    """Mean days per category; they sum to the mean."""
    criticality: Mapping[str, Shares]
    blocked_at_horizon: Mapping[str, Shares]
    """Share of all replications."""


@dataclass(frozen=True, slots=True)
class SiteResult:
    """A site's milestones and what drives them; the mappings are by milestone."""

    owner: str
    start: date
    deadline: date | None
    milestones: Mapping[str, MilestoneResult]
    attribution: Mapping[str, Shares]
    """Mean days per category; they sum to the mean."""
    driving_path: Mapping[str, tuple[PathStep, ...]]
    """That of the P50's replication; empty where the P50 lies beyond the horizon."""
    criticality: Mapping[str, Shares]
    blocked_at_horizon: Mapping[str, Shares]
    """Share of all replications."""
    resource_chain: Mapping[str, tuple[PathStep, ...]]


@dataclass(frozen=True, slots=True)
class StudyResult:
    """Everything that a study answers."""

    scenario: str
    seed: int
    replications: int
    engine: str
    """As it was asked for."""
    inputs_hash: str
    versions: Mapping[str, str]
    start: date
    data_date: date
    as_of: date
    horizon_days: float
    """From the start: what is played."""
    warnings: tuple[str, ...]
    sites: Mapping[str, SiteResult]
    owners: Mapping[str, OwnerResult]


def to_json(result: StudyResult) -> dict[str, Any]:
    """The result as JSON data: ISO dates, days with three decimals, null beyond the horizon, keys in a fixed order."""
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "start": result.start.isoformat(),
        "data_date": result.data_date.isoformat(),
        "as_of": result.as_of.isoformat(),
        "horizon_days": _rounded(result.horizon_days, 3),
        "warnings": list(result.warnings),
        "sites": {name: _site(site) for name, site in result.sites.items()},
        "owners": {name: _findings(owner) for name, owner in result.owners.items()},
    }


def from_json(data: Mapping[str, Any]) -> StudyResult:
    """The result that ``to_json`` wrote; numbers keep the decimals that were written, other keys are passed over.

    Raises KeyError, TypeError or ValueError where the data has another shape.
    """
    return StudyResult(
        scenario=data["scenario"],
        seed=data["seed"],
        replications=data["replications"],
        engine=data["engine"],
        inputs_hash=data["inputs_hash"],
        versions=dict(data["versions"]),
        start=date.fromisoformat(data["start"]),
        data_date=date.fromisoformat(data["data_date"]),
        as_of=date.fromisoformat(data["as_of"]),
        horizon_days=data["horizon_days"],
        warnings=tuple(data["warnings"]),
        sites={name: _site_from(site) for name, site in data["sites"].items()},
        owners={name: OwnerResult(**_findings_from(owner)) for name, owner in data["owners"].items()},
    )


def _site_from(data: Mapping[str, Any]) -> SiteResult:
    return SiteResult(
        owner=data["owner"],
        start=date.fromisoformat(data["start"]),
        deadline=_date_from(data["deadline"]),
        driving_path=_paths_from(data["driving_path"]),
        resource_chain=_paths_from(data["resource_chain"]),
        **_findings_from(data),
    )


def _findings_from(data: Mapping[str, Any]) -> dict[str, Any]:
    by_milestone = ("attribution", "criticality", "blocked_at_horizon")
    milestones = {name: _milestone_from(milestone) for name, milestone in data["milestones"].items()}
    return {"milestones": milestones, **{name: data[name] for name in by_milestone}}


def _milestone_from(data: Mapping[str, Any]) -> MilestoneResult:
    dates = {f"p{percent}": _date_from(data[f"p{percent}"]) for percent in PERCENTS}
    intervals = {name: (low, high) for name, (low, high) in data["ci95_days"].items()}
    return MilestoneResult(**{**_fields_of(MilestoneResult, data), **dates, "ci95_days": intervals})


def _paths_from(data: Mapping[str, Any]) -> dict[str, tuple[PathStep, ...]]:
    return {name: tuple(PathStep(**_fields_of(PathStep, step)) for step in path) for name, path in data.items()}


def _fields_of(kind: type[MilestoneResult | PathStep], data: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in fields(kind)}


def _date_from(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _site(site: SiteResult) -> dict[str, Any]:
    return {
        "owner": site.owner,
        "start": site.start.isoformat(),
        "deadline": _iso(site.deadline),
        **_findings(site),
        "driving_path": {name: [_step(step) for step in path] for name, path in site.driving_path.items()},
        "resource_chain": {name: [_step(step) for step in path] for name, path in site.resource_chain.items()},
    }


def _findings(result: SiteResult | OwnerResult) -> dict[str, Any]:
    return {
        "milestones": {name: _milestone(milestone) for name, milestone in result.milestones.items()},
        "attribution": _by_milestone(result.attribution, 3),
        "criticality": _by_milestone(result.criticality, 6),
        "blocked_at_horizon": _by_milestone(result.blocked_at_horizon, 6),
    }


def _by_milestone(values: Mapping[str, Shares], decimals: int) -> dict[str, dict[str, float | None]]:
    return {
        milestone: {category: _rounded(value, decimals) for category, value in by_category.items()}
        for milestone, by_category in values.items()
    }


def _milestone(milestone: MilestoneResult) -> dict[str, Any]:
    days = {f"p{percent}_days": _rounded(getattr(milestone, f"p{percent}_days"), 3) for percent in PERCENTS}
    dates = {f"p{percent}": _iso(getattr(milestone, f"p{percent}")) for percent in PERCENTS}
    return {
        "mean_days": _rounded(milestone.mean_days, 3),
        **days,
        **dates,
        "ci95_days": {
            name: [_rounded(bound, 3) for bound in interval] for name, interval in milestone.ci95_days.items()
        },
        "reached": _rounded(milestone.reached, 6),
        "deterministic_days": _rounded(milestone.deterministic_days, 3),
        "deterministic_probability": _rounded(milestone.deterministic_probability, 6),
        "deadline_probability": _rounded(milestone.deadline_probability, 6),
        "contingency_days": _rounded(milestone.contingency_days, 3),
    }


def _step(step: PathStep) -> dict[str, Any]:
    return {
        "activity": step.activity,
        "kind": step.kind,
        "category": step.category,
        "start_day": _rounded(step.start_day, 3),
        "finish_day": _rounded(step.finish_day, 3),
        "days": _rounded(step.days, 3),
        "why": step.why,
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    # adding zero turns -0.0 into 0.0
    return None if value is None else round(value, decimals) + 0.0


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
