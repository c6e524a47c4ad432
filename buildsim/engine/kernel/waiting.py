"""Phase (c) in compiled code: those who wait for pools, and one dispatch pass over all of them (semantics 12, 13).

Where every pool lets others pass, only those can be granted, or change their blocker, who are new, whose working time
opens, or whose blocker has more free units than before. So an activity waits in a *class*: those with the same
blocker, units of it, and working time. A class is a heap by key, and of a class only the first needs to be tried: if
its blocker lacks, or its working time is closed, so it is for the rest.

Where a pool shuts behind an activity that fails, each pass tries everybody in order of key.
"""

from __future__ import annotations

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.crews import block, grant
from buildsim.engine.kernel.heap import push
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.work import next_open
from buildsim.network.codes import NONE
from buildsim.network.network import I32, I64


@compiled()
def _goes_before(state: I32, one: int, other: int) -> bool:
    """The order of dispatch; ties differ, since they are a permutation's."""
    first, second = state[one, c.KEY_RANK], state[other, c.KEY_RANK]
    if first == second:
        first, second = state[one, c.KEY_TICK], state[other, c.KEY_TICK]
    if first == second:
        first, second = state[one, c.KEY_TIE], state[other, c.KEY_TIE]
    return first < second


@compiled()
def _enter(state: I32, heap: I64, first: int, size: int, activity: int) -> None:
    """Add to the heap of ``size`` activities that begins at ``first``."""
    row = size
    while row > 0:
        parent = (row - 1) >> 1
        if _goes_before(state, heap[first + parent], activity):
            break
        heap[first + row] = heap[first + parent]
        row = parent
    heap[first + row] = activity


@compiled()
def _leave(state: I32, heap: I64, first: int, size: int) -> None:
    """Remove the first of a heap of ``size``."""
    last = size - 1
    moved = heap[first + last]
    row = 0
    child = 1
    while child < last:
        if child + 1 < last and _goes_before(state, heap[first + child + 1], heap[first + child]):
            child += 1
        if _goes_before(state, moved, heap[first + child]):
            break
        heap[first + row] = heap[first + child]
        row = child
        child = 2 * row + 1
    heap[first + row] = moved


@compiled()
def join(state: I32, queue: I64, scalars: I64, activity: int, in_order: bool) -> None:
    """A ready activity begins to wait: ``in_order`` of key, or as a new one that the next pass tries."""
    if in_order:
        row = scalars[c.WAITING]
        scalars[c.WAITING] += 1
        while row > 0 and _goes_before(state, activity, queue[row - 1]):
            queue[row] = queue[row - 1]
            row -= 1
        queue[row] = activity
    else:
        queue[scalars[c.NEW]] = activity
        scalars[c.NEW] += 1


@compiled()
def is_instant(activities: I32, length: I64, activity: int) -> bool:
    """Whether its length is 0 for every crew."""
    for column in range(activities[activity, c.COLUMN], activities[activity, c.COLUMN_END]):
        if length[column] > 0:
            return False
    return True


@compiled()
def _consider(
    classes: I32, class_heap: I64, state: I32, pools: I64, tried: I64, size: int,
    each: int,
) -> int:  # fmt: skip
    """Put the first of a class into the pass, if it may fit; returns the size of the pass."""
    if (
        classes[each, c.SIZE] == 0
        or classes[each, c.TRIED]
        or pools[classes[each, c.CLASS_POOL], c.FREE] < classes[each, c.CLASS_UNITS]
    ):
        return size
    classes[each, c.TRIED] = 1
    _enter(state, tried, 0, size, class_heap[classes[each, c.CLASS_FIRST]])
    return size + 1


@compiled()
def dispatch(
    activities: I32,
    needs: I32,
    pool_classes: I64,
    classes: I32,
    class_heap: I64,
    spans: I64,
    hours: I64,
    length: I64,
    pools: I64,
    grown: I64,
    woken: I64,
    releases: I64,
    queue: I64,
    tried: I64,
    granted: I64,
    state: I32,
    ledger: I64,
    scalars: I64,
    events: I64,
    horizon: int,
) -> int:
    """One pass in order of key; who was granted goes to ``granted``, their number is returned."""
    now = scalars[c.NOW]
    size = 0
    for row in range(scalars[c.NEW]):
        _enter(state, tried, 0, size, queue[row])
        size += 1
    scalars[c.NEW] = 0
    for row in range(scalars[c.GROWN_POOLS]):
        pool = grown[row]
        pools[pool, c.GROWN] = 0
        for each in range(pool_classes[pool], pool_classes[pool + 1]):
            size = _consider(classes, class_heap, state, pools, tried, size, each)
    scalars[c.GROWN_POOLS] = 0
    for row in range(scalars[c.WOKEN_CLASSES]):
        size = _consider(classes, class_heap, state, pools, tried, size, woken[row])
    scalars[c.WOKEN_CLASSES] = 0

    grants = 0
    while size > 0:
        activity = tried[0]
        _leave(state, tried, 0, size)
        size -= 1
        own = state[activity, c.IN_CLASS]
        if own != NONE:
            classes[own, c.TRIED] = 0
            # free units only shrink during a pass
            if pools[classes[own, c.CLASS_POOL], c.FREE] < classes[own, c.CLASS_UNITS]:
                continue
            opening = next_open(spans, hours, classes[own, c.CLASS_WORK], now)
            if opening > now:
                if classes[own, c.WAKES] != opening and opening <= horizon:
                    classes[own, c.WAKES] = opening
                    push(events, scalars, opening, c.WAKE_CLASS, own)
                continue
            _leave(state, class_heap, classes[own, c.CLASS_FIRST], classes[own, c.SIZE])
            classes[own, c.SIZE] -= 1
            pools[classes[own, c.CLASS_POOL], c.WAITERS] -= 1
        elif not is_instant(activities, length, activity):
            opening = next_open(spans, hours, activities[activity, c.WORK], now)
            if opening > now:
                if opening <= horizon:
                    push(events, scalars, opening, c.WAKE, activity)
                continue
        lacking = NONE
        for row in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
            if pools[needs[row, c.POOL], c.FREE] < needs[row, c.UNITS]:
                lacking = row
                break
        if lacking == NONE:
            grant(activities, needs, pools, releases, state, ledger, scalars, activity)
            granted[grants] = activity
            grants += 1
        else:
            block(state, ledger, scalars, activity, needs[lacking, c.POOL])
            kind = c.CLASS_ALWAYS if is_instant(activities, length, activity) else c.CLASS
            joins = needs[lacking, kind]
            state[activity, c.IN_CLASS] = joins
            _enter(state, class_heap, classes[joins, c.CLASS_FIRST], classes[joins, c.SIZE], activity)
            classes[joins, c.SIZE] += 1
            pools[classes[joins, c.CLASS_POOL], c.WAITERS] += 1
        if own != NONE:
            size = _consider(classes, class_heap, state, pools, tried, size, own)
    return grants


@compiled()
def dispatch_everybody(
    activities: I32,
    needs: I32,
    bypass: I64,
    spans: I64,
    hours: I64,
    length: I64,
    pools: I64,
    shut: I64,
    releases: I64,
    queue: I64,
    granted: I64,
    state: I32,
    ledger: I64,
    scalars: I64,
    events: I64,
    horizon: int,
) -> int:
    """One pass in order of key where some pool is shut by who fails; as :func:`dispatch`."""
    now = scalars[c.NOW]
    shut[:] = 0
    grants, kept = 0, 0
    for place in range(scalars[c.WAITING]):
        activity = queue[place]
        first, last = activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]
        opening = now
        if not is_instant(activities, length, activity):
            opening = next_open(spans, hours, activities[activity, c.WORK], now)
        fits = False
        if opening > now:
            if state[activity, c.WOKEN] != opening and opening <= horizon:
                state[activity, c.WOKEN] = opening
                push(events, scalars, opening, c.WAKE, activity)
        else:
            lowest, keeps = NONE, False
            for row in range(first, last):
                pool = needs[row, c.POOL]
                if shut[pool] or pools[pool, c.FREE] < needs[row, c.UNITS]:
                    lowest = pool if lowest == NONE else lowest
                    keeps = keeps or pool == state[activity, c.ROW_BLOCKER]
            fits = lowest == NONE
            if not fits and not keeps:
                block(state, ledger, scalars, activity, lowest)
        if fits:
            grant(activities, needs, pools, releases, state, ledger, scalars, activity)
            granted[grants] = activity
            grants += 1
        else:
            queue[kept] = activity
            kept += 1
            for row in range(first, last):
                if not bypass[needs[row, c.POOL]]:
                    shut[needs[row, c.POOL]] = 1
    scalars[c.WAITING] = kept
    return grants
