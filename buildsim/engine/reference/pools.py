"""Pools: who waits, one dispatch pass over all pools together, the ledger of blockers, and who freed whom."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass

from buildsim.engine.reference.plan import Need
from buildsim.network.codes import CALENDAR_BLOCKER, NONE, Rule
from buildsim.network.worktime import WorkTime

Key = tuple[int, int, int, int]
"""(priority, rule's value, tie, activity): the order of service (semantics 12)."""


@dataclass(slots=True)
class Row:
    """The open ledger row of a waiting activity."""

    start: int
    blocker: int
    opened: int
    """Sequence number of its opening among releases."""


@dataclass(frozen=True, slots=True)
class Release:
    """Units of a pool given back."""

    sequence: int
    tick: int
    activity: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a dispatch pass gave: the crew size is 0 without a moldable need."""

    activity: int
    crew: int
    freed_by: int
    freed_at: int


class Pools:
    """Free units, waiting activities and their ledger in one replication."""

    def __init__(self, capacity: list[int], bypass: list[bool], rule: Rule) -> None:
        self.capacity = capacity
        self.free = list(capacity)
        self._bypass = bypass
        self._rule = rule
        self._waiting: list[Key] = []
        self._needs: dict[int, Need] = {}
        self._worktime: dict[int, WorkTime] = {}
        self._ready: dict[int, int] = {}
        self._row: dict[int, Row] = {}
        self.held: dict[int, list[tuple[int, int]]] = {}
        self.ledger: dict[int, list[tuple[int, int, int]]] = {}
        """Closed rows (from, to, blocker) per activity, in the sequence of closing."""
        self._releases: list[list[Release]] = [[] for _ in capacity]
        self._last_rise = [NONE] * len(capacity)
        self._sequence = 0

    def wait(self, activity: int, ready: int, priority: int, value: int, tie: int, need: Need, work: WorkTime) -> None:
        """A ready activity joins the queue; FIFO's value is its ready tick."""
        by_rule = ready if self._rule is Rule.FIFO else value
        insort(self._waiting, (priority, by_rule, tie, activity))
        self._needs[activity], self._worktime[activity], self._ready[activity] = need, work, ready

    def step(self, pool: int, capacity: int, tick: int) -> None:
        """A capacity step; holders keep what they hold, so free units may become negative (semantics 14)."""
        change = capacity - self.capacity[pool]
        self.capacity[pool] = capacity
        self.free[pool] += change
        if change > 0:
            self._last_rise[pool] = tick

    def take(self, activity: int, units: list[tuple[int, int]]) -> None:
        """Give units (pool, n) to an activity."""
        for pool, count in units:
            self.free[pool] -= count
        self.held[activity] = units

    def release(self, activity: int, tick: int) -> None:
        """Give back all that an activity holds."""
        for pool, count in self.held.pop(activity, ()):
            self.free[pool] += count
            self._sequence += 1
            self._releases[pool].append(Release(self._sequence, tick, activity))

    def dispatch(self, tick: int, is_instant: Callable[[int], bool], wake: Callable[[int], None]) -> list[Grant]:
        """One pass in key order (semantics 13): grants are made here, announced by the caller.

        ``is_instant`` says which activities have length 0 and so ignore calendars; ``wake`` is asked to play an
        instant when the calendar of an untested activity opens.
        """
        grants: list[Grant] = []
        shut: set[int] = set()
        for key in self._waiting:
            activity = key[-1]
            pools = self._needs[activity].pools
            opening = tick if is_instant(activity) else self._worktime[activity].next_open(tick)
            if opening > tick:
                wake(opening)
            else:
                lacking = [pool for pool, least in pools if pool in shut or self.free[pool] < least]
                if not lacking:
                    grants.append(self._grant(activity, tick))
                    continue
                self._block(activity, tick, lacking)
            shut.update(pool for pool, _ in pools if not self._bypass[pool])
        if grants:
            started = {grant.activity for grant in grants}
            self._waiting = [key for key in self._waiting if key[-1] not in started]
        return grants

    def close_at_horizon(self, horizon: int) -> None:
        """Close the rows of all who still wait (semantics 23)."""
        for _, _, _, activity in self._waiting:
            row = self._row.pop(activity, None)
            if row is None:
                self.write_calendar_row(activity, self._ready[activity], horizon)
            else:
                self._write(activity, row.start, horizon, row.blocker)

    def write_calendar_row(self, activity: int, ready: int, opened: int) -> None:
        """The row of the wait for the first open tick, if it waited."""
        if opened > ready:
            self._write(activity, ready, opened, CALENDAR_BLOCKER)

    def _block(self, activity: int, tick: int, lacking: list[int]) -> None:
        row = self._row.get(activity)
        if row is not None:
            if row.blocker in lacking:
                return
            self._write(activity, row.start, tick, row.blocker)
        else:
            self.write_calendar_row(activity, self._ready[activity], tick)
        self._sequence += 1
        self._row[activity] = Row(start=tick, blocker=min(lacking), opened=self._sequence)

    def _grant(self, activity: int, tick: int) -> Grant:
        need = self._needs.pop(activity)
        crew = 0 if need.mold_pool == NONE else min(need.mold_max, self.free[need.mold_pool])
        self.take(activity, need.units(crew))
        row = self._row.pop(activity, None)
        if row is None:
            self.write_calendar_row(activity, self._ready[activity], tick)
            return Grant(activity, crew, NONE, NONE)
        self._write(activity, row.start, tick, row.blocker)
        freed_by, freed_at = self._freed_by(row)
        return Grant(activity, crew, freed_by, freed_at)

    def _freed_by(self, row: Row) -> tuple[int, int]:
        """Of the releases of the blocker since the row opened, the lowest index of the latest tick (semantics 16)."""
        releases = self._releases[row.blocker]
        if not releases or releases[-1].sequence < row.opened:
            return NONE, NONE
        latest = releases[-1].tick
        if self._last_rise[row.blocker] > latest:
            return NONE, NONE
        candidates = []
        for release in reversed(releases):
            if release.tick < latest or release.sequence < row.opened:
                break
            candidates.append(release.activity)
        return min(candidates), latest

    def _write(self, activity: int, start: int, end: int, blocker: int) -> None:
        self.ledger.setdefault(activity, []).append((start, end, blocker))
