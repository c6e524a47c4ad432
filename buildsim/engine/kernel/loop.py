"""The compiled event loop: replications as the phases (a), (b), (c) of each instant (semantics 3)."""

from __future__ import annotations

import numpy as np
from numba import njit

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.crews import (
    CAPACITY,
    FREE,
    LAST_RELEASE,
    LAST_RISE,
    ROW_BLOCKER,
    ROW_START,
    WOKEN,
    dispatch,
    release,
    write_calendar_row,
    write_row,
)
from buildsim.engine.kernel.events import (
    PRESENT,
    announce,
    become_ready,
    deliver,
    length_of,
    place,
    start_without_pools,
    try_finish,
)
from buildsim.engine.kernel.heap import mark, next_marked, pop, push
from buildsim.engine.kernel.lines import allocate, leave, produce
from buildsim.engine.kernel.work import end_of, less_stops
from buildsim.network.codes import NEVER, NONE, UNSET
from buildsim.network.network import I64


@njit(nogil=True, cache=True)
def play(
    horizon: int,
    data_tick: int,
    by_ready: bool,
    activities: I64,
    needs: I64,
    least: I64,
    indices: I64,
    links: I64,
    orders: I64,
    supplies: I64,
    line_order: I64,
    inputs: I64,
    shares: I64,
    users: I64,
    lot_line: I64,
    static_tick: I64,
    static_payload: I64,
    bypass: I64,
    work_ptr: I64,
    work_start: I64,
    work_end: I64,
    work_stops_ptr: I64,
    work_stops: I64,
    length: I64,
    state: I64,
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
    out: I64,
    out_orders: I64,
    lot_limit: I64,
    lot_started: I64,
    ledger: I64,
) -> int:
    """Play one replication; returns how many ledger rows it has, also where ``ledger`` was too short for them.

    ``out``, ``out_orders``, ``lot_limit`` and ``lot_started`` come filled with what an event that is not played leaves.
    """
    count, pool_count, line_count = len(activities), len(bypass), len(line_order)
    scalars = np.zeros(8, dtype=np.int64)
    scalars[c.UNFINISHED] = count
    # pending at once: two gates, an opening and an end per activity (and one to spare), a link each, three per order
    room = 5 * count + len(links) + 3 * len(orders) + len(lot_line) + 8
    heap_tick, heap_payload = np.empty(room, np.int64), np.empty(room, np.int64)
    dirty, is_dirty = np.empty(count, np.int64), np.zeros(count, np.int64)
    activity_at = np.empty(count, np.int64)
    longest = np.empty(count, np.int64)
    for activity in range(count):
        activity_at[activities[activity, c.POSITION]] = activity
        longest[activity] = length[activities[activity, c.COLUMN] : activities[activity, c.COLUMN_END]].max()
    link_known, link_time = np.zeros(len(links), np.int64), np.zeros(len(links), np.int64)
    undelivered = activities[:, c.ORDERS_END] - activities[:, c.ORDERS]
    asked = np.zeros(count, np.int64)
    key, queue, granted = np.zeros((count, 3), np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    rows = np.full((count, 4), c.NO_ROW, dtype=np.int64)
    pools, shut = np.zeros((pool_count, 4), np.int64), np.zeros(pool_count, np.int64)
    next_step = pool_ptr[:-1].copy()
    for pool in range(pool_count):
        pools[pool, FREE] = pools[pool, CAPACITY] = pool_capacity[pool_ptr[pool]]
        pools[pool, LAST_RISE] = pools[pool, LAST_RELEASE] = NONE
        next_step[pool] += 1
    releases = np.empty((len(least) + 1, 4), np.int64)
    lines = np.zeros((len(supplies), 8), np.int64)
    lines[:, c.STOCK] = supplies[:, c.INITIAL]
    lines[:, c.ARRIVED_AT] = NONE
    share_carry = np.zeros(len(shares), np.int64)
    order_queue, open_units = np.empty(len(orders), np.int64), out_orders[c.OPEN]
    lot_good = np.zeros(len(lot_line), np.int64)
    closed = np.empty(line_count, np.int64)
    work = less_stops(work_ptr, work_start, work_end, work_stops_ptr, work_stops, window_ptr, window_start, window_end)

    # actuals enter with their dates (semantics 11)
    for activity in range(count):
        start = activities[activity, c.ACTUAL_START]
        if start == UNSET:
            continue
        finish, crew = activities[activity, c.ACTUAL_FINISH], activities[activity, c.ACTUAL_CREW]
        out[c.READY, activity] = out[c.START, activity] = start
        out[c.KIND, activity], out[c.CAUSE, activity] = (
            activities[activity, c.ACTUAL_KIND],
            activities[activity, c.ACTUAL_CAUSE],
        )
        out[c.CREW, activity] = crew
        announce(
            activity, False, start, activities, indices, links, orders, supplies, work, lag, lead, quantity, scalars,
            heap_tick, heap_payload, dirty, is_dirty, link_known, link_time, undelivered, lines, order_queue,
            open_units, out_orders, horizon,
        )  # fmt: skip
        if finish != UNSET:
            out[c.END, activity] = out[c.FINISH, activity] = finish
            scalars[c.UNFINISHED] -= 1
            announce(
                activity, True, finish, activities, indices, links, orders, supplies, work, lag, lead, quantity,
                scalars, heap_tick, heap_payload, dirty, is_dirty, link_known, link_time, undelivered, lines,
                order_queue, open_units, out_orders, horizon,
            )  # fmt: skip
            continue
        if state[activity] == PRESENT:
            for row in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
                pools[needs[row, 0], FREE] -= needs[row, 1]
            if activities[activity, c.MOLD_POOL] != NONE:
                pools[activities[activity, c.MOLD_POOL], FREE] -= crew
        asked[activity] = 1
        remaining = length_of(activity, activities, length, crew) - activities[activity, c.ACTUAL_ELAPSED]
        end = end_of(work, activities[activity, c.WORK], data_tick, remaining)
        if end <= horizon:
            push(heap_tick, heap_payload, scalars, end, c.WORK_ENDS, activity)
    for activity in range(count):
        mark(dirty, is_dirty, scalars, activities[activity, c.POSITION])

    static = 0
    now = 0
    while scalars[c.UNFINISHED] > 0 and now <= horizon:
        scalars[c.NOW] = now
        for pool in range(pool_count):
            while next_step[pool] < pool_ptr[pool + 1] and pool_tick[next_step[pool]] <= now:
                change = pool_capacity[next_step[pool]] - pools[pool, CAPACITY]
                pools[pool, CAPACITY] += change
                pools[pool, FREE] += change
                if change > 0:
                    pools[pool, LAST_RISE] = now
                next_step[pool] += 1
        while static < len(static_tick) and static_tick[static] <= now:
            push(
                heap_tick,
                heap_payload,
                scalars,
                now,
                static_payload[static] // c.EVENT,
                static_payload[static] % c.EVENT,
            )
            static += 1
        produced = False
        settled = False
        while not settled:
            # (a) apply everything due ...
            while scalars[c.HEAP] > 0 and heap_tick[0] <= now:
                payload = pop(heap_tick, heap_payload, scalars)
                kind, index = payload // c.EVENT, payload % c.EVENT
                if kind == c.WORK_ENDS:
                    out[c.END, index] = now
                    if asked[index] and state[index] == PRESENT:
                        for row in range(activities[index, c.NEEDS], activities[index, c.NEEDS_END]):
                            release(pools, releases, scalars, needs[row, 0], needs[row, 1], index)
                        if activities[index, c.MOLD_POOL] != NONE:
                            release(pools, releases, scalars, activities[index, c.MOLD_POOL], out[c.CREW, index], index)
                    mark(dirty, is_dirty, scalars, activities[index, c.POSITION])
                elif kind == c.LINK_ARRIVES:
                    link_known[index], link_time[index] = 1, now
                    mark(dirty, is_dirty, scalars, activities[links[index, c.SUCC], c.POSITION])
                elif kind == c.LOOK_AT:
                    mark(dirty, is_dirty, scalars, activities[index, c.POSITION])
                elif kind == c.LOT_ARRIVES:
                    line = lot_line[index]
                    lines[line, c.IN_PROCESS] -= lot_started[index]
                    lines[line, c.STOCK] += lot_good[index]
                    lines[line, c.ARRIVED] += lot_good[index]
                    lines[line, c.ARRIVED_AT], lines[line, c.ARRIVED_LOT] = now, index
                    lines[line, c.UNSETTLED] = 1
                elif kind == c.PLACE:
                    tick = orders[index, c.OFFSET] if orders[index, c.DATED] else now
                    place(
                        index, tick, activities, orders, supplies, lead, quantity, scalars, heap_tick, heap_payload,
                        dirty, is_dirty, undelivered, lines, order_queue, open_units, out_orders, horizon,
                    )  # fmt: skip
                elif kind == c.DELIVER:
                    deliver(index, now, activities, orders, scalars, dirty, is_dirty, undelivered, out_orders)
                elif kind == c.WITHDRAW:
                    leave(lines, supplies, order_queue, orders[index, c.SUPPLY], index)
            # ... then one sweep in topological order
            while scalars[c.DIRTY] > 0:
                activity = activity_at[next_marked(dirty, is_dirty, scalars)]
                if out[c.READY, activity] == NONE and not become_ready(
                    activity, activities, indices, links, state, scalars, link_known, link_time, undelivered, out,
                    out_orders,
                ):  # fmt: skip
                    continue
                if out[c.START, activity] == NONE:
                    if not start_without_pools(
                        activity, activities, work, longest, state, tie, by_ready, scalars, heap_tick, heap_payload,
                        asked, key, queue, rows, ledger, out, WOKEN, horizon,
                    ):  # fmt: skip
                        continue
                    out[c.START, activity] = now
                    announce(
                        activity, False, now, activities, indices, links, orders, supplies, work, lag, lead, quantity,
                        scalars, heap_tick, heap_payload, dirty, is_dirty, link_known, link_time, undelivered, lines,
                        order_queue, open_units, out_orders, horizon,
                    )  # fmt: skip
                    ticks = length_of(activity, activities, length, 0)
                    if ticks == 0:
                        out[c.END, activity] = now
                    else:
                        end = end_of(work, activities[activity, c.WORK], now, ticks)
                        if end <= horizon:
                            push(heap_tick, heap_payload, scalars, end, c.WORK_ENDS, activity)
                if (
                    out[c.END, activity] != NONE
                    and out[c.FINISH, activity] == NONE
                    and try_finish(activity, activities, indices, scalars, link_known, link_time, out)
                ):
                    announce(
                        activity, True, out[c.FINISH, activity], activities, indices, links, orders, supplies, work,
                        lag, lead, quantity, scalars, heap_tick, heap_payload, dirty, is_dirty, link_known, link_time,
                        undelivered, lines, order_queue, open_units, out_orders, horizon,
                    )  # fmt: skip
            if not produced:
                # (b) lots, once per tick
                produced = True
                if now > 0 and line_count > 0:
                    lots = produce(
                        now, supplies, line_order, inputs, users, lines, lot_capacity, lot_yield, lot_limit, lot_good,
                        lot_started, closed,
                    )  # fmt: skip
                    for lot in range(lots):
                        arrival = now + cycle[lot_line[closed[lot]]]
                        if arrival <= horizon:
                            push(heap_tick, heap_payload, scalars, arrival, c.LOT_ARRIVES, closed[lot])
                if scalars[c.HEAP] > 0 and heap_tick[0] <= now:
                    continue
            for supply in range(len(supplies)):
                if not lines[supply, c.UNSETTLED]:
                    continue
                lines[supply, c.UNSETTLED] = 0
                allocate(now, supply, supplies, orders, shares, share_carry, lines, order_queue, open_units)
                first = supplies[supply, c.QUEUE]
                kept = first
                for place_ in range(first, first + lines[supply, c.WAITING_ORDERS]):
                    order = order_queue[place_]
                    if open_units[order] > 0:
                        order_queue[kept] = order
                        kept += 1
                    else:
                        if lines[supply, c.ARRIVED_AT] == now:
                            out_orders[c.LOT, order] = lines[supply, c.ARRIVED_LOT]
                        deliver(order, now, activities, orders, scalars, dirty, is_dirty, undelivered, out_orders)
                lines[supply, c.WAITING_ORDERS] = kept - first
            if scalars[c.DIRTY] > 0:
                continue
            # (c) one dispatch pass; all grants are made before any of its starts is announced
            grants = dispatch(
                activities, needs, least, bypass, longest, work, pools, shut, releases, queue, rows, ledger, scalars,
                heap_tick, heap_payload, out, granted, horizon,
            )  # fmt: skip
            for grant in range(grants):
                activity = granted[grant]
                out[c.START, activity] = now
                announce(
                    activity, False, now, activities, indices, links, orders, supplies, work, lag, lead, quantity,
                    scalars, heap_tick, heap_payload, dirty, is_dirty, link_known, link_time, undelivered, lines,
                    order_queue, open_units, out_orders, horizon,
                )  # fmt: skip
                ticks = length_of(activity, activities, length, out[c.CREW, activity])
                end = now if ticks == 0 else end_of(work, activities[activity, c.WORK], now, ticks)
                if end <= horizon:
                    push(heap_tick, heap_payload, scalars, end, c.WORK_ENDS, activity)
            settled = grants == 0

        now = NEVER
        if scalars[c.HEAP] > 0:
            now = heap_tick[0]
        if static < len(static_tick):
            now = min(now, static_tick[static])
        for pool in range(pool_count):
            if next_step[pool] < pool_ptr[pool + 1]:
                now = min(now, pool_tick[next_step[pool]])
        for line in line_order:
            period = supplies[line, c.PERIOD]
            now = min(now, (scalars[c.NOW] // period + 1) * period)

    # open rows close at the horizon (semantics 23)
    if scalars[c.UNFINISHED] > 0:
        for activity in range(count):
            if out[c.READY, activity] == NONE or out[c.START, activity] != NONE:
                continue
            if rows[activity, ROW_BLOCKER] == c.NO_ROW:
                write_calendar_row(ledger, scalars, activity, out[c.READY, activity], horizon)
            else:
                write_row(ledger, scalars, activity, rows[activity, ROW_START], horizon, rows[activity, ROW_BLOCKER])
    return scalars[c.ROWS]
