"""The room in which a thread plays one replication after the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.tables import Packed, rows_of_lines
from buildsim.network.network import I32, I64
from buildsim.sampling.samples import Samples

LEDGER_ROWS = 4
"""Room for ledger rows per activity, until a replication has more."""


class Workspace(NamedTuple):
    """Arrays that each replication fills anew; a tuple so that it unpacks into arguments."""

    scalars: I64
    state: I32
    order_state: I64
    link_time: I32
    events: I64
    marked: I64
    waiting: I64
    tried: I64
    granted: I64
    classes: I32
    class_heap: I64
    pools: I64
    shut: I64
    grown: I64
    woken: I64
    releases: I64
    lines: I64
    clocks: I64
    order_queue: I64
    sorting: I64
    unsettled: I64
    due: I64
    quota: I64
    remainder: I64
    share_carry: I64
    lot_good: I64
    spans: I64
    hours: I64
    cursor: I64
    ledger: I64


def workspace(packed: Packed, samples: Samples) -> Workspace:
    """Room for any replication of the samples."""
    tables = packed.tables
    activities, links, orders, supplies = (
        len(each) for each in (tables.activities, tables.edges, tables.orders, tables.supplies)
    )
    pools, groups = len(tables.bypass), len(tables.bare)

    def room(*shape: int) -> I64:
        return np.zeros(shape, dtype=np.int64)

    hours = room(len(packed.hours) + _hours_of_stopped(packed, samples), 3)
    hours[: len(packed.hours)] = packed.hours
    classes = rows_of_lines(len(packed.classes), c.CLASS_COLUMNS)
    classes[:, : c.SIZE] = packed.classes
    return Workspace(
        scalars=room(c.SCALARS),
        state=rows_of_lines(activities, c.STATE_COLUMNS),
        order_state=room(orders, 4),
        link_time=np.zeros(links, dtype=np.int32),
        # at once at most: an end, a gate or opening, and a waking per activity, and one of each of the others
        events=room(3 * activities + links + 2 * orders + supplies + len(classes) + pools + 1),
        marked=room(activities),
        waiting=room(activities),
        tried=room(activities + len(classes)),
        granted=room(activities),
        classes=classes,
        class_heap=room(2 * len(tables.needs)),
        pools=room(pools, c.POOL_COLUMNS),
        shut=room(pools),
        grown=room(pools),
        woken=room(len(classes)),
        releases=room(len(tables.needs), 4),
        lines=room(supplies, c.LINE_COLUMNS),
        clocks=room(len(tables.periods), 2),
        order_queue=room(orders),
        sorting=room(orders, 2),
        unsettled=room(supplies),
        due=room(supplies),
        quota=room(len(tables.users)),
        remainder=room(len(tables.users)),
        share_carry=room(len(tables.shares)),
        lot_good=room(samples.lot_capacity.shape[1]),
        spans=room(groups, 2),
        hours=hours,
        cursor=room(int(np.diff(tables.stops_ptr).max(initial=0))),
        ledger=room(LEDGER_ROWS * activities, 4),
    )


def _hours_of_stopped(packed: Packed, samples: Samples) -> int:
    """The most intervals that groups with stops can have in a replication: each window may split one in two."""
    tables = packed.tables
    count = np.diff(samples.window_ptr, axis=1)
    group = np.repeat(np.arange(len(tables.bare)), np.diff(tables.stops_ptr))
    stopped = np.unique(group)
    whole = int((tables.bare[stopped, 1] - tables.bare[stopped, 0]).sum())
    return whole + int(count[:, tables.stops].sum(axis=1).max(initial=0)) if len(stopped) else 0
