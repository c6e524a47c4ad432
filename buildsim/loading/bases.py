"""A scenario that stands on another one: every root key that it does not state is that of its `base`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from buildsim.datafiles import Found, find, names_a_file
from buildsim.errors import InputError, Problem, UnknownNameError
from buildsim.loading.document import Document, Place
from buildsim.loading.document import Path as DataPath
from buildsim.loading.headers import names_at, require_schema
from buildsim.loading.overrides import parse_path
from buildsim.loading.yaml_file import read_document

OWN = ("schema", "base", "name", "title", "question", "variants", "expect")
"""Root keys that no scenario has from its base."""

JOINED = ("set", "sources")
"""Root keys whose members are the base's and the scenario's own, which replace those of the same name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A scenario's document with all that it has from its base, and from what that stands on."""

    document: Document
    beside: Mapping[str, Path | None]
    """By the name of each file: the file beside which the names in it are looked up; None: only the shipped ones."""
    announcements: tuple[str, ...] = field(default=())
    """Files of the user's that hide shipped ones."""


def with_bases(document: Document, file: Path | None) -> Standing:
    """The document on its base, if it names one; ``file`` is where it was read from, None inside a package.

    Raises InputError, at the place that names it, if there is no such base or the scenarios stand on each other,
    and with what is wrong in a base that cannot be read.
    """
    return _standing(document, file, {_identity(file, document.file): document.file})


def beside(file: Path | Traversable) -> Path | None:
    """The file beside which names are looked up; None for one inside a package."""
    return file if isinstance(file, Path) else None


def _standing(document: Document, file: Path | None, above: Mapping[str, str]) -> Standing:
    """``above`` are the names of the files that stand on this one and its own, by their identity."""
    ref = document.data.get("base") if isinstance(document.data, dict) else None
    if not isinstance(ref, str):  # anything else is left to validation
        return Standing(document, {document.file: file})
    found = _found(document, ref, file)
    identity = _identity(beside(found.file), found.display)
    if identity in above:
        cycle = " -> ".join([*list(above.values())[list(above).index(identity) :], found.display])
        raise _refused(document, f"the scenarios stand on each other: {cycle}", "a base that does not lead back here")
    base = read_document(found.file, found.display)
    require_schema(base)
    if not isinstance(base.data, dict) or "name" not in base.data:
        raise _refused(document, f"{found.display} is not a scenario", "a file with the key `name`")
    below = _standing(base, beside(found.file), {**above, identity: found.display})
    hidden = [] if found.shadows is None else [f"{found.display} is used instead of the shipped {found.shadows}"]
    merged = _merged(document, below.document)
    return Standing(merged, {**below.beside, document.file: file}, (*hidden, *below.announcements))


def _found(document: Document, ref: str, file: Path | None) -> Found:
    if not names_a_file(ref):
        try:
            return find("scenarios", ref, file)
        except UnknownNameError as error:
            hint = None if error.hint == ref else error.hint  # a file never finds itself
            raise _refused(document, error.message, error.expected, hint) from None
    if file is None:
        raise _refused(document, "what is shipped knows no paths", "the name of a scenario")
    path = file.parent / ref
    if not path.is_file():
        raise _refused(document, f"there is no file {path}", "the path of a scenario, from this file's folder")
    return Found(path, str(path), None)


def _identity(file: Path | None, display: str) -> str:
    return display if file is None else str(file.resolve())


def _refused(document: Document, message: str, expected: str | None, hint: str | None = None) -> InputError:
    line, column = document.position(("base",))
    problem = Problem(document.file_of(("base",)), line, column, "base", message, expected, hint)
    return InputError([*document.problems, problem])


def _merged(own: Document, base: Document) -> Document:
    """The own document with what it lacks from its base; each value keeps its place."""
    base = _without_void_overrides(base, own)
    data, places, files = dict(own.data), _members(own.root), dict(own.files)
    for key, value in base.data.items():
        if key in OWN:
            continue
        if key not in data:
            data[key], places[key] = value, _members(base.root)[key]
            files |= {path: file for path, file in base.files.items() if path[0] == key}
            files[key,] = base.file_of((key,))
        elif key in JOINED and isinstance(data[key], dict) and isinstance(value, dict):
            kept = {name: each for name, each in value.items() if name not in data[key]}
            data[key] = {**kept, **data[key]}  # the own ones come last, as they are applied last
            theirs = _members(_members(base.root)[key])
            members = {**{name: theirs[name] for name in kept}, **_members(places[key])}
            places[key] = replace(places[key], members=members)
            files |= {(key, name): base.file_of((key, name)) for name in kept}
    gaps = {path: value for path, value in base.gaps.items() if _is_inherited(path, own)}
    return replace(
        own,
        data=data,
        root=replace(own.root, members=places),
        problems=(*own.problems, *base.problems),
        gaps={**gaps, **own.gaps},
        files=files,
    )


def _members(place: Place) -> dict[str, Place]:
    return dict(place.members) if isinstance(place.members, dict) else {}


def _is_inherited(path: DataPath, own: Document) -> bool:
    key, *more = path
    if key in JOINED and more and key in own.data:
        return isinstance(own.data[key], dict) and more[0] not in own.data[key]
    return key not in OWN and key not in own.data


def _without_void_overrides(base: Document, own: Document) -> Document:
    """The base without its overrides of what the scenario states itself, and of sites that it leaves out."""
    stated = base.data.get("set")
    if not isinstance(stated, dict):
        return base
    left_out = _left_out(own, base)
    kept = {path: value for path, value in stated.items() if not _is_void(path, own, left_out)}
    return replace(base, data={**base.data, "set": kept})


def _is_void(path: Any, own: Document, left_out: set[str]) -> bool:
    try:
        root, *more = (key for key, _ in parse_path(path))
    except InputError:
        return False  # it is reported where it is applied
    if root == "sites" and more:
        return more[0] in left_out
    # the files of catalogs are the same whichever scenario lists them
    return root in own.data and root not in JOINED and not (root == "catalogs" and more)


def _left_out(own: Document, base: Document) -> set[str]:
    """Sites of the base that the scenario, which states its own, does not have."""
    if "sites" not in own.data:
        return set()
    theirs, ours = ({name for _, name in names_at(each.data, ("sites",))} for each in (base, own))
    return theirs - ours
