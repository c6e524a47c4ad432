"""Tables as data of charts, shortened names, columns of panels."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.present import words
from buildsim.present.charts.data import columns, finish_dates, inline, shortened
from buildsim.present.charts.theme import MONTH, by_date, titled


def test_rows_are_plain_values():
    table = pd.DataFrame(
        {"n": [1], "x": [0.1 + 0.2], "none": [np.nan], "at": [pd.Timestamp(2026, 1, 5)], "d": [date(2026, 1, 5)]}
    )
    assert inline(table).to_dict()["values"] == [
        {"n": 1, "x": 0.1 + 0.2, "none": None, "at": "2026-01-05T00:00:00Z", "d": "2026-01-05T00:00:00Z"}
    ]


@given(st.floats(0.001, 5000))
def test_dates_are_those_of_reports(days):
    start = date(2025, 3, 1)
    assert finish_dates(start, pd.Series([days]))[0].date() == words.finish_date(start, days)


@given(st.text("abcde/", max_size=80), st.integers(5, 40))
def test_a_shortened_name_keeps_both_ends(text, most):
    short = shortened(text, most)
    assert len(short) <= most or short == text
    head, _, tail = short.partition("…")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert (short == text) == (len(text) <= most)


@pytest.mark.parametrize(("panels", "width", "found"), [(1, 900, 1), (4, 900, 2), (16, 900, 3), (5, 200, 1)])
def test_rows_of_panels_are_as_full_as_can_be(panels, width, found):
    assert columns(panels, width, least=280) == (found, width // found)


@pytest.mark.parametrize(
    ("last", "width", "form", "ticks"),
    [
        ("2026-02-10", 600, "%Y-%m-%d", 6),
        ("2026-09-01", 600, MONTH, {"interval": "month", "step": 1}),
        ("2027-12-01", 500, MONTH, {"interval": "month", "step": 3}),
        ("2027-12-01", 150, MONTH, {"interval": "year", "step": 1}),
        ("2046-01-05", 300, MONTH, {"interval": "year", "step": 4}),
    ],
)
def test_an_axis_names_each_month_once_and_as_many_as_there_is_room_for(last, width, form, ticks):
    axis = by_date("date", ["2026-01-05T00:00:00Z", f"{last}T00:00:00Z"], width).to_dict()["axis"]
    assert (axis["format"], axis["tickCount"]) == (form, ticks)


def test_a_long_name_leaves_room_for_what_is_shown():
    assert titled("north", "First GPU", 900) == "north: First GPU"
    assert len(titled("n" * 200, "First GPU", 900)) <= 900 // 9 + 2
