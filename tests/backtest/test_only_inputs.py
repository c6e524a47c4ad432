"""The forecast of a build is made from its inputs alone: without all other columns it is the same."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from buildsim.backtest.cases import INPUTS, read_cases

from .conftest import FILE

plan = pytest.importorskip("buildsim.backtest.plan", reason="forecasts are not there yet")


def forecasts(file: Path):
    return plan.forecast(read_cases(file).builds, replications=20, seed=3, engine="reference")


def without_outcomes(file: Path) -> str:
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    kept = [name for name in ("case", "campus", *INPUTS) if name in rows[0]]
    return "\n".join(",".join(row) for row in (kept, *([row[name] for name in kept] for row in rows))) + "\n"


def assert_same(file: Path, written) -> None:
    seen, blind = forecasts(file), forecasts(written(without_outcomes(file)))
    assert [each.case for each in seen] == [each.case for each in blind]
    for each, other in zip(seen, blind, strict=True):
        assert np.array_equal(each.days, other.days, equal_nan=True), each.case


def test_other_columns_change_no_forecast(written):
    assert_same(FILE, written)


def test_other_columns_change_no_forecast_of_the_given_cases(written):
    folder = os.environ.get("BUILDSIM_TRUTH")
    file = Path(folder or "").parent / "backtest" / "cases.csv"
    if not folder or not file.is_file():
        pytest.skip("BUILDSIM_TRUTH is not set, or no backtest/cases.csv stands beside it")
    assert_same(file, written)
