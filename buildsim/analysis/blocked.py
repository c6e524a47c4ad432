"""What stands at the horizon where a milestone was not reached (semantics 23)."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.splits import stopped_by
from buildsim.analysis.supply_labels import label_at
from buildsim.network.codes import NONE, UNSET, State
from buildsim.network.graph import STARTS_OF_SUCC
from buildsim.network.network import I64


def blocked_at_horizon(chunk: Chunk, row: int, milestone: int) -> str:
    """The category that keeps milestone ``milestone``, not reached in row ``row`` of a chunk, from its finish.

    Follows, from the milestone, the first gate that is not met: a link (lowest index) to its predecessor, then
    an order, then a date. It ends at an activity that waits or works, or at a gate that nothing precedes.
    """
    standing: int | str = int(chunk.lookup.network.milestones.activity[milestone])
    while isinstance(standing, int):
        if chunk.outcome.ready[row, standing] == NONE:
            standing = _unmet_gate(chunk, row, standing)
        elif chunk.outcome.start[row, standing] == NONE:
            standing = _waiting(chunk, row, standing)
        else:
            standing = _unfinished(chunk, row, standing)
    return standing


def _unmet_gate(chunk: Chunk, row: int, activity: int) -> int | str:
    """The activity to go on to, or the category that the gate belongs to."""
    network = chunk.lookup.network
    gate = _unmet_join(chunk, row, activity)
    if gate is not None:
        return gate
    for order in np.flatnonzero(network.orders.consumer == activity).tolist():
        if chunk.outcome.delivery[row, order] == UNSET:
            return _unmet_order(chunk, row, activity, order)
    if network.activities.not_before[activity] > network.horizon:
        return "constraint:date"
    if network.sites.start[network.activities.site[activity]] > network.horizon:
        return "constraint:site-start"
    return _named(chunk, chunk.lookup.labels.actual[activity])


def _unmet_join(chunk: Chunk, row: int, activity: int) -> int | str | None:
    """What an unmet join waits for; None where the join is met."""
    activities, links = chunk.lookup.network.activities, chunk.lookup.network.links
    incoming = np.flatnonzero((links.succ == activity) & np.isin(links.type, STARTS_OF_SUCC))
    if not activities.join_all[activity]:
        # an absent branch never counts toward an any or k-of-n join (semantics 10)
        incoming = incoming[chunk.samples.state[row, links.pred[incoming]] != State.ABSENT]
    missing = _missing(chunk, row, incoming)
    needed = len(incoming) if activities.join_all[activity] else int(activities.join_count[activity])
    if len(incoming) - len(missing) >= needed:
        return None
    return _follow(chunk, row, activity, missing) if len(missing) else "constraint:join"


def _unmet_order(chunk: Chunk, row: int, activity: int, order: int) -> int | str:
    supply, event = int(chunk.lookup.network.orders.supply[order]), int(chunk.lookup.order_event[order])
    if chunk.outcome.order_tick[row, order] != UNSET:
        return _named(chunk, label_at(chunk, row, supply, chunk.lookup.network.horizon))
    if event == NONE:
        return _named(chunk, chunk.lookup.labels.order)
    if chunk.tick[row * chunk.events + event] == NONE:
        return event // 2
    return _named(chunk, chunk.lookup.labels.lag[activity])


def _waiting(chunk: Chunk, row: int, activity: int) -> str:
    """A ready activity waits for the blocker of its last row, which was closed at the horizon."""
    labels = chunk.lookup.labels
    stop = stopped_by(chunk, row, activity, chunk.lookup.network.horizon)
    if stop != NONE:
        return _named(chunk, labels.disruption[stop])
    _, entries = chunk.waits(np.array([row]), np.array([activity]))
    # one that became ready at the horizon itself, in closed time, has no row
    blocker = chunk.outcome.ledger.blocker[entries[-1]] if len(entries) else NONE
    return _named(chunk, labels.pool[blocker] if blocker >= 0 else labels.calendar[activity])


def _unfinished(chunk: Chunk, row: int, activity: int) -> int | str:
    """A started activity is at work, or its finish waits for an FF or SF predecessor."""
    labels = chunk.lookup.labels
    if chunk.outcome.end_of_work[row, activity] == NONE:
        stop = stopped_by(chunk, row, activity, chunk.lookup.network.horizon)
        return _named(chunk, labels.own[activity] if stop == NONE else labels.disruption[stop])
    links = chunk.lookup.network.links
    incoming = np.flatnonzero((links.succ == activity) & ~np.isin(links.type, STARTS_OF_SUCC))
    return _follow(chunk, row, activity, _missing(chunk, row, incoming))


def _follow(chunk: Chunk, row: int, activity: int, missing: I64) -> int | str:
    """The predecessor of the lowest missing link that has not left; a lag where all have left."""
    events = chunk.lookup.link_event[missing]
    waiting = events[chunk.tick[row * chunk.events + events] == NONE]
    return int(waiting[0]) // 2 if len(waiting) else _named(chunk, chunk.lookup.labels.lag[activity])


def _missing(chunk: Chunk, row: int, links: I64) -> I64:
    """Those of the links that have not arrived by the horizon."""
    left = chunk.tick[row * chunk.events + chunk.lookup.link_event[links]] != NONE
    arrived = chunk.arrivals(np.full_like(links, row), links) <= chunk.lookup.network.horizon
    missing: I64 = links[~(left & arrived)]
    return missing


def _named(chunk: Chunk, label: int) -> str:
    return chunk.lookup.labels.category(label)
