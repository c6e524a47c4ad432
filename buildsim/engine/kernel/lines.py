"""Phase (b) and the allocation of stock in compiled code: lots, quotas, and orders on lines (semantics 17-19)."""

from __future__ import annotations

import numpy as np
from numba import njit

from buildsim.engine.kernel import columns as c
from buildsim.network.codes import LIMIT_MAX_STOCK, LIMIT_OWN_CAPACITY, NONE, UNSET, Allocation
from buildsim.network.network import I64

PPM = 1_000_000
PRIORITY, PRO_RATA, SHARES = int(Allocation.PRIORITY), int(Allocation.PRO_RATA), int(Allocation.SHARES)
SAFE = 3_000_000_000
"""Products of two numbers up to this fit int64."""


@njit(nogil=True)
def share_of(part: int, amount: int, whole: int) -> tuple[int, int]:
    """Quotient and remainder of part x amount / whole, for 0 <= part <= whole, without overflow."""
    if part < SAFE and amount < SAFE:
        return part * amount // whole, part * amount % whole
    quotient, remainder = 0, 0
    for bit in range(62, -1, -1):
        quotient *= 2
        remainder *= 2
        if remainder >= whole:
            remainder -= whole
            quotient += 1
        if (amount >> bit) & 1:
            remainder += part
            if remainder >= whole:
                remainder -= whole
                quotient += 1
    return quotient, remainder


@njit(nogil=True)
def _set_quotas(supplies: I64, inputs: I64, users: I64, lines: I64, quota: I64, product: int) -> None:
    """Quotas of an input's products, set when the first of them is reached; ``quota`` is by row of ``users``."""
    for row in range(supplies[product, c.INPUTS], supplies[product, c.INPUTS_END]):
        supply = inputs[row, 0]
        first, last = supplies[supply, c.USERS], supplies[supply, c.USERS_END]
        if inputs[row, 2] == UNSET or quota[first] != NONE:
            continue
        stock = lines[supply, c.STOCK]
        remainder = np.empty(last - first, np.int64)
        spare, total = 0, 0
        for user in range(first, last):
            quota[user], remainder[user - first] = share_of(users[user, 1], stock, PPM)
            spare -= quota[user]
            total += users[user, 1]
        spare += share_of(total, stock, PPM)[0]
        for _ in range(spare):
            largest = np.argmax(remainder)
            quota[first + largest] += 1
            remainder[largest] = -1


@njit(nogil=True)
def _quota(supplies: I64, users: I64, quota: I64, product: int, supply: int) -> int:
    for user in range(supplies[supply, c.USERS], supplies[supply, c.USERS_END]):
        if users[user, 0] == product:
            return quota[user]
    return NONE


@njit(nogil=True)
def produce(
    now: int,
    supplies: I64,
    line_order: I64,
    inputs: I64,
    users: I64,
    lines: I64,
    capacity: I64,
    lot_yield: I64,
    lot_limit: I64,
    lot_good: I64,
    lot_started: I64,
    closed: I64,
) -> int:
    """The lots that close now, in two sweeps; their columns go to ``closed``, their number is returned."""
    count = 0
    for line in line_order:
        period = supplies[line, c.PERIOD]
        if now % period == 0 and now // period <= supplies[line, c.LOTS]:
            column = supplies[line, c.FIRST_LOT] + now // period - 1
            closed[count] = column
            count += 1
    quota = np.full(len(users), NONE, dtype=np.int64)
    for sweep in range(2):
        lot = 0
        for line in line_order:
            period = supplies[line, c.PERIOD]
            if now % period != 0 or now // period > supplies[line, c.LOTS]:
                continue
            column = closed[lot]
            lot += 1
            if sweep == 0:
                _set_quotas(supplies, inputs, users, lines, quota, line)
            amount, label = capacity[column] - lot_started[column], LIMIT_OWN_CAPACITY
            first = supplies[line, c.INPUTS]
            for row in range(first, supplies[line, c.INPUTS_END]):
                available = lines[inputs[row, 0], c.STOCK]
                if sweep == 0 and inputs[row, 2] != UNSET:
                    available = min(available, _quota(supplies, users, quota, line, inputs[row, 0]))
                if available // inputs[row, 1] < amount:
                    amount, label = available // inputs[row, 1], row - first
            if supplies[line, c.MAX_STOCK] != UNSET:
                room = max(0, supplies[line, c.MAX_STOCK] - lines[line, c.STOCK] - lines[line, c.IN_PROCESS])
                if room < amount:
                    amount, label = room, LIMIT_MAX_STOCK
            if sweep == 1:
                lot_limit[column] = label
            lines[line, c.IN_PROCESS] += amount
            for row in range(first, supplies[line, c.INPUTS_END]):
                lines[inputs[row, 0], c.STOCK] -= amount * inputs[row, 1]
            lot_started[column] += amount
    lot = 0
    for line in line_order:
        period = supplies[line, c.PERIOD]
        if now % period != 0 or now // period > supplies[line, c.LOTS]:
            continue
        column = closed[lot]
        lot += 1
        good, remainder = share_of(lot_yield[column], lot_started[column], PPM)
        remainder += lines[line, c.CARRY]
        lot_good[column] = good + remainder // PPM
        lines[line, c.CARRY] = remainder % PPM
    return count


@njit(nogil=True)
def enter(lines: I64, supplies: I64, queue: I64, placed: I64, supply: int, order: int) -> None:
    """An order joins its line's queue, which is in order of (order tick, order)."""
    first = supplies[supply, c.QUEUE]
    row = first + lines[supply, c.WAITING_ORDERS]
    lines[supply, c.WAITING_ORDERS] += 1
    while row > first:
        other = queue[row - 1]
        if placed[other] < placed[order] or (placed[other] == placed[order] and other < order):
            break
        queue[row] = other
        row -= 1
    queue[row] = order
    lines[supply, c.UNSETTLED] = 1


@njit(nogil=True)
def leave(lines: I64, supplies: I64, queue: I64, supply: int, order: int) -> None:
    """An unfilled order is withdrawn."""
    first = supplies[supply, c.QUEUE]
    kept = first
    for row in range(first, first + lines[supply, c.WAITING_ORDERS]):
        if queue[row] != order:
            queue[kept] = queue[row]
            kept += 1
    lines[supply, c.WAITING_ORDERS] = kept - first


@njit(nogil=True)
def _fill(waiting: I64, open_units: I64, units: int) -> int:
    """Fill orders one after the other; returns what is left."""
    for order in waiting:
        if units == 0:
            break
        given = min(open_units[order], units)
        open_units[order] -= given
        units -= given
    return units


@njit(nogil=True)
def _pro_rata(waiting: I64, open_units: I64, units: int) -> int:
    """By open quantity: floors, then the largest remainders, ties by key; everything when there is enough."""
    wanted = 0
    for order in waiting:
        wanted += open_units[order]
    if units >= wanted:
        return _fill(waiting, open_units, units)
    remainder = np.empty(len(waiting), np.int64)
    available = units
    for row in range(len(waiting)):
        order = waiting[row]
        given, rest = share_of(available, open_units[order], wanted)
        remainder[row] = -rest
        open_units[order] -= given
        units -= given
    in_order = np.argsort(remainder, kind="mergesort")
    for row in in_order[:units]:
        open_units[waiting[row]] -= 1
    return 0


@njit(nogil=True)
def allocate(
    now: int,
    supply: int,
    supplies: I64,
    orders: I64,
    shares: I64,
    share_carry: I64,
    lines: I64,
    queue: I64,
    open_units: I64,
) -> None:
    """Give a line's stock to its open orders by its rule; reserved slots come first from their date."""
    first = supplies[supply, c.QUEUE]
    waiting = queue[first : first + lines[supply, c.WAITING_ORDERS]]
    units, arrived, rule = lines[supply, c.STOCK], lines[supply, c.ARRIVED], supplies[supply, c.RULE]
    lines[supply, c.ARRIVED] = 0
    for order in waiting:
        reserved = orders[order, c.RESERVED_FROM]
        if reserved != UNSET and reserved <= now:
            given = min(open_units[order], units)
            open_units[order] -= given
            units -= given
    if rule == PRO_RATA:
        units = _pro_rata(waiting, open_units, units)
    elif rule == PRIORITY:
        key = np.empty(len(waiting), np.int64)
        for row in range(len(waiting)):
            key[row] = orders[waiting[row], c.ORDER_PRIORITY]
        units = _fill(waiting[np.argsort(key, kind="mergesort")], open_units, units)
    else:
        if rule == SHARES and arrived > 0:
            arrived = min(arrived, units)
            for row in range(supplies[supply, c.SHARES], supplies[supply, c.SHARES_END]):
                quota, rest = share_of(shares[row, 1], arrived, PPM)
                rest += share_carry[row]
                quota += rest // PPM
                share_carry[row] = rest % PPM
                purse = min(quota, units)
                units -= purse
                for order in waiting:
                    if orders[order, c.OWNER] == shares[row, 0]:
                        given = min(open_units[order], purse)
                        open_units[order] -= given
                        purse -= given
                units += purse
        units = _fill(waiting, open_units, units)
    lines[supply, c.STOCK] = units
