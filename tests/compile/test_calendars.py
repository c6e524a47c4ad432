from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.compile import calendars
from buildsim.compile.context import Context
from buildsim.loading.project import DocumentText, load_scenario
from buildsim.network.worktime import WorkTime

DAY = 1440
ONE = "calendars: {{c: {{{pattern}}}}}\nsites: {{s: {{activities: {{a: {{duration: 1 workday, calendar: c}}}}}}}}"


def text(pattern: str) -> str:
    return ONE.format(pattern=pattern)


def test_open_intervals_of_shifts_on_weekdays(network):
    work = WorkTime.of(network(text('days: mon-fri, hours: "07:00-12:00, 13:00-17:30"')).calendars, 0)
    assert work.next_open(0) == 7 * 60
    assert work.between(0, DAY) == 570
    assert work.between(0, 7 * DAY) == 5 * 570
    assert work.next_open(5 * DAY) == 7 * DAY + 7 * 60


def test_intervals_that_touch_are_merged_and_reach_400_days_beyond(network):
    open_times = network("horizon: 10 days\n" + text('days: mon-sun, hours: "00:00-08:00, 08:00-24:00"')).calendars
    assert open_times.open_start.tolist() == [-400 * DAY]
    assert open_times.open_end.tolist() == [411 * DAY]


def test_holidays_and_closed_windows_are_shut_on_both_end_dates(network):
    pattern = "holidays: [2026-01-06], closed: [{first: 2026-01-08, last: 2026-01-09}]"
    work = WorkTime.of(network(text(pattern)).calendars, 0)
    assert [work.between(i * DAY, (i + 1) * DAY) for i in range(6)] == [DAY, 0, DAY, 0, 0, DAY]


MONDAY = date(2026, 1, 5)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = st.integers(-450, 450).map(lambda offset: MONDAY + timedelta(offset))
HOURS = st.lists(st.integers(0, 24), min_size=2, max_size=6, unique=True).map(sorted)


@given(
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    HOURS.map(lambda hours: list(zip(hours[::2], hours[1::2], strict=False))),
    st.sets(DAYS, max_size=8),
    st.lists(st.tuples(DAYS, DAYS).map(sorted), max_size=3),
)
def test_open_time_is_the_shifts_of_the_open_days(weekdays, shifts, holidays, closed):
    calendar = {
        "days": ",".join(weekdays),
        "hours": ", ".join(f"{start:02}:00-{end:02}:00" for start, end in shifts),
        "holidays": [str(day) for day in holidays],
        "closed": [{"first": str(first), "last": str(last)} for first, last in closed],
    }
    plan = {"start": str(MONDAY), "horizon": "30 days", "calendars": {"c": calendar}, "sites": {"s": {}}}
    context = Context(load_scenario(DocumentText(json.dumps({"schema": 1, "name": "t", **plan}), "t")))
    built = calendars.build(context, calendars.weeks(context), 0)
    open_hours = {
        offset * 24 + hour
        for offset in range(-400, 431)
        for day in [MONDAY + timedelta(offset)]
        if WEEKDAYS[day.weekday()] in weekdays and day not in holidays
        if not any(first <= day <= last for first, last in closed)
        for start, end in shifts
        for hour in range(start, end)
    }
    starts, ends = (built.open_start // 60).tolist(), (built.open_end // 60).tolist()
    assert {hour for start, end in zip(starts, ends, strict=True) for hour in range(start, end)} == open_hours
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))


@pytest.mark.parametrize(("days", "open_days"), [("mon,wed,fri", 3), ("sat-mon", 3), ("tue", 1), ("mon-thu,sat", 5)])
def test_weekdays(network, days, open_days):
    work = WorkTime.of(network(text(f'days: "{days}"')).calendars, 0)
    assert work.between(0, 7 * DAY) == open_days * DAY


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("days: mon-fry", "no weekday"),
        ('hours: "22:00-06:00"', "no shift"),
        ('hours: "07:00-25:00"', "no shift"),
        ('hours: "07:00-12:00, 11:00-13:00"', "overlap"),
        ('hours: "seven"', "no shift"),
    ],
)
def test_patterns_that_are_refused(problems, pattern, message):
    (problem,) = problems(text(pattern))
    assert message in problem.message
