"""Pools in compiled code: ledger rows, who blocks whom, grants, and who freed whom (semantics 12, 14-16)."""

from __future__ import annotations

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.jit import compiled
from buildsim.network.codes import CALENDAR_BLOCKER, NONE
from buildsim.network.network import I32, I64


@compiled()
def write_row(ledger: I64, scalars: I64, activity: int, start: int, end: int, blocker: int) -> None:
    """Close a ledger row; beyond the buffer only their number goes on, and the caller plays again with more room."""
    row = scalars[c.ROWS]
    scalars[c.ROWS] += 1
    if row < len(ledger):
        ledger[row, 0], ledger[row, 1], ledger[row, 2], ledger[row, 3] = activity, start, end, blocker


@compiled()
def close_row(state: I32, ledger: I64, scalars: I64, activity: int, end: int) -> None:
    """Close the open row of an activity, or write that of its wait for the first open tick, if it waited."""
    blocker = state[activity, c.ROW_BLOCKER]
    if blocker != c.NO_ROW:
        write_row(ledger, scalars, activity, state[activity, c.ROW_START], end, blocker)
    elif end > state[activity, c.READY]:
        write_row(ledger, scalars, activity, state[activity, c.READY], end, CALENDAR_BLOCKER)


@compiled()
def grow(pools: I64, grown: I64, scalars: I64, pool: int, units: int) -> None:
    """A pool has more free units than before: those who wait for it, if any, are to be tried."""
    pools[pool, c.FREE] += units
    if pools[pool, c.WAITERS] > 0 and not pools[pool, c.GROWN]:
        pools[pool, c.GROWN] = 1
        grown[scalars[c.GROWN_POOLS]] = pool
        scalars[c.GROWN_POOLS] += 1


@compiled()
def release(pools: I64, grown: I64, releases: I64, scalars: I64, pool: int, units: int, activity: int) -> None:
    """Units of a pool come back."""
    grow(pools, grown, scalars, pool, units)
    now = scalars[c.NOW]
    scalars[c.SEQUENCE] += 1
    row = scalars[c.RELEASES]
    scalars[c.RELEASES] += 1
    releases[row, c.RELEASED_BY], releases[row, c.RELEASED_AT] = activity, now
    releases[row, c.RELEASED_AS], releases[row, c.RELEASED_BEFORE] = scalars[c.SEQUENCE], pools[pool, c.LAST_RELEASE]
    pools[pool, c.LAST_RELEASE] = row
    if pools[pool, c.LATEST] == now:
        pools[pool, c.LOWEST] = min(pools[pool, c.LOWEST], activity)
    else:
        pools[pool, c.LATEST], pools[pool, c.LOWEST] = now, activity


@compiled()
def _freed_by(pools: I64, releases: I64, pool: int, since: int, opened: int) -> int:
    """Of the releases since the row opened, the lowest index among those of the latest tick, or NONE.

    The row opened at tick ``since``, after ``opened`` events.
    """
    row = pools[pool, c.LAST_RELEASE]
    if row == NONE or releases[row, c.RELEASED_AS] < opened or pools[pool, c.LAST_RISE] > pools[pool, c.LATEST]:
        return NONE
    if since < pools[pool, c.LATEST]:
        return pools[pool, c.LOWEST]
    # the row opened within the tick of the releases: those before it do not count
    lowest = releases[row, c.RELEASED_BY]
    while row != NONE and releases[row, c.RELEASED_AT] == since and releases[row, c.RELEASED_AS] >= opened:
        lowest = min(lowest, releases[row, c.RELEASED_BY])
        row = releases[row, c.RELEASED_BEFORE]
    return lowest


@compiled()
def block(state: I32, ledger: I64, scalars: I64, activity: int, blocker: int) -> None:
    """The pool for which an activity waits is another one from now on."""
    now = scalars[c.NOW]
    close_row(state, ledger, scalars, activity, now)
    scalars[c.SEQUENCE] += 1
    state[activity, c.ROW_START], state[activity, c.ROW_BLOCKER] = now, blocker
    state[activity, c.ROW_OPENED] = scalars[c.SEQUENCE]


@compiled()
def take(activities: I32, needs: I32, pools: I64, activity: int) -> int:
    """Take the units of an activity that fits; returns the size of its moldable crew, 0 without one."""
    crew, molded = 0, NONE
    for row in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
        if needs[row, c.MOLDS]:
            molded = needs[row, c.POOL]
        else:
            pools[needs[row, c.POOL], c.FREE] -= needs[row, c.UNITS]
    if molded != NONE:
        crew = min(activities[activity, c.MOLD_MAX], pools[molded, c.FREE])
        pools[molded, c.FREE] -= crew
    return crew


@compiled()
def give_back(
    activities: I32, needs: I32, pools: I64, grown: I64, releases: I64, scalars: I64, activity: int, crew: int
) -> None:
    """Release all that an activity holds."""
    for row in range(activities[activity, c.NEEDS], activities[activity, c.NEEDS_END]):
        units = crew if needs[row, c.MOLDS] else needs[row, c.UNITS]
        release(pools, grown, releases, scalars, needs[row, c.POOL], units, activity)


@compiled()
def grant(
    activities: I32,
    needs: I32,
    pools: I64,
    releases: I64,
    state: I32,
    ledger: I64,
    scalars: I64,
    activity: int,
) -> None:
    """An activity gets its units; its row closes, and names who freed them."""
    state[activity, c.CREW] = take(activities, needs, pools, activity)
    close_row(state, ledger, scalars, activity, scalars[c.NOW])
    blocker = state[activity, c.ROW_BLOCKER]
    if blocker != c.NO_ROW:
        since, opened = state[activity, c.ROW_START], state[activity, c.ROW_OPENED]
        by = _freed_by(pools, releases, blocker, since, opened)
        if by != NONE:
            state[activity, c.FREED_BY], state[activity, c.FREED_AT] = by, pools[blocker, c.LATEST]
