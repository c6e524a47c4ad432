"""Binary heaps over preallocated arrays: the events to come, and the activities to look at in the next sweep."""

from __future__ import annotations

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.jit import compiled
from buildsim.network.network import I32, I64


@compiled()
def push(heap: I64, scalars: I64, tick: int, kind: int, index: int) -> None:
    """Add the event ``kind`` of ``index`` at a tick."""
    event = (tick << c.TICK_SHIFT) | (kind << c.KIND_SHIFT) | index
    row = scalars[c.HEAP]
    scalars[c.HEAP] += 1
    while row > 0:
        parent = (row - 1) >> 1
        if heap[parent] <= event:
            break
        heap[row] = heap[parent]
        row = parent
    heap[row] = event


@compiled()
def _sift(heap: I64, last: int) -> int:
    """Take the first of a heap, whose last entry is at ``last``."""
    first, moved = heap[0], heap[last]
    row = 0
    child = 1
    while child < last:
        if child + 1 < last:
            child += int(heap[child + 1] < heap[child])  # without a branch: it cannot be foretold
        if heap[child] >= moved:
            break
        heap[row] = heap[child]
        row = child
        child = 2 * row + 1
    heap[row] = moved
    return first


@compiled()
def pop(heap: I64, scalars: I64) -> int:
    """Remove the earliest event."""
    scalars[c.HEAP] -= 1
    return _sift(heap, scalars[c.HEAP])


@compiled()
def mark(state: I32, marked: I64, scalars: I64, activity: int, position: int) -> None:
    """See to it that an activity is looked at in the next sweep, in its place of the topological order."""
    if state[activity, c.DIRTY]:
        return
    state[activity, c.DIRTY] = 1
    entry = (np.int64(position) << c.KIND_SHIFT) | activity
    row = scalars[c.MARKED]
    scalars[c.MARKED] += 1
    while row > 0:
        parent = (row - 1) >> 1
        if marked[parent] <= entry:
            break
        marked[row] = marked[parent]
        row = parent
    marked[row] = entry


@compiled()
def next_marked(marked: I64, scalars: I64) -> int:
    """Take the marked activity that comes first."""
    scalars[c.MARKED] -= 1
    return _sift(marked, scalars[c.MARKED]) & (c.MOST_INDEX - 1)
