"""A CSV file as named fields that know their place, so that a mistake in one is shown where it stands."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from buildsim.errors import InputError, Problem, nearest

MAX_BYTES = 4 * 1024 * 1024

UNKNOWN = "unknown"
_NOTHING = frozenset(("", UNKNOWN, "nan", "na", "n/a", "<na>", "nat", "none", "null"))
"""What programs write where there is no value."""
"""What a field may say instead of nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """What stands in one column of one row; ``text`` is None where the column, or a value in it, is missing."""

    text: str | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; each has a field for every column asked for."""

    rows: tuple[Mapping[str, Field], ...]
    notes: tuple[str, ...]
    """Columns that are not read although they are nearly called as one that is missing."""


def read_table(path: Path, key: str, columns: Iterable[str], rare: Iterable[str] = ()) -> Table:
    """Read the column ``key``, which must be there, and those of the other ones that are there.

    All else is ignored, with a note where it may be a misspelt one of ``columns``; nobody misses those of ``rare``.
    Lines without any field are skipped. Raises InputError with all rows that do not fit the header.
    """
    file = str(path)
    records = list(_records(file, _text(path)))
    expected = [key, *columns]
    wanted = [*expected, *rare]
    if not records:
        raise InputError([Problem(file, 1, 1, "", "the file is empty", _header(key))])
    header = [name.strip() for name in records[0].fields]
    problems = list(_header_problems(file, records[0], header, key, wanted))
    if problems:
        raise InputError(problems)
    for record in records[1:]:
        if len(record.fields) != len(header):
            message = f"this row has {len(record.fields)} fields"
            as_header = f"{len(header)} fields, as in the header"
            problems.append(Problem(file, record.line, 1, "", message, as_header))
    if problems:
        raise InputError(problems)
    position = {name: header.index(name) for name in wanted if name in header}
    rows = tuple({name: _field(record, position.get(name)) for name in wanted} for record in records[1:])
    return Table(rows, tuple(_near_misses(file, header, expected, wanted)))


def first_of(path: Path, names: Sequence[str]) -> str:
    """The first of some names of one column that the file has; the first of all if it has none. Raises InputError."""
    header = next(_records(str(path), _text(path)), None)
    given = [] if header is None else [name.strip() for name in header.fields]
    return next((name for name in names if name in given), names[0])


@dataclass(frozen=True, slots=True)
class _Record:
    fields: list[str]
    raw: str
    line: int

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the field with this index."""
        start, separators, quoted = 0, 0, False
        for at, char in enumerate(self.raw):
            if separators == index:
                break
            if char == '"':
                quoted = not quoted
            elif char == "," and not quoted:
                start, separators = at + 1, separators + 1
        before = self.raw[:start]
        return self.line + before.count("\n"), start - (before.rfind("\n") + 1) + 1


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError([Problem(str(path), 1, 1, "", f"cannot be read: {error.strerror}")]) from None
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MB"
        raise InputError([Problem(str(path), 1, 1, "", message, "a CSV of builds, one a row")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise InputError([Problem(str(path), line, column, "", "this is not UTF-8", "a CSV file in UTF-8")]) from None


def _records(file: str, text: str) -> Iterator[_Record]:
    lines = [line + "\n" for line in text.split("\n")]
    reader = csv.reader(lines, strict=True)
    done = 0
    try:
        for fields in reader:
            raw, line, done = "".join(lines[done : reader.line_num]), done + 1, reader.line_num
            if any(field.strip() for field in fields):
                yield _Record(fields, raw, line)
    except csv.Error as error:
        raise InputError([Problem(file, done + 1, 1, "", f"this is no row of a CSV file: {error}")]) from None


def _field(record: _Record, index: int | None) -> Field:
    if index is None:
        return Field(None, record.line, 1)
    text = record.fields[index].strip()
    return Field(None if text.casefold() in _NOTHING else text, *record.place(index))


def _header(key: str) -> str:
    return f"a header that names its columns, separated by commas, among them {key}"


def _header_problems(file: str, record: _Record, header: list[str], key: str, wanted: list[str]) -> Iterator[Problem]:
    if key not in header:
        hint = nearest(key, header)
        yield Problem(
            file, record.line, 1, "", f"there is no column '{key}'", _header(key), hint and f"{key} instead of {hint}"
        )
    for name, count in Counter(header).items():
        if count > 1 and name in wanted:
            again = header.index(name, header.index(name) + 1)
            yield Problem(file, *record.place(again), name, "this column stands here again", "each column once")


def _near_misses(file: str, header: list[str], expected: list[str], wanted: list[str]) -> Iterator[str]:
    missing = [name for name in expected if name not in header]
    for name in header:
        if name not in wanted and (meant := nearest(name, missing)) is not None:
            yield f"{file}: the column {name!r} is not read; did you mean {meant}?"
