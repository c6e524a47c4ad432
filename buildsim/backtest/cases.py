"""Real builds from a CSV file: what a forecast may know of each, and apart from it what became of it.

A `Build` has no outcome to look at, so a forecast made from builds alone cannot see one. The days of an `Outcome` run
from the start (land clearing, groundbreaking, or the start of a conversion) to the first hall in service, which is not
the first rack: racks came weeks to months earlier where both are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast, get_args

from buildsim.backtest.table import UNKNOWN, Field, read_table
from buildsim.backtest.values import Reader, flag, iso_date, positive, whole
from buildsim.compile.context import FIRST_START, LAST_START
from buildsim.errors import InputError, Problem, nearest

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


def read_cases(path: Path, *, scored: bool = True) -> Cases:
    """Read builds, with or without outcomes; a missing column or value, or `unknown`, is None.

    Columns that are not known are ignored. Where no outcome is ``scored``, one that cannot be read is noted and taken
    as not known, since a forecast needs none. Raises InputError with every other value that cannot be read.
    """
    table = read_table(path, "case", ("campus", *INPUTS), _OUTCOMES)
    reader, of_outcomes = _Reader(str(path)), _Reader(str(path))
    rows = [(reader.build(row), of_outcomes.outcome(row), row["case"]) for row in table.rows]
    if scored:
        reader.problems += of_outcomes.problems
    else:
        reader.notes += [f"{problem}".partition("\n")[0] + f"; taken as {UNKNOWN}" for problem in of_outcomes.problems]
    first: dict[str, int] = {}
    for build, _, place in rows:
        if build.case in first and place.text is not None:
            reader.refuse(build.case, "case", place, f"line {first[build.case]} has this case too", "each case once")
        first.setdefault(build.case, place.line)
    if not rows:
        reader.refuse("", "", Field(None, 1, 1), "there is no build in this file", "a row for each build")
    if reader.problems:
        raise InputError(sorted(reader.problems, key=lambda problem: (problem.line, problem.column)))
    outcomes = {build.case: outcome for build, outcome, _ in rows}
    return Cases(str(path), tuple(build for build, _, _ in rows), outcomes, (*table.notes, *reader.notes))


def without(cases: Cases, columns: Sequence[str]) -> Cases:
    """The cases with some columns taken as not known. Raises InputError for those that no forecast is made from."""
    expected = f"one of {', '.join(INPUTS)}"
    problems = [
        Problem("--without", 1, 1, "", f"there is no column called {name!r}", expected, nearest(name, INPUTS))
        for name in columns
        if name not in INPUTS
    ]
    if problems:
        raise InputError(problems)
    unknown: dict[str, Any] = dict.fromkeys(columns)
    return replace(cases, builds=tuple(replace(build, **unknown) for build in cases.builds))


def _start(text: str) -> date:
    day = iso_date(text)
    if not FIRST_START <= day <= LAST_START:
        raise ValueError(f"a date from {FIRST_START} to {LAST_START}, or nothing")
    return day


class _Reader(Reader):
    def __init__(self, file: str) -> None:
        super().__init__(file, "case")
        self.notes: list[str] = []

    def build(self, row: Mapping[str, Field]) -> Build:
        case = row["case"].text or ""
        if not case:
            self.refuse("", "case", row["case"], "this row has no case", "a name for each build")
        return Build(
            case=case,
            campus=row["campus"].text or case,
            start_date=self.value(row, "start_date", _start),
            build_type=cast("BuildType | None", self._choice(row, "build_type", get_args(BuildType))),
            retrofit=self.value(row, "retrofit", flag),
            power_preexisting=self.value(row, "power_preexisting", flag),
            onsite_power_first=self.value(row, "onsite_power_first", flag),
            tent_first=self.value(row, "tent_first", flag),
            phased=self.value(row, "phased", flag),
            first_facility_mw=self.value(row, "first_facility_mw", positive),
            first_it_mw=self.value(row, "first_it_mw", positive),
            first_buildings=self.value(row, "first_buildings", whole),
            final_planned_facility_mw=self.value(row, "final_planned_facility_mw", positive),
            owner=row["owner"].text,
            operator_class=cast("OperatorClass | None", self._choice(row, "operator_class", get_args(OperatorClass))),
            country=row["country"].text,
            us_state=row["us_state"].text,
            grid=row["grid"].text,
        )

    def outcome(self, row: Mapping[str, Field]) -> Outcome:
        days = self.value(row, "days", positive)
        bound = self.value(row, "max_observable_days", positive)
        if days is None:
            days = self._days_until(row, "first_operational_date")
        if days is not None and bound is not None and days > bound:
            case, place = row["case"].text or "", row["max_observable_days"]
            self.refuse(case, "max_observable_days", place, f"{bound:g} is less than the {days:g} days it took")
        return Outcome(
            days=days,
            max_observable_days=bound,
            open_days=self._days_until(row, "not_operational_on"),
            confirmed=self.value(row, "confirmed", flag),
            evidence=row["evidence"].text,
            redesign=self.value(row, "redesign", flag),
        )

    def _days_until(self, row: Mapping[str, Field], column: str) -> float | None:
        end = self.value(row, column, iso_date)
        start = row["start_date"].text
        if end is None or start is None:
            return None
        try:
            days = (end - iso_date(start)).days
        except ValueError:  # the start is refused where it stands
            return None
        if days <= 0:
            self.refuse(row["case"].text or "", column, row[column], f"{end} is not after the start, {start}")
        return float(days)

    def _choice(self, row: Mapping[str, Field], column: str, valid: tuple[str, ...]) -> str | None:
        """One of the valid words; any other is taken as not known, since other people's lists have other words."""
        field = row[column]
        word = None if field.text is None else field.text.casefold()
        if word is None or word in valid:
            return word
        hint = nearest(word, valid)
        said = f"did you mean {hint}?" if hint is not None else f"known are {', '.join(valid)}"
        place = f"{self.file}:{field.line}:{field.column}"
        self.notes.append(f"{place}: {column} {field.text!r} is taken as {UNKNOWN}; {said}")
        return None
