"""What docs/market.md sets beside what comes out of a run: facts kept aside."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2026-11-22"
REPLICATIONS = 200


@cache
def kept_aside() -> dict[str, dict[str, str]]:
    """Rows of the facts kept aside, by identifier."""
    with (ROOT / "tests" / "data" / "kept_aside.csv").open(newline="", encoding="utf-8") as file:
        return {row["fact_id"]: row for row in csv.DictReader(file)}


def stated(fact: str) -> tuple[float, float, float]:
    """Low, most likely and high value of a fact kept aside."""
    row = kept_aside()[fact]
    return float(row["low"]), float(row["mode"]), float(row["high"])


def spread(found: Any) -> tuple[float, float, float]:
    """P10, P50 and P90 over replications."""
    p10, p50, p90 = (float(np.quantile(found, q, method="inverted_cdf")) for q in (0.1, 0.5, 0.9))
    return p10, p50, p90


def verdict(found: float, low: float, high: float) -> str:
    """Where a result lies against the stated range; within a twentieth of it is near."""
    if low <= found <= high:
        return "inside"
    if 0.95 * low <= found <= 1.05 * high:
        return "near"
    return f"{100 * (found / low - 1):+.0f} %" if found < low else f"{100 * (found / high - 1):+.0f} %"
