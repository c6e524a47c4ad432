"""A segment: one stretch of a path and the reason for which that time passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from buildsim.network.codes import NONE


@dataclass(frozen=True, slots=True)
class Segment:
    """Ticks [start, end) of a path that belong to one activity and one category (semantics 25)."""

    activity: int
    kind: str
    name: str
    start: int
    end: int
    subject: int = NONE
    """What the reason refers to: the pool of a ``pool``, the order of a ``supply`` or of a ``constraint:order``,
    the preceding activity of a ``lag``; NONE elsewhere."""
    cut: int = 0
    """Ticks of the same stretch that lie before the path's origin and were clipped."""

    @property
    def category(self) -> str:
        """``kind:name``."""
        return f"{self.kind}:{self.name}"

    @property
    def ticks(self) -> int:
        """Its length within the path."""
        return self.end - self.start


def forward(pieces: Iterable[Segment], origin: int) -> list[Segment]:
    """The path in forward order, from pieces gathered latest first.

    What lies before ``origin`` is clipped, what is left empty is dropped, and neighbours that differ only in
    their ticks are merged.
    """
    path: list[Segment] = []
    for piece in reversed(list(pieces)):
        if piece.end <= max(piece.start, origin):
            continue
        if piece.start < origin:
            piece = replace(piece, start=origin, cut=origin - piece.start)
        if path and _reason(path[-1]) == _reason(piece):
            path[-1] = replace(path[-1], end=piece.end)
        else:
            path.append(piece)
    return path


def _reason(segment: Segment) -> tuple[int, str, str, int]:
    return segment.activity, segment.kind, segment.name, segment.subject
