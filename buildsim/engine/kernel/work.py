"""Working time in compiled code: open intervals of each group, less the stop windows of one replication.

Intervals lie in ``hours``, rows of start, end and the open ticks of the group before them; those of the network come
first and stay, those of groups that are stopped in a replication follow. ``spans`` says which rows are whose.
"""

from __future__ import annotations

from buildsim.engine.kernel.jit import compiled
from buildsim.network.codes import NEVER
from buildsim.network.network import I64

OPENS, CLOSES, BEFORE = range(3)


@compiled()
def stop_work(
    spans: I64,
    hours: I64,
    bare: I64,
    stops_ptr: I64,
    stops: I64,
    cursor: I64,
    window_ptr: I64,
    window_start: I64,
    window_end: I64,
) -> None:
    """Set the spans of one replication; ``bare`` has those without stops, ``window_ptr`` is its row of the samples.

    ``cursor`` is room for as many integers as a group has stops.
    """
    row = bare[-1, 1] if len(bare) > 0 else 0
    for group in range(len(bare)):
        first_stop, last_stop = stops_ptr[group], stops_ptr[group + 1]
        stopped = False
        for each in range(first_stop, last_stop):
            cursor[each - first_stop] = window_ptr[stops[each]]
            stopped = stopped or window_ptr[stops[each]] < window_ptr[stops[each] + 1]
        spans[group, 0], spans[group, 1] = bare[group, 0], bare[group, 1]
        if not stopped:
            continue
        spans[group, 0] = row
        open_ticks = 0
        closed = -NEVER
        window = _next_window(stops, first_stop, last_stop, cursor, window_ptr, window_start)
        for interval in range(bare[group, 0], bare[group, 1]):
            until = hours[interval, CLOSES]
            at = max(hours[interval, OPENS], closed)
            # windows may overlap, and one that begins in closed time can last into the interval
            while window >= 0:
                at_window = cursor[window - first_stop]
                begins = window_start[at_window]
                if begins >= until:
                    break
                if begins > at:
                    hours[row, OPENS], hours[row, CLOSES], hours[row, BEFORE] = at, begins, open_ticks
                    open_ticks += begins - at
                    row += 1
                closed = max(closed, window_end[at_window])
                at = max(at, closed)
                cursor[window - first_stop] += 1
                window = _next_window(stops, first_stop, last_stop, cursor, window_ptr, window_start)
            if at < until:
                hours[row, OPENS], hours[row, CLOSES], hours[row, BEFORE] = at, until, open_ticks
                open_ticks += until - at
                row += 1
        spans[group, 1] = row


@compiled()
def _next_window(stops: I64, first: int, last: int, cursor: I64, window_ptr: I64, window_start: I64) -> int:
    """The stop whose next window begins first, or -1; the windows of one stop are in order."""
    found = -1
    for each in range(first, last):
        at = cursor[each - first]
        if at < window_ptr[stops[each] + 1] and (found < 0 or window_start[at] < window_start[cursor[found - first]]):
            found = each
    return found


@compiled()
def _last_not_after(hours: I64, column: int, first: int, last: int, value: int) -> int:
    """The last row of [first, last) whose column is at most ``value``, or first - 1."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if hours[middle, column] <= value:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled()
def next_open(spans: I64, hours: I64, group: int, tick: int) -> int:
    """The first open tick at or after ``tick``, or NEVER."""
    first, last = spans[group, 0], spans[group, 1]
    row = _last_not_after(hours, OPENS, first, last, tick)
    if row >= first and tick < hours[row, CLOSES]:
        return tick
    return hours[row + 1, OPENS] if row + 1 < last else NEVER


@compiled()
def end_of(spans: I64, hours: I64, group: int, tick: int, ticks: int) -> int:
    """One tick after the last of ``ticks`` open ticks from ``tick`` on; ``tick`` itself for zero."""
    if ticks == 0:
        return tick
    first, last = spans[group, 0], spans[group, 1]
    if first == last:
        return NEVER
    row = _last_not_after(hours, OPENS, first, last, tick)
    goal = ticks
    if row >= first:
        goal += hours[row, BEFORE] + min(tick, hours[row, CLOSES]) - hours[row, OPENS]
    if goal > hours[last - 1, BEFORE] + hours[last - 1, CLOSES] - hours[last - 1, OPENS]:
        return NEVER
    # work is short beside a calendar of years, so look near before looking far
    reach = 1
    row = max(row, first)
    while row + reach < last and hours[row + reach, BEFORE] < goal:
        row += reach
        reach *= 2
    row = _last_not_after(hours, BEFORE, row, min(row + reach, last), goal - 1)
    return hours[row, OPENS] + goal - hours[row, BEFORE]
