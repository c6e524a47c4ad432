"""What is read from a document before it is validated: its version, its name, and the names of other files."""

from __future__ import annotations

from datetime import date
from typing import Any

from buildsim.datafiles import SUFFIX
from buildsim.errors import InputError, Problem
from buildsim.loading.document import Document, Path
from buildsim.schema.base import SCHEMA_VERSION


def names_at(data: Any, at: Path) -> list[tuple[Path, str]]:
    """The names in a list or the keys of a mapping, with their paths; validation reports what is no text."""
    for key in at:
        data = data.get(key) if isinstance(data, dict) else None
    if isinstance(data, dict):
        return [((*at, key), key) for key in data]
    return [((*at, i), name) for i, name in enumerate(data) if isinstance(name, str)] if isinstance(data, list) else []


def is_date(value: Any) -> bool:
    """True for the text of an ISO date."""
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def require_schema(document: Document) -> None:
    """Refuse another version of the language before anything else; a missing one is left to validation.

    Raises InputError.
    """
    stated = document.data.get("schema", SCHEMA_VERSION) if isinstance(document.data, dict) else SCHEMA_VERSION
    if type(stated) is not int or stated != SCHEMA_VERSION:
        line, column = document.position(("schema",))
        expected = f"`schema: {SCHEMA_VERSION}`; this version reads schema: {SCHEMA_VERSION}"
        message = f"schema {stated!r} is not known to this version"
        raise InputError([Problem(document.file, line, column, "schema", message, expected)])


def require_scenario(document: Document) -> None:
    """Refuse a site or a catalog where a scenario is wanted. Raises InputError."""
    data = document.data if isinstance(document.data, dict) else {}
    for kind, how in (("site", "`sites`"), ("catalog", "`catalogs`")):
        if kind in data and "name" not in data:
            line, column = document.position((kind,))
            expected = f"a scenario, which lists it under {how}; `buildsim new scenario NAME` writes one"
            raise InputError([Problem(document.file, line, column, kind, f"this is a {kind}, no scenario", expected)])


def named_as_file(document: Document, key: str, filename: str) -> Problem | None:
    """A problem if the document says another name at ``key`` than that of its file."""
    stated = document.data.get(key) if isinstance(document.data, dict) else None
    stem = filename.removesuffix(SUFFIX)
    if not isinstance(stated, str) or stated == stem:  # validation reports what is no text
        return None
    line, column = document.position((key,))
    message = f"the file is called {filename}, but says {key}: {stated}"
    return Problem(document.file, line, column, key, message, f"{key}: {stem}, or another file name")
