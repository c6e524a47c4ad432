"""The report of a status, and the published form of its JSON."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.analysis.movement import Move
from buildsim.present.status import ROWS, status_text
from buildsim.studies.rows import SCHEMA
from buildsim.studies.status import (
    Cause,
    Forecast,
    Happened,
    InputChange,
    MilestoneStatus,
    Moved,
    SiteStatus,
    StatusResult,
)
from buildsim.studies.status_rows import to_document

SCHEMA_FILE = files("buildsim.present").joinpath("status.schema.json")
START = date(2026, 1, 5)
THEN = Forecast("campus", START, START, START, 3652.0, 1, 200, "0" * 64, {"numpy": "2.4"})
MOVE = Move(31.0, 28.5, 33.25)
MILESTONE = MilestoneStatus(
    p50=Moved(date(2026, 6, 1), date(2026, 7, 2), MOVE),
    p80=Moved(date(2026, 7, 1), None, Move(1500.0, None, None)),
    mean=MOVE,
    reached_then=1.0,
    reached_now=0.75,
    mean_then_days=150.0,
    mean_now_days=175.0,
    causes=(
        Cause("permit:permit", 60.0, 90.0, 1.0, 1.0),
        *(Cause(f"work:task-{i}", 10.0, 9.5, 0.5, 0.4) for i in range(ROWS + 1)),
    ),
)
HAPPENED = (
    Happened("activity", "permit", "finished", date(2026, 3, 5), date(2026, 4, 10)),
    Happened("order", "racks:racks", "ordered", None, date(2026, 1, 7)),
)


@pytest.fixture
def result() -> StatusResult:
    return StatusResult(
        then=THEN,
        now=replace(THEN, data_date=date(2026, 4, 13), replications=100, inputs_hash="1" * 64),
        paired=False,
        sites={
            "north": SiteStatus(START, START, {"first_gpu": MILESTONE}, ("full_capacity",), ("first_power",), HAPPENED)
        },
        new_sites=("south",),
        gone_sites=("west",),
        inputs=(
            InputChange("scenario campus", "data_date", None, '"2026-04-13"'),
            InputChange("site north", "actuals.activities.permit.finish", None, '"2026-04-10"'),
            InputChange("catalog power", "pools.crew.capacity", "40", '"[red]80"'),
        ),
        warnings=("something is old",),
    )


def test_everything_that_changed_is_named(result):
    text = status_text(result, 100)
    for said in (
        "campus: status on 2026-04-13 against that on 2026-01-05",
        "Replications: 200 then, 100 now.",
        "New: south",
        "No longer there: west",
        "New milestones: Full capacity.",
        "Milestones no longer there: First power.",
        "First GPU   P50  2026-06-01  2026-07-02   +31.0  (+28.5, +33.2)",
        "P80  2026-07-01   > horizon  +1,500",
        "First GPU is reached by the horizon in 100% of the replications then and 75% now.",
        "permit: permit        60.0   90.0   +30.0          100%  100%",
        "2 that changed less",
        "First GPU            150.0  175.0   +25.0",
        "permit       finished 2026-04-10  planned 2026-03-05  36 days late",
        "racks:racks  ordered 2026-01-07   not planned",
        'catalog power: pools.crew.capacity: 40 -> "[red]80"',
        "something is old",
    ):
        assert said in text, said
    assert "actuals.activities" not in text
    assert max(map(len, status_text(result, 80).splitlines())) <= 80


def test_where_nothing_moved_it_says_so(result):
    same = replace(MILESTONE, causes=(Cause("work:dig", 3.0, 3.0, 1.0, 1.0),), mean_now_days=150.0)
    site = replace(result.sites["north"], milestones={"first_gpu": same}, happened=())
    text = status_text(replace(result, now=THEN, sites={"north": site}, inputs=()), 100)
    assert "What First GPU waits for is the same." in text
    assert "The files say the same as then." in text


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


NAMED = ("sites", "milestones", "versions")


def places(value: Any, path: tuple[Any, ...] = (), named: bool = False) -> list[tuple[Any, ...]]:
    """Every key that the form itself names, with the path to it; names of sites and milestones are the user's."""
    if isinstance(value, list):
        return [place for i, inner in enumerate(value[:1]) for place in places(inner, (*path, i))]
    if not isinstance(value, dict):
        return []
    own = [] if named else [(*path, key) for key in value]
    inner = [places(each, (*path, key), not named and key in NAMED) for key, each in value.items()]
    return [*own, *(place for each in inner for place in each)]


def test_the_form_describes_this_version_and_requires_every_key(validator, result):
    document = json.loads(json.dumps(to_document(result)))
    assert validator.schema["properties"]["schema"]["const"] == SCHEMA
    assert [error.message for error in validator.iter_errors(document)] == []
    found = places(document)
    assert ("sites", "north", "milestones", "first_gpu", "p50", "moved_days") in found
    for place in found:
        without = copy.deepcopy(document)
        parent = without
        for key in place[:-1]:
            parent = parent[key]
        del parent[place[-1]]
        assert not validator.is_valid(without), place
