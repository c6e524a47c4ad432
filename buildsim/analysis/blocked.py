"""What stands at the horizon where a milestone was not reached (semantics 23)."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.lookup import Event, Lookup
from buildsim.analysis.replication import Replication
from buildsim.analysis.splits import stopped_by
from buildsim.analysis.supply_labels import label_at
from buildsim.network.codes import NONE, UNSET, LinkType, Placement, State
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

START_LINKS = (LinkType.FS, LinkType.SS)


def blocked_at_horizon(network: Network, samples: Samples, outcome: Outcome, row: int, milestone: int) -> str:
    """The category that keeps milestone ``milestone``, not reached in row ``row`` of a chunk, from its finish."""
    return blocker_of(Lookup(network), Replication.of(samples, outcome, row), milestone)


def blocker_of(lookup: Lookup, run: Replication, milestone: int) -> str:
    """``blocked_at_horizon`` for callers that hold on to the lookup and the replication.

    Follows, from the milestone, the first gate that is not met: a link (lowest index) to its predecessor, then
    an order, then a date. It ends at an activity that waits or works, or at a gate that nothing precedes.
    """
    standing: int | str = int(lookup.network.milestones.activity[milestone])
    while isinstance(standing, int):
        if run.ready[standing] == NONE:
            standing = _unmet_gate(lookup, run, standing)
        elif run.start[standing] == NONE:
            standing = _waiting(lookup, run, standing)
        else:
            standing = _unfinished(lookup, run, standing)
    return standing


def _unmet_gate(lookup: Lookup, run: Replication, activity: int) -> int | str:
    """The activity to go on to, or the category that the gate belongs to."""
    network = lookup.network
    gate = _unmet_join(lookup, run, activity)
    if gate is not None:
        return gate
    for order in np.flatnonzero(network.orders.consumer == activity).tolist():
        if run.delivery[order] == UNSET:
            return _unmet_order(lookup, run, activity, order)
    if network.activities.not_before[activity] > network.horizon:
        return "constraint:date"
    if network.sites.start[network.activities.site[activity]] > network.horizon:
        return "constraint:site-start"
    return f"actual:{lookup.stage(activity)}"


def _unmet_join(lookup: Lookup, run: Replication, activity: int) -> int | str | None:
    """What an unmet join waits for; None where the join is met."""
    activities, links = lookup.network.activities, lookup.network.links
    incoming = [link for link in np.flatnonzero(links.succ == activity).tolist() if links.type[link] in START_LINKS]
    if not activities.join_all[activity]:
        # an absent branch never counts toward an any or k-of-n join (semantics 10)
        incoming = [link for link in incoming if run.state[links.pred[link]] != State.ABSENT]
    missing = [link for link in incoming if not _arrived(lookup, run, link)]
    needed = len(incoming) if activities.join_all[activity] else int(activities.join_count[activity])
    if len(incoming) - len(missing) >= needed:
        return None
    return _follow(lookup, run, activity, missing) if missing else "constraint:join"


def _unmet_order(lookup: Lookup, run: Replication, activity: int, order: int) -> int | str:
    orders = lookup.network.orders
    if run.order_tick[order] != UNSET:
        return "supply:" + label_at(lookup.network, run.lot_limit, int(orders.supply[order]), lookup.network.horizon)
    if orders.placement[order] == Placement.DATED:
        return "constraint:order"
    event = Event(int(orders.activity[order]), orders.placement[order] == Placement.ON_FINISH)
    return f"lag:{lookup.stage(activity)}" if _tick(run, event) != NONE else event.activity


def _waiting(lookup: Lookup, run: Replication, activity: int) -> str:
    """A ready activity waits for the blocker of its last row, which was closed at the horizon."""
    stop = stopped_by(lookup, run, activity, lookup.network.horizon)
    if stop != NONE:
        return f"disruption:{lookup.network.disruptions.name[stop]}"
    rows = run.waits.get(activity)
    # one that became ready at the horizon itself, in closed time, has no row
    if rows and rows[-1].blocker >= 0:
        return f"pool:{lookup.network.pools.name[rows[-1].blocker]}"
    return f"calendar:{lookup.calendar_name(activity)}"


def _unfinished(lookup: Lookup, run: Replication, activity: int) -> int | str:
    """A started activity is at work, or its finish waits for an FF or SF predecessor."""
    if run.end_of_work[activity] == NONE:
        stop = stopped_by(lookup, run, activity, lookup.network.horizon)
        if stop != NONE:
            return f"disruption:{lookup.network.disruptions.name[stop]}"
        return ":".join(lookup.category(activity))
    links = lookup.network.links
    missing = [
        link
        for link in np.flatnonzero(links.succ == activity).tolist()
        if links.type[link] not in START_LINKS and not _arrived(lookup, run, link)
    ]
    return _follow(lookup, run, activity, missing)


def _follow(lookup: Lookup, run: Replication, activity: int, missing: list[int]) -> int | str:
    """The predecessor of the lowest missing link that has not left; a lag where all have left."""
    for link in missing:
        event = lookup.predecessor(link)
        if _tick(run, event) == NONE:
            return event.activity
    return f"lag:{lookup.stage(activity)}"


def _arrived(lookup: Lookup, run: Replication, link: int) -> bool:
    tick = _tick(run, lookup.predecessor(link))
    return tick != NONE and lookup.arrival(link, tick, run.lag[link]) <= lookup.network.horizon


def _tick(run: Replication, event: Event) -> int:
    return (run.finish if event.at_finish else run.start)[event.activity]
