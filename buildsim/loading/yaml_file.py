"""Read one YAML file into plain Python data and remember where every value stands.

The language is a safe subset of YAML 1.2 (core schema): no anchors, tags, merge keys or second document,
text keys only, and plain scalars that YAML 1.1 reads differently are refused with the advice to quote them.
libyaml gives a stream of events, so nothing is expanded unchecked. What is refused is left out of the document,
which carries the problems; only a file without structure, such as one with a syntax error, gives no document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from buildsim.errors import InputError, Problem, format_path
from buildsim.loading.document import UNKNOWN_KEY, Document, Place, line_and_column
from buildsim.loading.document import Path as DataPath

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_NUMBER = 1e15
KEPT = 32
"""So many texts are not parsed again by a process that reads them again: documents are never changed."""

_CONSTANTS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_CONSTANTS.update({"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False})
_YAML_1_1_BOOLEANS = frozenset(("yes", "no", "on", "off", "y", "n"))
_NUMBER_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_AMBIGUOUS_NUMBERS = (
    (re.compile(r"[-+]?0[0-9_]+"), "has a leading zero, which means octal in YAML 1.1"),
    (re.compile(r"[-+]?0[oO][0-7_]+"), "is an octal number in YAML 1.2 and a text in YAML 1.1"),
    (re.compile(r"[-+]?0[xX][0-9a-fA-F_]+"), "is a hexadecimal number"),
    (re.compile(r"[-+]?0[bB][01_]+"), "is a binary number in YAML 1.1 and a text in YAML 1.2"),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"), "is a base-60 number in YAML 1.1"),
    (re.compile(r"[-+]?(?=.*_)[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?"), "is a number only in YAML 1.1"),
)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_SYNTAX_ADVICE = (
    ("found a tab", "spaces, not tabs, for indentation"),
    ("mapping values are not allowed", "one key a line, and quotes around a text that contains `: `"),
    ("cannot start any token", "spaces, not tabs, and quotes around a text that begins with a special character"),
    ("expected <document start>", "one mapping at the top of the file"),
)


class PlainScalarError(ValueError):
    """A plain scalar that is refused; says why and what to write instead."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


@lru_cache(maxsize=2**14)
def plain_value(text: str) -> str | int | float | bool | None:
    """Give the value of an unquoted scalar by the YAML 1.2 core schema.

    Raises PlainScalarError where YAML 1.1 would read it differently, and for numbers beyond 1e15.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text.lower() in _YAML_1_1_BOOLEANS:
        raise PlainScalarError(f"{text} is a truth value in YAML 1.1", f'true, false, or in quotes: "{text}"')
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        _refuse_absurd(text)
        return int(text)
    for pattern, reason in _AMBIGUOUS_NUMBERS:
        if pattern.fullmatch(text):
            raise PlainScalarError(f"{text} {reason}", f'a decimal number, or the text in quotes: "{text}"')
    if _NUMBER.fullmatch(text):
        _refuse_absurd(text)
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        raise PlainScalarError(f"{text} is not a finite number", "a finite number")
    return text


def _refuse_absurd(number: str) -> None:
    if abs(float(number)) > MAX_NUMBER:
        raise PlainScalarError(f"{number[:30]} is absurdly large", f"a number of at most {MAX_NUMBER:g}")


def read_document(file: Path | Traversable, display: str) -> Document:
    """Read a file of at most 4 MiB, as `parse_document`; `display` is its name in problems. Raises InputError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _failure(display, "there is no such file") from None
    except IsADirectoryError:
        raise _failure(display, "this is a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise _failure(display, f"the file cannot be read: {error}") from None
    return parse_document(raw, display)


def parse_document(text: str | bytes, display: str) -> Document:
    """Parse one YAML document that is not empty, leaving out what is refused: see its `problems` and `gaps`.

    Raises InputError with all problems found if that leaves nothing, or the text has no structure.
    """
    document = _parse(text, display)
    if document.data is None:
        raise InputError(document.problems) if document.problems else _failure(display, "the file holds no data")
    return document


def parse_value(text: str | bytes, display: str) -> Any:
    """The value of a YAML text; None if it is empty. Raises InputError with all problems found."""
    document = _parse(text, display)
    if document.problems:
        raise InputError(document.problems)
    return document.data


@lru_cache(maxsize=KEPT)
def _parse(text: str | bytes, display: str) -> Document:
    # Lone surrogates can only come from a str; encoded they are the same mistake as bad bytes.
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise _failure(display, "the file is too large", f"at most {MAX_BYTES // 1024**2} MiB")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{raw[error.start]:02x} at byte offset {error.start}"
        raise _failure(display, message, "UTF-8 text", _end_of(raw[: error.start])) from None
    builder = _Builder(decoded, display)
    try:
        data, root = builder.document()
    except yaml.reader.ReaderError as error:
        message = f"the character U+{error.character:04X} is not allowed"
        raise InputError([*builder.problems, Problem(display, *_end_of(raw[: error.position]), "", message)]) from None
    except yaml.MarkedYAMLError as error:
        raise InputError([*builder.problems, _syntax_problem(error, display)]) from None
    document = Document(display, data, root, tuple(builder.problems))
    for path in builder.refused_values:
        document = document.without(path)
    for path, value in builder.refused_keys:
        document = document.with_gap(path, value)
    return document


class _Builder:
    """Turns the events of one document into data and places, collecting problems on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[Problem] = []
        self.refused_values: list[DataPath] = []
        self.refused_keys: list[tuple[DataPath, Any]] = []
        self._file = file
        self._path: list[str | int] = []
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> tuple[Any, Place]:
        stream_start = next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return None, Place(stream_start.start_mark, stream_start.start_mark)
        data, root = self._node(next(self._events))
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.DocumentStartEvent):
            self._refuse(event, "a second document begins here", "one document per file")
        return data, root

    def _node(self, event: Any) -> tuple[Any, Place]:
        place = Place(event.start_mark, event.start_mark)
        if self._refuse_properties(event):
            self.refused_values.append(tuple(self._path))
        if isinstance(event, yaml.AliasEvent):
            return None, place
        if isinstance(event, yaml.ScalarEvent):
            before = len(self.problems)
            value = self._scalar(event)
            if len(self.problems) > before:
                self.refused_values.append(tuple(self._path))
            return value, place
        if len(self._path) >= MAX_DEPTH:
            # Going on would be slow: the scanner's work per token grows with the depth.
            self._refuse(event, "nested too deeply", f"at most {MAX_DEPTH} levels")
            raise InputError(self.problems)
        build = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
        data, place.members = build()
        return data, place

    def _mapping(self) -> tuple[dict[str, Any], dict[str, Place]]:
        data: dict[str, Any] = {}
        places: dict[str, Place] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            before = len(self.refused_values)
            value, place = self._node(next(self._events))
            place.key_mark = event.start_mark
            if key is None or key in places:
                del self.refused_values[before:]  # their paths are not those of what is kept
            if key is None:
                self.refused_keys.append((tuple(self._path), value))
            elif key in places:
                lines = " and ".join(str(given.key_mark.line + 1) for given in (places[key], place))
                self._refuse(event, f"duplicate key, on lines {lines}", "each key once")
            else:
                data[key] = value
                places[key] = place
            self._path.pop()
        return data, places

    def _sequence(self) -> tuple[list[Any], list[Place]]:
        data: list[Any] = []
        places: list[Place] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            self._path.append(len(data))
            value, place = self._node(event)
            data.append(value)
            places.append(place)
            self._path.pop()
        return data, places

    def _key(self, event: Any) -> str | None:
        """Push the key on the path and return it, or None if it was refused."""
        if not isinstance(event, yaml.ScalarEvent):
            self._path.append(UNKNOWN_KEY)
            self._refuse(event, "a list, mapping or alias cannot be a key", "a text as key")
            self._node(event)
            return None
        text = str(event.value)
        self._path.append(text)
        self._refuse_properties(event)
        if text == "<<" and event.style == "":
            self._refuse(event, "merge keys are not supported", "the keys themselves, written out")
            self.refused_values.append(tuple(self._path[:-1]))  # the mapping lacks what is merged into it
            return text
        before = len(self.problems)
        key = self._scalar(event)
        if isinstance(key, str):
            return key
        if len(self.problems) == before:
            self._refuse(event, "a key must be a text", f'the key in quotes: "{text}"')
        return None

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        text = str(event.value)
        if event.style != "":
            return text
        try:
            return plain_value(text)
        except PlainScalarError as error:
            self._refuse(event, error.message, error.expected)
            return None

    def _refuse_properties(self, event: Any) -> bool:
        """Refuse anchors, aliases and tags, which hide copies and types; True if the value is lost with them."""
        is_alias = isinstance(event, yaml.AliasEvent)
        if event.anchor is not None:
            kind = "alias *" if is_alias else "anchor &"
            self._refuse(event, f"{kind}{event.anchor} is not supported", "the value itself, written out")
        elif event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"the tag {tag} is not supported", "the value without a tag")
        return is_alias or event.tag is not None

    def _refuse(self, event: Any, message: str, expected: str) -> None:
        where = line_and_column(event.start_mark)
        self.problems.append(Problem(self._file, *where, format_path(self._path), message, expected))


def _end_of(raw: bytes) -> tuple[int, int]:
    text = raw.decode("utf-8", "ignore")
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _syntax_problem(error: yaml.MarkedYAMLError, file: str) -> Problem:
    message = f"YAML syntax: {error.problem}"
    if error.context and error.context_mark:
        message += f" ({error.context} from line {error.context_mark.line + 1})"
    expected = next((advice for symptom, advice in _SYNTAX_ADVICE if symptom in message), None)
    where = line_and_column(error.problem_mark) if error.problem_mark else (1, 1)
    return Problem(file, *where, "", message, expected)


def _failure(file: str, message: str, expected: str | None = None, at: tuple[int, int] = (1, 1)) -> InputError:
    return InputError([Problem(file, *at, "", message, expected)])
