"""Validate a document against its model; what is wrong is reported and left out until the rest stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from buildsim.errors import Problem, format_path
from buildsim.loading.document import UNKNOWN_KEY, Document
from buildsim.loading.validation import Mistake, mistakes_of

M = TypeVar("M", bound=BaseModel)

KEPT = 64
"""So many models of valid data are not made again by a process that meets the data again: models are frozen."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[M]):
    """The model of what is right in a document, None if nothing is; that document, and what was wrong."""

    model: M | None
    document: Document
    problems: tuple[Problem, ...]


def settle(document: Document, model: type[M], stand_ins: Mapping[str, Any]) -> Settled[M]:
    """Validate, leave out what is wrong, and validate again until the model accepts the rest.

    `stand_ins` are harmless values for keys of the root that the model requires. Each round leaves out
    something, so it ends; a document without mistakes is validated once.
    """
    problems: list[Problem] = []
    while True:
        try:
            return Settled(_valid(model, json.dumps(document.data)), document, tuple(problems))
        except ValidationError as error:
            mistakes = mistakes_of(error, model, document.data)
        problems += [_problem(mistake, document) for mistake in mistakes if not _follows(mistake, document)]
        document = _without(mistakes, document, stand_ins)
        if document.data is None:
            return Settled(None, document, tuple(problems))


@lru_cache(maxsize=KEPT)
def _valid(model: type[M], text: str) -> M:
    """The model of data, which is plain and so the same when read from its own text. Raises ValidationError."""
    return model.model_validate(json.loads(text))


def _follows(mistake: Mistake, document: Document) -> bool:
    """True if the mistake may only be one because something was left out: around it, or from its mapping."""
    path = mistake.path
    from_its_mapping = any(gap[:-1] == path for gap in document.gaps)
    return document.has_gap_around(path) or (path != () and from_its_mapping)


def _without(mistakes: Sequence[Mistake], document: Document, stand_ins: Mapping[str, Any]) -> Document:
    """The document without the wrong values, and with stand-ins for the missing keys of its root."""
    missing = [key for key in stand_ins if any(each.missing_key and each.path == (key,) for each in mistakes)]
    left = document.without(*(mistake.path for mistake in mistakes if mistake.path not in [(key,) for key in missing]))
    for key in missing:
        left = left.with_stand_in(key, stand_ins[key])
    for mistake in mistakes:
        if mistake.unknown_key:
            parent, meant = mistake.path[:-1], mistake.hint or UNKNOWN_KEY
            if meant not in document.at(parent):
                left = left.with_gap((*parent, meant), document.at(mistake.path))
    return left


def _problem(mistake: Mistake, document: Document) -> Problem:
    position = document.key_position if mistake.at_key else document.position
    line, column = position(mistake.path)
    shown = format_path(mistake.path)
    return Problem(document.file_of(mistake.path), line, column, shown, mistake.message, mistake.expected, mistake.hint)
