"""Order dates as an iCalendar file (RFC 5545) that planners' calendars read."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from importlib.util import find_spec
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from buildsim.errors import InputError, Problem
from buildsim.present import words
from buildsim.studies.order_by import OrderByResult, OrderDate

ALARM: Final = timedelta(days=-14)
"""A reminder comes so long before the date."""


def require_calendar(place: str) -> None:
    """Refuse a calendar, asked for at ``place``, where the extra is not installed. Raises InputError."""
    if find_spec("icalendar") is None:
        message = "calendars need icalendar, which is not installed"
        raise InputError([Problem(place, 1, 1, "", message, 'pip install "buildsim[calendar]"')])


def calendar(result: OrderByResult) -> bytes:
    """An all-day event with a reminder at the latest safe date of each item that has one.

    An event keeps its UID from run to run, so that a calendar moves it; nothing in it depends on the clock. Raises
    InputError where the extra ``calendar`` is missing.
    """
    require_calendar("calendar")
    from icalendar import Alarm, Calendar, Event

    found = Calendar()
    found.add("prodid", "-//buildsim//order-by//EN")
    found.add("version", "2.0")
    for row in result.items:
        if row.latest is None:
            continue
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", ALARM)
        alarm.add("description", _summary(row))
        event = Event()
        event.add("uid", str(uuid5(NAMESPACE_URL, f"buildsim:{result.scenario}/{row.site}/{row.item}/{row.milestone}")))
        event.add("dtstamp", datetime.combine(result.as_of, time(), UTC))
        event.add("dtstart", row.latest)
        event.add("summary", _summary(row))
        event.add("description", _description(result, row))
        event.add("transp", "TRANSPARENT")
        event.add_component(alarm)
        found.add_component(event)
    return bytes(found.to_ical())


def _summary(row: OrderDate) -> str:
    return f"Order {row.item} for {row.site} ({row.quantity:,.10g} {row.unit})"


def _description(result: OrderByResult, row: OrderDate) -> str:
    name = words.milestone(row.milestone)
    told = [
        f"Latest safe order date: {name} is later than with an order on {row.earliest} in "
        f"{words.percent(row.late_share)} of {words.count(result.replications, 'replication')}, at most "
        f"{words.percent(result.risk)} are taken as safe.",
        f"Planned: {words.day(row.planned)}.",
    ]
    if row.month is not None:
        told.append(f"A month later costs {words.move(row.month.mean)} days on average.")
    return "\n".join(told)
