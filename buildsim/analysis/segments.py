"""Stretches of paths and the reasons for which that time passed: many as arrays, and those of one path as objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from buildsim.analysis.labels import CLOSING, Labels
from buildsim.network.codes import NONE
from buildsim.network.network import I64, Bool


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


class Pieces(NamedTuple):
    """Stretches of time [start, end); arrays of one length, some of which may be empty stretches."""

    whose: I64
    """What each is a part of: a position in the arrays that it was asked for."""
    activity: I64
    label: I64
    """A number of `Labels`."""
    start: I64
    """UNSET where it reaches back to wherever the path begins."""
    end: I64
    subject: I64
    """As in `Segment`."""

    @classmethod
    def one_each(cls, activity: I64, label: I64, start: I64, end: I64, subject: I64 | int = NONE) -> Pieces:
        """One stretch for each of what was asked for."""
        return cls(np.arange(len(activity)), activity, label, start, end, np.broadcast_to(subject, activity.shape))

    @classmethod
    def joined(cls, parts: Sequence[Pieces]) -> Pieces:
        """All of them, one after the other."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def where(self, kept: Bool | I64) -> Pieces:
        """Some of them, or all in another order."""
        return Pieces(*(column[kept] for column in self))

    def part_of(self, whole: I64) -> Pieces:
        """The same where what they are parts of are themselves parts."""
        return self._replace(whose=whole[self.whose])

    def since(self, tick: I64) -> Pieces:
        """What of them is not before a tick; ``tick`` has one for each thing that they are parts of."""
        start = np.maximum(self.start, tick[self.whose])
        kept = self.end > start
        return self._replace(start=start).where(kept)

    def in_order(self) -> Pieces:
        """Parts of the same thing side by side, otherwise in the order in which they are."""
        return self.where(np.argsort(self.whose, kind="stable"))


def segments(pieces: Pieces, labels: Labels, origin: int) -> list[Segment]:
    """One path from its pieces, both in forward order.

    What lies before ``origin`` is clipped, what is left empty is dropped, and neighbours that differ only in
    their ticks are merged.
    """
    path: list[Segment] = []
    columns = (pieces.activity, pieces.label, pieces.start, pieces.end, pieces.subject)
    for activity, label, start, end, subject in zip(*(column.tolist() for column in columns), strict=True):
        if end <= max(start, origin):
            continue
        kind, name = labels.names[label]
        cut = 0 if kind in CLOSING else max(origin - start, 0)
        piece = Segment(activity, kind, name, max(start, origin), end, subject, cut)
        if path and _reason(path[-1]) == _reason(piece):
            path[-1] = replace(path[-1], end=piece.end)
        else:
            path.append(piece)
    return path


def _reason(segment: Segment) -> tuple[int, str, str, int]:
    return segment.activity, segment.kind, segment.name, segment.subject
