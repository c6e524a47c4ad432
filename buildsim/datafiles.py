"""Find catalogs, sites and scenarios by name: beside the file that uses them, else among the shipped ones.

The shipped files lie in the package of an installed wheel, or beside the package in a checkout. They are
reached as `Traversable`, so that a package inside a zip file works too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from buildsim.errors import BuildsimError, UnknownNameError, nearest

KINDS = ("catalogs", "sites", "scenarios")
SWEEPS = "scenarios/sweeps"
"""Kind of the shipped sweeps, which lie among the scenarios that they vary."""
SUFFIX = ".yaml"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Found:
    """A data file, its name for people, and the shipped file it hides, if any, for callers to announce."""

    file: Path | Traversable
    display: str
    shadows: str | None


def folder(kind: str) -> Traversable:
    """Return the folder of the shipped files of one of `KINDS`, or `SWEEPS`. Raises BuildsimError if there is none."""
    packaged = files("buildsim").joinpath("_data", kind)
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[1] / kind
    if checkout.is_dir():
        return checkout
    raise BuildsimError(f"this installation has no {kind}: install it anew")


def shipped(kind: str) -> list[str]:
    """Return the sorted names of the shipped files of one of `KINDS` or of `SWEEPS`."""
    return _names(folder(kind))


def names_a_file(ref: str | Path) -> bool:
    """True if `ref` is a path; False if it can only be the name of a shipped file."""
    return isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith((SUFFIX, ".yml"))


def find(kind: str, name: str, beside: Path | None) -> Found:
    """Find the catalog, site, scenario or sweep called `name`.

    `beside` is the file that uses the name: its folder is searched, then that folder's subfolder called
    as the kind, then the shipped files. A file never finds itself. Raises UnknownNameError, with the
    nearest valid name, if the name is malformed or not found.
    """
    _check_name(kind, name)
    filename = name + SUFFIX
    places = [beside.parent, beside.parent / kind] if beside is not None else []
    original = folder(kind).joinpath(filename)
    for place in places:
        file = place / filename
        if not file.is_file() or (beside is not None and _is_same(file, beside)):
            continue
        hides = original.is_file() and not _is_same(file, original)
        return Found(file, str(file), f"{kind}/{filename}" if hides else None)
    if original.is_file():
        return Found(original, f"{kind}/{filename}", None)
    known = [*(local for place in places if place.is_dir() for local in _names(place)), *shipped(kind)]
    searched = ", ".join([*(f"{place}/" for place in places), f"the shipped {kind}"])
    raise UnknownNameError(
        f'nothing among the {kind} is called "{name}"; searched: {searched}',
        _instead(kind, name),
        nearest(name, known),
    )


def _instead(kind: str, name: str) -> str | None:
    """What is wanted where a site is named as if it could be run."""
    if kind != "scenarios" or name not in shipped("sites"):
        return None
    return f"a scenario; {name} is a site, which a scenario lists under `sites`"


def _names(place: Traversable) -> list[str]:
    stems = (entry.name.removesuffix(SUFFIX) for entry in place.iterdir() if entry.name.endswith(SUFFIX))
    return sorted(stem for stem in stems if _NAME.fullmatch(stem))


def _check_name(kind: str, name: str) -> None:
    if _NAME.fullmatch(name):
        return
    expected = "a name of lower-case letters, digits and hyphens"
    if "/" in name or "\\" in name or "." in name:
        stem = PurePosixPath(name.replace("\\", "/")).name.partition(".")[0]
        hint = stem if _NAME.fullmatch(stem) else None
        raise UnknownNameError(f'"{name}" looks like a path; {kind} are named, never given as paths', expected, hint)
    raise UnknownNameError(f'"{name}" cannot be a name', expected, nearest(name, shipped(kind)))


def _is_same(file: Path, other: Path | Traversable) -> bool:
    return isinstance(other, Path) and other.exists() and file.samefile(other)
