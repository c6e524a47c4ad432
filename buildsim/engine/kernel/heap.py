"""Binary heaps over preallocated arrays: the events to come, and the activities to look at in the next sweep."""

from __future__ import annotations

from numba import njit

from buildsim.engine.kernel.columns import DIRTY, EVENT, HEAP
from buildsim.network.network import I64


@njit(nogil=True)
def push(tick: I64, payload: I64, scalars: I64, at: int, kind: int, index: int) -> None:
    """Add the event ``kind`` of ``index`` at a tick."""
    row = scalars[HEAP]
    scalars[HEAP] += 1
    while row > 0:
        parent = (row - 1) >> 1
        if tick[parent] <= at:
            break
        tick[row], payload[row] = tick[parent], payload[parent]
        row = parent
    tick[row], payload[row] = at, kind * EVENT + index


@njit(nogil=True)
def pop(tick: I64, payload: I64, scalars: I64) -> int:
    """Remove an event of the earliest tick; returns its payload."""
    result = payload[0]
    scalars[HEAP] -= 1
    last = scalars[HEAP]
    at, moved = tick[last], payload[last]
    row = 0
    while True:
        child = 2 * row + 1
        if child >= last:
            break
        if child + 1 < last and tick[child + 1] < tick[child]:
            child += 1
        if tick[child] >= at:
            break
        tick[row], payload[row] = tick[child], payload[child]
        row = child
    tick[row], payload[row] = at, moved
    return result


@njit(nogil=True)
def mark(dirty: I64, is_dirty: I64, scalars: I64, position: int) -> None:
    """See to it that the activity at a topological position is looked at in the next sweep."""
    if is_dirty[position]:
        return
    is_dirty[position] = 1
    row = scalars[DIRTY]
    scalars[DIRTY] += 1
    while row > 0:
        parent = (row - 1) >> 1
        if dirty[parent] <= position:
            break
        dirty[row] = dirty[parent]
        row = parent
    dirty[row] = position


@njit(nogil=True)
def next_marked(dirty: I64, is_dirty: I64, scalars: I64) -> int:
    """Take the marked position that comes first."""
    result = dirty[0]
    is_dirty[result] = 0
    scalars[DIRTY] -= 1
    last = scalars[DIRTY]
    moved = dirty[last]
    row = 0
    while True:
        child = 2 * row + 1
        if child >= last:
            break
        if child + 1 < last and dirty[child + 1] < dirty[child]:
            child += 1
        if dirty[child] >= moved:
            break
        dirty[row] = dirty[child]
        row = child
    dirty[row] = moved
    return result
