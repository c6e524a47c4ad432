"""Actual dates below a phase or a hall that the scenario leaves out of a site by an override."""

from __future__ import annotations

from collections.abc import Iterator

from buildsim.compile.context import Context
from buildsim.loading.document import Path
from buildsim.loading.parts import Part


def is_left_out(context: Context, part: Part, key: str) -> bool:
    """True if ``key``, a path below the site, lies in a phase or hall that an override took away; it is warned of."""
    for path in _places(key):
        override = part.where.at(*path).override
        if override is not None and not _is_there(part, path):
            origin = f"{override.text} ({override.file}:{override.line})"
            name = "/".join(path[1::2])
            context.warn(f"{part.name}: actual dates of {name} are not used, since {origin} leaves it out")
            return True
    return False


def _places(key: str) -> Iterator[tuple[str, ...]]:
    """The places in a site at which the phase and the hall of a path below it are defined."""
    above = key.partition(":")[0].split("/")[:-1]
    around: tuple[str, ...] = ()
    for kind, name in zip(("phases", "halls"), above, strict=False):
        around = (*around, kind, name)
        yield around


def _is_there(part: Part, path: Path) -> bool:
    try:
        part.document.at(part.root + path)
    except (KeyError, IndexError, TypeError):
        return False
    return True
