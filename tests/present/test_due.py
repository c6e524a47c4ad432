"""The report and the JSON of what has come due."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.backtest.due import Due, due
from buildsim.backtest.record import read_record
from buildsim.backtest.seen import read_seen
from buildsim.present.console import as_text
from buildsim.present.due import due_report
from buildsim.studies.rows import json_text

DATA = Path(__file__).resolve().parents[1] / "data"


def answer(file: Path) -> Due:
    record = read_record(DATA / "record.csv")
    return due(record, read_seen(file, record).seen)


@pytest.fixture(scope="module")
def found() -> Due:
    return answer(DATA / "seen.csv")


@pytest.fixture(scope="module")
def document(found: Due) -> dict[str, Any]:
    return json.loads(json_text(found))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(files("buildsim.present").joinpath("due.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def lines(found: Due) -> list[str]:
    return [" ".join(line.split()) for line in as_text(due_report(found), 120).splitlines()]


def test_report(found):
    text = lines(found)
    assert text[:4] == [
        "2 of 6 forecasts on record due by 2026-07-15",
        "P10 P50 P90 reached P50 off inside",
        "alder, first_power (plan) 2026-03-01 2026-03-11 2026-03-31 2026-03-21 -10 d yes",
        "cedar, first_hall (open.csv) 2026-02-10 2026-02-20 2026-03-12 not by 2026-03-12 -21 d no",
    ]
    assert "all 2 1 3.9 15.5 -15.5 1 (1%-99%)" in text
    assert "P80 3 1 33% (1%-91%)" in text
    assert "alder, first_hall (open.csv) 2026-04-02 2026-10-01 2026-07-15 P10, P50, P80" in text
    assert text[-1] == "Nothing was told of 2 forecasts."


def test_only_what_there_is(tmp_path):
    file = tmp_path / "seen.csv"
    file.write_text("id,not_reached_on\nbirch,2026-03-15\n")
    text = lines(answer(file))
    assert text[0] == "0 of 6 forecasts on record due by 2026-03-15"
    assert "birch, first_hall (plan) 2026-05-01 > horizon 2026-03-15 –" in text
    assert not {"Scores", "Percentiles kept", "Warnings"} & set(text)
    assert text[-1] == "Nothing was told of 5 forecasts; 1 of them due, and missing above."


def test_warnings_are_shown(tmp_path):
    file = tmp_path / "seen.csv"
    file.write_text("id,date\ncedar,2026-01-01\n")
    assert "Warnings" in lines(answer(file))


def test_the_json_is_as_published(validator, document):
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["judged"][0]["pinball"] == 2.0


def test_the_json_of_what_is_not_due_and_beyond_the_horizon_is_as_published(validator, tmp_path):
    file = tmp_path / "seen.csv"
    file.write_text("id,not_reached_on\nbirch,2026-03-15\nelm,2026-03-15\n")
    document = json.loads(json_text(answer(file)))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert (document["score"], document["judged"][0]["p90"]) == (None, None)


@pytest.mark.parametrize(
    "place",
    [
        *((key,) for key in ("schema", "as_of", "on_record", "silent", "overlooked", "judged", "score", "groups")),
        *((key,) for key in ("percentiles", "warnings")),
        *(("judged", 0, key) for key in ("id", "site", "milestone", "source", "known", "p10", "p50", "p80", "p90")),
        *(
            ("judged", 0, key)
            for key in ("reached_on", "not_reached_on", "due", "passed", "error", "pinball", "inside")
        ),
        *(("score", key) for key in ("count", "still_open", "pinball", "median_absolute_error", "median_bias")),
        *(("score", key) for key in ("inside", "coverage", "coverage_ci95")),
        *(("groups", key) for key in ("source", "milestone")),
        ("groups", "source", "plan", "count"),
        *(("percentiles", 0, key) for key in ("percent", "passed", "reached", "share", "share_ci95")),
    ],
)
def test_every_key_is_required(validator, document, place):
    without = copy.deepcopy(document)
    inner: Any = without
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    assert not validator.is_valid(without)
