"""Say in plain words what is wrong with data that a pydantic model refused, one mistake for each wrong value.

Pydantic names a mistake by type and `loc`. A `loc` mixes keys with labels of union members and of dict
keys, so it is walked beside the model's annotations and the data: labels drop out of the path, the field
at the end gives examples, and the model at the end gives the valid names. The mistakes of a union's
members are about one value, so only the member that fits best speaks.
"""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from buildsim.errors import nearest

# What would have been accepted, by the stem of pydantic's error type ("int_parsing" -> "int").
_KINDS = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "date": "a date such as 2024-05-31",
    "dict": "a mapping",
    "model": "a mapping",
    "model_attributes": "a mapping",
    "list": "a list",
    "tuple": "a list",
    "frozen_set": "a list",
}
_STEMS = {str: "string", int: "int", float: "float", bool: "bool", datetime.date: "date", dict: "dict"}
_STEMS |= dict.fromkeys((list, tuple, set, frozenset), "list")
_BOUNDS = {
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "a text of the form {pattern}",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One pydantic error in plain words; `labels` are (length of the path before it, union member)."""

    path: tuple[str | int, ...]
    labels: tuple[tuple[int, str | int], ...]
    message: str
    expected: str | None
    hint: str | None
    at_key: bool
    unknown_key: bool
    missing_key: bool
    wrong_kind: bool  # the value is of another kind: another member of the union was probably meant


def mistakes_of(error: ValidationError, model: type[BaseModel], data: Any) -> list[Mistake]:
    """What an error of `model.model_validate(data)` means, one mistake for each wrong value."""
    errors = [details for details in error.errors(include_url=False) if not _is_consequence(details)]
    found = _best_of_unions(_mistake(details, model, data) for details in errors)
    misspelt = {(*mistake.path[:-1], mistake.hint) for mistake in found if mistake.unknown_key}
    return [mistake for mistake in found if not (mistake.missing_key and mistake.path in misspelt)]


def _is_consequence(details: ErrorDetails) -> bool:
    """Pydantic counts only good items, so a bad one, reported by itself, can make its list too short as well."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _mistake(details: ErrorDetails, model: type[BaseModel], data: Any) -> Mistake:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    end = _walk(details["loc"], model, data, last_is_missing=kind == "missing")
    path, message, hint = end.path, f"got {_shown(value)}", None
    expected = _KINDS.get(re.split("_type|_parsing|_from_", kind)[0])
    wrong_kind = expected is not None or kind == "literal_error"
    if kind == "missing":
        message, expected = "this key is missing", _expected_by(end.annotation)
    elif kind == "extra_forbidden":
        names = list(_fields(end.owner))
        message, expected, hint = f'unknown key "{path[-1]}"', _one_of(names), nearest(str(path[-1]), names)
    elif kind in ("value_error", "assertion_error"):
        error = context["error"]
        message = getattr(error, "message", str(error))
        expected, hint = getattr(error, "expected", None), getattr(error, "hint", None)
    elif kind in ("literal_error", "enum", "union_tag_invalid"):
        if kind == "union_tag_invalid":
            path, value = (*path, context["discriminator"].strip("'")), context["tag"]
            message = f"got {_shown(value)}"
        choices = str(context.get("expected_tags", context.get("expected")))
        names = re.findall("'([^']*)'", choices)
        expected, hint = _one_of(names) or choices, nearest(str(value), names)
    elif kind == "union_tag_not_found":
        path, message = (*path, context["discriminator"].strip("'")), "this key is missing"
    elif kind in _BOUNDS:
        expected = _BOUNDS[kind].format_map(context)
        if context.get("field_type") == "Dictionary":
            expected = expected.replace("a list", "a mapping")
    elif expected is None:
        message = f"{details['msg'][:1].lower()}{details['msg'][1:]}"
    if end.field is not None and end.field.examples:
        example = f"for example {end.field.examples[0]}"
        expected = f"{expected}, {example}" if expected else example
    unknown, missing = kind == "extra_forbidden", kind == "missing"
    return Mistake(path, end.labels, message, expected, hint, end.is_key or unknown, unknown, missing, wrong_kind)


def _shown(value: Any) -> str:
    for kind, words in ((dict, "a mapping"), (list, "a list"), (type(None), "an empty value")):
        if isinstance(value, kind):
            return words
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_of(names: Sequence[str]) -> str | None:
    return f"one of {', '.join(names)}" if len(names) > 1 else next(iter(names), None)


def _expected_by(annotation: Any) -> str | None:
    """Say what a field's annotation accepts, as far as it is a plain type, a model or literals."""
    words: dict[str, None] = {}
    for member in _members(annotation):
        origin = get_origin(member) or member
        if origin is Literal:
            words |= dict.fromkeys([_one_of([str(choice) for choice in get_args(member)]) or ""])
        elif _fields(member):
            words |= {_KINDS["model"]: None}
        elif isinstance(origin, type) and origin in _STEMS:
            words |= {_KINDS[_STEMS[origin]]: None}
    return " or ".join(words) or None


def _best_of_unions(mistakes: Iterable[Mistake], level: int = 0) -> list[Mistake]:
    """Keep, for each union value, the mistakes of the one member that fits best."""
    settled: list[Mistake] = []
    unions: dict[tuple[Any, ...], dict[str | int, list[Mistake]]] = {}
    for mistake in mistakes:
        if len(mistake.labels) <= level:
            settled.append(mistake)
            continue
        length, label = mistake.labels[level]
        unions.setdefault((mistake.path[:length], length), {}).setdefault(label, []).append(mistake)
    for (path, _), members in unions.items():
        branches = [_best_of_unions(branch, level + 1) for branch in members.values()]
        settled.extend(_best_branch(path, branches))
    return settled


def _best_branch(path: tuple[str | int, ...], branches: list[list[Mistake]]) -> list[Mistake]:
    """A member whose mistakes lie inside the value had the right shape; else all had another kind in mind."""
    inside = [branch for branch in branches if any(mistake.path != path for mistake in branch)]
    if inside:
        # Wrong values of literals (a `kind` key) tell that a member was not meant.
        return min(inside, key=lambda branch: (sum(mistake.wrong_kind for mistake in branch), len(branch)))
    flat = [mistake for branch in branches for mistake in branch]
    speaker = min(flat, key=lambda mistake: mistake.wrong_kind)
    expected = dict.fromkeys(mistake.expected for mistake in flat if mistake.expected)
    hint = next((mistake.hint for mistake in flat if mistake.hint), None)
    return [replace(speaker, expected=" or ".join(expected) or None, hint=hint)]


@dataclass(frozen=True, slots=True)
class _End:
    """Where a pydantic `loc` leads: the path in the file, and what the models say about its end."""

    path: tuple[str | int, ...]
    labels: tuple[tuple[int, str | int], ...]
    owner: Any
    field: FieldInfo | None
    annotation: Any
    is_key: bool


def _walk(loc: Sequence[str | int], model: type[BaseModel], data: Any, *, last_is_missing: bool) -> _End:
    """Tell keys from labels: after a union comes a label, and so is what the data does not hold."""
    path: list[str | int] = []
    labels: list[tuple[int, str | int]] = []
    owner: Any = None
    field: FieldInfo | None = None
    annotation: Any = model
    for index, part in enumerate(loc):
        if part == "[key]":
            return _End(tuple(path), tuple(labels), owner, None, None, True)
        members = _members(annotation)
        held = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        missing = last_is_missing and index == len(loc) - 1
        if len(members) > 1 or not (held or missing):
            labels.append((len(path), part))
            if len(members) > 1:
                annotation = _labelled(members, part, data)
            continue
        owner = _owner(members, part)
        path.append(part)
        data = data[part] if held else None
        field = _fields(owner).get(str(part))
        annotation = field.annotation if field else _item(owner, part)
    return _End(tuple(path), tuple(labels), owner, field, annotation, False)


def _owner(members: Sequence[Any], part: str | int) -> Any:
    """Return what holds `part`; a key inside a list means that one item may stand for the list."""
    owner = members[0] if members else None
    if isinstance(part, str) and get_origin(owner) in (list, tuple):
        return next(iter(_members(_item(owner, 0))), None)
    return owner


def _item(annotation: Any, part: str | int) -> Any:
    """Return what a list, tuple or dict holds at `part`."""
    arguments = [argument for argument in get_args(annotation) if argument is not ...]
    if not arguments:
        return None
    return arguments[min(part, len(arguments) - 1)] if isinstance(part, int) else arguments[-1]


def _members(annotation: Any) -> list[Any]:
    """List what a value may be, without None and without the wrappers that pydantic's `loc` skips."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [flat for member in get_args(annotation) if member is not type(None) for flat in _members(member)]
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return _members(annotation.model_fields["root"].annotation)
    return [] if annotation is None else [annotation]


def _fields(annotation: Any) -> dict[str, FieldInfo]:
    """Return a model's fields by the names used in files; nothing for what is no model."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in annotation.model_fields.items()}


def _labelled(members: Sequence[Any], label: str | int, data: Any) -> Any:
    """Return the union's member of that name or discriminating literal; else its only model or mapping, if one fits."""

    def fits(member: Any) -> bool:
        name = getattr(get_origin(member) or member, "__name__", "")
        literals = (field.annotation for field in _fields(member).values())
        return name == str(label).partition("[")[0] or any(label in get_args(literal) for literal in literals)

    fitting = [member for member in members if fits(member)] or [member for member in members if _fields(member)]
    if not fitting and isinstance(data, dict):
        fitting = [member for member in members if get_origin(member) is dict]
    return fitting[0] if len(fitting) == 1 else None
