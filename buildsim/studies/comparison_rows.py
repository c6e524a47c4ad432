"""Plans against a first one as JSON data and as tidy tables."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.analysis.shapley import Shares
from buildsim.errors import format_path
from buildsim.loading.edits import Change, Edit
from buildsim.studies.comparison import ComparisonResult, Difference, PlanHead
from buildsim.studies.explained import Explained
from buildsim.studies.rows import document
from buildsim.studies.rows import json_text as document_text
from buildsim.studies.what_if import paired_data

DIFFERENCE_COLUMNS = ["plan", "site", "milestone", *(field.name for field in fields(Paired))]
EXPLAINED_COLUMNS = ["plan", "site", "milestone", "edit", "days", "se", "before", "after"]
EDIT_COLUMNS = ["plan", "edit", "path", "before", "after", "order", "merged", "joined"]


def to_document(result: ComparisonResult) -> dict[str, Any]:
    """The JSON data of ``compare --json``: days with three decimals, shares with six, keys in a fixed order."""
    return document(_data(result))


def json_text(result: ComparisonResult) -> str:
    """The text of ``compare --json``, the same bytes for the same inputs, seed and versions."""
    return document_text(_data(result))


def difference_table(result: ComparisonResult) -> pd.DataFrame:
    """A row per plan, site and milestone: what `Paired` has of it."""
    rows = [
        {"plan": each.head.plan, "site": name, "milestone": milestone, **asdict(found)}
        for each in result.differences
        for name, site in each.sites.items()
        for milestone, found in site.milestones.items()
    ]
    return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)


def explained_table(result: ComparisonResult) -> pd.DataFrame:
    """A row per plan, site, milestone and edit: its days with their standard error, what stood there and what does.

    ``before`` and ``after`` are JSON, None where nothing is stated or the edit is of several values.
    """
    rows = [
        (each.head.plan, site, milestone, name, days, se, *_values(edit))
        for each in result.differences
        for site, milestone, shares in shown_shares(each)
        for (name, edit), days, se in zip(_edits(each), shares.parts, shares.se, strict=True)
    ]
    return pd.DataFrame(rows, columns=EXPLAINED_COLUMNS)


def edit_table(result: ComparisonResult) -> pd.DataFrame:
    """A row per plan, edit and change in it; ``joined`` says why several are one edit."""
    rows = [
        {"plan": each.head.plan, "edit": name, **_change_data(change, as_text=True), **_how(edit)}
        for each in result.differences
        for name, edit in _edits(each)
        for change in edit.changes
    ]
    return pd.DataFrame(rows, columns=EDIT_COLUMNS)


def shown_shares(of: Difference) -> list[tuple[str, str, Shares]]:
    """Site, milestone and shares of those that are shown and can be explained."""
    if of.explained is None:
        return []
    shares = of.explained.shares
    return [
        (site, milestone, shares[site, milestone])
        for site, change in of.sites.items()
        for milestone in change.milestones
        if (site, milestone) in shares
    ]


def _edits(of: Difference) -> list[tuple[str, Edit]]:
    return [] if of.explained is None else list(zip(of.explained.names, of.explained.edits, strict=True))


def _data(result: ComparisonResult) -> dict[str, Any]:
    return {
        "first": _head_data(result.first),
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "versions": dict(sorted(result.versions.items())),
        "plans": [
            {
                **_head_data(each.head),
                "sites": {
                    name: {milestone: paired_data(found) for milestone, found in site.milestones.items()}
                    for name, site in each.sites.items()
                },
                "explained": None if each.explained is None else _explained_data(each, each.explained),
            }
            for each in result.differences
        ],
    }


def _head_data(head: PlanHead) -> dict[str, Any]:
    return {**asdict(head), "warnings": list(head.warnings)}


def _explained_data(of: Difference, explained: Explained) -> dict[str, Any]:
    sites: dict[str, dict[str, Any]] = {}
    for site, milestone, shares in shown_shares(of):
        sites.setdefault(site, {})[milestone] = {
            "total_days": _rounded(shares.total),
            "parts": [_rounded(each) for each in shares.parts],
            "se": [_rounded(each) for each in shares.se],
        }
    return {
        "edits": [
            {"name": name, **_how(edit), "changes": [_change_data(change) for change in edit.changes]}
            for name, edit in _edits(of)
        ],
        "exact": explained.exact,
        "sites": sites,
    }


def _how(edit: Edit) -> dict[str, Any]:
    return {"merged": edit.merged, "joined": edit.joined}


def _change_data(change: Change, *, as_text: bool = False) -> dict[str, Any]:
    values = (change.before, change.after)
    before, after = map(_text, values) if as_text else values
    return {"path": format_path(change.path), "before": before, "after": after, "order": change.order}


def _values(edit: Edit) -> tuple[str | None, str | None]:
    if len(edit.changes) > 1:
        return None, None
    (change,) = edit.changes
    return _text(change.before), _text(change.after)


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _rounded(days: float) -> float:
    return round(days, 3) + 0.0  # adding zero turns -0.0 into 0.0
