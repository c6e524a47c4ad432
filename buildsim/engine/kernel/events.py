"""What happens to activities in compiled code: ready, start, finish, and what they set off (semantics 6-11, 19).

Functions take the arrays one by one, since a tuple of all of them inside compiled helpers costs three times as much.
"""

from __future__ import annotations

from numba import njit

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.crews import join_queue, write_calendar_row
from buildsim.engine.kernel.heap import mark, push
from buildsim.engine.kernel.lines import enter
from buildsim.engine.kernel.work import Work, end_of, next_open
from buildsim.network.codes import NONE, OWN_WORK, UNSET, StartCause, State
from buildsim.network.network import I64

ABSENT, PRESENT = int(State.ABSENT), int(State.PRESENT)
BY_LINK, BY_ORDER = int(StartCause.LINK), int(StartCause.ORDER)
BY_DATE, BY_SITE = int(StartCause.DATE), int(StartCause.SITE_START)


@njit(nogil=True)
def deliver(
    order: int,
    tick: int,
    activities: I64,
    orders: I64,
    scalars: I64,
    dirty: I64,
    is_dirty: I64,
    undelivered: I64,
    out_orders: I64,
) -> None:
    """A whole order has come."""
    out_orders[c.DELIVERY, order] = tick
    consumer = orders[order, c.CONSUMER]
    if consumer != NONE:
        undelivered[consumer] -= 1
        mark(dirty, is_dirty, scalars, activities[consumer, c.POSITION])


@njit(nogil=True)
def place(
    order: int,
    tick: int,
    activities: I64,
    orders: I64,
    supplies: I64,
    lead: I64,
    quantity: I64,
    scalars: I64,
    heap_tick: I64,
    heap_payload: I64,
    dirty: I64,
    is_dirty: I64,
    undelivered: I64,
    lines: I64,
    order_queue: I64,
    open_units: I64,
    out_orders: I64,
    horizon: int,
) -> None:
    """An order enters with the key of ``tick``, which may lie before zero."""
    out_orders[c.PLACED, order] = tick
    actual = orders[order, c.DELIVERED]
    if actual != UNSET or not orders[order, c.ON_LINE]:
        delivery = actual if actual != UNSET else tick + lead[order]
        if delivery <= scalars[c.NOW]:
            deliver(order, delivery, activities, orders, scalars, dirty, is_dirty, undelivered, out_orders)
        elif delivery <= horizon:
            push(heap_tick, heap_payload, scalars, delivery, c.DELIVER, order)
    elif quantity[order] == 0:
        deliver(order, scalars[c.NOW], activities, orders, scalars, dirty, is_dirty, undelivered, out_orders)
    else:
        open_units[order] = quantity[order]
        enter(lines, supplies, order_queue, out_orders[c.PLACED], orders[order, c.SUPPLY], order)


@njit(nogil=True)
def announce(
    activity: int,
    at_finish: bool,
    tick: int,
    activities: I64,
    indices: I64,
    links: I64,
    orders: I64,
    supplies: I64,
    work: Work,
    lag: I64,
    lead: I64,
    quantity: I64,
    scalars: I64,
    heap_tick: I64,
    heap_payload: I64,
    dirty: I64,
    is_dirty: I64,
    link_known: I64,
    link_time: I64,
    undelivered: I64,
    lines: I64,
    order_queue: I64,
    open_units: I64,
    out_orders: I64,
    horizon: int,
) -> None:
    """An event of an activity travels along its links and places its orders."""
    now = scalars[c.NOW]
    first = c.FROM_FINISH if at_finish else c.FROM_START
    for link in indices[activities[activity, first] : activities[activity, first + 1]]:
        group = links[link, c.LAG_WORK]
        arrival = tick + lag[link] if group < 0 else end_of(work, group, tick, lag[link])
        if arrival <= now:
            link_known[link], link_time[link] = 1, arrival
            mark(dirty, is_dirty, scalars, activities[links[link, c.SUCC], c.POSITION])
        elif arrival <= horizon:
            push(heap_tick, heap_payload, scalars, arrival, c.LINK_ARRIVES, link)
    first = c.ON_FINISH if at_finish else c.ON_START
    for order in indices[activities[activity, first] : activities[activity, first + 1]]:
        placed = tick + orders[order, c.OFFSET]
        if placed > now:
            if placed <= horizon:
                push(heap_tick, heap_payload, scalars, placed, c.PLACE, order)
            continue
        place(
            order,
            placed,
            activities,
            orders,
            supplies,
            lead,
            quantity,
            scalars,
            heap_tick,
            heap_payload,
            dirty,
            is_dirty,
            undelivered,
            lines,
            order_queue,
            open_units,
            out_orders,
            horizon,
        )


@njit(nogil=True)
def become_ready(
    activity: int,
    activities: I64,
    indices: I64,
    links: I64,
    state: I64,
    scalars: I64,
    link_known: I64,
    link_time: I64,
    undelivered: I64,
    out: I64,
    out_orders: I64,
) -> bool:
    """Ready at the latest gate, if all are known; the cause is written from what is known now."""
    now = scalars[c.NOW]
    # what is absent has no orders and no date of its own (semantics 10)
    absent = state[activity] == ABSENT
    if now < activities[activity, c.SITE_GATE if absent else c.GATE] or (undelivered[activity] > 0 and not absent):
        return False
    joins = indices[activities[activity, c.JOINS] : activities[activity, c.JOINS_END]]
    required = activities[activity, c.JOIN_COUNT]
    counts_absent = activities[activity, c.JOIN_ALL]
    known = 0
    for link in joins:
        if link_known[link] and (counts_absent or state[links[link, c.PRED]] != ABSENT):
            known += 1
    if known < required:
        return False
    # from the weakest to the strongest gate, so that of equal times the strongest is named (semantics 7)
    latest, kind, cause = activities[activity, c.SITE_START], BY_SITE, NONE
    date = activities[activity, c.NOT_BEFORE]
    if date != UNSET and date >= latest and not absent:
        latest, kind = date, BY_DATE
    waits_for = indices[activities[activity, c.ORDERS] : activities[activity, c.ORDERS_END]]
    for order in waits_for[::-1]:
        if not absent and out_orders[c.DELIVERY, order] >= max(latest, 0):
            latest, kind, cause = out_orders[c.DELIVERY, order], BY_ORDER, order
    if required > 0:
        join_time = NONE
        lowest = NONE
        # the required-th smallest time: the least one that at least that many do not exceed
        for link in joins:
            if not link_known[link] or not (counts_absent or state[links[link, c.PRED]] != ABSENT):
                continue
            no_later = 0
            for other in joins:
                if (
                    link_known[other]
                    and (counts_absent or state[links[other, c.PRED]] != ABSENT)
                    and link_time[other] <= link_time[link]
                ):
                    no_later += 1
            if no_later >= required and (lowest == NONE or link_time[link] < join_time):
                join_time, lowest = link_time[link], link
        if join_time >= latest:
            kind, cause = BY_LINK, lowest
    out[c.READY, activity], out[c.KIND, activity], out[c.CAUSE, activity] = now, kind, cause
    return True


@njit(nogil=True)
def try_finish(
    activity: int, activities: I64, indices: I64, scalars: I64, link_known: I64, link_time: I64, out: I64
) -> bool:
    """The finish, once all FF/SF predecessors are known, losers included (semantics 6)."""
    finish, cause = out[c.END, activity], OWN_WORK
    for link in indices[activities[activity, c.STRETCHES] : activities[activity, c.STRETCHES_END]]:
        if not link_known[link]:
            return False
        if link_time[link] > finish:
            finish, cause = link_time[link], link
    out[c.FINISH, activity], out[c.FINISH_CAUSE, activity] = finish, cause
    scalars[c.UNFINISHED] -= 1
    return True


@njit(nogil=True)
def length_of(activity: int, activities: I64, length: I64, crew: int) -> int:
    """Working ticks of an activity with a crew (0 without a moldable need)."""
    column = activities[activity, c.COLUMN]
    return length[column + crew - activities[activity, c.MOLD_MIN]] if crew > 0 else length[column]


@njit(nogil=True)
def start_without_pools(
    activity: int,
    activities: I64,
    work: Work,
    longest: I64,
    state: I64,
    tie: I64,
    by_ready: bool,
    scalars: I64,
    heap_tick: I64,
    heap_payload: I64,
    asked: I64,
    key: I64,
    queue: I64,
    rows: I64,
    ledger: I64,
    out: I64,
    woken: int,
    horizon: int,
) -> bool:
    """True if a ready activity without pools may start now; one with pools joins the queue, once."""
    now = scalars[c.NOW]
    needs_pools = activities[activity, c.LEAST] < activities[activity, c.LEAST_END]
    if needs_pools and state[activity] == PRESENT:
        if not asked[activity]:
            asked[activity] = 1
            value = out[c.READY, activity] if by_ready else activities[activity, c.RULE_VALUE]
            join_queue(activities, key, queue, scalars, activity, value, tie[activity])
        return False
    if longest[activity] > 0:
        opening = next_open(work, activities[activity, c.WORK], now)
        if opening > now:
            if rows[activity, woken] != opening and opening <= horizon:
                rows[activity, woken] = opening
                push(heap_tick, heap_payload, scalars, opening, c.LOOK_AT, activity)
            return False
        write_calendar_row(ledger, scalars, activity, out[c.READY, activity], now)
    return True
