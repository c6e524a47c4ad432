"""What the results of a sweep depend on, and what has changed of it since results were kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from buildsim.errors import format_path
from buildsim.loading.sweep_file import SweepFile

_TEXTS = ("title", "question")
_MISSING = object()

Identity = Mapping[str, Any]
"""Plain JSON data: equal identities have equal datasets."""


def identity_of(
    file: SweepFile, inputs_hash: str, seed: int, replications: int | None, versions: Mapping[str, str]
) -> Identity:
    """Of a sweep over a scenario with this hash; ``replications`` is None where it ends by an interval's width."""
    stated = {key: value for key, value in file.document.data.items() if key not in _TEXTS}
    return {
        "sweep": json.loads(json.dumps(stated)),
        "inputs_hash": inputs_hash,
        "seed": seed,
        "replications": replications,
        "versions": dict(sorted(versions.items())),
    }


def changes(before: Identity, after: Identity) -> list[str]:
    """What differs, in words; empty for equal ones."""
    found = [f"the sweep file's {path}" for path in _differing(before["sweep"], after["sweep"], ())]
    if before["inputs_hash"] != after["inputs_hash"]:
        found.append("the scenario's files")
    for key in ("seed", "replications"):
        if before[key] != after[key]:
            found.append(f"{key}, from {before[key]} to {after[key]}")
    names = sorted({*before["versions"], *after["versions"]})
    for name in names:
        old, new = before["versions"].get(name), after["versions"].get(name)
        if old != new:
            found.append(f"the version of {name}, from {old} to {new}")
    return found


def _differing(before: Any, after: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """The paths of all values that differ, as problems print them."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _differing(before.get(key, _MISSING), after.get(key, _MISSING), (*path, key))
        if before.keys() == after.keys() and list(before) != list(after):
            yield f"order of {format_path(path) or 'keys'}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differing(old, new, (*path, i))
    elif type(before) is not type(after) or before != after:
        yield format_path(path)
