"""Orders in compiled code: placing, the queues of lines, allocation of stock, and delivery (semantics 19).

A line's queue is a range of ``queue`` in order of (order tick, order), from ``HEAD`` to ``TAIL``; its room is that
of all orders on the line. A line is *unsettled* when an order has come or a lot has arrived since its stock was given.
"""

from __future__ import annotations

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.heap import mark, push
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.parts import PPM, part_of
from buildsim.network.codes import UNSET, Allocation
from buildsim.network.network import I32, I64

PRIORITY, PRO_RATA, SHARES = int(Allocation.PRIORITY), int(Allocation.PRO_RATA), int(Allocation.SHARES)


@compiled()
def deliver(
    activities: I32, orders: I64, state: I32, order_state: I64, marked: I64, scalars: I64, order: int, tick: int
) -> None:
    """A whole order has come."""
    order_state[order, c.DELIVERY] = tick
    consumer = orders[order, c.CONSUMER]
    if consumer >= 0:
        state[consumer, c.UNDELIVERED] -= 1
        if state[consumer, c.UNDELIVERED] == 0:
            mark(state, marked, scalars, consumer, activities[consumer, c.POSITION])


@compiled()
def unsettle(lines: I64, unsettled: I64, scalars: I64, line: int) -> None:
    """See to it that a line's stock is given to its orders in this instant."""
    if not lines[line, c.UNSETTLED]:
        lines[line, c.UNSETTLED] = 1
        unsettled[scalars[c.UNSETTLED_LINES]] = line
        scalars[c.UNSETTLED_LINES] += 1


@compiled()
def _enter(lines: I64, queue: I64, order_state: I64, line: int, order: int) -> None:
    """An order joins its line's queue."""
    row = lines[line, c.TAIL]
    lines[line, c.TAIL] += 1
    placed = order_state[order, c.PLACED]
    while row > lines[line, c.HEAD]:
        other = queue[row - 1]
        before = order_state[other, c.PLACED]
        if before < placed or (before == placed and other < order):
            break
        queue[row] = other
        row -= 1
    queue[row] = order


@compiled()
def withdraw(orders: I64, lines: I64, queue: I64, order_state: I64, order: int) -> None:
    """An order that is still open leaves its line's queue; it keeps what it got."""
    if order_state[order, c.OPEN] == 0:
        return
    line = orders[order, c.SUPPLY]
    # patience runs out for the oldest first, so it stands near the head
    row = lines[line, c.HEAD]
    while queue[row] != order:
        row += 1
    while row > lines[line, c.HEAD]:
        queue[row] = queue[row - 1]
        row -= 1
    lines[line, c.HEAD] += 1


@compiled()
def place(
    activities: I32,
    orders: I64,
    lead: I64,
    quantity: I64,
    state: I32,
    order_state: I64,
    lines: I64,
    queue: I64,
    unsettled: I64,
    marked: I64,
    scalars: I64,
    events: I64,
    order: int,
    tick: int,
    horizon: int,
) -> None:
    """An order enters with the key of ``tick``, which may lie before zero."""
    order_state[order, c.PLACED] = tick
    actual = orders[order, c.DELIVERED]
    if actual != UNSET or not orders[order, c.ON_LINE]:
        delivery = actual if actual != UNSET else tick + lead[order]
        if delivery <= scalars[c.NOW]:
            deliver(activities, orders, state, order_state, marked, scalars, order, delivery)
        elif delivery <= horizon:
            push(events, scalars, delivery, c.DELIVER, order)
    elif quantity[order] == 0:
        deliver(activities, orders, state, order_state, marked, scalars, order, scalars[c.NOW])
    else:
        order_state[order, c.OPEN] = quantity[order]
        _enter(lines, queue, order_state, orders[order, c.SUPPLY], order)
        unsettle(lines, unsettled, scalars, orders[order, c.SUPPLY])


@compiled()
def _give(order_state: I64, order: int, units: int) -> int:
    """Give an order what it lacks of so many units; returns what is left."""
    given = min(order_state[order, c.OPEN], units)
    order_state[order, c.OPEN] -= given
    return units - given


@compiled()
def _sink(sorting: I64, row: int, size: int) -> None:
    """Let a row of the heap of (value, place), the largest first, sink to where it belongs."""
    value, place_ = sorting[row, 0], sorting[row, 1]
    child = 2 * row + 1
    while child < size:
        if child + 1 < size and _precedes(
            sorting[child, 0], sorting[child, 1], sorting[child + 1, 0], sorting[child + 1, 1]
        ):
            child += 1
        if not _precedes(value, place_, sorting[child, 0], sorting[child, 1]):
            break
        sorting[row, 0], sorting[row, 1] = sorting[child, 0], sorting[child, 1]
        row = child
        child = 2 * row + 1
    sorting[row, 0], sorting[row, 1] = value, place_


@compiled()
def _precedes(value: int, place_: int, other: int, other_place: int) -> bool:
    return value < other or (value == other and place_ < other_place)


@compiled()
def _sort(sorting: I64, size: int) -> None:
    """Sort rows of (value, place); a heap needs no room of its own."""
    for row in range(size // 2 - 1, -1, -1):
        _sink(sorting, row, size)
    for last in range(size - 1, 0, -1):
        value, place_ = sorting[last, 0], sorting[last, 1]
        sorting[last, 0], sorting[last, 1] = sorting[0, 0], sorting[0, 1]
        sorting[0, 0], sorting[0, 1] = value, place_
        _sink(sorting, 0, last)


@compiled()
def _by_largest_remainder(
    queue: I64, order_state: I64, sorting: I64, head: int, tail: int, units: int, wanted: int
) -> None:
    """By open quantity where it is not enough for all: floors, then the largest remainders, ties by key."""
    available = units
    for row in range(head, tail):
        given, rest = part_of(available, order_state[queue[row], c.OPEN], wanted)
        sorting[row - head, 0], sorting[row - head, 1] = -rest, row
        order_state[queue[row], c.OPEN] -= given
        units -= given
    _sort(sorting, tail - head)
    for row in range(units):
        order_state[queue[sorting[row, 1]], c.OPEN] -= 1


@compiled()
def _by_priority(orders: I64, queue: I64, order_state: I64, sorting: I64, head: int, tail: int, units: int) -> int:
    """By (priority, key); returns what is left."""
    for row in range(head, tail):
        sorting[row - head, 0], sorting[row - head, 1] = orders[queue[row], c.ORDER_PRIORITY], row
    _sort(sorting, tail - head)
    for row in range(tail - head):
        units = _give(order_state, queue[sorting[row, 1]], units)
    return units


@compiled()
def _by_shares(
    orders: I64, supplies: I64, shares: I64, share_carry: I64, queue: I64, order_state: I64, head: int, tail: int,
    line: int, arrived: int, units: int,
) -> tuple[int, int]:  # fmt: skip
    """Each owner's quota of what arrived, by key; returns what is left, and the row after the last that got any."""
    touched = head
    for row in range(supplies[line, c.SHARES], supplies[line, c.SHARES_END]):
        quota, rest = part_of(shares[row, 1], arrived, PPM)
        rest += share_carry[row]
        share_carry[row] = rest % PPM
        purse = min(quota + rest // PPM, units)
        units -= purse
        waiting = head
        while purse > 0 and waiting < tail:
            if orders[queue[waiting], c.OWNER] == shares[row, 0]:
                purse = _give(order_state, queue[waiting], purse)
                touched = max(touched, waiting + 1)
            waiting += 1
        units += purse
    return units, touched


@compiled()
def settle(
    activities: I32,
    orders: I64,
    supplies: I64,
    shares: I64,
    share_carry: I64,
    state: I32,
    order_state: I64,
    lines: I64,
    queue: I64,
    sorting: I64,
    marked: I64,
    scalars: I64,
    line: int,
) -> None:
    """Give a line's stock to its open orders by its rule, reserved slots first from their date; deliver what is full.

    ``touched`` is the row after the last one that may have got something: what lies behind need not be looked at.
    """
    lines[line, c.UNSETTLED] = 0
    now, head, tail, rule = scalars[c.NOW], lines[line, c.HEAD], lines[line, c.TAIL], supplies[line, c.RULE]
    units, touched = lines[line, c.STOCK], head
    arrived = min(lines[line, c.ARRIVED], units)
    lines[line, c.ARRIVED] = 0
    if units == 0:
        return
    if supplies[line, c.HAS_RESERVED]:
        for row in range(head, tail):
            reserved = orders[queue[row], c.RESERVED_FROM]
            if reserved != UNSET and reserved <= now:
                units = _give(order_state, queue[row], units)
                touched = row + 1
    if rule == PRIORITY:
        units, touched = _by_priority(orders, queue, order_state, sorting, head, tail, units), tail
    else:
        if rule == PRO_RATA:
            wanted = 0
            for row in range(head, tail):
                wanted += order_state[queue[row], c.OPEN]
            if units < wanted:
                _by_largest_remainder(queue, order_state, sorting, head, tail, units, wanted)
                units, touched = 0, tail
        elif rule == SHARES and arrived > 0:
            arrived = min(arrived, units)
            units, reached = _by_shares(
                orders, supplies, shares, share_carry, queue, order_state, head, tail, line, arrived, units
            )
            touched = max(touched, reached)
        row = head
        while units > 0 and row < tail:
            units = _give(order_state, queue[row], units)
            row += 1
        touched = max(touched, row)
    lines[line, c.STOCK] = units
    kept = touched
    for row in range(touched - 1, head - 1, -1):
        order = queue[row]
        if order_state[order, c.OPEN] > 0:
            kept -= 1
            queue[kept] = order
        else:
            if lines[line, c.ARRIVED_AT] == now:
                order_state[order, c.LOT] = lines[line, c.ARRIVED_LOT]
            deliver(activities, orders, state, order_state, marked, scalars, order, now)
    lines[line, c.HEAD] = kept
