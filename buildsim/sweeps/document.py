"""The JSON of a sweep's summary."""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd

from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.summary import VALUE, Subject, effects, indices

SCHEMA: Final = 1
"""Version of the JSON."""


def to_document(result: SweepResult, of: Subject) -> dict[str, Any]:
    """The JSON data of ``sweep --json``: values with six decimals, None for one beyond the horizon."""
    found = indices(result, of)
    return {
        "schema": SCHEMA,
        "sweep": result.name,
        "scenario": result.scenario,
        "design": result.design,
        "seed": result.seed,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "warnings": list(result.warnings),
        "points": {"all": len(result.points), "failed": result.failed, "beyond": int(of.table[VALUE].isna().sum())},
        "factors": [
            {"name": each.name, "unit": each.unit, "numeric": each.numeric, "levels": list(each.levels)}
            for each in result.factors
        ],
        "objective": {"milestone": of.milestone, "sites": list(of.sites), "statistic": of.statistic},
        "values": _rows(of.table),
        "effects": _rows(effects(of, result.factors)),
        "indices": None if found is None else _rows(found),
    }


def json_text(result: SweepResult, of: Subject) -> str:
    """The text of ``sweep --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result, of), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rounded = table.round(6).astype(object)
    return [{str(k): v for k, v in row.items()} for row in rounded.where(rounded.notna(), None).to_dict("records")]
