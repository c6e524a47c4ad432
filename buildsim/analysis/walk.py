"""The walk from an activity's finish back through recorded causes and waits; paths and chains are such walks."""

from __future__ import annotations

from buildsim.analysis.gates import Gate
from buildsim.analysis.lookup import Event, Lookup
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment, forward
from buildsim.analysis.splits import wait_segments, work_segments
from buildsim.analysis.supply_labels import supply_pieces
from buildsim.network.codes import NONE, OWN_WORK, Placement, StartCause
from buildsim.network.network import Bool


class Walk:
    """One walk through one replication, back to ``origin``; pieces are gathered latest first.

    A driving path closes with a segment back to its origin where the causes end. With ``through_pools`` the
    walk is a resource chain: at a grant it goes on to whoever freed the units, and it ends with the causes.
    """

    def __init__(self, lookup: Lookup, run: Replication, origin: int, *, through_pools: bool = False) -> None:
        self._lookup = lookup
        self._network = lookup.network
        self._run = run
        self._origin = origin
        self._through_pools = through_pools
        self._pieces: list[Segment] = []

    def from_finish(self, activity: int) -> list[Segment]:
        """The segments up to the finish of an activity that has finished, in forward order."""
        return self._back(Event(activity, at_finish=True))

    def to_gate(self, activity: int, gate: Gate, index: int, known: Bool) -> list[Segment]:
        """The segments up to when a gate of an activity was met, in forward order, back to the first known event.

        ``known`` has True at ``2 * activity`` for a known start, at one more for a known finish.
        """
        event: Event | None = None
        match gate:
            case Gate.WORK:
                self._work(activity, self._run.end_of_work[activity])
                event = Event(activity, at_finish=False)
            case Gate.LINK:
                event = self._before_link(activity, index, self._arrival(index))
            case Gate.ORDER:
                event = self._before_order(activity, index, self._run.delivery[index])
            case Gate.DATE:
                self._close(activity, "constraint", "date", int(self._network.activities.not_before[activity]))
        return self._back(event, known)

    def _back(self, event: Event | None, known: Bool | None = None) -> list[Segment]:
        while event is not None and self._tick(event) > self._origin:
            if known is not None and known[2 * event.activity + event.at_finish]:
                break
            event = self._before_finish(event.activity) if event.at_finish else self._before_start(event.activity)
        return forward(self._pieces, self._origin)

    def _before_finish(self, activity: int) -> Event:
        link = self._run.finish_cause[activity]
        if link == OWN_WORK:
            self._work(activity, self._run.finish[activity])
            return Event(activity, at_finish=False)
        event = self._lookup.predecessor(link)
        self._lag(activity, event, self._run.finish[activity])
        return event

    def _before_start(self, activity: int) -> Event | None:
        run = self._run
        releaser = run.freed_by[activity] if self._through_pools else NONE
        since = run.ready[activity] if releaser == NONE else run.freed_at[activity]
        for wait in reversed(run.waits.get(activity, [])):
            if wait.end > since:
                start = max(wait.start, since)
                pieces = wait_segments(self._lookup, run, activity, wait.blocker, start, wait.end)
                self._pieces.extend(reversed(pieces))
        if releaser == NONE:
            return self._before_ready(activity)
        self._work(releaser, since)
        return Event(releaser, at_finish=False)

    def _before_ready(self, activity: int) -> Event | None:
        cause = self._run.start_cause[activity]
        match StartCause(self._run.start_cause_kind[activity]):
            case StartCause.LINK:
                return self._before_link(activity, cause, self._actual(activity, self._arrival(cause)))
            case StartCause.ORDER:
                return self._before_order(activity, cause, self._actual(activity, self._run.delivery[cause]))
            case StartCause.DATE:
                gate = self._actual(activity, int(self._network.activities.not_before[activity]))
                self._close(activity, "constraint", "date", gate)
            case StartCause.SITE_START:
                site = self._network.activities.site[activity]
                gate = self._actual(activity, int(self._network.sites.start[site]))
                self._close(activity, "constraint", "site-start", gate)
            case StartCause.ACTUAL:
                self._close(activity, "actual", self._lookup.stage(activity), self._run.ready[activity])
        return None

    def _before_link(self, activity: int, link: int, arrival: int) -> Event:
        event = self._lookup.predecessor(link)
        self._lag(activity, event, arrival)
        return event

    def _arrival(self, link: int) -> int:
        return self._lookup.arrival(link, self._tick(self._lookup.predecessor(link)), self._run.lag[link])

    def _before_order(self, activity: int, order: int, delivery: int) -> Event | None:
        self._pieces.extend(reversed(supply_pieces(self._network, self._run, order)))
        # an actual delivery may come before the date for which the order was planned
        placed = min(self._run.order_tick[order], delivery)
        placement = self._network.orders.placement[order]
        if placement == Placement.DATED:
            self._close(activity, "constraint", "order", placed, order)
            return None
        event = Event(int(self._network.orders.activity[order]), placement == Placement.ON_FINISH)
        self._lag(activity, event, placed)
        return event

    def _tick(self, event: Event) -> int:
        return (self._run.finish if event.at_finish else self._run.start)[event.activity]

    def _work(self, activity: int, end: int) -> None:
        pieces = work_segments(self._lookup, self._run, activity, self._run.start[activity], end)
        self._pieces.extend(reversed(pieces))

    def _lag(self, activity: int, event: Event, end: int) -> None:
        """The stretch from a predecessor's event to what follows it, named by the successor's stage."""
        stage = self._lookup.stage(activity)
        self._pieces.append(Segment(activity, "lag", stage, self._tick(event), end, event.activity))

    def _actual(self, activity: int, gate: int) -> int:
        """Ready came after its latest gate: the data date or an actual start held it (semantics 11).

        Returns the gate, at most ready: a lag that was drawn may contradict an actual start.
        """
        stage, ready = self._lookup.stage(activity), self._run.ready[activity]
        gate = min(gate, ready)
        self._pieces.append(Segment(activity, "actual", stage, max(gate, self._origin), ready))
        return gate

    def _close(self, activity: int, kind: str, name: str, end: int, subject: int = NONE) -> None:
        """Where the causes end a path goes back to its origin in one segment, and a chain stops."""
        if not self._through_pools:
            self._pieces.append(Segment(activity, kind, name, self._origin, end, subject))
