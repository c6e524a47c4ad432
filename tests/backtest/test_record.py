"""Forecasts on record: how builds and sites are put there, and what a file of them may say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.cases import Build, Cases, Outcome
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.freeze import FEW, of_builds, of_scenario, unfinished
from buildsim.backtest.record import BEYOND, Recorded, csv_text, read_record
from buildsim.errors import InputError
from buildsim.studies.run import run_scenario

FILE = Path(__file__).resolve().parents[1] / "data" / "record.csv"
START, TODAY = date(2025, 1, 1), date(2026, 11, 25)

SCENARIO = {
    "schema": 1,
    "name": "plan",
    "start": "2026-01-05",
    "data_date": "2026-03-02",
    "horizon": "1 years",
    "replications": 30,
    "seed": 4,
    "sites": {
        "north": {
            "phases": {"one": {"halls": {"h": {"it": "5 MW IT"}}}, "two": {}},
            "activities": {
                "power": {"duration": "uniform(10, 20) days", "milestone": "first_power"},
                "racks": {"duration": "uniform(60, 90) days", "milestone": "first_gpu"},
                "never": {"duration": "3 years", "milestone": "full_capacity"},
                "other": {"duration": "80 days", "milestone": "opening"},
            },
            "actuals": {"activities": {"power": {"start": "2026-01-05", "finish": "2026-01-20"}}},
        },
        "south": {"activities": {"racks": {"duration": "uniform(70, 90) days", "milestone": "first_gpu"}}},
    },
}


def cases_of(open_days: float | None, start: date | None = START) -> Cases:
    done = Build("done", "done", START)
    builds = (Build("a", "a", start), done)
    return Cases("folder/open.csv", builds, {"a": Outcome(open_days=open_days), "done": Outcome(days=3.0)}, ())


def put_on_record(days: list[float], open_days: float | None) -> Recorded:
    [row] = of_builds(cases_of(open_days), [Forecast("a", np.array(days))], seed=7, made_on=TODAY)
    return row


def test_a_build_counts_only_replications_longer_than_it_was_seen_to_take():
    row = put_on_record([float(day) for day in range(1, 101)], 60.0)
    assert (row.left, row.replications, row.known) == (40, 100, date(2025, 3, 2))
    assert row.dates == {
        10: date(2025, 3, 6), 50: date(2025, 3, 22), 80: date(2025, 4, 3), 90: date(2025, 4, 7)
    }  # fmt: skip
    assert (row.id, row.note) == ("open.csv/a/first_hall", None)


def test_a_build_that_ends_within_the_day_on_which_it_was_open_is_in_service_on_the_next():
    row = put_on_record([60.2] * 50, 60.0)
    assert row.dates == dict.fromkeys(PERCENTS, date(2025, 3, 3))
    assert put_on_record([60.0] * 50, 60.0).left == 0


@given(st.lists(st.floats(0.01, 900), min_size=1, max_size=60), st.integers(1, 900))
def test_dates_come_after_what_was_known_and_ascend(days, open_days):
    row = put_on_record(days, float(open_days))
    assert row.left == sum(day > open_days for day in days)
    if row.left == 0:
        assert row.dates is None
        return
    assert row.known < row.dates[10] <= row.dates[50] <= row.dates[80] <= row.dates[90]


@pytest.mark.parametrize(
    ("left", "note"),
    [
        (0, "no replication takes as long as the build was seen to: there is no forecast of it"),
        (FEW - 1, "only 19 replications take as long as the build was seen to: the dates are rough"),
        (FEW, None),
    ],
)
def test_few_left_are_told(left, note):
    row = put_on_record([10.0] * 100 + [90.0] * left, 60.0)
    assert (row.left, row.note, row.dates is None) == (left, note, left == 0)


def test_beyond_the_horizon():
    row = put_on_record([100.0] * 70 + [np.inf] * 30, 60.0)
    assert row.dates == {10: date(2025, 4, 11), 50: date(2025, 4, 11), 80: BEYOND, 90: BEYOND}
    assert "2025-04-11,beyond,beyond,100," in csv_text([row])


def test_a_build_of_which_no_day_was_told_is_known_up_to_its_start():
    assert put_on_record([5.0, 6.0], None).known == START


def test_finished_builds_are_not_on_record_and_a_start_is_needed():
    assert [build.case for build in unfinished(cases_of(60.0))] == ["a"]
    with pytest.raises(InputError, match=r"open\.csv:1:1: a\.start_date: without its start"):
        unfinished(cases_of(60.0, start=None))


def test_sites_of_a_scenario_as_it_reports_them(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(SCENARIO))
    run = run_scenario(file, engine="reference")
    rows = of_scenario(run, made_on=TODAY)
    assert [(row.site, row.milestone, row.parts) for row in rows] == [
        ("north", "first_gpu", "one"),  # first_power was reached by the data date, and no planner waits for `opening`
        ("north", "full_capacity", "one"),
        ("south", "first_gpu", "all"),
    ]
    found = run.result.sites["north"].milestones["first_gpu"]
    assert rows[0].dates == {10: found.p10, 50: found.p50, 80: found.p80, 90: found.p90}
    assert rows[1].dates == dict.fromkeys(PERCENTS, BEYOND)
    assert {(row.source, row.known, row.left, row.seed) for row in rows} == {("plan", date(2026, 3, 2), 30, 4)}


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = read_record(FILE)
    assert len(record.rows) == 6
    assert csv_text(record.rows) == FILE.read_text(encoding="utf-8")
    assert record.rows[2].dates is not None
    assert record.rows[2].dates[90] == BEYOND
    assert record.rows[5].dates is None


def test_an_id_stands_once():
    rows = read_record(FILE).rows
    with pytest.raises(ValueError, match=r"more than one forecast of plan/alder/first_power$"):
        csv_text([*rows, rows[0]])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2026-03-11", "2026-02-30", ":2:107: plan/alder/first_power.p50: '2026-02-30' is refused\n  expected: a date"),
        ("2026-03-11", "2026-03-22", ".p80: 2026-03-21 is before p50, 2026-03-22"),
        ("2026-03-11", "", ".p50: nothing stands here\n  expected: a value in every row"),
        ("2026-03-01", "2026-01-31", ".p10: 2026-01-31 is before what was known, 2026-02-01"),
        ("plan,phase-1", "plans,phase-1", "is refused\n  expected: plans/alder/first_power: source/site/milestone"),
        (
            "plan/alder/first_hall,alder,first_hall",
            "plan/alder/first_power,alder,first_power",
            "line 2 has this id too",
        ),
        (",7,100\n", ",-7,100\n", "'-7' is refused\n  expected: a whole number, 0 or more"),
        ("left", "lefd", ":1:1: there is no column 'left', or nothing in it\n  expected: the columns id, site"),
    ],
)
def test_mistakes_are_shown_where_they_stand(tmp_path, before, after, said):
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "record.csv"
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_record(file)
    assert said in str(caught.value)


def test_an_empty_record_is_refused(tmp_path):
    file = tmp_path / "record.csv"
    file.write_text(FILE.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="there is no forecast in this file"):
        read_record(file)
