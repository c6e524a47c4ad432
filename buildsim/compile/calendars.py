"""Working calendars: what a week of one holds, and its open intervals over the years (semantics 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from buildsim.compile.context import TICKS_PER_HOUR, Context
from buildsim.compile.expand import Task
from buildsim.compile.tables import pointers
from buildsim.loading.parts import Block
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.network import I64, Calendars
from buildsim.schema.parts import Calendar

MARGIN_DAYS: Final = 400  # work may begin before zero and lags may end after the horizon

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"(\d{1,2}):([0-5]\d) ?- ?(\d{1,2}):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Week:
    """The bare weekly pattern of a calendar; by default around the clock."""

    index: int = NONE
    """Index into the network's calendars."""
    weekdays: tuple[int, ...] = tuple(range(7))
    """Open weekdays, 0 for Monday."""
    shifts: tuple[tuple[int, int], ...] = ((0, TICKS_PER_DAY),)
    """Open minutes of an open day as disjoint intervals [start, end)."""
    productivity: float = 1.0

    @property
    def workday(self) -> int:
        """Open minutes of an open day."""
        return sum(end - start for start, end in self.shifts)

    @property
    def elapsed_day(self) -> float:
        """Open minutes that an elapsed day stands for in an ordinary week."""
        return self.workday * len(self.weekdays) / 7

    def ticks_of(self, dimension: str) -> float:
        """Open ticks in one unit of ``days`` (elapsed), ``workdays`` or ``workhours``."""
        return {"days": self.elapsed_day, "workdays": self.workday, "workhours": TICKS_PER_HOUR}[dimension]


AROUND_THE_CLOCK: Final = Week()


def weeks(context: Context) -> dict[str, Week]:
    """The weekly patterns of all calendars, by name."""
    found = {}
    for index, (name, block) in enumerate(context.blocks.calendars.items()):
        days, shifts = _weekdays(context, block), _shifts(context, block)
        found[name] = Week(index, days or tuple(range(7)), shifts or ((0, TICKS_PER_DAY),), block.body.productivity)
    return found


def week_of(task: Task, weeks: Mapping[str, Week]) -> Week:
    """The week of a task's calendar."""
    calendar = task.body.calendar
    return weeks[task.scope.names.calendars[calendar].name] if calendar else AROUND_THE_CLOCK


def build(context: Context, patterns: Mapping[str, Week], first_tick: int) -> Calendars:
    """Open intervals from ``MARGIN_DAYS`` before ``first_tick`` to as many after the horizon."""
    first = context.day(first_tick) - timedelta(days=MARGIN_DAYS)
    last = context.day(context.horizon) + timedelta(days=MARGIN_DAYS)
    rows = [
        _intervals(context, context.blocks.calendars[name].body, week, first, last) for name, week in patterns.items()
    ]
    none = np.empty(0, dtype=np.int64)
    starts, ends = (np.concatenate([none, *(row[side] for row in rows)]) for side in (0, 1))
    return Calendars(tuple(patterns), pointers(row[0] for row in rows), starts, ends)


def _intervals(context: Context, calendar: Calendar, week: Week, first: date, last: date) -> tuple[I64, I64]:
    """Starts and ends of the open intervals on the days from the first to the last; those that touch are one."""
    days = np.arange(first.toordinal(), last.toordinal() + 1)
    is_open = np.isin((days - 1) % 7, week.weekdays)  # day 1 was a Monday
    is_open &= ~np.isin(days, [day.toordinal() for day in calendar.holidays])
    for window in calendar.closed:
        is_open &= (days < window.first.toordinal()) | (days > window.last.toordinal())
    midnights = (days[is_open] - context.start.toordinal()) * TICKS_PER_DAY
    starts, ends = ((midnights[:, np.newaxis] + side).ravel() for side in np.array(week.shifts).T)
    touching = np.flatnonzero(starts[1:] == ends[:-1])
    return np.delete(starts, touching + 1), np.delete(ends, touching)


def _weekdays(context: Context, block: Block[Calendar]) -> tuple[int, ...]:
    """Weekdays of a text such as ``mon-fri`` or ``mon,wed,fri``; a range may run over the weekend."""
    found: set[int] = set()
    for part in block.body.days.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in _WEEKDAYS or (dash and last not in _WEEKDAYS):
            expected = "`mon-fri` or `mon,wed,fri`, of mon, tue, wed, thu, fri, sat, sun"
            context.report(block.where.at("days").problem(f"'{part.strip()}' is no weekday or range", expected))
            continue
        begin = _WEEKDAYS.index(first)
        length = (_WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
        found.update((begin + i) % 7 for i in range(length))
    return tuple(sorted(found))


def _shifts(context: Context, block: Block[Calendar]) -> tuple[tuple[int, int], ...]:
    """Disjoint intervals in minutes of a day of a text such as ``07:00-12:00, 13:00-17:30``."""
    where = block.where.at("hours")
    found: list[tuple[int, int]] = []
    for part in block.body.hours.split(","):
        match = _SHIFT.fullmatch(part.strip())
        hours = [int(group) for group in match.groups()] if match else [0, 0, 0, 0]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if not start < end <= TICKS_PER_DAY:
            expected = 'shifts such as "07:00-12:00, 13:00-17:30"; one over midnight as "00:00-06:00, 22:00-24:00"'
            context.report(where.problem(f"'{part.strip()}' is no shift", expected))
            continue
        found.append((start, end))
    found.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        context.report(where.problem("the shifts overlap", "shifts one after the other"))
    return tuple(found)
