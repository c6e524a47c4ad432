"""A finished sweep: what was asked, its factors, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from buildsim.sweeps.factors import FactorColumn


@dataclass(frozen=True, slots=True, eq=False)
class SweepResult:
    """Everything that a dataset says."""

    name: str
    title: str | None
    question: str | None
    scenario: str
    design: str
    seed: int
    factors: tuple[FactorColumn, ...]
    points: pd.DataFrame
    """A row per point."""
    results: pd.DataFrame
    """A row per point, site and milestone."""
    failed: int
    """Points that could not be run."""
    inputs_hash: str
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
