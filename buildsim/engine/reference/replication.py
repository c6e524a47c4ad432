"""One replication: the state of all activities, and the instant with its phases (a), (b) and (c) (semantics 3)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from heapq import heappop, heappush

from buildsim.engine.reference.clock import Clock
from buildsim.engine.reference.draws import Draws
from buildsim.engine.reference.orders import OrderBook
from buildsim.engine.reference.plan import NO_NEED, Need, Plan
from buildsim.engine.reference.pools import Grant, Pools
from buildsim.engine.reference.supplies import Market
from buildsim.network.codes import NONE, OWN_WORK, UNSET, StartCause, State


class Replication:
    """Plays one row of the samples. After :meth:`run` the public lists hold the outcome's row."""

    def __init__(self, plan: Plan, draws: Draws) -> None:
        network = plan.network
        count = len(network.activities)
        self._plan, self._draws, self._network = plan, draws, network
        self._clock = Clock(network.horizon, self._play)
        self.pools = Pools(draws.initial_capacity, network.pools.bypass.tolist(), network.rule)
        self.market = Market(network.supplies, draws.cycle, draws.lot_capacity, draws.lot_yield)

        self.ready, self.start, self.end_of_work, self.finish = ([NONE] * count for _ in range(4))
        self.start_cause_kind, self.start_cause = [NONE] * count, [NONE] * count
        self.finish_cause = [OWN_WORK] * count
        self.crew = [0] * count
        self.freed_by, self.freed_at = [NONE] * count, [NONE] * count
        self.orders = OrderBook(plan, draws, self._clock, self.market, self._look_at)

        self._link_time: list[int | None] = [None] * len(network.links)
        self._asked_for_pools = [False] * count
        self._unfinished = count
        self._dirty: list[int] = []
        """Heap of topological positions of activities to look at in the next sweep."""
        self._is_dirty = [False] * count
        self._wake_at: set[int] = set()

        position = network.activities.position.tolist()
        self._position = position
        self._activity_at = [0] * count
        for activity, place in enumerate(position):
            self._activity_at[place] = activity

    def run(self) -> None:
        """Play until every activity has finished, or to the horizon."""
        self._schedule_known_events()
        self._enter_actuals()
        for activity in range(len(self.ready)):
            self._look_at(activity)
        self._clock.run(finished=lambda: self._unfinished == 0)
        if self._unfinished:
            self._close_rows()

    def play_also_at(self, ticks: Iterable[int]) -> None:
        """Play these instants too, though nothing may be due: it changes nothing (semantics 3)."""
        self._clock.series((tick, _nothing) for tick in ticks)

    @property
    def now(self) -> int:
        """The last tick that was played."""
        return self._clock.now

    # -- what is known before the clock starts ------------------------------------------------------------------

    def _schedule_known_events(self) -> None:
        plan, clock = self._plan, self._clock
        for pool, steps in enumerate(self._draws.pool_steps):
            clock.series([(tick, partial(self.pools.step, pool, capacity, tick)) for tick, capacity in steps])
        for period in self.market.periods:
            ticks = range(period, self._network.horizon + 1, period)
            clock.series((tick, self.market.announce_lots) for tick in ticks)
        clock.series((tick, partial(self.orders.place, order, tick)) for tick, order in plan.dated_orders)
        clock.series((tick, partial(self.orders.withdraw, order)) for tick, order in plan.withdrawals)
        for activity, tick in enumerate(plan.gate_tick):
            for gate in {tick, plan.site_gate[activity]}:
                if gate > 0:
                    clock.later(gate, partial(self._look_at, activity))

    def _enter_actuals(self) -> None:
        """Activities with an actual start enter with their dates (semantics 11)."""
        table = self._network.activities
        for activity, start in enumerate(table.actual_start.tolist()):
            if start == UNSET:
                continue
            self.ready[activity] = self.start[activity] = start
            self.start_cause_kind[activity] = int(table.actual_cause_kind[activity])
            self.start_cause[activity] = int(table.actual_cause[activity])
            self.crew[activity] = int(table.actual_crew[activity])
            self._started(activity, start)
            finish = int(table.actual_finish[activity])
            if finish != UNSET:
                self.end_of_work[activity] = self.finish[activity] = finish
                self._unfinished -= 1
                self._finished(activity, finish)
            else:
                need = self._need(activity)
                self.pools.take(activity, need.units(self.crew[activity]))
                remaining = self._draws.length(activity, self.crew[activity]) - int(table.actual_elapsed[activity])
                self._work_until_end(activity, self._network.data_tick, remaining)

    # -- the instant ---------------------------------------------------------------------------------------------

    def _play(self) -> None:
        self._apply_due_and_sweep()
        for lot in self.market.produce(self._clock.now):
            notice = partial(self.market.arrive, lot, lot.arrival)
            if lot.arrival > self._clock.now:
                self._clock.later(lot.arrival, notice)
            else:
                self._clock.announce(notice)  # a cycle of 0 reaches the stock in the (a) that follows
        self._settle()
        while self._dispatch():
            self._settle()

    def _apply_due_and_sweep(self) -> None:
        """Phase (a): apply everything due, then one sweep in topological order."""
        for notice in self._clock.take_due():
            notice()
        while self._dirty:
            activity = self._activity_at[heappop(self._dirty)]
            self._is_dirty[activity] = False
            self._advance(activity)

    def _settle(self) -> None:
        """Alternate (a) and allocation of stock until neither changes anything."""
        settled = False
        while not settled:
            self._apply_due_and_sweep()
            allocated = self.market.allocate(self._clock.now, self.orders.filled)
            settled = not (allocated or self._clock.has_due or self._dirty)

    def _dispatch(self) -> bool:
        """Phase (c): one pass over all pools together; all grants are made before any start is announced."""
        grants = self.pools.dispatch(self._clock.now, self._is_instant, self._wake)
        for grant in grants:
            self._begin_granted(grant)
        return bool(grants)

    # -- activities ----------------------------------------------------------------------------------------------

    def _advance(self, activity: int) -> None:
        """Ready, start without pools, finish: whatever this activity can do now."""
        if self.ready[activity] == NONE and not self._become_ready(activity):
            return
        if self.start[activity] == NONE and not self._start_without_pools(activity):
            return
        if self.end_of_work[activity] != NONE and self.finish[activity] == NONE:
            self._try_finish(activity)

    def _become_ready(self, activity: int) -> bool:
        now, plan, facts = self._clock.now, self._plan, self._plan.facts[activity]
        # what is absent has no orders and no date of its own (semantics 10)
        absent = self._draws.state[activity] == State.ABSENT
        gates = (plan.site_gate if absent else plan.gate_tick)[activity]
        if now < gates or not (absent or self.orders.complete(activity)):
            return False
        known = self._known_joins(activity)
        required = facts.join_count
        if len(known) < required:
            return False
        self.ready[activity] = now
        # from the weakest to the strongest gate, so that of equal times the strongest is named (semantics 7)
        latest, kind, cause = facts.site_start, StartCause.SITE_START, NONE
        if facts.not_before != UNSET and facts.not_before >= latest and not absent:
            latest, kind = facts.not_before, StartCause.DATE
        for order in () if absent else reversed(plan.orders[activity]):
            if self.orders.delivery[order] >= max(latest, 0):  # one delivered before zero gates nothing (semantics 19)
                latest, kind, cause = self.orders.delivery[order], StartCause.ORDER, order
        if required:
            join_time = sorted(time for time, _ in known)[required - 1]
            if join_time >= latest:
                kind = StartCause.LINK
                cause = min(link for time, link in known if time == join_time)
        self.start_cause_kind[activity], self.start_cause[activity] = int(kind), cause
        return True

    def _known_joins(self, activity: int) -> list[tuple[int, int]]:
        """(time, link) of its known FS/SS links; absent branches count for an ``all`` join only (semantics 10)."""
        counts_absent = self._plan.facts[activity].join_all
        known = []
        for link in self._plan.join_links[activity]:
            time = self._link_time[link]
            if time is not None and (counts_absent or self._draws.state[self._plan.pred[link]] != State.ABSENT):
                known.append((time, link))
        return known

    def _start_without_pools(self, activity: int) -> bool:
        now = self._clock.now
        need = self._need(activity)
        if need.pools:
            if not self._asked_for_pools[activity]:
                self._asked_for_pools[activity] = True
                facts = self._plan.facts[activity]
                self.pools.wait(
                    activity,
                    self.ready[activity],
                    facts.priority,
                    facts.rule_value,
                    self._draws.tie[activity],
                    need,
                    self._draws.worktime[activity],
                )
            return False
        if not self._is_instant(activity):
            opening = self._draws.worktime[activity].next_open(now)
            if opening > now:
                self._clock.later(opening, partial(self._look_at, activity))
                return False
            self.pools.write_calendar_row(activity, self.ready[activity], now)
        if self._begin(activity) == 0:
            self.end_of_work[activity] = now
        return True

    def _begin_granted(self, grant: Grant) -> None:
        activity = grant.activity
        self.crew[activity] = grant.crew
        self.freed_by[activity], self.freed_at[activity] = grant.freed_by, grant.freed_at
        if self._begin(activity) == 0:
            # it gives its pools back in the (a) that follows
            self._clock.announce(partial(self._work_ends, activity))

    def _begin(self, activity: int) -> int:
        """Start now; returns the working ticks it takes."""
        self.start[activity] = self._clock.now
        self._started(activity, self._clock.now)
        length = self._draws.length(activity, self.crew[activity])
        if length:
            self._work_until_end(activity, self._clock.now, length)
        return length

    def _work_until_end(self, activity: int, since: int, length: int) -> None:
        end = self._draws.worktime[activity].end_of(since, length)
        self._clock.later(end, partial(self._work_ends, activity))

    def _work_ends(self, activity: int) -> None:
        self.end_of_work[activity] = self._clock.now
        self.pools.release(activity, self._clock.now)
        self._look_at(activity)

    def _try_finish(self, activity: int) -> None:
        """The finish, once all FF/SF predecessors are known, losers included (semantics 6)."""
        finish, cause = self.end_of_work[activity], OWN_WORK
        for link in self._plan.finish_links[activity]:
            time = self._link_time[link]
            if time is None:
                return
            if time > finish:
                finish, cause = time, link
        self.finish[activity], self.finish_cause[activity] = finish, cause
        self._unfinished -= 1
        self._finished(activity, finish)

    def _started(self, activity: int, tick: int) -> None:
        for link in self._plan.from_start[activity]:
            self._send(link, tick)
        for order in self._plan.orders_on_start[activity]:
            self.orders.place_after(order, tick)

    def _finished(self, activity: int, tick: int) -> None:
        for link in self._plan.from_finish[activity]:
            self._send(link, tick)
        for order in self._plan.orders_on_finish[activity]:
            self.orders.place_after(order, tick)

    def _send(self, link: int, tick: int) -> None:
        """A predecessor's event travels along a link for its lag."""
        lag = self._draws.lag[link]
        calendar = self._plan.lag_calendar[link]
        arrival = self._plan.calendars[calendar].end_of(tick, lag) if calendar != NONE else tick + lag
        self._clock.now_or_later(arrival, partial(self._link_arrives, link, arrival))

    def _link_arrives(self, link: int, time: int) -> None:
        self._link_time[link] = time
        self._look_at(self._plan.succ[link])

    # -- helpers -------------------------------------------------------------------------------------------------

    def _need(self, activity: int) -> Need:
        """Absent branches and empty passes need no pool (semantics 5)."""
        return self._plan.needs[activity] if self._draws.state[activity] == State.PRESENT else NO_NEED

    def _is_instant(self, activity: int) -> bool:
        """Length 0 with any crew: it ignores calendars."""
        return self._draws.longest(activity) == 0

    def _look_at(self, activity: int) -> None:
        if not self._is_dirty[activity]:
            self._is_dirty[activity] = True
            heappush(self._dirty, self._position[activity])

    def _wake(self, tick: int) -> None:
        """See to it that the instant of a later tick is played."""
        if tick not in self._wake_at:
            self._wake_at.add(tick)
            self._clock.later(tick, _nothing)

    def _close_rows(self) -> None:
        horizon = self._network.horizon
        self.pools.close_at_horizon(horizon)
        for activity, ready in enumerate(self.ready):
            if ready != NONE and self.start[activity] == NONE and not self._need(activity).pools:
                self.pools.write_calendar_row(activity, ready, horizon)


def _nothing() -> None:
    """A notice whose only effect is that its instant is played."""
