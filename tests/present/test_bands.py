"""Tables in bands: whatever the line's width, every number is there, whole and under its head."""

from __future__ import annotations

import pytest

from buildsim.present.bands import Bands
from buildsim.present.console import as_text

HEADS = ("", *(f"2026Q{quarter}" for quarter in range(1, 9)))
ROWS = [
    ("racks, market", *(str(100_000 + value) for value in range(8))),
    ("a-long-name-of-a-supply, sites", *"12345678"),
]


@pytest.mark.parametrize("width", [24, 40, 60, 79, 80, 100, 120])
@pytest.mark.parametrize("fold", [False, True])
def test_no_number_is_cut(width: int, fold: bool) -> None:
    lines = as_text(Bands(HEADS, ROWS, least=20, fold=fold), width).splitlines()
    assert max(map(len, lines)) <= width
    assert [word for line in lines for word in line.split() if word in HEADS] == list(HEADS[1:])
    assert [word for line in lines for word in line.split() if word.isdecimal() and len(word) == 6] == list(ROWS[0][1:])


def test_one_band_where_there_is_room() -> None:
    assert len(as_text(Bands(HEADS, ROWS), 100).splitlines()) == 3


def test_names_are_narrowed_before_a_second_band_begins() -> None:
    assert len(as_text(Bands(HEADS, ROWS, least=12), 80).splitlines()) == 3
    assert "a-long-name-of-a-supply, sites" in as_text(Bands(HEADS, ROWS, least=20), 70)


def test_columns_stay_together() -> None:
    text = as_text(Bands(("", "P10", "P50", "P90", "P10", "P50", "P90"), [("a", *"123456")], together=3), 26)
    assert [line.split() for line in text.splitlines() if "P" in line] == [["P10", "P50", "P90"]] * 2
