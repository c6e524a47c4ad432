"""Real builds from a CSV file: what a forecast may know of each, and apart from it what became of it.

A `Build` has no outcome to look at, so a forecast made from builds alone cannot see one. The days of an `Outcome` run
from the start (land clearing, groundbreaking, or the start of a conversion) to the first hall in service, which is not
the first rack: racks came weeks to months earlier where both are known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from buildsim.backtest.table import UNKNOWN, Field, read_table
from buildsim.errors import InputError, Problem, format_path, nearest

T = TypeVar("T")

BuildType = Literal[
    "greenfield", "campus expansion", "new hall on mining site", "retrofit building", "conversion of mining site"
]
OperatorClass = Literal["hyperscaler", "developer_lease", "neocloud", "chinese", "other"]
"""A hyperscaler builds for itself; a developer lets a shell to others; a neocloud, or its landlord; Chinese firms;
others, such as a lab that builds for itself."""


@dataclass(frozen=True, slots=True)
class Build:
    """All that a forecast may know of a build; None where it is not known."""

    case: str
    """Its name, a label only."""
    campus: str
    """Phases of one campus share it, a label only; the case's own name if it is not stated."""
    start_date: date | None = None
    build_type: BuildType | None = None
    retrofit: bool | None = None
    """The first capacity went into a standing building."""
    power_preexisting: bool | None = None
    onsite_power_first: bool | None = None
    """The first step ran on a plant of its own."""
    tent_first: bool | None = None
    phased: bool | None = None
    first_facility_mw: float | None = None
    first_it_mw: float | None = None
    first_buildings: int | None = None
    final_planned_facility_mw: float | None = None
    owner: str | None = None
    operator_class: OperatorClass | None = None
    country: str | None = None
    us_state: str | None = None
    grid: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a build; None where it is not known."""

    days: float | None = None
    """From start to first hall in service."""
    max_observable_days: float | None = None
    """From start to the end of the observation: a slower build would not be among the finished ones."""
    open_days: float | None = None
    """From start to a day on which the build was not yet in service."""
    confirmed: bool | None = None
    """A later image or statement confirms the date."""
    evidence: str | None = None
    redesign: bool | None = None
    """Stopped, or restarted for a new design; nobody could know that at the start."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The builds of a file in its order, and their outcomes by case."""

    file: str
    builds: tuple[Build, ...]
    outcomes: Mapping[str, Outcome]
    notes: tuple[str, ...]
    """What was not taken as it was written."""


INPUTS = tuple(field.name for field in fields(Build) if field.name not in ("case", "campus"))
"""The columns that a forecast is made from."""

_OUTCOMES = (
    "days",
    "first_operational_date",
    "max_observable_days",
    "not_operational_on",
    "confirmed",
    "evidence",
    "redesign",
)
_YES, _NO = ("1", "yes", "true"), ("0", "no", "false")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def read_cases(path: Path) -> Cases:
    """Read builds, with or without outcomes; a missing column or value, or `unknown`, is None.

    Columns that are not known are ignored. Raises InputError with every value that cannot be read.
    """
    table = read_table(path, "case", ("campus", *INPUTS), _OUTCOMES)
    reader = _Reader(str(path))
    rows = [(reader.build(row), reader.outcome(row), row["case"]) for row in table.rows]
    first: dict[str, int] = {}
    for build, _, place in rows:
        if build.case in first and place.text is not None:
            reader.refuse(build.case, "case", place, f"line {first[build.case]} has this case too", "each case once")
        first.setdefault(build.case, place.line)
    if not rows:
        reader.refuse("", "", Field(None, 1, 1), "there is no build in this file", "a row for each build")
    if reader.problems:
        raise InputError(reader.problems)
    outcomes = {build.case: outcome for build, outcome, _ in rows}
    return Cases(str(path), tuple(build for build, _, _ in rows), outcomes, (*table.notes, *reader.notes))


class _Reader:
    """Turns texts into values and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def build(self, row: Mapping[str, Field]) -> Build:
        case = row["case"].text or ""
        if not case:
            self.refuse("", "case", row["case"], "this row has no case", "a name for each build")
        return Build(
            case=case,
            campus=row["campus"].text or case,
            start_date=self._value(row, "start_date", _date),
            build_type=cast("BuildType | None", self._choice(row, "build_type", get_args(BuildType))),
            retrofit=self._value(row, "retrofit", _flag),
            power_preexisting=self._value(row, "power_preexisting", _flag),
            onsite_power_first=self._value(row, "onsite_power_first", _flag),
            tent_first=self._value(row, "tent_first", _flag),
            phased=self._value(row, "phased", _flag),
            first_facility_mw=self._value(row, "first_facility_mw", _positive),
            first_it_mw=self._value(row, "first_it_mw", _positive),
            first_buildings=self._value(row, "first_buildings", _whole),
            final_planned_facility_mw=self._value(row, "final_planned_facility_mw", _positive),
            owner=row["owner"].text,
            operator_class=cast("OperatorClass | None", self._choice(row, "operator_class", get_args(OperatorClass))),
            country=row["country"].text,
            us_state=row["us_state"].text,
            grid=row["grid"].text,
        )

    def outcome(self, row: Mapping[str, Field]) -> Outcome:
        days = self._value(row, "days", _positive)
        bound = self._value(row, "max_observable_days", _positive)
        if days is None:
            days = self._days_until(row, "first_operational_date")
        if days is not None and bound is not None and days > bound:
            case, place = row["case"].text or "", row["max_observable_days"]
            self.refuse(case, "max_observable_days", place, f"{bound:g} is less than the {days:g} days it took")
        return Outcome(
            days=days,
            max_observable_days=bound,
            open_days=self._days_until(row, "not_operational_on"),
            confirmed=self._value(row, "confirmed", _flag),
            evidence=row["evidence"].text,
            redesign=self._value(row, "redesign", _flag),
        )

    def refuse(self, case: str, column: str, place: Field, message: str, expected: str | None = None) -> None:
        """Note a mistake at its place."""
        path = format_path([part for part in (case, column) if part])
        self.problems.append(Problem(self._file, place.line, place.column, path, message, expected))

    def _value(self, row: Mapping[str, Field], column: str, parse: Callable[[str], T]) -> T | None:
        field = row[column]
        if field.text is None:
            return None
        try:
            return parse(field.text)
        except ValueError as error:
            self.refuse(row["case"].text or "", column, field, f"{field.text!r} is refused", str(error))
            return None

    def _days_until(self, row: Mapping[str, Field], column: str) -> float | None:
        end = self._value(row, column, _date)
        start = row["start_date"].text
        if end is None or start is None:
            return None
        try:
            days = (end - _date(start)).days
        except ValueError:  # the start is refused where it stands
            return None
        if days <= 0:
            self.refuse(row["case"].text or "", column, row[column], f"{end} is not after the start, {start}")
        return float(days)

    def _choice(self, row: Mapping[str, Field], column: str, valid: tuple[str, ...]) -> str | None:
        """One of the valid words; any other is taken as not known, since other people's lists have other words."""
        field = row[column]
        if field.text is None or field.text in valid:
            return field.text
        hint = nearest(field.text, valid)
        said = f"did you mean {hint}?" if hint is not None else f"known are {', '.join(valid)}"
        place = f"{self._file}:{field.line}:{field.column}"
        self.notes.append(f"{place}: {column} {field.text!r} is taken as {UNKNOWN}; {said}")
        return None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 2024-05-31, or nothing") from None


def _flag(text: str) -> bool:
    word = text.casefold()
    if word not in (*_YES, *_NO):
        raise ValueError(f"1 or yes, 0 or no, {UNKNOWN} or nothing")
    return word in _YES


def _positive(text: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not 0 < value < math.inf:
        raise ValueError("a number greater than 0, or nothing")
    return value


def _whole(text: str) -> int:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not (0 < value < math.inf and value == int(value)):
        raise ValueError("a whole number greater than 0, or nothing")
    return int(value)
