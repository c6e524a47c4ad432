"""What a peer is given: one replication of a network as plain lists, with every length and lag already drawn."""

from __future__ import annotations

from dataclasses import dataclass

from buildsim.network.codes import NONE, LinkType
from buildsim.network.network import Network
from buildsim.sampling.samples import Samples


@dataclass(frozen=True, slots=True)
class Work:
    """Activities in an order in which predecessors come first; ticks throughout."""

    length: list[int]
    gate: list[int]
    """Not to start before."""
    after: list[list[tuple[int, bool, int]]]
    """(predecessor, from its start and not its finish, lag) of each activity."""
    need: list[tuple[int, int] | None]
    """(pool, units)"""
    capacity: list[int]


def work_of(network: Network, samples: Samples, row: int) -> Work:
    """A replication of a network of `Content.QUEUES` or less."""
    activities, links = network.activities, network.links
    after: list[list[tuple[int, bool, int]]] = [[] for _ in range(len(activities))]
    rows = zip(links.pred.tolist(), links.succ.tolist(), links.type.tolist(), samples.lag[row].tolist(), strict=True)
    for pred, succ, kind, lag in rows:
        after[succ].append((pred, kind == LinkType.SS, lag))
    need: list[tuple[int, int] | None] = [None] * len(activities)
    for activity, first in enumerate(activities.need_ptr[:-1].tolist()):
        if first < activities.need_ptr[activity + 1]:
            need[activity] = int(activities.need_pool[first]), int(activities.need_units[first])
    assert (activities.mold_pool == NONE).all()
    return Work(
        length=samples.length[row, activities.column_ptr[:-1]].tolist(),
        gate=network.sites.start[activities.site].tolist(),
        after=after,
        need=need,
        capacity=samples.pool_capacity[samples.pool_ptr[row, :-1]].tolist(),
    )
