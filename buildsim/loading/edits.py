"""What differs between two scenarios in all that stands in their files, as changes that a person could make alone.

Compared are the validated documents, so `10 days` written otherwise, or a default that is stated, is no change. What
cannot move a result is none either: texts, records, what is asked and expected, seed and replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from buildsim.errors import format_path
from buildsim.loading.parts import Part
from buildsim.loading.project import Project
from buildsim.schema.base import Provenance

Keys = tuple[str, ...]

_TEXTS = {"title", "note", "question", "confidence", "fact"}
_HEADERS = {"schema", "name", "site", "catalog", "base"}
_APART = {"set", "variants", "expect", "seed", "replications", "records", "sources", "sites"}
"""Applied already, or compared by themselves, or without an effect on what is played."""
_IGNORED = _TEXTS | _HEADERS | _APART
_ORIGIN = ("source", "assumption", "known")


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A value, or a named thing as a whole, that differs."""

    path: Keys
    """As in `set`: below the scenario, `sites.NAME` or `catalogs.NAME`."""
    before: Any
    """As in the files; None where nothing is stated."""
    after: Any
    order: bool = False
    """True if it is the order of the names in a mapping, by which equals come first."""


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """Changes that are made together."""

    changes: tuple[Change, ...]
    merged: bool = False
    """True if they could be made one by one but there are too many."""
    joined: str | None = None
    """What is wrong if only some of them are made."""

    @property
    def path(self) -> Keys:
        """Where they stand: the path of a single one, else what the paths have in common."""
        # the first and the last in order differ earliest
        first, last = min(paths := [change.path for change in self.changes]), max(paths)
        return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]

    @property
    def name(self) -> str:
        """The path as `set` has it; of several changes the first one's, or where those stand that were merged."""
        first, *more = self.changes
        if more and self.merged and self.path:
            return f"{len(self.changes)} changes in {format_path(self.path)}"
        name = f"order of {format_path(first.path)}" if first.order else format_path(first.path)
        return f"{name} and {len(more)} more" if more else name


def edits(before: Project, after: Project) -> list[Edit]:
    """Each edit between two projects without problems, in the order of the first's files."""
    theirs = {place_of(part): part for part in after.parts}
    ours = {place_of(part): part for part in before.parts}
    found: list[Edit] = []
    for at, part in ours.items():
        other = theirs.get(at)
        if other is not None and bool(part.root) == bool(other.root):
            found += _in_part(part, other, at)
        elif part.kind == "site":
            found.append(_edit(at, data_of(part), None if other is None else data_of(other)))
    found += [_edit(at, None, data_of(part)) for at, part in theirs.items() if part.kind == "site" and at not in ours]
    sites = [[part.name for part in each.parts if part.kind == "site"] for each in (before, after)]
    return found + list(_order(("sites",), *sites))


def merged(found: Sequence[Edit], most: int) -> list[Edit]:
    """At most so many edits: of more those that stand deepest in one place become one, as few as will do."""
    groups = [(edit.path, edit) for edit in found]
    while len(groups) > most:
        depth = max(len(at) for at, _ in groups)
        parent = next(at for at, _ in groups if len(at) == depth)[:-1]
        inside = [group for group in groups if group[0][: len(parent)] == parent][most - len(groups) - 1 :]
        one = parent, inside[0][1] if len(inside) == 1 else together((edit for _, edit in inside), merged=True)
        groups[groups.index(inside[0])] = one
        groups = [group for group in groups if group not in inside]
    return [edit for _, edit in groups]


def together(parts: Iterable[Edit], *, merged: bool = False, joined: str | None = None) -> Edit:
    """The changes of several edits as one, in their order."""
    several = list(parts)
    reasons = [*(edit.joined for edit in several if edit.joined), *([joined] if joined else [])]
    return Edit(
        tuple(change for edit in several for change in edit.changes),
        merged or any(edit.merged for edit in several),
        "; ".join(dict.fromkeys(reasons)) or None,
    )


def place_of(part: Part) -> Keys:
    """The path of a part, below which `set` changes it."""
    return () if part.kind == "scenario" else (f"{part.kind}s", part.name)


def data_of(part: Part) -> Any:
    """What stands in a part's file, after overrides."""
    return part.document.at(part.root)


def _edit(path: Keys, before: Any, after: Any, *, order: bool = False) -> Edit:
    return Edit((Change(path, before, after, order),))


def _in_part(part: Part, other: Part, at: Keys) -> Iterator[Edit]:
    yield from _in_model(part.model, other.model, data_of(part), data_of(other), at)
    for name, source in part.model.sources.items():
        there = other.model.sources.get(name)
        if there is not None and source.date != there.date:
            dates = (data_of(each)["sources"][name].get("date") for each in (part, other))
            yield _edit((*at, "sources", name, "date"), *dates)


def _in_model(ours: BaseModel, theirs: BaseModel, before: Any, after: Any, at: Keys) -> Iterator[Edit]:
    """Of two blocks of the same kind: value by value, but that where the numbers come from is one edit."""
    own_origin = isinstance(ours, Provenance)
    for name, field in type(ours).model_fields.items():
        key = field.alias or name
        if key not in _IGNORED and not (own_origin and key in _ORIGIN):
            values = getattr(ours, name), getattr(theirs, name)
            yield from _in_value(*values, before.get(key), after.get(key), (*at, key))
    if own_origin and _plain_origin(ours) != _plain_origin(theirs):
        pairs = [(key, before.get(key), after.get(key)) for key in _ORIGIN]
        yield Edit(tuple(Change((*at, key), one, other) for key, one, other in pairs if one != other))


def _in_value(ours: Any, theirs: Any, before: Any, after: Any, at: Keys) -> Iterator[Edit]:
    if isinstance(ours, dict) and _is_named(ours) and _is_named(theirs):
        yield from _in_named(ours, theirs, before or {}, after or {}, at)
    elif isinstance(ours, BaseModel) and type(ours) is type(theirs):
        yield from _in_model(ours, theirs, before or {}, after or {}, at)
    elif _plain(ours) != _plain(theirs):
        yield _edit(at, before, after)


def _is_named(value: Mapping[Any, Any]) -> bool:
    return all(isinstance(key, str) for key in value)


def _in_named(ours: Mapping[str, Any], theirs: Mapping[str, Any], before: Any, after: Any, at: Keys) -> Iterator[Edit]:
    """Of two mappings by name: what only one has is one edit."""
    for name in dict.fromkeys([*ours, *theirs]):
        here = (*at, name)
        if name in ours and name in theirs:
            yield from _in_value(ours[name], theirs[name], before.get(name), after.get(name), here)
        else:
            yield _edit(here, before.get(name), after.get(name))
    yield from _order(at, list(ours), list(theirs))


def _order(at: Keys, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Edit]:
    if [name for name in ours if name in theirs] != [name for name in theirs if name in ours]:
        yield _edit(at, list(ours), list(theirs), order=True)


def _plain(value: Any) -> Any:
    """A value without what cannot move a result, so that equal ones are equal."""
    if isinstance(value, BaseModel):
        fields = {
            name: _plain(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if (field.alias or name) not in (*_TEXTS, *_ORIGIN)
        }
        return fields, _plain_origin(value) if isinstance(value, Provenance) else None
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _plain_origin(of: Any) -> tuple[Any, ...]:
    """Since when it is known is all that counts of where it comes from; an assumption always was."""
    return of.source, of.assumption is not None, of.known
