"""Heaps over preallocated arrays: the events to come, and the activities to look at in the next sweep.

An entry has four below it, not two: half as many levels, and the four lie side by side in memory.
"""

from __future__ import annotations

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.jit import compiled
from buildsim.network.codes import NONE
from buildsim.network.network import I32, I64

SECOND_END, THIRD_END, FOURTH_END = 5, 21, 85
"""Where levels of a heap end."""


@compiled()
def _add(heap: I64, size: int, entry: int | np.int64) -> None:
    """Add an entry to a heap of so many."""
    row = size
    while row > 0:
        above = (row - 1) >> 2
        if heap[above] <= entry:
            break
        heap[row] = heap[above]
        row = above
    heap[row] = entry


@compiled()
def _take(heap: I64, size: int) -> tuple[int, np.int64, np.int64, np.int64]:
    """Take the first of a heap of so many; returns it, and who rises to the second, third and fourth level, or NONE."""
    first, last = heap[0], size - 1
    moved = heap[last]
    row = 0
    below = 1
    second, third, fourth = np.int64(NONE), np.int64(NONE), np.int64(NONE)
    while below < last:
        least, entry = below, heap[below]
        for other in range(below + 1, min(below + 4, last)):
            # no branch: which is less cannot be foretold
            less = heap[other] < entry
            least, entry = other if less else least, heap[other] if less else entry
        if entry >= moved:
            break
        heap[row] = entry
        second = entry if 0 < row < SECOND_END else second
        third = entry if SECOND_END <= row < THIRD_END else third
        fourth = entry if THIRD_END <= row < FOURTH_END else fourth
        row = least
        below = 4 * row + 1
    heap[row] = moved
    return first, second, third, fourth


@compiled()
def push(heap: I64, scalars: I64, tick: int, kind: int, index: int) -> None:
    """Add the event ``kind`` of ``index`` at a tick."""
    _add(heap, scalars[c.HEAP], (tick << c.TICK_SHIFT) | (kind << c.KIND_SHIFT) | index)
    scalars[c.HEAP] += 1


@compiled()
def pop(heap: I64, scalars: I64) -> tuple[int, np.int64, np.int64, np.int64]:
    """Remove the earliest event; returns it, and who rises to the second, third and fourth level, or NONE."""
    taken = _take(heap, scalars[c.HEAP])
    scalars[c.HEAP] -= 1
    return taken


@compiled()
def mark(state: I32, marked: I64, scalars: I64, activity: int, position: int) -> None:
    """See to it that an activity is looked at in the next sweep, in its place of the topological order."""
    if not state[activity, c.DIRTY]:
        state[activity, c.DIRTY] = 1
        _add(marked, scalars[c.MARKED], (np.int64(position) << c.KIND_SHIFT) | activity)
        scalars[c.MARKED] += 1


@compiled()
def next_marked(marked: I64, scalars: I64) -> int:
    """Take the marked activity that comes first."""
    entry = _take(marked, scalars[c.MARKED])[0]
    scalars[c.MARKED] -= 1
    return entry & c.INDEX
