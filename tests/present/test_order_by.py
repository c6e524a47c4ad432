"""The report, the JSON, the tables and the calendar of order dates."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.errors import InputError
from buildsim.present import calendar as module
from buildsim.present.calendar import calendar
from buildsim.present.order_by import order_by_text
from buildsim.studies.order_by_rows import item_table, json_text, seen_table


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(files("buildsim.present").joinpath("orderby.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.fixture
def document(order_dates) -> dict[str, Any]:
    return json.loads(json_text(order_dates))


@pytest.mark.parametrize("width", [80, 120])
def test_the_report(order_dates, width):
    text = order_by_text(order_dates, width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    found = " ".join(text.split())
    for said in (
        "campus: 40 replications, seed 1, as of 2026-03-02",
        "Safe: in at most 10% of the replications",
        "north: order dates for First GPU",
        "rack 320 2026-09-01 2026-08-10 -22 +30.0 -20.0",
        "transformer 320 2025-12-01* 2026-03-02 0 +30.0",
        "Next: transformer by 2026-03-02; a month later moves First GPU by +30.0 days on average.",
        "* planned before that, and no actual date says that it was placed",
        "rack: with the earliest order 98% reach it by the horizon.",
        "sign > horizon > horizon any time 0.0",
        "Next: nothing; each of these can be ordered at any time within the horizon.",
        "Left out: 2 open items with a lead of less than 60 days.",
        "warning: old [red]facts",
    ):
        assert said in found


def test_nothing_to_order(order_dates):
    text = order_by_text(replace(order_dates, items=(), left_out=0), 80)
    assert text.endswith("\nwarning: old [red]facts\\x1b[31m\n")


def test_the_json_is_as_published(validator, document):
    assert [error.message for error in validator.iter_errors(document)] == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key that the form itself names."""
    if isinstance(value, list):
        return places(value[0], (*path, 0)) if value else []
    if not isinstance(value, dict) or path[-1:] == ("versions",):
        return []
    return [found for key, inner in value.items() for found in ((*path, key), *places(inner, (*path, key)))]


def test_every_key_is_required(validator, document):
    assert ("items", 0, "month_days", "ci95") in places(document)
    for place in places(document):
        without = copy.deepcopy(document)
        inner: Any = without
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
        assert not validator.is_valid(without), place


def test_tables_have_the_numbers_of_the_json(order_dates, document):
    table = item_table(order_dates)
    assert list(table["item"]) == ["rack", "transformer", "sign"]
    assert table["latest"].tolist()[:2] == [pd.Timestamp(2026, 8, 10), pd.Timestamp(2026, 3, 2)]
    assert table["latest"].isna().tolist() == [False, False, True]
    row, data = table.iloc[0], document["items"][0]
    assert [row["month_days"], [row["month_low"], row["month_high"]]] == list(data["month_days"].values())
    assert (row["at_earliest_days"], row["margin_days"], row["late_share"]) == (-20, -22, 0.075)
    assert table["month_days"].isna().tolist() == [False, False, True]
    assert set(table["as_of"]) == {pd.Timestamp(2026, 3, 2)}
    assert seen_table(order_dates).query("item == 'rack'")["late_share"].tolist() == [0, 0.075, 1]
    assert item_table(replace(order_dates, items=())).dtypes.equals(table.dtypes)


def test_the_calendar_read_back(order_dates):
    icalendar = pytest.importorskip("icalendar")
    found = icalendar.Calendar.from_ical(calendar(order_dates))
    assert (str(found["version"]), str(found["prodid"])) == ("2.0", "-//buildsim//order-by//EN")
    rack, transformer = found.walk("VEVENT")  # what can be ordered at any time has none
    assert (rack["dtstart"].dt, transformer["dtstart"].dt) == (date(2026, 8, 10), date(2026, 3, 2))
    assert str(rack["summary"]) == "Order rack for north (1,392 rack)"
    assert rack["dtstamp"].dt == datetime(2026, 3, 2, tzinfo=UTC)
    assert "A month later costs +30.0 days on average." in rack["description"]
    [alarm] = rack.walk("VALARM")
    assert (str(alarm["action"]), alarm["trigger"].dt) == ("DISPLAY", timedelta(days=-14))
    assert found.errors == rack.errors == []


def test_an_event_keeps_its_name_when_its_date_moves(order_dates):
    icalendar = pytest.importorskip("icalendar")
    moved = replace(order_dates, items=(replace(order_dates.items[0], latest=date(2026, 7, 6)), *order_dates.items[1:]))
    names = [
        [str(event["uid"]) for event in icalendar.Calendar.from_ical(calendar(each)).walk("VEVENT")]
        for each in (order_dates, moved)
    ]
    assert names[0] == names[1]
    assert len(set(names[0])) == 2
    assert calendar(order_dates) == calendar(order_dates)


def test_without_the_extra(order_dates, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'pip install "buildsim\[calendar\]"'):
        calendar(order_dates)
