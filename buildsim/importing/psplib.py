"""Single-mode instances of the project scheduling library PSPLIB (`.sm`), read strictly, as scenarios.

The format is that of Kolisch and Sprecher, "PSPLIB - A project scheduling problem library", European Journal of
Operational Research 96 (1996): jobs with durations, successors and needs of renewable resources. A period becomes a
day around the clock, a resource a pool, a job an activity in the order of the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NoReturn

from buildsim.errors import InputError, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_DAYS = 73_050
"""200 years: the longest horizon of a scenario."""

START = "2026-01-05"
"""Day 0 of the scenarios: instances know no dates."""

_EXPECTED = "a single-mode instance of PSPLIB (.sm)"
_SECTIONS = ("PRECEDENCE RELATIONS:", "REQUESTS/DURATIONS:", "RESOURCEAVAILABILITIES:")
_STARS = "***"


@dataclass(frozen=True, slots=True)
class Job:
    """One job; in an instance's list the job of number n stands at n - 1."""

    duration: int
    needs: tuple[int, ...]
    """Units of each resource."""
    predecessors: tuple[int, ...]
    """Their numbers, ascending."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource-constrained project."""

    jobs: tuple[Job, ...]
    capacities: tuple[int, ...]
    """Units of each renewable resource."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    line: int
    column: int


def read(path: Path) -> Instance:
    """The instance in a file. Raises InputError with the place of the first mistake."""
    return _Reader(path).instance()


def scenario_text(instance: Instance, name: str, origin: str) -> str:
    """The scenario ``name`` of an instance as YAML; ``origin`` is named in its first line.

    The site bears the scenario's name; its milestone `finish` is the one that every site without milestones has.
    """
    lines = [
        f"# The PSPLIB instance {origin}: a period is a day, around the clock. `finish` is when all jobs are done.",
        "schema: 1",
        f'name: "{name}"',
        f"start: {START}",
        f"horizon: {max(1, sum(job.duration for job in instance.jobs))} days  # all jobs one after the other",
        "pools:",
        *(f"  r{i}: {{unit: unit, capacity: {units}}}" for i, units in enumerate(instance.capacities, start=1)),
        "sites:",
        f'  "{name}":',
        "    activities:",
        *(f"      job-{number}: {_activity(job)}" for number, job in enumerate(instance.jobs, start=1)),
    ]
    return "\n".join(lines) + "\n"


def _activity(job: Job) -> str:
    crew = ", ".join(f"r{i}: {units}" for i, units in enumerate(job.needs, start=1) if units)
    after = ", ".join(f"job-{number}" for number in job.predecessors)
    parts = (
        f"duration: {job.duration} days" if job.duration else "",
        f"crew: {{{crew}}}" if crew else "",
        f"after: [{after}]" if after else "",
    )
    return f"{{{', '.join(filter(None, parts))}}}"


class _Reader:
    """Walks through the sections; every refusal names the place of the word at fault."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._lines = [
            [_Word(match[0], number, match.start() + 1) for match in re.finditer(r"\S+", line)]
            for number, line in enumerate(self._text(path).splitlines(), start=1)
        ]

    def instance(self) -> Instance:
        self._check_kind()
        precedence, requests, availabilities = (self._rows(title) for title in _SECTIONS)
        capacities = self._capacities(availabilities)
        count = self._header("jobs")
        successors = self._successors(precedence, count)
        durations, needs = self._requests(requests, count, capacities)
        before: list[list[int]] = [[] for _ in range(count)]
        for number, follow in enumerate(successors, start=1):
            for successor in follow:
                before[successor - 1].append(number)
        self._check_order(before)
        jobs = zip(durations, needs, before, strict=True)
        return Instance(tuple(Job(length, need, tuple(pred)) for length, need, pred in jobs), capacities)

    def _text(self, path: Path) -> str:
        try:
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            self._refuse(None, f"cannot be read: {error.strerror}")
        if len(data) > MAX_BYTES:
            self._refuse(None, f"the file is larger than {MAX_BYTES // 1024**2} MB", _EXPECTED)
        try:
            return data.decode("ascii")
        except UnicodeDecodeError as error:
            before = data[: error.start]
            line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
            self._refuse(_Word("", line, column), "this is no plain text", _EXPECTED)

    def _check_kind(self) -> None:
        if not any(self._starts(line, _SECTIONS[0]) for line in self._lines):
            self._refuse(None, f"there is no section {_SECTIONS[0]}", _EXPECTED)
        if self._header("projects") != 1:
            self._refuse(self._header_word("projects"), "there are several projects in it", "one project a file")
        for kind in ("nonrenewable", "doubly constrained"):
            if self._header(kind):
                message = f"it has {kind} resources, as multi-mode instances (.mm) do"
                self._refuse(self._header_word(kind), message, _EXPECTED)

    def _header_word(self, key: str) -> _Word:
        """The value of ``key : value`` above the sections."""
        for words in self._lines:
            if self._starts(words, _SECTIONS[0]):
                break
            name, colon, _ = " ".join(word.text for word in words).partition(":")
            if colon and name.strip(" -").partition(" (")[0] == key:
                at = next(i for i, word in enumerate(words) if ":" in word.text)
                value = words[at].text.partition(":")[2]  # the colon may touch what it parts
                if value:
                    return replace(words[at], text=value)
                if at + 1 < len(words):
                    return words[at + 1]
                self._refuse(words[-1], f"{key}: no number follows", _EXPECTED)
        self._refuse(None, f"the header does not say the number of {key}", _EXPECTED)

    def _header(self, key: str) -> int:
        return self._whole(self._header_word(key))

    def _rows(self, title: str) -> list[list[_Word]]:
        """The rows of numbers of a section, which a line of stars closes."""
        begin = next((i for i, line in enumerate(self._lines) if self._starts(line, title)), None)
        if begin is None:
            self._refuse(self._end(), f"the file ends before the section {title}", "the whole file")
        rows: list[list[_Word]] = []
        for words in self._lines[begin + 1 :]:
            if words and words[0].text.startswith(_STARS):
                return rows
            if words and (rows or words[0].text[0].isdigit()):  # column titles come first
                rows.append(words)
        self._refuse(self._end(), f"the file ends within the section {title}", "the whole file, to its last line of *")

    def _capacities(self, rows: list[list[_Word]]) -> tuple[int, ...]:
        count = self._header("renewable")
        if not rows:
            self._refuse(self._end(), "there are no numbers under RESOURCEAVAILABILITIES", f"{count} numbers")
        return tuple(self._numbers(rows[0], count))

    def _successors(self, rows: list[list[_Word]], count: int) -> list[list[int]]:
        found = []
        for number, row in enumerate(self._jobs(rows, count), start=1):
            _, modes, follow, *successors = self._numbers(row, None, least=3)
            if modes != 1:
                self._refuse(row[1], f"job {number} has {modes} modes: a multi-mode instance", _EXPECTED)
            if len(successors) != follow:
                message = f"job {number} names {len(successors)} successors and says {follow}"
                self._refuse(row[2], message, "as many successors as said")
            for word, successor in zip(row[3:], successors, strict=True):
                if not 1 <= successor <= count:
                    self._refuse(word, f"there is no job {successor}", f"a job from 1 to {count}")
            found.append(sorted(set(successors)))
        return found

    def _requests(
        self, rows: list[list[_Word]], count: int, capacities: tuple[int, ...]
    ) -> tuple[list[int], list[tuple[int, ...]]]:
        durations, needs = [], []
        for number, row in enumerate(self._jobs(rows, count), start=1):
            _, _, duration, *units = self._numbers(row, 3 + len(capacities))
            for word, need, capacity in zip(row[3:], units, capacities, strict=True):
                if need > capacity:
                    self._refuse(word, f"job {number} needs {need} units", f"at most the {capacity} there are")
            durations.append(duration)
            needs.append(tuple(units))
            if sum(durations) > MAX_DAYS:
                self._refuse(row[2], "the jobs take more than 200 years together", f"at most {MAX_DAYS} days")
        return durations, needs

    def _jobs(self, rows: list[list[_Word]], count: int) -> Iterable[list[_Word]]:
        """The rows, one a job, numbered from 1 in order."""
        for number, row in enumerate(rows, start=1):
            if self._whole(row[0]) != number or number > count:
                self._refuse(row[0], f"job {row[0].text} stands out of turn", f"jobs 1 to {count}, a row each")
            yield row
        if len(rows) != count:
            self._refuse(rows[-1][0] if rows else self._end(), f"{len(rows)} jobs, not {count}", f"{count} rows")

    def _check_order(self, before: list[list[int]]) -> None:
        try:
            TopologicalSorter(dict(enumerate(before, start=1))).prepare()
        except CycleError as error:
            jobs = " -> ".join(str(job) for job in reversed(error.args[1]))
            self._refuse(None, f"jobs wait for one another: {jobs}", "an order without circles")

    def _numbers(self, row: list[_Word], count: int | None, *, least: int = 1) -> list[int]:
        """The whole numbers of a row, exactly ``count`` or at ``least`` so many."""
        wanted = least if count is None else count
        if len(row) < wanted or (count is not None and len(row) > count):
            self._refuse(row[-1], f"{len(row)} numbers in this row", f"{wanted}{' or more' * (count is None)}")
        return [self._whole(word) for word in row]

    def _whole(self, word: _Word) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", word.text):
            self._refuse(word, f"'{word.text}' is refused", "a whole number")
        return int(word.text)

    def _starts(self, words: list[_Word], title: str) -> bool:
        return " ".join(word.text for word in words).startswith(title)

    def _end(self) -> _Word:
        """The place behind the last word."""
        last = next((words[-1] for words in reversed(self._lines) if words), _Word("", 1, 1))
        return _Word("", last.line, last.column + len(last.text))

    def _refuse(self, word: _Word | None, message: str, expected: str | None = None) -> NoReturn:
        line, column = (1, 1) if word is None else (word.line, word.column)
        raise InputError([Problem(self._file, line, column, "", message, expected)])
