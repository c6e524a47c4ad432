"""The driving path: what made a milestone finish when it did, back to the start of its site (semantics 2, 24)."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.ranges import ranges
from buildsim.analysis.reasons import reasons
from buildsim.analysis.segments import Pieces, Segment, segments
from buildsim.analysis.trace import back
from buildsim.network.codes import NONE
from buildsim.network.network import I64, Bool, Network


def driving_path(chunk: Chunk, row: int, milestone: int, origin: int | None = None) -> list[Segment]:
    """The segments of milestone ``milestone`` in row ``row`` of a chunk, contiguous and in forward order.

    They partition [origin, finish] exactly in ticks; ``origin`` is the start of the milestone's own site unless
    given. Empty where the milestone was not reached or finished by the origin.
    """
    if origin is None:
        origin = site_start(chunk.lookup.network, milestone)
    return path_of(chunk, row, milestone, origin)


def path_of(chunk: Chunk, row: int, milestone: int, origin: int, *, through_pools: bool = False) -> list[Segment]:
    """`driving_path` from an origin; with ``through_pools`` the resource chain, which ends where the causes do."""
    begin = finish_points(chunk, np.array([row]), np.array([milestone]))
    if chunk.tick[begin] == NONE:
        return []
    visits = back(chunk, begin, np.array([origin]), through_pools=through_pools)
    pieces = reasons(chunk, visits.point[::-1], through_pools=through_pools)
    return segments(pieces, chunk.lookup.labels, origin)


def path_ticks(
    chunk: Chunk, begin: I64, origin: I64, *, last: Pieces | None = None, known: Bool | None = None
) -> tuple[I64, I64]:
    """How long each category lasts on paths to the points ``begin``, back to the ticks ``origin``, both (paths,).

    ``last`` are stretches from these points on, parts of the paths, which are counted too; before a point that is
    ``known`` (points,) a path ends. Returns the numbers of `Labels` that occur, ascending, and the ticks of shape
    (paths, labels).
    """
    visits = back(chunk, begin, origin, known=known)
    # paths share most of their events, whose reasons are found once
    seen = np.zeros(len(chunk.tick), dtype=np.bool_)
    seen[visits.point] = True
    points = np.flatnonzero(seen)
    shared = reasons(chunk, points)
    shared = shared.where(shared.end > shared.start)
    number = np.empty(len(seen), dtype=np.int64)
    number[points] = np.arange(len(points))
    ptr = np.searchsorted(shared.whose, np.arange(len(points) + 1))
    visited = number[visits.point]
    visit, piece = ranges(ptr[visited], ptr[visited + 1])
    pieces = shared.where(piece)._replace(whose=visits.walk[visit])
    if last is not None:
        pieces = Pieces.joined([pieces, last])
    labels, column = np.unique(pieces.label, return_inverse=True)
    ticks = np.maximum(pieces.end - np.maximum(pieces.start, origin[pieces.whose]), 0)
    # float64 sums of whole numbers are exact up to 2^53
    sums = np.bincount(pieces.whose * len(labels) + column, weights=ticks, minlength=len(begin) * len(labels))
    return labels, sums.astype(np.int64).reshape(len(begin), len(labels))


def finish_points(chunk: Chunk, row: I64, milestone: I64) -> I64:
    """The points of the finishes of milestones."""
    return chunk.point(row, 2 * chunk.lookup.network.milestones.activity[milestone] + 1)


def site_start(network: Network, milestone: int) -> int:
    """The tick at which the site of a milestone starts."""
    return int(network.sites.start[network.milestones.site[milestone]])
