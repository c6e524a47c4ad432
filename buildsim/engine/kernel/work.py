"""Working time in compiled code: open intervals of each group, less the stop windows of one replication."""

from __future__ import annotations

import numpy as np
from numba import njit

from buildsim.network.codes import NEVER
from buildsim.network.network import I64

Work = tuple[I64, I64, I64, I64]
"""Per group a range ``ptr``, and in it interval starts, ends, and open ticks before each interval."""


@njit(nogil=True)
def less_stops(
    ptr: I64,
    start: I64,
    end: I64,
    stops_ptr: I64,
    stops: I64,
    window_ptr: I64,
    window_start: I64,
    window_end: I64,
) -> Work:
    """The working times of one replication; ``window_ptr`` is its row of the samples."""
    groups = len(ptr) - 1
    room = len(start)
    for group in range(groups):
        for stop in stops[stops_ptr[group] : stops_ptr[group + 1]]:
            room += window_ptr[stop + 1] - window_ptr[stop]
    new_ptr = np.zeros(groups + 1, dtype=np.int64)
    new_start, new_end, before = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    row = 0
    for group in range(groups):
        count = 0
        for stop in stops[stops_ptr[group] : stops_ptr[group + 1]]:
            count += window_ptr[stop + 1] - window_ptr[stop]
        cut_start, cut_end = np.empty(count, np.int64), np.empty(count, np.int64)
        filled = 0
        for stop in stops[stops_ptr[group] : stops_ptr[group + 1]]:
            for window in range(window_ptr[stop], window_ptr[stop + 1]):
                cut_start[filled], cut_end[filled] = window_start[window], window_end[window]
                filled += 1
        in_order = np.argsort(cut_start)
        cut = 0
        open_ticks = 0
        for interval in range(ptr[group], ptr[group + 1]):
            at, until = start[interval], end[interval]
            # windows may overlap, so one that began earlier can still end later
            while cut < count and cut_end[in_order[cut]] <= at:
                cut += 1
            for other in range(cut, count):
                window = in_order[other]
                if cut_start[window] >= until:
                    break
                if cut_start[window] > at:
                    new_start[row], new_end[row], before[row] = at, cut_start[window], open_ticks
                    open_ticks += cut_start[window] - at
                    row += 1
                at = max(at, cut_end[window])
            if at < until:
                new_start[row], new_end[row], before[row] = at, until, open_ticks
                open_ticks += until - at
                row += 1
        new_ptr[group + 1] = row
    return new_ptr, new_start[:row], new_end[:row], before[:row]


@njit(nogil=True)
def next_open(work: Work, group: int, tick: int) -> int:
    """The first open tick at or after ``tick``, or NEVER."""
    ptr, start, end, _ = work
    first, last = ptr[group], ptr[group + 1]
    row = first + np.searchsorted(start[first:last], tick, side="right") - 1
    if row >= first and tick < end[row]:
        return tick
    return start[row + 1] if row + 1 < last else NEVER


@njit(nogil=True)
def end_of(work: Work, group: int, tick: int, ticks: int) -> int:
    """One tick after the last of ``ticks`` open ticks from ``tick`` on; ``tick`` itself for zero."""
    if ticks == 0:
        return tick
    ptr, start, end, before = work
    first, last = ptr[group], ptr[group + 1]
    if first == last:
        return NEVER
    row = first + np.searchsorted(start[first:last], tick, side="right") - 1
    goal = ticks
    if row >= first:
        goal += before[row] + min(tick, end[row]) - start[row]
    if goal > before[last - 1] + end[last - 1] - start[last - 1]:
        return NEVER
    row = first + np.searchsorted(before[first:last], goal, side="left") - 1
    return start[row] + goal - before[row]
