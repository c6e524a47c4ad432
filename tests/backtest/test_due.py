"""Forecasts on record against what has been seen of them: hand-made dates, so that every score can be told by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.backtest.due import Due, Judgement, due
from buildsim.backtest.record import BEYOND, Record, Recorded, read_record
from buildsim.backtest.seen import Seen, read_seen
from buildsim.errors import InputError

DATA = Path(__file__).resolve().parents[1] / "data"
DAY = date(2026, 6, 1)
ROW = Recorded(
    site="oak",
    milestone="first_hall",
    source="plan",
    parts="all",
    start=date(2025, 1, 1),
    made_on=date(2026, 1, 2),
    known=date(2026, 1, 1),
    dates={10: DAY, 50: DAY + timedelta(20), 80: DAY + timedelta(30), 90: DAY + timedelta(40)},
    left=100,
    note=None,
    version="0",
    seed=1,
    replications=100,
)


def at(day: int) -> date:
    return DAY + timedelta(day)


def judged(reached: int | None = None, not_reached: int | None = None, row: Recorded = ROW) -> Judgement:
    days = (None if day is None else at(day) for day in (reached, not_reached))
    [found] = due(Record("r.csv", (row,), ()), [Seen(row, *days)]).judged
    return found


def of(*seen: tuple[int | None, int | None]) -> Due:
    """Forecasts of as many sites, each with the day reached and the day on which it was not."""
    rows = [replace(ROW, site=f"oak-{i}") for i in range(len(seen))]
    sightings = [
        Seen(row, *(None if day is None else at(day) for day in days)) for row, days in zip(rows, seen, strict=True)
    ]
    return due(Record("r.csv", tuple(rows), ()), sightings)


def told(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "seen.csv"
    file.write_text(text, encoding="utf-8")
    return file


RECORD = read_record(DATA / "record.csv")


@pytest.mark.parametrize(
    ("reached", "error", "loss", "inside"),
    [
        (20, 0, (0.1 * 20 + 0 + 0.2 * 10 + 0.1 * 20) / 4, True),
        (0, 20, (0 + 0.5 * 20 + 0.2 * 30 + 0.1 * 40) / 4, True),
        (-1, 21, (0.9 * 1 + 0.5 * 21 + 0.2 * 31 + 0.1 * 41) / 4, False),
        (40, -20, (0.1 * 40 + 0.5 * 20 + 0.8 * 10 + 0) / 4, True),
        (41, -21, (0.1 * 41 + 0.5 * 21 + 0.8 * 11 + 0.9 * 1) / 4, False),
    ],
)
def test_a_milestone_that_was_reached(reached, error, loss, inside):
    found = judged(reached=reached)
    assert (found.due, found.error, found.passed) == (True, error, ())
    assert found.pinball == pytest.approx(loss, abs=5e-4)
    assert found.inside is inside


@pytest.mark.parametrize(
    ("day", "passed", "is_due"),
    [
        (-1, (), False),
        (0, (10,), False),
        (29, (10, 50), False),
        (39, (10, 50, 80), False),
        (40, (10, 50, 80, 90), True),
    ],
)
def test_a_milestone_that_was_not(day, passed, is_due):
    found = judged(not_reached=day)
    assert (found.passed, found.due) == (passed, is_due)
    assert (found.error is None, found.inside) == (not is_due, False if is_due else None)


@given(st.integers(40, 400), st.integers(1, 400))
def test_what_is_overdue_counts_with_the_least_that_it_can_be(day, later):
    still_open, in_the_end = judged(not_reached=day), judged(reached=day + later)
    assert in_the_end.pinball >= still_open.pinball
    assert in_the_end.error <= still_open.error
    assert in_the_end.inside is still_open.inside is False


def test_a_percentile_beyond_the_horizon_never_passes():
    row = replace(ROW, dates={**ROW.dates, 80: BEYOND, 90: BEYOND})
    assert judged(not_reached=9999, row=row).passed == (10, 50)
    assert not judged(not_reached=9999, row=row).due
    found = judged(reached=25, row=row)
    assert (found.p80, found.p90, found.error, found.pinball, found.inside) == (None, None, -5, None, True)
    late = judged(reached=25, row=replace(row, dates={**row.dates, 50: BEYOND}))
    assert (late.error, late.inside) == (None, True)


def test_the_scores_of_all_that_are_due():
    found = of((20, None), (0, None), (60, 50), (None, 45), (None, 10))
    score = found.score
    assert (score.count, score.still_open, score.inside, score.coverage) == (4, 1, 2, 0.5)
    errors = [0, 20, -40, -26]
    assert score.median_bias == sum(sorted(errors)[1:3]) / 2
    assert score.median_absolute_error == sum(sorted(map(abs, errors))[1:3]) / 2
    assert score.pinball == pytest.approx(sum(each.pinball for each in found.judged if each.due) / 4, abs=1e-3)
    low, high = score.coverage_ci95
    assert (low, high) == (pytest.approx(0.0676, abs=1e-4), pytest.approx(0.9324, abs=1e-4))


def test_nothing_is_due():
    found = of((None, 10), (None, -5))
    assert (found.score, found.groups) == (None, {"source": {}, "milestone": {}})
    assert [(each.passed, each.reached) for each in found.percentiles] == [(1, 0), (0, 0), (0, 0), (0, 0)]
    assert found.percentiles[1].share is None


def test_percentiles_kept_do_not_lean_to_what_is_early():
    """Of a fast one the late percentiles do not count before their day, although it is known to keep them."""
    found = of((5, None), (None, 25))
    assert [(each.percent, each.passed, each.reached) for each in found.percentiles] == [
        (10, 2, 0), (50, 2, 1), (80, 0, 0), (90, 0, 0)
    ]  # fmt: skip
    assert found.percentiles[1].share_ci95 == (pytest.approx(0.0126, abs=1e-4), pytest.approx(0.9874, abs=1e-4))


def test_groups_share_out_what_is_due():
    sightings = read_seen(DATA / "seen.csv", RECORD).seen
    found = due(RECORD, sightings)
    for by in ("source", "milestone"):
        assert sum(score.count for score in found.groups[by].values()) == found.score.count == 2
    assert set(found.groups["source"]) == {"open.csv", "plan"}


def test_forecasts_that_are_due_and_of_which_nothing_is_told_are_counted(tmp_path):
    file = told(tmp_path, "id,milestone,not_reached_on\nbirch,,2026-05-05\n")
    before = due(RECORD, read_seen(file, RECORD).seen)
    assert (before.silent, before.overlooked) == (5, 2)  # first power of alder; cedar


def test_one_outcome_scores_every_forecast_of_it(tmp_path):
    by_site = read_seen(told(tmp_path, "id,date\nalder,2026-07-02\n"), RECORD)
    assert [each.forecast.id for each in by_site.seen] == ["plan/alder/first_hall", "open.csv/alder/first_hall"]
    by_id = read_seen(told(tmp_path, "id,date\nplan/alder/first_hall,2026-07-02\n"), RECORD)
    assert [each.forecast.id for each in by_id.seen] == ["plan/alder/first_hall"]


def test_a_file_of_builds_tells_outcomes_too(tmp_path):
    text = (
        "case,start_date,first_operational_date,not_operational_on\nalder,2025-01-20,,2026-07-15\ncedar,,2026-03-01,\n"
    )
    found = read_seen(told(tmp_path, text), RECORD)
    assert found.notes == ()
    assert [(each.forecast.id, each.reached, each.not_reached_on) for each in found.seen] == [
        ("plan/alder/first_hall", None, date(2026, 7, 15)),
        ("open.csv/alder/first_hall", None, date(2026, 7, 15)),
        ("open.csv/cedar/first_hall", date(2026, 3, 1), None),
    ]


def test_what_contradicts_the_forecast_is_told(tmp_path):
    text = "id,milestone,date\nalder,first_power,2026-02-01\nelm,,2026-04-01\ncedar,,2026-02-02\n"
    found = due(RECORD, read_seen(told(tmp_path, text), RECORD).seen)
    assert found.warnings == (
        "plan/alder/first_power was reached on 2026-02-01, but was forecast as not reached on 2026-02-01",
        "open.csv/elm/first_hall has no dates, since no replication was left: not scored",
        "reached before the record was made, although nothing of it was known to the forecast: 1",
    )
    assert [each.due for each in found.judged] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,date\nceder,2026-03-01\n",
            ":2:1: ceder.id: there is no forecast of 'ceder' on record\n"
            "  expected: an id or a site of the record\n  did you mean cedar?",
        ),
        (
            "id,milestone,date\nalder,first_powr,2026-03-01\n",
            ":2:7: alder.milestone: no forecast of first_powr of alder is on record\n"
            "  expected: one of first_power, first_hall\n  did you mean first_power?",
        ),
        (
            "id,milestone,date\nplan/alder/first_hall,first_power,2026-03-01\n",
            "'first_power' is refused\n  expected: first_hall, or nothing",
        ),
        (
            "id,date\nalder,2026-03-01\nalder,2026-03-02\n",
            ":3:1: alder.id: line 2 is about plan/alder/first_hall too\n  expected: each forecast once",
        ),
        ("id,date\nalder,March\n", ":2:7: alder.date: 'March' is refused\n  expected: a date such as 2024-05-31"),
        ("id,date\nalder,9999-12-31\n", "expected: a day that has come"),
        (
            "id,date,not_reached_on\nalder,2026-03-01,2026-03-01\n",
            ":2:18: alder: reached on 2026-03-01, and not reached on 2026-03-01",
        ),
        ("id,date\n,2026-03-01\n", ":2:1: id: this row has no id"),
        ("case,date\n,2026-03-01\n", ":2:1: case: this row has no case"),
        ("id,dates\nalder,2026-03-01\n", ":1:1: nothing in this file has become of any forecast"),
        ("name,date\nalder,2026-03-01\n", "there is no column 'id'"),
    ],
)
def test_mistakes_are_shown_where_they_stand(tmp_path, text, said):
    with pytest.raises(InputError) as caught:
        read_seen(told(tmp_path, text), RECORD)
    assert said in str(caught.value)
