"""Phase (c) in compiled code: the queue for pools, one dispatch pass, blockers and who freed whom (semantics 12-16)."""

from __future__ import annotations

from numba import njit

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.heap import push
from buildsim.engine.kernel.work import Work, next_open
from buildsim.network.codes import CALENDAR_BLOCKER, NONE
from buildsim.network.network import I64

# columns of the row of an activity that waits for pools
ROW_START, ROW_BLOCKER, ROW_OPENED, WOKEN = range(4)
# columns of a pool's state
FREE, CAPACITY, LAST_RISE, LAST_RELEASE = range(4)
# columns of the log of releases
RELEASED_BY, RELEASED_AT, RELEASED_AS, RELEASED_BEFORE = range(4)


@njit(nogil=True)
def join_queue(activities: I64, key: I64, queue: I64, scalars: I64, activity: int, value: int, tie: int) -> None:
    """A ready activity joins those that wait, in order of (priority, rule's value, tie, activity)."""
    key[activity, 0], key[activity, 1], key[activity, 2] = activities[activity, c.PRIORITY], value, tie
    row = scalars[c.WAITING]
    scalars[c.WAITING] += 1
    while row > 0 and _goes_before(key, activity, queue[row - 1]):
        queue[row] = queue[row - 1]
        row -= 1
    queue[row] = activity


@njit(nogil=True)
def _goes_before(key: I64, one: int, other: int) -> bool:
    for part in range(3):
        if key[one, part] != key[other, part]:
            return bool(key[one, part] < key[other, part])
    return one < other


@njit(nogil=True)
def write_row(ledger: I64, scalars: I64, activity: int, start: int, end: int, blocker: int) -> None:
    """Close a ledger row; beyond the buffer only their number goes on, and the caller plays again with more room."""
    row = scalars[c.ROWS]
    scalars[c.ROWS] += 1
    if row < len(ledger):
        ledger[row, 0], ledger[row, 1], ledger[row, 2], ledger[row, 3] = activity, start, end, blocker


@njit(nogil=True)
def write_calendar_row(ledger: I64, scalars: I64, activity: int, ready: int, opened: int) -> None:
    """The row of the wait for the first open tick, if it waited."""
    if opened > ready:
        write_row(ledger, scalars, activity, ready, opened, CALENDAR_BLOCKER)


@njit(nogil=True)
def release(pools: I64, releases: I64, scalars: I64, pool: int, units: int, activity: int) -> None:
    """Units of a pool come back."""
    pools[pool, FREE] += units
    scalars[c.SEQUENCE] += 1
    row = scalars[c.RELEASES]
    scalars[c.RELEASES] += 1
    releases[row, RELEASED_BY], releases[row, RELEASED_AT] = activity, scalars[c.NOW]
    releases[row, RELEASED_AS], releases[row, RELEASED_BEFORE] = scalars[c.SEQUENCE], pools[pool, LAST_RELEASE]
    pools[pool, LAST_RELEASE] = row


@njit(nogil=True)
def _freed_by(pools: I64, releases: I64, pool: int, opened: int) -> tuple[int, int]:
    """Of the releases since the row opened, the lowest index of the latest tick."""
    row = pools[pool, LAST_RELEASE]
    if row == NONE or releases[row, RELEASED_AS] < opened:
        return NONE, NONE
    latest = releases[row, RELEASED_AT]
    if pools[pool, LAST_RISE] > latest:
        return NONE, NONE
    lowest = releases[row, RELEASED_BY]
    while row != NONE and releases[row, RELEASED_AT] == latest and releases[row, RELEASED_AS] >= opened:
        lowest = min(lowest, releases[row, RELEASED_BY])
        row = releases[row, RELEASED_BEFORE]
    return lowest, latest


@njit(nogil=True)
def dispatch(
    activities: I64,
    needs: I64,
    least: I64,
    bypass: I64,
    longest: I64,
    work: Work,
    pools: I64,
    shut: I64,
    releases: I64,
    queue: I64,
    rows: I64,
    ledger: I64,
    scalars: I64,
    heap_tick: I64,
    heap_payload: I64,
    out: I64,
    granted: I64,
    horizon: int,
) -> int:
    """One pass in key order; who was granted goes to ``granted``, their number is returned."""
    now = scalars[c.NOW]
    shut[:] = 0
    grants, kept = 0, 0
    for place in range(scalars[c.WAITING]):
        activity = queue[place]
        first, last = activities[activity, c.LEAST], activities[activity, c.LEAST_END]
        opening = now if longest[activity] == 0 else next_open(work, activities[activity, c.WORK], now)
        fits = False
        if opening > now:
            if rows[activity, WOKEN] != opening and opening <= horizon:
                rows[activity, WOKEN] = opening
                push(heap_tick, heap_payload, scalars, opening, c.WAKE, activity)
        else:
            lowest, keeps = NONE, False
            for row in range(first, last):
                pool = least[row, 0]
                if shut[pool] or pools[pool, FREE] < least[row, 1]:
                    lowest = pool if lowest == NONE else lowest
                    keeps = keeps or pool == rows[activity, ROW_BLOCKER]
            fits = lowest == NONE
            if not fits and not keeps:
                _block(rows, ledger, scalars, out, activity, lowest)
        if fits:
            _grant(activities, needs, pools, releases, rows, ledger, scalars, out, activity)
            granted[grants] = activity
            grants += 1
        else:
            queue[kept] = activity
            kept += 1
            for row in range(first, last):
                if not bypass[least[row, 0]]:
                    shut[least[row, 0]] = 1
    scalars[c.WAITING] = kept
    return grants


@njit(nogil=True)
def _block(rows: I64, ledger: I64, scalars: I64, out: I64, activity: int, blocker: int) -> None:
    now = scalars[c.NOW]
    if rows[activity, ROW_BLOCKER] != c.NO_ROW:
        write_row(ledger, scalars, activity, rows[activity, ROW_START], now, rows[activity, ROW_BLOCKER])
    else:
        write_calendar_row(ledger, scalars, activity, out[c.READY, activity], now)
    scalars[c.SEQUENCE] += 1
    rows[activity, ROW_START], rows[activity, ROW_BLOCKER] = now, blocker
    rows[activity, ROW_OPENED] = scalars[c.SEQUENCE]


@njit(nogil=True)
def _grant(
    activities: I64,
    needs: I64,
    pools: I64,
    releases: I64,
    rows: I64,
    ledger: I64,
    scalars: I64,
    out: I64,
    activity: int,
) -> None:
    now = scalars[c.NOW]
    for row in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
        pools[needs[row, 0], FREE] -= needs[row, 1]
    pool = activities[activity, c.MOLD_POOL]
    if pool != NONE:
        crew = min(activities[activity, c.MOLD_MAX], pools[pool, FREE])
        pools[pool, FREE] -= crew
        out[c.CREW, activity] = crew
    blocker = rows[activity, ROW_BLOCKER]
    if blocker == c.NO_ROW:
        write_calendar_row(ledger, scalars, activity, out[c.READY, activity], now)
    else:
        write_row(ledger, scalars, activity, rows[activity, ROW_START], now, blocker)
        by, at = _freed_by(pools, releases, blocker, rows[activity, ROW_OPENED])
        out[c.FREED_BY, activity], out[c.FREED_AT, activity] = by, at
