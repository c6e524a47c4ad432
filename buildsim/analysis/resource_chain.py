"""The resource chain: the driving path that goes on, at a grant, to whoever held the crew (semantics 16)."""

from __future__ import annotations

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import path_of, site_start
from buildsim.analysis.segments import Segment


def resource_chain(chunk: Chunk, row: int, milestone: int) -> list[Segment]:
    """The chain of milestone ``milestone`` in row ``row`` of a chunk, contiguous and in forward order.

    Where a start waited for units that another activity freed, the wait after the release stays and the chain
    goes on with the releaser's work, across sites. It begins at a gate that has no predecessor, or at the
    scenario's tick 0 (or the site's own start, if that is earlier). Empty where the milestone was not reached.
    """
    origin = min(0, site_start(chunk.lookup.network, milestone))
    return path_of(chunk, row, milestone, origin, through_pools=True)
