"""The compiled event loop: a replication as the phases (a), (b), (c) of each instant (semantics 3)."""

from __future__ import annotations

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.ahead import ask_on_first, ask_on_fourth, ask_on_second, ask_on_third
from buildsim.engine.kernel.crews import close_row, give_back, grow
from buildsim.engine.kernel.events import (
    PRESENT,
    announce,
    become_ready,
    end_work,
    learn,
    may_start,
    try_finish,
)
from buildsim.engine.kernel.heap import mark, next_marked, pop, push
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.lots import arrive, close_lots, next_close, set_clocks
from buildsim.engine.kernel.orders import deliver, place, settle, withdraw
from buildsim.engine.kernel.waiting import dispatch, dispatch_everybody
from buildsim.engine.kernel.work import stop_work
from buildsim.network.codes import LOT_UNPLAYED, NONE, OWN_WORK, UNSET
from buildsim.network.network import I8, I32, I64


@compiled()
def _clear(
    activities: I32, sampled: I8, state: I32, orders: I64, order_state: I64, classes: I32,
    link_time: I32, scalars: I64,
) -> None:  # fmt: skip
    """What no event has touched yet."""
    for activity in range(len(activities)):
        for column in range(c.ROW_OPENED + 1):
            state[activity, column] = NONE
        state[activity, c.DIRTY], state[activity, c.JOINED] = 0, c.UNKNOWN
        state[activity, c.UNKNOWN_LINKS] = activities[activity, c.JOIN_COUNT]
        state[activity, c.STATE], state[activity, c.CREW] = sampled[activity], 0
        state[activity, c.UNDELIVERED] = activities[activity, c.WAITS_END] - activities[activity, c.WAITS]
        state[activity, c.FINISH_CAUSE], state[activity, c.ROW_BLOCKER] = OWN_WORK, c.NO_ROW
    for order in range(len(orders)):
        order_state[order, c.PLACED], order_state[order, c.DELIVERY] = UNSET, UNSET
        order_state[order, c.LOT], order_state[order, c.OPEN] = NONE, 0
    classes[:, c.SIZE :] = 0
    link_time[:] = c.UNKNOWN
    scalars[:] = 0
    scalars[c.UNFINISHED] = len(activities)


@compiled()
def _await_step(
    pools: I64, pool_ptr: I64, pool_tick: I64, scalars: I64, events: I64, pool: int, row: int, horizon: int
) -> None:
    """Of a pool's steps only the next is among the events."""
    pools[pool, c.NEXT_STEP] = row
    if row < pool_ptr[pool + 1] and pool_tick[row] <= horizon:
        push(events, scalars, max(pool_tick[row], 0), c.STEP, pool)


@compiled()
def _open_pools(
    pools: I64, pool_ptr: I64, pool_tick: I64, pool_capacity: I64, scalars: I64, events: I64, horizon: int
) -> None:
    """Capacities at the start."""
    for pool in range(len(pools)):
        first = pool_ptr[pool]
        pools[pool, c.FREE] = pools[pool, c.CAPACITY] = pool_capacity[first]
        pools[pool, c.LAST_RISE] = pools[pool, c.LAST_RELEASE] = pools[pool, c.LATEST] = NONE
        pools[pool, c.LOWEST], pools[pool, c.GROWN], pools[pool, c.WAITERS] = NONE, 0, 0
        _await_step(pools, pool_ptr, pool_tick, scalars, events, pool, first + 1, horizon)


@compiled()
def _step(
    pools: I64, pool_ptr: I64, pool_tick: I64, pool_capacity: I64, grown: I64, scalars: I64, events: I64, pool: int,
    horizon: int,
) -> None:  # fmt: skip
    """A pool's capacity changes; holders keep what they have."""
    row = pools[pool, c.NEXT_STEP]
    change = pool_capacity[row] - pools[pool, c.CAPACITY]
    pools[pool, c.CAPACITY] += change
    if change > 0:
        pools[pool, c.LAST_RISE] = scalars[c.NOW]
        grow(pools, grown, scalars, pool, change)
    else:
        pools[pool, c.FREE] += change
    _await_step(pools, pool_ptr, pool_tick, scalars, events, pool, row + 1, horizon)


@compiled()
def _open_lines(supplies: I64, line_order: I64, lines: I64, lot_limit: I64, lot_started: I64, share_carry: I64) -> None:
    """Initial stocks, empty queues, and lots that are not played."""
    for line in line_order:
        lines[line, :] = 0
        lines[line, c.STOCK] = supplies[line, c.INITIAL]
        lines[line, c.ARRIVED_AT] = lines[line, c.NEXT_LOT] = lines[line, c.CLOSED_LOT] = NONE
        lines[line, c.HEAD] = lines[line, c.TAIL] = supplies[line, c.QUEUE]
    lot_limit[:] = LOT_UNPLAYED
    lot_started[:] = 0
    share_carry[:] = 0


@compiled()
def _write(state: I32, order_state: I64, out_activities: I64, out_orders: I64, replication: int) -> None:
    """Copy the outcome's fields out of the records."""
    for activity in range(len(state)):
        for field in range(10):
            out_activities[field, replication, activity] = state[activity, c.READY + field]
    for order in range(len(order_state)):
        for field in range(4):
            out_orders[field, replication, order] = order_state[order, field]


@compiled(cache=True)
def play(
    horizon: int,
    data_tick: int,
    by_ready: bool,
    ties_drawn: bool,
    in_order: bool,
    activities: I32,
    actuals: I64,
    roots: I32,
    needs: I32,
    edges: I32,
    into: I32,
    waits: I32,
    places: I32,
    pool_classes: I64,
    bypass: I64,
    orders: I64,
    supplies: I64,
    line_order: I64,
    inputs: I64,
    users: I64,
    shares: I64,
    periods: I64,
    known: I64,
    bare: I64,
    stops_ptr: I64,
    stops: I64,
    length: I64,
    sampled: I8,
    tie: I64,
    lag: I64,
    lead: I64,
    quantity: I64,
    cycle: I64,
    lot_capacity: I64,
    lot_yield: I64,
    pool_ptr: I64,
    pool_tick: I64,
    pool_capacity: I64,
    window_ptr: I64,
    window_start: I64,
    window_end: I64,
    scalars: I64,
    state: I32,
    order_state: I64,
    link_time: I32,
    events: I64,
    marked: I64,
    waiting: I64,
    tried: I64,
    granted: I64,
    classes: I32,
    class_heap: I64,
    pools: I64,
    shut: I64,
    grown: I64,
    woken: I64,
    releases: I64,
    lines: I64,
    clocks: I64,
    order_queue: I64,
    sorting: I64,
    unsettled: I64,
    due: I64,
    quota: I64,
    remainder: I64,
    share_carry: I64,
    lot_good: I64,
    spans: I64,
    hours: I64,
    cursor: I64,
    ledger: I64,
    replication: int,
    out_activities: I64,
    out_orders: I64,
    lot_limit: I64,
    lot_started: I64,
) -> int:
    """Play one replication; returns how many ledger rows it has, also where ``ledger`` was too short for them.

    First come the network's tables, then the samples' row, then room to work in, whatever is left in it, and last the
    row ``replication`` of the outcome.
    """
    _clear(activities, sampled, state, orders, order_state, classes, link_time, scalars)
    _open_pools(pools, pool_ptr, pool_tick, pool_capacity, scalars, events, horizon)
    _open_lines(supplies, line_order, lines, lot_limit, lot_started, share_carry)
    set_clocks(periods, clocks)
    stop_work(spans, hours, bare, stops_ptr, stops, cursor, window_ptr, window_start, window_end)

    # actuals enter with their dates (semantics 11)
    for row in range(len(actuals)):
        activity, start, finish = actuals[row, c.ACTUAL], actuals[row, c.ACTUAL_START], actuals[row, c.ACTUAL_FINISH]
        crew = actuals[row, c.ACTUAL_CREW]
        state[activity, c.READY], state[activity, c.START], state[activity, c.CREW] = start, start, crew
        state[activity, c.KIND], state[activity, c.CAUSE] = actuals[row, c.ACTUAL_KIND], actuals[row, c.ACTUAL_CAUSE]
        announce(
            activities, edges, places, orders, spans, hours, lag, lead, quantity, state, order_state, link_time,
            lines, order_queue, unsettled, marked, scalars, events, activity, False, start, horizon,
        )  # fmt: skip
        if finish != UNSET:
            state[activity, c.END] = state[activity, c.FINISH] = finish
            scalars[c.UNFINISHED] -= 1
            announce(
                activities, edges, places, orders, spans, hours, lag, lead, quantity, state, order_state, link_time,
                lines, order_queue, unsettled, marked, scalars, events, activity, True, finish, horizon,
            )  # fmt: skip
            continue
        if state[activity, c.STATE] == PRESENT:
            for need in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
                pools[needs[need, c.POOL], c.FREE] -= crew if needs[need, c.MOLDS] else needs[need, c.UNITS]
        end_work(
            activities, spans, hours, length, state, scalars, events, activity, data_tick,
            actuals[row, c.ACTUAL_ELAPSED], horizon,
        )  # fmt: skip
    for activity in roots:
        mark(state, marked, scalars, activity, activities[activity, c.POSITION])

    static = 0
    now = 0
    next_lots = next_close(periods, clocks, now)
    while scalars[c.UNFINISHED] > 0 and now <= horizon:
        scalars[c.NOW] = now
        while static < len(known) and known[static] >> c.TICK_SHIFT <= now:
            order = known[static] & c.INDEX
            if (known[static] >> c.KIND_SHIFT) & c.KINDS == c.PLACE:
                place(
                    activities, orders, lead, quantity, state, order_state, lines, order_queue, unsettled, marked,
                    scalars, events, order, orders[order, c.OFFSET], horizon,
                )  # fmt: skip
            else:
                withdraw(orders, lines, order_queue, order_state, order)
            static += 1
        produced = False
        while True:
            # (a) apply everything due ...
            while scalars[c.HEAP] > 0 and events[0] >> c.TICK_SHIFT <= now:
                event, second, third, fourth = pop(events, scalars)
                # a heap without a fourth level is that of a small network, whose rows are in the cache
                if fourth != NONE:
                    ask_on_fourth(activities, edges, orders, state, order_state, fourth)
                    ask_on_third(
                        activities, needs, edges, orders, length, lead, quantity, pools, state, third
                    )  # fmt: skip
                    ask_on_second(
                        activities, edges, pool_classes, length, lag, classes, pools, needs, state, second
                    )  # fmt: skip
                    ask_on_first(activities, needs, edges, length, pools, events[0])
                kind, index = (event >> c.KIND_SHIFT) & c.KINDS, event & c.INDEX
                if kind == c.WORK_ENDS:
                    state[index, c.END] = now
                    if state[index, c.STATE] == PRESENT:
                        give_back(
                            activities, needs, pools, grown, releases, scalars, index, state[index, c.CREW]
                        )  # fmt: skip
                    mark(state, marked, scalars, index, activities[index, c.POSITION])
                elif kind == c.LINK_ARRIVES:
                    learn(edges, state, link_time, marked, scalars, index, now)
                elif kind == c.LOOK_AT:
                    mark(state, marked, scalars, index, activities[index, c.POSITION])
                elif kind == c.LOT_ARRIVES:
                    arrive(
                        supplies, lines, lot_good, lot_started, unsettled, scalars, events, index, horizon
                    )  # fmt: skip
                elif kind == c.DELIVER:
                    deliver(activities, orders, state, order_state, marked, scalars, index, now)
                elif kind == c.PLACE:
                    place(
                        activities, orders, lead, quantity, state, order_state, lines, order_queue, unsettled, marked,
                        scalars, events, index, now, horizon,
                    )  # fmt: skip
                elif kind == c.STEP:
                    _step(pools, pool_ptr, pool_tick, pool_capacity, grown, scalars, events, index, horizon)
                elif kind == c.WAKE_CLASS:
                    woken[scalars[c.WOKEN_CLASSES]] = index
                    scalars[c.WOKEN_CLASSES] += 1
                elif not in_order:
                    waiting[scalars[c.NEW]] = index
                    scalars[c.NEW] += 1
            # ... then one sweep in topological order
            while scalars[c.MARKED] > 0:
                activity = next_marked(marked, scalars)
                state[activity, c.DIRTY] = 0
                if state[activity, c.READY] == NONE and not become_ready(
                    activities, into, waits, state, order_state, link_time, scalars, events, activity, horizon
                ):
                    continue
                if state[activity, c.START] == NONE:
                    if not may_start(
                        activities, spans, hours, length, tie, state, waiting, ledger, scalars, events, activity,
                        by_ready, ties_drawn, in_order, horizon,
                    ):  # fmt: skip
                        continue
                    state[activity, c.START] = now
                    if length[activities[activity, c.COLUMN]] == 0:
                        state[activity, c.END] = now
                    else:
                        end_work(
                            activities, spans, hours, length, state, scalars, events, activity, now, 0, horizon
                        )  # fmt: skip
                    announce(
                        activities, edges, places, orders, spans, hours, lag, lead, quantity, state, order_state,
                        link_time, lines, order_queue, unsettled, marked, scalars, events, activity, False, now,
                        horizon,
                    )  # fmt: skip
                if (
                    state[activity, c.END] != NONE
                    and state[activity, c.FINISH] == NONE
                    and try_finish(activities, into, link_time, state, scalars, activity)
                ):
                    announce(
                        activities, edges, places, orders, spans, hours, lag, lead, quantity, state, order_state,
                        link_time, lines, order_queue, unsettled, marked, scalars, events, activity, True,
                        state[activity, c.FINISH], horizon,
                    )  # fmt: skip
            if not produced:
                # (b) lots, once per tick
                produced = True
                if next_lots == now:
                    close_lots(
                        supplies, line_order, inputs, users, clocks, lines, quota, remainder, due, cycle, lot_capacity,
                        lot_yield, lot_limit, lot_good, lot_started, scalars, events, horizon,
                    )  # fmt: skip
                    next_lots = next_close(periods, clocks, now)
                if scalars[c.HEAP] > 0 and events[0] >> c.TICK_SHIFT <= now:
                    continue
            for row in range(scalars[c.UNSETTLED_LINES]):
                settle(
                    activities, orders, supplies, shares, share_carry, state, order_state, lines, order_queue, sorting,
                    marked, scalars, unsettled[row],
                )  # fmt: skip
            scalars[c.UNSETTLED_LINES] = 0
            if scalars[c.MARKED] > 0:
                continue
            # (c) one dispatch pass; all grants are made before any of its starts is announced
            if in_order:
                grants = dispatch_everybody(
                    activities, needs, bypass, spans, hours, length, pools, shut, releases, waiting, granted,
                    state, ledger, scalars, events, horizon,
                )  # fmt: skip
            elif scalars[c.NEW] + scalars[c.GROWN_POOLS] + scalars[c.WOKEN_CLASSES] == 0:
                break
            else:
                grants = dispatch(
                    activities, needs, pool_classes, classes, class_heap, spans, hours, length,
                    pools, grown, woken, releases, waiting, tried, granted, state, ledger, scalars, events,
                    horizon,
                )  # fmt: skip
            if grants == 0:
                break
            for row in range(grants):
                activity = granted[row]
                state[activity, c.START] = now
                end_work(activities, spans, hours, length, state, scalars, events, activity, now, 0, horizon)
                announce(
                    activities, edges, places, orders, spans, hours, lag, lead, quantity, state, order_state, link_time,
                    lines, order_queue, unsettled, marked, scalars, events, activity, False, now, horizon,
                )  # fmt: skip

        now = next_lots
        if scalars[c.HEAP] > 0:
            now = min(now, events[0] >> c.TICK_SHIFT)
        if static < len(known):
            now = min(now, known[static] >> c.TICK_SHIFT)

    # open rows close at the horizon (semantics 23)
    if scalars[c.UNFINISHED] > 0:
        for activity in range(len(activities)):
            if state[activity, c.READY] != NONE and state[activity, c.START] == NONE:
                close_row(state, ledger, scalars, activity, horizon)
    _write(state, order_state, out_activities, out_orders, replication)
    return scalars[c.ROWS]
