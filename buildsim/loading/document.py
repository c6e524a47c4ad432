"""One parsed file: its plain data, where every value stands, and what had to be left out of it.

What is wrong is taken out, so that the rest can be checked further. It stays on record as a *gap*: nobody
shall complain that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from buildsim.errors import Problem

Path = tuple[str | int, ...]
UNKNOWN_KEY = "?"
"""Key of the gap beside an unknown key that is like no valid one: it may be meant for any that is missing."""


@dataclass(slots=True)
class Place:
    """Where a value and its key stand (both the value's where there is no key), and the places of its members."""

    mark: yaml.Mark
    key_mark: yaml.Mark
    members: dict[str, Place] | list[Place] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: plain `data` (dict, list, str, int, float, bool, None) and where it stands.

    `dataclasses.replace(document, data=...)` gives overridden data the positions of the file.
    """

    file: str
    data: Any
    root: Place
    problems: tuple[Problem, ...] = ()
    """What the reader refused; it is in the gaps."""
    gaps: Mapping[Path, Any] = field(default_factory=dict)
    """What was left out, by its path."""
    files: Mapping[Path, str] = field(default_factory=dict)
    """The file of each value that stands in another one, as what a scenario has from its base."""

    def file_of(self, path: Sequence[str | int]) -> str:
        """The file in which the value at `path` stands."""
        beginnings = (tuple(path[:length]) for length in range(len(path), 0, -1))
        return next((self.files[each] for each in beginnings if each in self.files), self.file)

    def position(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column, from 1, of the value at `path` or of its nearest existing ancestor."""
        return line_and_column(self._place(path).mark)

    def key_position(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Like `position`, but of the key at the end of `path`; of the value where it has no key."""
        return line_and_column(self._place(path).key_mark)

    def at(self, path: Path) -> Any:
        """The value at a path; KeyError or IndexError if there is none."""
        data = self.data
        for key in path:
            data = data[key]
        return data

    def has_gap_around(self, path: Path) -> bool:
        """True if the value at `path`, or one that it lies in, was left out or may be meant by an unknown key."""
        if any(path[: len(gap)] == gap for gap in self.gaps):
            return True
        return (*path[:-1], UNKNOWN_KEY) in self.gaps and self._removable(path) != path

    def has_gap_in(self, path: Path) -> bool:
        """True if anything in the value at `path` was left out."""
        return any(gap[: len(path)] == path for gap in self.gaps)

    def without(self, *paths: Path) -> Document:
        """The document without the values at the paths; of a missing key, without the mapping that lacks it.

        A value is emptied at first, since most mappings may be empty and their names are still referred to,
        and removed the next time. A list goes as a whole: its items are known by their index. Without its
        root a document has the data None.
        """
        data, gaps = self.data, dict(self.gaps)
        for path in dict.fromkeys(self._removable(path) for path in paths):
            value = self.at(path)
            gaps.setdefault(path, value)
            data = _replaced(data, path, {} if value != {} else None)
        return replace(self, data=data, gaps=gaps)

    def with_stand_in(self, key: str, value: Any) -> Document:
        """The document with a harmless value at a key of its root that is missing or wrong."""
        return replace(self, data={**self.data, key: value}, gaps={(key,): self.data.get(key), **self.gaps})

    def with_gap(self, path: Path, value: Any) -> Document:
        """The document with a gap at which nothing was found, but `value` is thought to be meant for it."""
        return replace(self, gaps={path: value, **self.gaps})

    def _place(self, path: Sequence[str | int]) -> Place:
        place = self.root
        for part in path:
            members: Any = place.members
            try:
                place = members[part]
            except (KeyError, IndexError, TypeError):
                break
        return place

    def _removable(self, path: Path) -> Path:
        """The longest beginning of `path` that leads through mappings only to something that is there."""
        found: Path = ()
        data = self.data
        for key in path:
            if not isinstance(data, dict) or key not in data:
                break
            found, data = (*found, key), data[key]
        return found


def line_and_column(mark: yaml.Mark) -> tuple[int, int]:
    """Line and column of a mark, from 1."""
    return mark.line + 1, mark.column + 1


def keys_in(value: Any) -> Iterator[str]:
    """All keys of the mappings in a value."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(inner)


def _replaced(data: Any, path: Path, value: Any) -> Any:
    """A copy of the nested mappings with `value` at `path` if it is still there; None stands for no value."""
    if not path:
        return None
    key = str(path[0])
    if not isinstance(data, dict) or key not in data:
        return data
    inner = value if len(path) == 1 else _replaced(data[key], path[1:], value)
    if inner is None and len(path) == 1:
        return {name: each for name, each in data.items() if name != key}
    return {**data, key: inner}
