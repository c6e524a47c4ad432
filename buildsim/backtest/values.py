"""Texts of a table as values, and what is wrong with them, each mistake at its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from buildsim.backtest.table import UNKNOWN, Field
from buildsim.errors import Problem, format_path

T = TypeVar("T")

_YES, _NO = ("1", "1.0", "yes", "true"), ("0", "0.0", "no", "false")
"""With 1.0 and 0.0, since that is what programs make of a column of 1 and 0 in which values are missing."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


class Reader:
    """Turns the texts of a file's rows into values and collects what is wrong with them."""

    def __init__(self, file: str, key: str) -> None:
        """``key`` is the column that names a row."""
        self.file = file
        self.problems: list[Problem] = []
        self._key = key

    def value(self, row: Mapping[str, Field], column: str, parse: Callable[[str], T]) -> T | None:
        """What stands in a column, None where nothing does; ``parse`` raises ValueError with what it expects."""
        field = row[column]
        if field.text is None:
            return None
        try:
            return parse(field.text)
        except ValueError as error:
            self.refuse(row[self._key].text or "", column, field, f"{field.text!r} is refused", str(error))
            return None

    def refuse(
        self, name: str, column: str, place: Field, message: str, expected: str | None = None, hint: str | None = None
    ) -> None:
        """Note a mistake in the row of this name at its place."""
        path = format_path([part for part in (name, column) if part])
        self.problems.append(Problem(self.file, place.line, place.column, path, message, expected, hint))


def iso_date(text: str) -> date:
    """A date; a time behind it, as programs write one, is passed over. Raises ValueError."""
    try:
        return date.fromisoformat(re.split("[T ]", text, maxsplit=1)[0])
    except ValueError:
        raise ValueError("a date such as 2024-05-31, or nothing") from None


def flag(text: str) -> bool:
    """Yes or no. Raises ValueError."""
    word = text.casefold()
    if word not in (*_YES, *_NO):
        raise ValueError(f"1 or yes, 0 or no, {UNKNOWN} or nothing")
    return word in _YES


def positive(text: str) -> float:
    """A number above 0. Raises ValueError."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise ValueError("a number greater than 0, or nothing")
    return value


def whole(text: str) -> int:
    """A whole number above 0. Raises ValueError."""
    value = _number(text)
    if not (0 < value < math.inf and value == int(value)):
        raise ValueError("a whole number greater than 0, or nothing")
    return int(value)


def natural(text: str) -> int:
    """A whole number, 0 or more. Raises ValueError."""
    if not text.isdecimal():
        raise ValueError("a whole number, 0 or more")
    return int(text)


def _number(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else math.nan
