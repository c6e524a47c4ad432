"""A scenario with some of the edits that make another one of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from buildsim.errors import InputError
from buildsim.loading.blocks import merge
from buildsim.loading.checks import check_all
from buildsim.loading.document import Document
from buildsim.loading.edits import Change, Keys, data_of, place_of
from buildsim.loading.parts import Override, Part
from buildsim.loading.project import Project, assemble
from buildsim.loading.settle import settle
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site, SiteBody

_DONE = ("set", "base", "variants", "expect")
"""Root keys that have been applied, or are about other plans."""
_NOTHING: Any = object()

M = TypeVar("M", bound=BaseModel)


def edited(before: Project, after: Project, changes: Iterable[Change]) -> Project:
    """``before`` with some of the changes that lead from it to ``after``.

    Sources and catalogs of either stay at hand, named or not, and no number has to say where it comes from, since it
    does so in its own file. Raises InputError if it is no valid scenario.
    """
    taken = _Taken(changes)
    ours, theirs = _bodies(before), _bodies(after)
    files = {place_of(part): part.document for each in (after, before) for part in each.parts if not part.root}

    def body(at: Keys) -> Any:
        return _mixed(*_at_hand(ours, theirs, at), taken, at)

    names = _names(_sites(ours), _sites(theirs), taken, ("sites",))
    sites = {name: data for name in names if (data := body(("sites", name))) is not _NOTHING}
    data = {key: value for key, value in body(()).items() if key not in _DONE}
    data["sites"] = {name: None if _is_file(each) else each for name, each in sites.items()}
    whole = _settled(files[()], data, Scenario)
    parts = [_part("scenario", whole.model.name, whole)]
    listed = list(whole.model.catalogs)
    for name, each in sites.items():
        part = (
            _part("site", name, _settled(files["sites", name], each, Site)) if _is_file(each) else _inline(name, whole)
        )
        parts.append(part)
        assert isinstance(part.model, SiteBody)
        listed += part.model.catalogs
    for name in dict.fromkeys(listed):
        at = ("catalogs", name)
        parts.append(_part("catalog", name, _settled(files[at], body(at), Catalog)))
    blocks, faults = merge(parts)
    if faults := [*faults, *check_all(parts, blocks)]:
        raise InputError(fault.problem for fault in faults)
    return assemble(parts, blocks)


class _Taken:
    """Which changes are made, by their paths."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._values, self._orders, self._above = set[Keys](), set[Keys](), set[Keys]()
        for change in changes:
            (self._orders if change.order else self._values).add(change.path)
            length = len(change.path) + change.order
            self._above |= {change.path[:end] for end in range(length)}

    def value(self, path: Keys) -> bool:
        """True if the value at a path is the other one."""
        return path in self._values

    def inside(self, path: Keys) -> bool:
        """True if something in the value at a path is as in the other one."""
        return path in self._above

    def reordered(self, path: Keys) -> bool:
        """True if the names in a mapping come in the order of the other one."""
        return path in self._orders


@dataclass(frozen=True, slots=True)
class _Settled(Generic[M]):
    model: M
    document: Document


def _bodies(project: Project) -> dict[Keys, Any]:
    """The data of each part by its path; those of sites are not among the scenario's."""
    found = {place_of(part): data_of(part) for part in project.parts}
    return {at: {key: value for key, value in data.items() if at or key != "sites"} for at, data in found.items()}


def _sites(bodies: Mapping[Keys, Any]) -> list[str]:
    return [at[1] for at in bodies if at[:1] == ("sites",)]


def _at_hand(ours: Mapping[Keys, Any], theirs: Mapping[Keys, Any], at: Keys) -> tuple[Any, Any]:
    """The data of a part in both projects, with what may stay where only one of them has it."""
    own, other = ours.get(at, _NOTHING), theirs.get(at, _NOTHING)
    if own is _NOTHING:
        return (other if at[0] == "catalogs" else own), other
    if other is _NOTHING or "sources" not in other:
        return own, other
    return {**own, "sources": {**other["sources"], **own.get("sources", {})}}, other


def _mixed(own: Any, other: Any, taken: _Taken, at: Keys) -> Any:
    """The own value at a path with what is taken of the other one; none if it is not there."""
    if taken.value(at):
        return other
    if not taken.inside(at):
        return own
    own, other = ({} if each is _NOTHING or each is None else each for each in (own, other))
    both = {
        name: _mixed(own.get(name, _NOTHING), other.get(name, _NOTHING), taken, (*at, name))
        for name in _names(list(own), list(other), taken, at)
    }
    return {name: value for name, value in both.items() if value is not _NOTHING}


def _names(own: Sequence[str], other: Sequence[str], taken: _Taken, at: Keys) -> list[str]:
    """All names, those that only one has after the one that it has them after: the order of equals is that of names."""
    first, second = (other, own) if taken.reordered(at) else (own, other)
    found = list(first)
    for before, name in zip([None, *second], second, strict=False):
        if name not in found:
            found.insert(0 if before is None else found.index(before) + 1, name)
    return found


def _is_file(body: Any) -> bool:
    return isinstance(body, dict) and "schema" in body


def _settled(document: Document, data: Any, model: type[M]) -> _Settled[M]:
    settled = settle(replace(document, data=data), model, {})
    if settled.model is None or settled.problems:
        raise InputError(settled.problems)
    return _Settled(settled.model, settled.document)


def _part(kind: Literal["scenario", "site", "catalog"], name: str, of: _Settled[Any]) -> Part:
    return Part(kind, name, of.model, of.document, (), of.model.sources, _lenient(of.document))


def _inline(name: str, whole: _Settled[Scenario]) -> Part:
    assert isinstance(whole.model.sites, dict)
    body = whole.model.sites[name]
    assert body is not None
    sources = {**whole.model.sources, **body.sources}
    return Part("site", name, body, whole.document, ("sites", name), sources, _lenient(whole.document))


def _lenient(document: Document) -> tuple[Override, ...]:
    """As if a what-if had set all of it, which owes nobody a source."""
    return (Override((), document.file, 1, 1, ""),)
