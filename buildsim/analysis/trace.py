"""Walks back along recorded causes, many at once: which events a path goes through, without the reasons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.network.codes import NONE
from buildsim.network.network import I64, Bool


class Visits(NamedTuple):
    """Which events walks go through: arrays of one length, those of one walk latest first."""

    walk: I64
    """Its position in the arrays of walks that were asked for."""
    point: I64
    """As in `Chunk`."""


def back(chunk: Chunk, begin: I64, origin: I64, *, known: Bool | None = None, through_pools: bool = False) -> Visits:
    """The events of the walks that begin at the points ``begin``, NONE for a walk through nothing.

    An activity's finish is followed by its start unless a link stretched the finish. A walk ends where the causes do,
    before an event that is not after its ``origin``, and before a point that is ``known`` (points,).
    """
    before = chunk.before_through_pools if through_pools else chunk.before
    walk, point = np.arange(len(begin)), begin
    visits = []
    while True:
        on = (point != NONE) & (chunk.tick[point] > origin[walk])
        if known is not None:
            on &= ~known[point]
        walk, point = walk[on], point[on]
        visits.append((walk, point))
        if not len(walk):
            return Visits(*(np.concatenate(columns) for columns in zip(*visits, strict=True)))
        point = before[point]
