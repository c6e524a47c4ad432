"""What has been seen of forecasts on record: the days on which milestones were reached, or not yet reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from buildsim.backtest.record import BEYOND, Record, Recorded
from buildsim.backtest.scenario import MILESTONE
from buildsim.backtest.table import Field, first_of, read_table
from buildsim.backtest.values import Reader, iso_date
from buildsim.errors import InputError, Problem, nearest

NAMES = ("id", "case")
REACHED = ("date", "first_operational_date")
NOT_REACHED = ("not_reached_on", "not_operational_on")
"""The columns, each with the name that it has in a file of builds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the milestone of a forecast: either day is known."""

    forecast: Recorded
    reached: date | None
    not_reached_on: date | None
    """Ignored if it has been reached."""

    @property
    def last_seen(self) -> date:
        """The day of which it tells."""
        day = self.reached or self.not_reached_on
        assert day is not None
        return day


@dataclass(frozen=True, slots=True)
class Sightings:
    """What a file says, forecast by forecast in the order of the record."""

    seen: tuple[Seen, ...]
    notes: tuple[str, ...]


def read_seen(path: Path, record: Record) -> Sightings:
    """Read what became of forecasts.

    A row names a forecast by its id, or by its site and milestone (`first_hall` if it is not stated), and so all
    forecasts of it in the record. Rows without a day are passed over. Raises InputError with every value that cannot be
    read, every name that is not on record, and if there is no day at all.
    """
    key = first_of(path, NAMES)
    table = read_table(path, key, ("milestone", REACHED[0], NOT_REACHED[0]), (REACHED[1], NOT_REACHED[1]))
    reader = _Reader(str(path), key, record.rows)
    for row in table.rows:
        reader.read(row)
    if not reader.problems and not reader.found:
        expected = f"a column {REACHED[0]} or {NOT_REACHED[0]} that is not empty"
        reader.problems.append(
            Problem(str(path), 1, 1, "", "nothing in this file has become of any forecast", expected)
        )
    if reader.problems:
        raise InputError(reader.problems)
    return Sightings(tuple(reader.found[row.id] for row in record.rows if row.id in reader.found), table.notes)


class _Reader(Reader):
    def __init__(self, file: str, key: str, rows: Sequence[Recorded]) -> None:
        super().__init__(file, key)
        self.found: dict[str, Seen] = {}
        self._key = key
        self._rows = rows
        self._lines: dict[str, int] = {}

    def read(self, row: Mapping[str, Field]) -> None:
        """Note what a row says."""
        reached = self._day(row, REACHED)
        open_on = self._day(row, NOT_REACHED)
        name = row[self._key].text
        if name is None:
            self.refuse("", self._key, row[self._key], f"this row has no {self._key}", "an id or a site of the record")
            return
        if reached is not None and open_on is not None and reached <= open_on:
            place = row[NOT_REACHED[0] if row[NOT_REACHED[0]].text is not None else NOT_REACHED[1]]
            self.refuse(name, "", place, f"reached on {reached}, and not reached on {open_on}")
        for forecast in self._meant(row, name):
            if forecast.id in self._lines:
                message = f"line {self._lines[forecast.id]} is about {forecast.id} too"
                self.refuse(name, self._key, row[self._key], message, "each forecast once")
            self._lines.setdefault(forecast.id, row[self._key].line)
            if reached is not None or open_on is not None:
                self.found[forecast.id] = Seen(forecast, reached, open_on)

    def _day(self, row: Mapping[str, Field], columns: Sequence[str]) -> date | None:
        column = next((each for each in columns if row[each].text is not None), columns[0])
        return self.value(row, column, _past)

    def _meant(self, row: Mapping[str, Field], name: str) -> list[Recorded]:
        stated = row["milestone"]
        of_site = [each for each in self._rows if each.site == name]
        milestones = list(dict.fromkeys(each.milestone for each in of_site))
        if of_site:
            milestone = stated.text or MILESTONE
            if milestone not in milestones:
                message = f"no forecast of {milestone} of {name} is on record"
                expected = f"one of {', '.join(milestones)}"
                self.refuse(name, "milestone", stated, message, expected, nearest(milestone, milestones))
            return [each for each in of_site if each.milestone == milestone]
        named = [each for each in self._rows if each.id == name]
        if not named:
            valid = [each for row in self._rows for each in (row.site, row.id)]
            message = f"there is no forecast of {name!r} on record"
            self.refuse(name, self._key, row[self._key], message, "an id or a site of the record", nearest(name, valid))
        for each in named:
            if stated.text not in (None, each.milestone):
                self.refuse(name, "milestone", stated, f"{stated.text!r} is refused", f"{each.milestone}, or nothing")
        return named


def _past(text: str) -> date:
    day = iso_date(text)
    if day == BEYOND:
        raise ValueError("a day that has come")
    return day
