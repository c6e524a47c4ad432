"""Change one value of a document by its path: `--set a.b[2].c=value`, and the factors of a sweep.

A path is written as problems print it: keys joined by dots, `[i]` for list items, and keys with dots,
brackets, blanks or `=` in double quotes. A value is written as in the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from buildsim.errors import InputError, Problem, format_path, nearest
from buildsim.loading.yaml_file import parse_value

SOURCE = "--set"

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_STEP = re.compile(rf'(?P<dot>\.?)(?P<key>{_QUOTED}|[^\s.\[\]"=\\]+)|\[(?P<index>[0-9]{{1,9}})\]')
_PATH_TEXT = re.compile(rf'(?:{_QUOTED}|[^"=])*')


def as_overrides(changes: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Values by their paths as files would hold them, from plain Python data and dates. Raises InputError."""
    return [(path, _as_in_files(path, value)) for path, value in (changes or {}).items()]


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split `PATH=VALUE` at the first `=` outside quotes and read the value by the rules of the files.

    Raises InputError, with columns counted in `text`, if a part is missing or the value is refused.
    """
    path = _path_of(text, "PATH=VALUE, for example halls.hall-1.it=48 MW IT")
    return path, _value_of(text[len(path) + 1 :], "=", path, len(path) + 1)


def parse_range(text: str) -> tuple[str, tuple[Any, Any]]:
    """Split `PATH=LOW..HIGH` in the same way, its values at the first `..`. Raises InputError."""
    expected = "PATH=LOW..HIGH, for example halls.hall-1.it=24 MW IT..48 MW IT"
    try:
        path = _path_of(text, expected)
        low, dots, high = text[len(path) + 1 :].partition("..")
        if not dots:
            raise _failure(len(path) + 1, path, "no .. between two values", expected)
        return path, (_value_of(low, "=", path, len(path) + 1), _value_of(high, "..", path, len(text) - len(high)))
    except InputError as error:
        raise InputError(replace(problem, file="--path") for problem in error.problems) from None


def _path_of(text: str, expected: str) -> str:
    """The path before the `=`."""
    end = _PATH_TEXT.match(text)
    path = end.group() if end else ""
    if not text.startswith("=", len(path)):
        raise _failure(len(path), "", f'no "=" in "{text}"', expected)
    parse_path(path)
    return path


def _value_of(text: str, before: str, path: str, offset: int) -> Any:
    """The value that a text says which stands at an offset, after a sign."""
    if not text.strip():
        raise _failure(offset, path, f"no value after the {before}", "a value, or null for none")
    try:
        return parse_value(text, SOURCE)
    except InputError as error:
        raise InputError(_moved(problem, path, offset) for problem in error.problems) from None


def parse_path(text: str) -> list[tuple[str | int, int]]:
    """Split a path into keys and list indices, each with its offset in `text`. Raises InputError."""
    steps: list[tuple[str | int, int]] = []
    offset = 0
    while offset < len(text) or not steps:
        step = _STEP.match(text, offset)
        if step is None or (step["key"] and bool(step["dot"]) != bool(steps)):
            raise _failure(offset, text, "this is not a path", 'keys joined by dots, such as a."b.c".list[2].d')
        offset += len(step["dot"] or "")
        steps.append((_key(step["key"], offset) if step["key"] else int(step["index"]), offset))
        offset = step.end()
    return steps


def apply_override(document_data: Any, path: str, value: Any) -> Any:
    """Return the data with `value` at `path`; what lies on the path is copied, the rest is shared.

    The last key may be new; all before it must exist, and a list item is replaced, never added.
    Raises InputError with the column of the step that leads nowhere.
    """
    return _replaced(document_data, parse_path(path), 0, value)


def _replaced(data: Any, steps: Sequence[tuple[str | int, int]], done: int, value: Any) -> Any:
    if done == len(steps):
        return value
    part, offset = steps[done]
    here = format_path([step for step, _ in steps[: done + 1]])
    is_last = done == len(steps) - 1
    if isinstance(part, int):
        if not isinstance(data, list):
            raise _failure(offset, here, "there is no list here")
        if part >= len(data):
            raise _failure(offset, here, "there is no such item", f"an index below {len(data)}")
        return [*data[:part], _replaced(data[part], steps, done + 1, value), *data[part + 1 :]]
    if not isinstance(data, dict):
        raise _failure(offset, here, "there is no mapping here")
    if part not in data and not is_last:
        raise _failure(offset, here, f'unknown key "{part}"', f"one of {', '.join(data)}", nearest(part, data))
    return {**data, part: _replaced(data.get(part), steps, done + 1, value)}


def _key(text: str, offset: int) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text, strict=False))
    except json.JSONDecodeError:
        raise _failure(offset, text, "the quoted key is malformed", "escapes as in JSON") from None


def _moved(problem: Problem, path: str, offset: int) -> Problem:
    """Put a problem of a value, found in its own text, at its place in the assignment."""
    column = problem.column + offset if problem.line == 1 else problem.column
    inner = f".{problem.path}" if problem.path and not problem.path.startswith("[") else problem.path
    return replace(problem, column=column, path=path + inner)


def _failure(offset: int, path: str, message: str, expected: str | None = None, hint: str | None = None) -> InputError:
    return InputError([Problem(SOURCE, 1, offset + 1, path, message, expected, hint)])


def _as_in_files(path: str, value: Any) -> Any:
    """The value as a file would hold it: dates as texts, only plain data."""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        problem = Problem(SOURCE, 1, 1, path, f"not a value that a file could hold: {error}")
        raise InputError([problem]) from None
