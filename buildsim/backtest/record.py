"""Forecasts on record: what was said on a day of when milestones are reached, as a CSV file that nobody changes later.

A row is a forecast of one milestone of one site. It knows nothing that happened after its day `known`; its dates are
P10, P50, P80 and P90 of the replications that are not refuted by what was known.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.table import Field, read_table
from buildsim.backtest.values import Reader, iso_date, natural, whole
from buildsim.errors import InputError, Problem

T = TypeVar("T")

BEYOND = date.max
"""Stands for a day beyond the horizon; `beyond` in the file."""

OPTIONAL = ("note",)
COLUMNS = (
    "id",
    "site",
    "milestone",
    "source",
    "parts",
    "start",
    "made_on",
    "known",
    *(f"p{percent}" for percent in PERCENTS),
    "left",
    *OPTIONAL,
    "version",
    "seed",
    "replications",
)
"""Of the file, in this order."""

_QUANTILES = tuple(f"p{percent}" for percent in PERCENTS)
_BEYOND_TEXT = "beyond"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The forecast of a milestone."""

    site: str
    milestone: str
    source: str
    """The scenario that was played, or the file of builds."""
    parts: str
    """What of the site the forecast is about, its phases for one."""
    start: date
    """Of the site or build."""
    made_on: date
    known: date
    """The last day of which anything was known."""
    dates: Mapping[int, date] | None
    """By percent, BEYOND for a day beyond the horizon; None if no replication is left."""
    left: int
    """Replications that agree with what was known; only they count."""
    note: str | None
    version: str
    seed: int
    replications: int

    @property
    def id(self) -> str:
        """Its name, the only one of it in a record."""
        return f"{self.source}/{self.site}/{self.milestone}"


@dataclass(frozen=True, slots=True)
class Record:
    """The forecasts of a file in its order."""

    file: str
    rows: tuple[Recorded, ...]
    notes: tuple[str, ...]
    """Columns that are not read although they are nearly called as one that is missing."""


def csv_text(rows: Sequence[Recorded]) -> str:
    """The text of the file. Raises ValueError for two forecasts of the same id."""
    again = [name for name, count in Counter(row.id for row in rows).items() if count > 1]
    if again:
        raise ValueError(f"more than one forecast of {', '.join(again)}")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _text(row, column) for column in COLUMNS})
    return stream.getvalue()


def read_record(path: Path) -> Record:
    """Read what `csv_text` wrote. Raises InputError with every value that cannot be read or does not fit the others."""
    table = read_table(path, "id", COLUMNS[1:])
    file = str(path)
    if not table.rows:
        raise InputError([Problem(file, 1, 1, "", "there is no forecast in this file", "a row for each forecast")])
    missing = list(_missing_columns(file, table.rows))
    if missing:
        raise InputError(missing)
    reader = _Reader(file)
    rows = tuple(row for each in table.rows if (row := reader.row(each)) is not None)
    if reader.problems:
        raise InputError(reader.problems)
    return Record(file, rows, table.notes)


def date_text(day: date) -> str:
    """A date of a forecast as the file has it."""
    return _BEYOND_TEXT if day == BEYOND else day.isoformat()


def _text(row: Recorded, column: str) -> str:
    if column in _QUANTILES:
        return "" if row.dates is None else date_text(row.dates[int(column.removeprefix("p"))])
    value = getattr(row, column)
    return "" if value is None else str(value)


def _missing_columns(file: str, rows: Sequence[Mapping[str, Field]]) -> Iterator[Problem]:
    for column in COLUMNS:
        if column not in (*OPTIONAL, *_QUANTILES) and all(row[column].text is None for row in rows):
            expected = f"the columns {', '.join(COLUMNS)}, as a file of forecasts on record has them"
            yield Problem(file, 1, 1, "", f"there is no column '{column}', or nothing in it", expected)


class _Reader(Reader):
    def __init__(self, file: str) -> None:
        super().__init__(file, "id")
        self._lines: dict[str, int] = {}

    def row(self, row: Mapping[str, Field]) -> Recorded:
        """The forecast, with something in the place of what is refused."""
        known = self._stated(row, "known", iso_date, date.min)
        found = Recorded(
            site=self._stated(row, "site", str, ""),
            milestone=self._stated(row, "milestone", str, ""),
            source=self._stated(row, "source", str, ""),
            parts=self._stated(row, "parts", str, ""),
            start=self._stated(row, "start", iso_date, date.min),
            made_on=self._stated(row, "made_on", iso_date, date.min),
            known=known,
            dates=self._dates(row, known),
            left=self._stated(row, "left", natural, 0),
            note=row["note"].text,
            version=self._stated(row, "version", str, ""),
            seed=self._stated(row, "seed", natural, 0),
            replications=self._stated(row, "replications", whole, 1),
        )
        self._check_id(row, found.id)
        return found

    def _stated(self, row: Mapping[str, Field], column: str, parse: Callable[[str], T], instead: T) -> T:
        before = len(self.problems)
        value = self.value(row, column, parse)
        if value is not None:
            return value
        if len(self.problems) == before:
            self.refuse(row["id"].text or "", column, row[column], "nothing stands here", "a value in every row")
        return instead

    def _check_id(self, row: Mapping[str, Field], name: str) -> None:
        given = row["id"]
        if given.text != name:
            self.refuse(given.text or "", "id", given, f"{given.text!r} is refused", f"{name}: source/site/milestone")
        elif name in self._lines:
            self.refuse(name, "id", given, f"line {self._lines[name]} has this id too", "each id once")
        self._lines.setdefault(name, given.line)

    def _dates(self, row: Mapping[str, Field], known: date) -> Mapping[int, date] | None:
        if all(row[column].text is None for column in _QUANTILES):
            return None
        before = len(self.problems)
        dates = {
            percent: self._stated(row, column, _forecast_date, BEYOND)
            for percent, column in zip(PERCENTS, _QUANTILES, strict=True)
        }
        if len(self.problems) > before:
            return dates
        name = row["id"].text or ""
        for earlier, later in pairwise(PERCENTS):
            if dates[later] < dates[earlier]:
                column = f"p{later}"
                self.refuse(
                    name, column, row[column], f"{dates[later]} is before p{earlier}, {date_text(dates[earlier])}"
                )
        if dates[PERCENTS[0]] < known:
            column = _QUANTILES[0]
            self.refuse(name, column, row[column], f"{dates[PERCENTS[0]]} is before what was known, {known}")
        return dates


def _forecast_date(text: str) -> date:
    if text == _BEYOND_TEXT:
        return BEYOND
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a date such as 2024-05-31, or {_BEYOND_TEXT}") from None
