"""Phase (b) in compiled code: the lots that close at a tick, and quotas on shared inputs (semantics 17, 18)."""

from __future__ import annotations

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.heap import push
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.orders import unsettle
from buildsim.engine.kernel.parts import PPM, part_of
from buildsim.network.codes import LIMIT_MAX_STOCK, LIMIT_OWN_CAPACITY, NEVER, NONE, UNSET
from buildsim.network.network import I64


@compiled()
def _set_quotas(supplies: I64, inputs: I64, users: I64, lines: I64, quota: I64, remainder: I64, product: int) -> None:
    """Quotas of an input's products, set when the first of them is reached; ``quota`` is by row of ``users``."""
    for row in range(supplies[product, c.INPUTS], supplies[product, c.INPUTS_END]):
        if inputs[row, 2] == NONE or quota[inputs[row, 2]] != NONE:
            continue
        supply = inputs[row, 0]
        first, last = supplies[supply, c.USERS], supplies[supply, c.USERS_END]
        stock = lines[supply, c.STOCK]
        spare, total = 0, 0
        for user in range(first, last):
            quota[user], remainder[user] = part_of(users[user], stock, PPM)
            spare -= quota[user]
            total += users[user]
        spare += part_of(total, stock, PPM)[0]
        for _ in range(spare):
            largest = first
            for user in range(first + 1, last):
                if remainder[user] > remainder[largest]:
                    largest = user
            quota[largest] += 1
            remainder[largest] = -1


@compiled()
def _start_lot(
    supplies: I64,
    inputs: I64,
    lines: I64,
    quota: I64,
    lot_capacity: I64,
    lot_limit: I64,
    lot_started: I64,
    line: int,
    by_quota: bool,
) -> None:
    """Start what the line's capacity, its inputs (up to its quotas, if so) and its room allow, and note the limit."""
    lot = lines[line, c.CLOSED_LOT]
    amount, label = lot_capacity[lot] - lot_started[lot], LIMIT_OWN_CAPACITY
    first, last = supplies[line, c.INPUTS], supplies[line, c.INPUTS_END]
    for row in range(first, last):
        available = lines[inputs[row, 0], c.STOCK]
        if by_quota and inputs[row, 2] != NONE:
            available = min(available, quota[inputs[row, 2]])
        if available // inputs[row, 1] < amount:
            amount, label = available // inputs[row, 1], row - first
    if supplies[line, c.MAX_STOCK] != UNSET:
        room = max(0, supplies[line, c.MAX_STOCK] - lines[line, c.STOCK] - lines[line, c.IN_PROCESS])
        if room < amount:
            amount, label = room, LIMIT_MAX_STOCK
    lot_limit[lot] = label
    lines[line, c.IN_PROCESS] += amount
    for row in range(first, last):
        lines[inputs[row, 0], c.STOCK] -= amount * inputs[row, 1]
    lot_started[lot] += amount


@compiled()
def close_lots(
    supplies: I64,
    line_order: I64,
    inputs: I64,
    users: I64,
    clocks: I64,
    lines: I64,
    quota: I64,
    remainder: I64,
    due: I64,
    cycle: I64,
    lot_capacity: I64,
    lot_yield: I64,
    lot_limit: I64,
    lot_good: I64,
    lot_started: I64,
    scalars: I64,
    events: I64,
    horizon: int,
) -> None:
    """Close the lots whose tick is now, in two sweeps; ``due`` is room for the lines, ``remainder`` for the quotas."""
    now = scalars[c.NOW]
    count = 0
    for line in line_order:
        clock = supplies[line, c.CLOCK]
        if clocks[clock, c.NEXT_CLOSE] == now and clocks[clock, c.CLOSED_LOTS] < supplies[line, c.LOTS]:
            lines[line, c.CLOSED_LOT] = supplies[line, c.FIRST_LOT] + clocks[clock, c.CLOSED_LOTS]
            due[count] = line
            count += 1
    quota[:] = NONE
    for line in due[:count]:
        _set_quotas(supplies, inputs, users, lines, quota, remainder, line)
        _start_lot(supplies, inputs, lines, quota, lot_capacity, lot_limit, lot_started, line, True)
    for line in due[:count]:
        lot = lines[line, c.CLOSED_LOT]
        # a lot that its capacity limits stays as it is, label and all
        if lot_started[lot] < lot_capacity[lot]:
            _start_lot(supplies, inputs, lines, quota, lot_capacity, lot_limit, lot_started, line, False)
        else:
            lot_limit[lot] = LIMIT_OWN_CAPACITY
    for line in due[:count]:
        lot = lines[line, c.CLOSED_LOT]
        good, rest = part_of(lot_yield[lot], lot_started[lot], PPM)
        rest += lines[line, c.CARRY]
        lot_good[lot] = good + rest // PPM
        lines[line, c.CARRY] = rest % PPM
        # of a line's lots only the next to arrive is among the events
        if lines[line, c.NEXT_LOT] == NONE and now + cycle[line] <= horizon:
            lines[line, c.NEXT_LOT] = lot
            push(events, scalars, now + cycle[line], c.LOT_ARRIVES, line)


@compiled()
def set_clocks(periods: I64, clocks: I64) -> None:
    """Each period's first lots close one period after the start."""
    for clock in range(len(periods)):
        clocks[clock, c.NEXT_CLOSE], clocks[clock, c.CLOSED_LOTS] = periods[clock], 0


@compiled()
def next_close(periods: I64, clocks: I64, now: int) -> int:
    """The next tick at which lots close, or NEVER; the clocks that are due now move on."""
    first = NEVER
    for clock in range(len(periods)):
        if clocks[clock, c.NEXT_CLOSE] == now:
            clocks[clock, c.NEXT_CLOSE] += periods[clock]
            clocks[clock, c.CLOSED_LOTS] += 1
        first = min(first, clocks[clock, c.NEXT_CLOSE])
    return first


@compiled()
def arrive(
    supplies: I64, lines: I64, lot_good: I64, lot_started: I64, unsettled: I64, scalars: I64, events: I64, line: int,
    horizon: int,
) -> None:  # fmt: skip
    """What is good of a line's next lot goes to stock, and the lot after it is the next to come."""
    now, lot = scalars[c.NOW], lines[line, c.NEXT_LOT]
    lines[line, c.IN_PROCESS] -= lot_started[lot]
    lines[line, c.STOCK] += lot_good[lot]
    lines[line, c.ARRIVED] += lot_good[lot]
    lines[line, c.ARRIVED_AT], lines[line, c.ARRIVED_LOT] = now, lot
    unsettle(lines, unsettled, scalars, line)
    lines[line, c.NEXT_LOT] = NONE
    arrival = now + supplies[line, c.PERIOD]
    if lot < lines[line, c.CLOSED_LOT] and arrival <= horizon:
        lines[line, c.NEXT_LOT] = lot + 1
        push(events, scalars, arrival, c.LOT_ARRIVES, line)
