from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from buildsim.backtest.cases import Cases, read_cases

FILE = Path(__file__).resolve().parents[1] / "data" / "backtest.csv"
"""Invented builds."""


@pytest.fixture
def cases() -> Cases:
    return read_cases(FILE)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file of cases."""

    def write(text: str) -> Path:
        file = tmp_path / "cases.csv"
        file.write_text(text, encoding="utf-8", newline="")
        return file

    return write
