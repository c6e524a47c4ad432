"""What happens to activities in compiled code: ready, start, finish, and what they set off (semantics 6-11, 19).

Functions take the arrays one by one, since a tuple of all of them inside compiled helpers costs three times as much.
"""

from __future__ import annotations

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.crews import close_row
from buildsim.engine.kernel.heap import mark, push
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.orders import place
from buildsim.engine.kernel.waiting import is_instant, join
from buildsim.engine.kernel.work import end_of, next_open
from buildsim.network.codes import NONE, OWN_WORK, StartCause, State
from buildsim.network.network import I32, I64

ABSENT, PRESENT = int(State.ABSENT), int(State.PRESENT)
BY_LINK, BY_ORDER = int(StartCause.LINK), int(StartCause.ORDER)
BY_DATE, BY_SITE = int(StartCause.DATE), int(StartCause.SITE_START)


@compiled()
def learn(edges: I32, state: I32, link_time: I32, marked: I64, scalars: I64, edge: int, tick: int) -> None:
    """A link's time is known; its successor is looked at if that may let it start or finish.

    Of a join of all only the latest time is kept, and the lowest link that has it.
    """
    link, succ, gates = edges[edge, c.LINK], edges[edge, c.SUCC], edges[edge, c.GATES]
    if gates == c.FINISHES:
        link_time[link] = tick
        if state[succ, c.END] != NONE:
            mark(state, marked, scalars, succ, edges[edge, c.SUCC_POSITION])
        return
    if gates == c.STARTS_SOME:
        link_time[link] = tick
        if state[edges[edge, c.PRED], c.STATE] == ABSENT:
            return
    if state[succ, c.READY] != NONE:
        return
    if gates == c.STARTS_ALL and (
        tick > state[succ, c.JOINED] or (tick == state[succ, c.JOINED] and link < state[succ, c.JOIN_LINK])
    ):
        state[succ, c.JOINED], state[succ, c.JOIN_LINK] = tick, link
    state[succ, c.UNKNOWN_LINKS] -= 1
    if state[succ, c.UNKNOWN_LINKS] <= 0:
        mark(state, marked, scalars, succ, edges[edge, c.SUCC_POSITION])


@compiled()
def announce(
    activities: I32,
    edges: I32,
    places: I32,
    orders: I64,
    spans: I64,
    hours: I64,
    lag: I64,
    lead: I64,
    quantity: I64,
    state: I32,
    order_state: I64,
    link_time: I32,
    lines: I64,
    order_queue: I64,
    unsettled: I64,
    marked: I64,
    scalars: I64,
    events: I64,
    activity: int,
    at_finish: bool,
    tick: int,
    horizon: int,
) -> None:
    """A start or a finish travels along its links and places its orders, each now or later."""
    half = 1 if at_finish else 0
    for edge in range(activities[activity, c.EDGES + half], activities[activity, c.EDGES_MIDDLE + half]):
        group = edges[edge, c.LAG]
        arrival = tick
        if group == c.ELAPSED:
            arrival += lag[edges[edge, c.LINK]]
        elif group >= 0:
            arrival = end_of(spans, hours, group, tick, lag[edges[edge, c.LINK]])
        if arrival <= scalars[c.NOW]:
            learn(edges, state, link_time, marked, scalars, edge, arrival)
        elif arrival <= horizon:
            push(events, scalars, arrival, c.LINK_ARRIVES, edge)
    for order in places[activities[activity, c.PLACES + half] : activities[activity, c.PLACES_MIDDLE + half]]:
        placed = tick + orders[order, c.OFFSET]
        if placed <= scalars[c.NOW]:
            place(
                activities, orders, lead, quantity, state, order_state, lines, order_queue, unsettled, marked,
                scalars, events, order, placed, horizon,
            )  # fmt: skip
        elif placed <= horizon:
            push(events, scalars, placed, c.PLACE, order)


@compiled()
def _join(activities: I32, into: I32, state: I32, link_time: I32, activity: int) -> None:
    """Set time and cause of an `any` or k-of-n join: its k-th smallest time, and the lowest link known with it."""
    first, last = activities[activity, c.INTO], activities[activity, c.INTO_MIDDLE]
    joined, cause = NONE, NONE
    # the least time that at least k do not exceed
    for row in range(first, last):
        tick = link_time[into[row, c.FROM_LINK]]
        if tick == c.UNKNOWN or state[into[row, c.FROM_PRED], c.STATE] == ABSENT:
            continue
        no_later = 0
        for other in range(first, last):
            known = link_time[into[other, c.FROM_LINK]]
            if known != c.UNKNOWN and known <= tick and state[into[other, c.FROM_PRED], c.STATE] != ABSENT:
                no_later += 1
        if no_later >= activities[activity, c.JOIN_COUNT] and (cause == NONE or tick < joined):
            joined, cause = tick, into[row, c.FROM_LINK]
    state[activity, c.JOINED], state[activity, c.JOIN_LINK] = joined, cause


@compiled()
def become_ready(
    activities: I32,
    into: I32,
    waits: I32,
    state: I32,
    order_state: I64,
    link_time: I32,
    scalars: I64,
    events: I64,
    activity: int,
    horizon: int,
) -> bool:
    """Ready at the latest gate, if all are known; the cause is written from what is known now."""
    if state[activity, c.UNKNOWN_LINKS] > 0:
        return False
    # what is absent has no orders and no date of its own (semantics 10)
    absent = state[activity, c.STATE] == ABSENT
    if state[activity, c.UNDELIVERED] > 0 and not absent:
        return False
    now, flags = scalars[c.NOW], activities[activity, c.FLAGS]
    gate = activities[activity, c.SITE_GATE if absent else c.GATE]
    if now < gate:
        if state[activity, c.WOKEN] != gate and gate <= horizon:
            state[activity, c.WOKEN] = gate
            push(events, scalars, gate, c.LOOK_AT, activity)
        return False
    if flags & c.JOINS_SOME:
        _join(activities, into, state, link_time, activity)
    state[activity, c.READY] = now
    if state[activity, c.JOINED] >= gate and not flags & c.WAITS_FOR_ORDERS:
        state[activity, c.KIND], state[activity, c.CAUSE] = BY_LINK, state[activity, c.JOIN_LINK]
        return True
    # from the weakest to the strongest gate, so that of equal times the strongest is named (semantics 7)
    latest, kind, cause = np.int64(activities[activity, c.SITE_START]), BY_SITE, NONE
    if not absent:
        if activities[activity, c.NOT_BEFORE] >= latest:
            latest, kind = np.int64(activities[activity, c.NOT_BEFORE]), BY_DATE
        for row in range(activities[activity, c.WAITS_END] - 1, activities[activity, c.WAITS] - 1, -1):
            delivery = order_state[waits[row], c.DELIVERY]
            if delivery >= max(latest, 0):
                latest, kind, cause = delivery, BY_ORDER, waits[row]
    if state[activity, c.JOINED] >= latest:
        kind, cause = BY_LINK, state[activity, c.JOIN_LINK]
    state[activity, c.KIND], state[activity, c.CAUSE] = kind, cause
    return True


@compiled()
def may_start(
    activities: I32,
    spans: I64,
    hours: I64,
    length: I64,
    tie: I64,
    state: I32,
    waiting: I64,
    ledger: I64,
    scalars: I64,
    events: I64,
    activity: int,
    by_ready: bool,
    ties_drawn: bool,
    in_order: bool,
    horizon: int,
) -> bool:
    """Whether a ready activity without pools starts now; one with pools, looked at once, begins to wait for them."""
    if activities[activity, c.NEEDS] < activities[activity, c.NEEDS_END] and state[activity, c.STATE] == PRESENT:
        state[activity, c.KEY_RANK], state[activity, c.IN_CLASS] = activities[activity, c.RANK], NONE
        state[activity, c.KEY_TICK] = state[activity, c.READY] if by_ready else 0
        state[activity, c.KEY_TIE] = tie[activity] if ties_drawn else activity
        join(state, waiting, scalars, activity, in_order)
        return False
    if not is_instant(activities, length, activity):
        now = scalars[c.NOW]
        opening = next_open(spans, hours, activities[activity, c.WORK], now)
        if opening > now:
            if state[activity, c.WOKEN] != opening and opening <= horizon:
                state[activity, c.WOKEN] = opening
                push(events, scalars, opening, c.LOOK_AT, activity)
            return False
        close_row(state, ledger, scalars, activity, now)
    return True


@compiled()
def end_work(
    activities: I32,
    spans: I64,
    hours: I64,
    length: I64,
    state: I32,
    scalars: I64,
    events: I64,
    activity: int,
    since: int,
    spent: int,
    horizon: int,
) -> None:
    """Schedule the end of work with the crew it has; ``spent`` ticks of it lie before ``since``."""
    column = activities[activity, c.COLUMN]
    if state[activity, c.CREW] > 0:
        column += state[activity, c.CREW] - activities[activity, c.MOLD_MIN]
    end = end_of(spans, hours, activities[activity, c.WORK], since, length[column] - spent)
    if end <= horizon:
        push(events, scalars, end, c.WORK_ENDS, activity)


@compiled()
def try_finish(activities: I32, into: I32, link_time: I32, state: I32, scalars: I64, activity: int) -> bool:
    """The finish, once all FF/SF predecessors are known, losers included (semantics 6)."""
    finish, cause = state[activity, c.END], OWN_WORK
    if activities[activity, c.FLAGS] & c.STRETCHED:
        for row in range(activities[activity, c.INTO_MIDDLE], activities[activity, c.INTO_END]):
            tick = link_time[into[row, c.FROM_LINK]]
            if tick == c.UNKNOWN:
                return False
            if tick > finish:
                finish, cause = tick, into[row, c.FROM_LINK]
    state[activity, c.FINISH], state[activity, c.FINISH_CAUSE] = finish, cause
    scalars[c.UNFINISHED] -= 1
    return True
