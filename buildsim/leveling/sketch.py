"""A plan's planned run as a resource-constrained project, scheduled serially: forwards, and mirrored, backwards.

What an engine decides on the way is held as it was in one played run: lengths and crews, which predecessors a join of
some of them took, how long after its order a delivery came. So a sketch only proposes; an engine says what comes of it.

Double justification (Valls, Ballestin and Quintanilla, Justification and RCPSP: a technique that pays, European Journal
of Operational Research 165, 2005): everything is put as late as the schedule's end allows, in order of decreasing
finish, then as early as it can be, in order of these starts. Serial schedule generation, by which each is placed at
the earliest time that is left, is Kelley's (Kolisch, European Journal of Operational Research 90, 1996).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from buildsim.network.codes import NEVER, NONE, UNSET, LinkType, Placement, State
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import Network
from buildsim.network.worktime import WorkTime
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples
from buildsim.sampling.worktimes import bare_worktimes, effective_worktimes, stopping

_MIRRORED = {
    LinkType.FS: LinkType.FS,
    LinkType.SS: LinkType.FF,
    LinkType.FF: LinkType.SS,
    LinkType.SF: LinkType.SF,
}


class Edge(NamedTuple):
    """A link into an activity, or an order that one places and it waits for."""

    pred: int
    type: LinkType
    lag: int
    hours: WorkTime | None
    """Whose open ticks the lag counts; None: elapsed."""


class Times(NamedTuple):
    """Ticks by activity, NEVER where there are none."""

    start: list[int]
    end: list[int]
    """Of its work, when it gives its pools back."""
    finish: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The project; all sequences are by activity but for ``steps``."""

    length: Sequence[int]
    hours: Sequence[WorkTime]
    needs: Sequence[Sequence[tuple[int, int]]]
    """(pool, units)."""
    into: Sequence[Sequence[Edge]]
    steps: Sequence[tuple[Sequence[int], Sequence[int]]]
    """Per pool: ticks, and the capacity from each of them on."""
    begun: Mapping[int, tuple[int, int, int]]
    """Start, end of work and finish of those that have begun: nothing moves them."""
    followers: Sequence[Sequence[int]] = field(init=False)
    """The other ends of ``into``."""

    def __post_init__(self) -> None:
        followers: list[list[int]] = [[] for _ in self.into]
        for a, edges in enumerate(self.into):
            for edge in edges:
                followers[edge.pred].append(a)
        object.__setattr__(self, "followers", followers)

    def mirrored(self) -> Sketch:
        """The same with time running backwards: a tick t is -t."""
        hours = {id(each): each.mirrored() for each in [*self.hours, *_hours_of_lags(self.into)]}
        into: list[list[Edge]] = [[] for _ in self.into]
        for succ, edges in enumerate(self.into):
            for edge in edges:
                lag_hours = None if edge.hours is None else hours[id(edge.hours)]
                into[edge.pred].append(Edge(succ, _MIRRORED[edge.type], edge.lag, lag_hours))
        return replace(
            self,
            hours=[hours[id(each)] for each in self.hours],
            into=into,
            steps=[([-NEVER, *(-tick for tick in reversed(ticks[1:]))], units[::-1]) for ticks, units in self.steps],
            begun={a: (-end, -start, -start) for a, (start, end, _) in self.begun.items()},
        )

    def order(self, keys: Sequence[float]) -> list[int]:
        """All activities by their keys, ties by index, none before its predecessors."""
        open_edges = [len(edges) for edges in self.into]
        eligible = [(keys[a], a) for a, count in enumerate(open_edges) if count == 0]
        heapify(eligible)
        found = []
        while eligible:
            _, a = heappop(eligible)
            found.append(a)
            for follower in self.followers[a]:
                open_edges[follower] -= 1
                if open_edges[follower] == 0:
                    heappush(eligible, (keys[follower], follower))
        return found

    def schedule(self, order: Iterable[int], release: Sequence[int]) -> Times:
        """Each activity in turn at the earliest time from its ``release`` on that its predecessors and pools leave."""
        times = Times(*([NEVER] * len(self.length) for _ in range(3)))
        free = [_Profile(ticks, units) for ticks, units in self.steps]
        for a, placed in self.begun.items():
            times.start[a], times.end[a], times.finish[a] = placed
            for pool, units in self.needs[a]:
                free[pool].take(placed[0], placed[1], units)
        for a in order:
            if a in self.begun:
                continue
            earliest, stretched = release[a], -NEVER
            for edge in self.into[a]:
                event = (times.finish if edge.type in FINISHES_OF_PRED else times.start)[edge.pred]
                known = NEVER if event >= NEVER else _after(event, edge)
                if edge.type in STARTS_OF_SUCC:
                    earliest = max(earliest, known)
                else:
                    stretched = max(stretched, known)
            start, end = self._place(a, earliest, free)
            times.start[a], times.end[a], times.finish[a] = start, end, max(end, stretched)
        return times

    def _place(self, a: int, earliest: int, free: Sequence[_Profile]) -> tuple[int, int]:
        length, hours, needs = self.length[a], self.hours[a], self.needs[a]
        if length == 0 or earliest >= NEVER:
            return earliest, earliest
        while True:
            start = hours.next_open(earliest)
            end = hours.end_of(start, length)
            if start >= NEVER or end >= NEVER:
                return NEVER, NEVER
            for pool, units in needs:
                earliest = free[pool].fits_from(start, end, units)
                if earliest > start:
                    break
            else:
                for pool, units in needs:
                    free[pool].take(start, end, units)
                return start, end


class _Profile:
    """Free units of a pool over time."""

    __slots__ = ("_ticks", "_units")

    def __init__(self, ticks: Sequence[int], units: Sequence[int]) -> None:
        self._ticks = [-NEVER, *ticks[1:]]  # what the first step gives was there before
        self._units = list(units)

    def fits_from(self, start: int, end: int, units: int) -> int:
        """``start`` if so many units are free in [start, end), else the first tick at which that may be so."""
        first = bisect_right(self._ticks, start) - 1
        for row in range(bisect_left(self._ticks, end) - 1, first - 1, -1):
            if self._units[row] < units:
                return self._ticks[row + 1] if row + 1 < len(self._ticks) else NEVER
        return start

    def take(self, start: int, end: int, units: int) -> None:
        """Use units in [start, end)."""
        if start < end:
            for row in range(self._cut(start), self._cut(end)):
                self._units[row] -= units

    def _cut(self, tick: int) -> int:
        """The row that begins at a tick."""
        row = bisect_left(self._ticks, tick)
        if row == len(self._ticks) or self._ticks[row] != tick:
            self._ticks.insert(row, tick)
            self._units.insert(row, self._units[row - 1])
        return row


class Justifier:
    """Makes schedules of a plan, and improves them; of ``network`` one run, ``outcome``, was played.

    ``targets`` are the activities whose finish counts: put late, none of them ends later than it did, and what they
    do not need is put after all else.
    """

    def __init__(self, network: Network, samples: Samples, outcome: Outcome, targets: Sequence[int]) -> None:
        self.sketch = _sketch(network, samples, outcome)
        self._mirrored = self.sketch.mirrored()
        self._release = _release(network, outcome)
        self._targets = targets
        self._needed = _with_predecessors(self.sketch, targets)
        self._horizon = network.horizon

    def serial(self, order: Iterable[int]) -> Times:
        """The serial schedule of an order."""
        return self.sketch.schedule(order, self._release)

    def justify(self, times: Times) -> Times:
        """Everything late, then early again: two schedules are made."""
        last = max((tick for tick in times.finish if tick < NEVER), default=0)
        release = [-last if needed else -self._horizon for needed in self._needed]
        for a in self._targets:
            if times.finish[a] < NEVER:
                release[a] = -times.finish[a]
        late = self._mirrored.schedule(self._mirrored.order([-tick for tick in times.finish]), release)
        return self.serial(self.sketch.order([-tick for tick in late.end]))


def times_of(outcome: Outcome, row: int) -> Times:
    """What an engine played in a row of its chunk."""
    fields = (outcome.start, outcome.end_of_work, outcome.finish)
    return Times(*([NEVER if tick == NONE else tick for tick in field[row].tolist()] for field in fields))


def _with_predecessors(sketch: Sketch, targets: Iterable[int]) -> list[bool]:
    """(activities) Whether a target is, or comes after, each."""
    found = [False] * len(sketch.into)
    left = list(targets)
    while left:
        a = left.pop()
        if not found[a]:
            found[a] = True
            left += [edge.pred for edge in sketch.into[a]]
    return found


def _after(event: int, edge: Edge) -> int:
    return event + edge.lag if edge.hours is None else edge.hours.end_of(event, edge.lag)


def _hours_of_lags(into: Iterable[Iterable[Edge]]) -> list[WorkTime]:
    return [edge.hours for edges in into for edge in edges if edge.hours is not None]


def _sketch(network: Network, samples: Samples, outcome: Outcome) -> Sketch:
    table, bare = network.activities, bare_worktimes(network)
    present = (samples.state[0] == State.PRESENT).tolist()
    crew = [int(n) or int(most) for n, most in zip(outcome.crew[0], table.mold_max, strict=True)]
    needs: list[list[tuple[int, int]]] = []
    length = []
    for a, there in enumerate(present):
        rows = slice(int(table.need_ptr[a]), int(table.need_ptr[a + 1]))
        fixed = list(zip(table.need_pool[rows].tolist(), table.need_units[rows].tolist(), strict=True))
        molded = table.mold_pool[a] != NONE
        own = [*fixed, (int(table.mold_pool[a]), crew[a])] if molded else fixed
        needs.append(own if there else [])
        column = int(table.column_ptr[a]) + (crew[a] - int(table.mold_min[a]) if molded else 0)
        length.append(int(samples.length[0, column]) if column < table.column_ptr[a + 1] else 0)
    played = times_of(outcome, 0)
    begun = {
        a: (played.start[a], played.end[a], played.finish[a])
        for a in range(len(table))
        if table.actual_start[a] != UNSET
    }
    steps = []
    for first, last in zip(samples.pool_ptr[0, :-1].tolist(), samples.pool_ptr[0, 1:].tolist(), strict=True):
        steps.append((samples.pool_tick[first:last].tolist(), samples.pool_capacity[first:last].tolist()))
    return Sketch(
        length=length,
        hours=effective_worktimes(network, samples, 0, bare, stopping(network)),
        needs=needs,
        into=_edges(network, samples, outcome, played, bare),
        steps=steps,
        begun=begun,
    )


def _edges(
    network: Network, samples: Samples, outcome: Outcome, played: Times, bare: Sequence[WorkTime]
) -> list[list[Edge]]:
    links, orders, table = network.links, network.orders, network.activities
    into: list[list[Edge]] = [[] for _ in range(len(table))]
    joined: list[list[tuple[int, Edge]]] = [[] for _ in into]
    for row, (pred, succ) in enumerate(zip(links.pred.tolist(), links.succ.tolist(), strict=True)):
        calendar = int(links.lag_calendar[row])
        hours = None if calendar == NONE else bare[calendar]
        edge = Edge(pred, LinkType(links.type[row]), int(samples.lag[0, row]), hours)
        if edge.type in STARTS_OF_SUCC and not table.join_all[succ]:
            event = (played.finish if edge.type in FINISHES_OF_PRED else played.start)[pred]
            if event < NEVER and samples.state[0, pred] != State.ABSENT:
                joined[succ].append((_after(event, edge), edge))
        else:
            into[succ].append(edge)
    for succ, known in enumerate(joined):
        known.sort(key=lambda each: each[0])
        into[succ] += [edge for _, edge in known[: int(table.join_count[succ])]]
    for row in range(len(orders)):
        consumer, delivery = int(orders.consumer[row]), int(outcome.delivery[0, row])
        if consumer != NONE and delivery != UNSET and orders.placement[row] != Placement.DATED:
            kind = LinkType.FS if orders.placement[row] == Placement.ON_FINISH else LinkType.SS
            placing = int(orders.activity[row])
            event = (played.finish if kind is LinkType.FS else played.start)[placing]
            if event < NEVER:
                into[consumer].append(Edge(placing, kind, max(0, delivery - event), None))
    return into


def _release(network: Network, outcome: Outcome) -> list[int]:
    """The earliest starts by dates and by deliveries of dated orders."""
    table, orders = network.activities, network.orders
    release = [max(int(tick), network.data_tick) for tick in network.sites.start[table.site]]
    for a, date in enumerate(table.not_before.tolist()):
        release[a] = max(release[a], date)
    for row in range(len(orders)):
        consumer, delivery = int(orders.consumer[row]), int(outcome.delivery[0, row])
        if consumer != NONE and delivery != UNSET and orders.placement[row] == Placement.DATED:
            release[consumer] = max(release[consumer], delivery)
    return release
