"""What can go wrong, in one tree, and how a mistake in somebody's input is shown.

    BuildsimError                every error this package raises on purpose
    ├── InputError               mistakes in files or in --set, all of them, each with its place
    └── UnknownNameError         a catalog, site or scenario name that is malformed or not found

A `Problem` is one mistake: where it is, what is wrong, what was expected and the nearest valid name.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BARE_KEY = re.compile(r'[^\s.\[\]"=\\]+')


def format_path(path: Sequence[str | int]) -> str:
    """Write a path the way --set reads it: `halls.hall-1.links[2]`, awkward keys in double quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        key = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=False)
        text += f".{key}" if text else key
    return text


def nearest(name: str, valid_names: Iterable[str]) -> str | None:
    """Return the valid name most like `name`, or None if none is close; case and `-_ ` count for little."""
    candidates: dict[str, str] = {}
    for valid in valid_names:
        candidates.setdefault(_folded(valid), valid)
    matches = difflib.get_close_matches(_folded(name), candidates, n=1, cutoff=0.6)
    return candidates[matches[0]] if matches else None


def _folded(name: str) -> str:
    return re.sub(r"[-_\s]+", "-", name.casefold())


def _advice(expected: str | None, hint: str | None) -> str:
    lines = ""
    if expected is not None:
        lines += f"\n  expected: {expected}"
    if hint is not None:
        lines += f"\n  did you mean {hint}?"
    return lines


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in an input; line and column count from 1, `path` is in the form of `format_path`."""

    file: str
    line: int
    column: int
    path: str
    message: str
    expected: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        path = f"{self.path}: " if self.path else ""
        return where + path + self.message + _advice(self.expected, self.hint)


def _in_order(problem: Problem) -> tuple[str, int, int, str, str, str, str]:
    # The dataclass's own order cannot compare a missing `expected` with a given one.
    p = problem
    return p.file, p.line, p.column, p.path, p.message, p.expected or "", p.hint or ""


class BuildsimError(Exception):
    """Base of all errors that this package raises on purpose."""


class InputError(BuildsimError):
    """All mistakes found in the input: `problems` is never empty, sorted by place, without duplicates."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_in_order))
        if not self.problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class UnknownNameError(BuildsimError):
    """A name that no data file answers to; whoever knows the place turns it into a `Problem`."""

    def __init__(self, message: str, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, expected, hint)
        self.message = message
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        return self.message + _advice(self.expected, self.hint)
