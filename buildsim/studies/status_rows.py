"""A forecast against a former one as JSON data and as tidy tables: floats rounded once, so that all say the same."""

from __future__ import annotations

from typing import Any

import pandas as pd

from buildsim.analysis.movement import Move
from buildsim.studies.detail import DECIMALS
from buildsim.studies.rows import document, to_data
from buildsim.studies.rows import json_text as document_text
from buildsim.studies.status import Cause, Happened, MilestoneStatus, Moved, SiteStatus, StatusResult

_MOVES = [
    f"{name}_{part}" for name in ("p50", "p80") for part in ("then", "now", "moved_days", "low_days", "high_days")
]
_MOVEMENTS = ["site", "milestone", *_MOVES, "mean_moved_days", "mean_low_days", "mean_high_days"]
_MEANS = ["mean_then_days", "mean_now_days", "reached_then", "reached_now"]
_CAUSE = ["category", "then_days", "now_days", "change_days", "on_path_then", "on_path_now"]
_HAPPENED = ["kind", "item", "what", "planned", "on", "days_late"]
_DATES = ("p50_then", "p50_now", "p80_then", "p80_now", "planned", "on")


def to_document(result: StatusResult) -> dict[str, Any]:
    """The JSON data of ``status --json``: floats with six decimals, keys in a fixed order."""
    return document(_data(result))


def json_text(result: StatusResult) -> str:
    """The text of ``status --json``, the same bytes for the same two forecasts."""
    return document_text(_data(result))


def _data(result: StatusResult) -> dict[str, Any]:
    return {
        "then": to_data(result.then),
        "now": to_data(result.now),
        "paired": result.paired,
        "sites": {name: _site_data(site) for name, site in result.sites.items()},
        "new_sites": list(result.new_sites),
        "gone_sites": list(result.gone_sites),
        "inputs": to_data(result.inputs),
        "warnings": list(result.warnings),
    }


def movement_table(result: StatusResult) -> pd.DataFrame:
    """A row per site and milestone that both have: dates then and now, and the moves with their 95% intervals."""
    rows = []
    for name, site in result.sites.items():
        for milestone, found in site.milestones.items():
            row: dict[str, Any] = {"site": name, "milestone": milestone}
            for percent, moved in (("p50", found.p50), ("p80", found.p80)):
                row |= {f"{percent}_then": moved.then, f"{percent}_now": moved.now, **_named(percent, moved.move)}
            rows.append(row | _named("mean", found.mean) | _means(found))
    return _table(rows, [*_MOVEMENTS, *_MEANS])


def cause_table(result: StatusResult) -> pd.DataFrame:
    """A row per site, milestone and category: mean days and share of the driving paths, then and now."""
    rows = [
        {"site": name, "milestone": milestone, **_cause_data(cause)}
        for name, site in result.sites.items()
        for milestone, found in site.milestones.items()
        for cause in found.causes
    ]
    return _table(rows, ["site", "milestone", *_CAUSE])


def happened_table(result: StatusResult) -> pd.DataFrame:
    """A row per activity or order that has started, finished, been ordered or delivered since."""
    rows = [{"site": name, **_happened_data(each)} for name, site in result.sites.items() for each in site.happened]
    return _table(rows, ["site", *_HAPPENED])


def input_table(result: StatusResult) -> pd.DataFrame:
    """A row per value of the files that has changed."""
    return pd.DataFrame([to_data(each) for each in result.inputs], columns=["file", "path", "then", "now"])


def _site_data(site: SiteStatus) -> dict[str, Any]:
    return {
        "start_then": site.start_then.isoformat(),
        "start_now": site.start_now.isoformat(),
        "milestones": {name: _milestone_data(found) for name, found in site.milestones.items()},
        "new_milestones": list(site.new_milestones),
        "gone_milestones": list(site.gone_milestones),
        "happened": [to_data(_happened_data(each)) for each in site.happened],
    }


def _milestone_data(found: MilestoneStatus) -> dict[str, Any]:
    return {
        "p50": _moved_data(found.p50),
        "p80": _moved_data(found.p80),
        "mean": _move_data(found.mean),
        **_means(found),
        "causes": [_cause_data(cause) for cause in found.causes],
    }


def _moved_data(moved: Moved) -> dict[str, Any]:
    return {"then": to_data(moved.then), "now": to_data(moved.now), **_move_data(moved.move)}


def _move_data(move: Move) -> dict[str, float | None]:
    return {"moved_days": _rounded(move.days), "low_days": _rounded(move.low), "high_days": _rounded(move.high)}


def _named(prefix: str, move: Move) -> dict[str, float | None]:
    return {f"{prefix}_{name}": value for name, value in _move_data(move).items()}


def _means(found: MilestoneStatus) -> dict[str, float | None]:
    return {name: _rounded(getattr(found, name)) for name in _MEANS}


def _cause_data(cause: Cause) -> dict[str, Any]:
    return {"category": cause.category, **{name: _rounded(getattr(cause, name)) for name in _CAUSE[1:]}}


def _happened_data(each: Happened) -> dict[str, Any]:
    return {name: getattr(each, name) for name in _HAPPENED}


def _rounded(value: float | None) -> float | None:
    # adding zero turns -0.0 into 0.0
    return None if value is None else round(value, DECIMALS) + 0.0


def _table(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    dates = {name: "datetime64[s]" for name in _DATES if name in columns}
    numbers = {name: "float64" for name in columns if name.endswith("_days") or name.startswith("reached")}
    return pd.DataFrame(rows, columns=columns).astype({**dates, **numbers})
