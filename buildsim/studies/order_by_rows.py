"""Order dates as JSON data and as tables."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.studies.order_by import OrderByResult, OrderDate

SCHEMA = 1
"""Version of the JSON."""

COLUMNS: Final = {
    "site": "str",
    "item": "str",
    "quantity": "float64",
    "unit": "str",
    "orders": "int64",
    "milestone": "str",
    "planned": "datetime64[s]",
    "overdue": "bool",
    "lead_days": "float64",
    "earliest": "datetime64[s]",
    "latest": "datetime64[s]",
    "margin_days": "Int64",
    "late_share": "float64",
    "month_days": "float64",
    "month_low": "float64",
    "month_high": "float64",
    "at_earliest_days": "float64",
    "at_earliest_low": "float64",
    "at_earliest_high": "float64",
    "reached": "float64",
    "monotone": "bool",
    "as_of": "datetime64[s]",
}
"""Columns of a table of items, with their types."""
SEEN_COLUMNS: Final = {"site": "str", "item": "str", "date": "datetime64[s]", "late_share": "float64"}


def to_document(result: OrderByResult) -> dict[str, Any]:
    """The JSON data of ``order-by --json``: days with three decimals, shares with six, keys in a fixed order."""
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "title": result.title,
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "as_of": result.as_of.isoformat(),
        "horizon": result.horizon.isoformat(),
        "risk": result.risk,
        "least_lead_days": result.least_lead_days,
        "left_out": result.left_out,
        "warnings": list(result.warnings),
        "items": [_data(row) for row in result.items],
    }


def json_text(result: OrderByResult) -> str:
    """The text of ``order-by --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def item_table(result: OrderByResult) -> pd.DataFrame:
    """A row per item with `COLUMNS`: the rows of the JSON, intervals as two columns; NaT and NaN as null there."""
    rows = []
    for each in result.items:
        row = _data(each)
        month, earliest = row["month_days"] or {"mean": None, "ci95": (None, None)}, row["at_earliest_days"]
        row |= {"month_days": month["mean"], "month_low": month["ci95"][0], "month_high": month["ci95"][1]}
        row |= {"at_earliest_days": earliest["mean"]}
        row |= {"at_earliest_low": earliest["ci95"][0], "at_earliest_high": earliest["ci95"][1]}
        rows.append({**row, "as_of": result.as_of})
    return _typed(rows, COLUMNS)


def seen_table(result: OrderByResult) -> pd.DataFrame:
    """A row per item and date that was looked at: the ``late_share`` there."""
    return _typed(
        [
            {"site": row.site, "item": row.item, "date": each.date, "late_share": each.late_share}
            for row in result.items
            for each in row.seen
        ],
        SEEN_COLUMNS,
    )


def _typed(rows: list[dict[str, Any]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _data(row: OrderDate) -> dict[str, Any]:
    return {
        "site": row.site,
        "item": row.item,
        "quantity": row.quantity,
        "unit": row.unit,
        "orders": row.orders,
        "milestone": row.milestone,
        "planned": _iso(row.planned),
        "overdue": row.overdue,
        "lead_days": None if row.lead_days is None else round(row.lead_days, 3),
        "earliest": row.earliest.isoformat(),
        "latest": _iso(row.latest),
        "margin_days": row.margin_days,
        "late_share": round(row.late_share, 6),
        "month_days": None if row.month is None else _days(row.month),
        "at_earliest_days": _days(row.at_earliest),
        "reached": round(row.reached, 6),
        "monotone": row.monotone,
        "seen": [{"date": each.date.isoformat(), "late_share": round(each.late_share, 6)} for each in row.seen],
    }


def _days(found: Paired) -> dict[str, Any]:
    """A mean difference in days with its 95% interval."""
    mean, low, high = (None if each is None else round(each, 3) + 0.0 for each in (found.mean, found.low, found.high))
    return {"mean": mean, "ci95": [low, high]}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
