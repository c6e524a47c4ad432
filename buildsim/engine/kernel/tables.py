"""The network as packed int64 tables for the kernel, made once per network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.network.codes import NONE, UNSET, LinkType, Placement, SupplyKind
from buildsim.network.network import I64, Network
from buildsim.sampling.worktimes import stopping

ALWAYS = 2**60
"""Around the clock is open in [-ALWAYS, ALWAYS): every tick, with room for sums in int64."""


class Tables(NamedTuple):
    """Everything static that the compiled loop reads; a tuple so that it unpacks into arguments."""

    activities: I64
    """(n, ACTIVITY_COLUMNS)"""
    needs: I64
    """(rows, 2) pool and units."""
    least: I64
    indices: I64
    """Links and orders by activity: what the ranges of ``activities`` point into."""
    links: I64
    orders: I64
    supplies: I64
    line_order: I64
    """Lines in topological order, inputs first."""
    inputs: I64
    """(rows, 3) supply, need, share in ppm or UNSET."""
    shares: I64
    """(rows, 2) owner and ppm."""
    users: I64
    """(rows, 2) per input: products with a quota and their ppm, by product."""
    lot_line: I64
    """Per lot column: its line."""
    static_tick: I64
    static_payload: I64
    """Events known in advance, in order of time."""
    bypass: I64
    work_ptr: I64
    """Per group of working time: its rows in the three arrays below (before stops)."""
    work_start: I64
    work_end: I64
    work_stops_ptr: I64
    work_stops: I64
    """Per group: the disruptions that stop it."""


def tables(network: Network) -> Tables:
    """Pack a network."""
    groups, group_of, lag_groups = _work_groups(network)
    activities, needs, least, indices = _activities(network, group_of)
    supplies, inputs, shares, users = _supplies(network)
    static_tick, static_payload = _static_events(network, activities)
    lots = np.diff(network.supplies.lot_ptr)
    links = network.links
    return Tables(
        activities=activities,
        needs=needs,
        least=least,
        indices=indices,
        links=_table([links.pred, links.succ, lag_groups]),
        orders=_orders(network),
        supplies=supplies,
        line_order=network.supplies.order[network.supplies.kind[network.supplies.order] == SupplyKind.LINE],
        inputs=inputs,
        shares=shares,
        users=users,
        lot_line=np.repeat(np.arange(len(lots)), lots),
        static_tick=static_tick,
        static_payload=static_payload,
        bypass=network.pools.bypass.astype(np.int64),
        **_work_arrays(network, groups),
    )


def _table(columns: Sequence[I64]) -> I64:
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int64))


def _rows(rows: Iterable[Sequence[int]], width: int) -> I64:
    return np.array(list(rows), dtype=np.int64).reshape(-1, width)


def _activities(network: Network, group_of: I64) -> tuple[I64, I64, I64, I64]:
    table, links, orders = network.activities, network.links, network.orders
    count = len(table)
    packed = np.zeros((count, c.ACTIVITY_COLUMNS), dtype=np.int64)
    site_start = network.sites.start[table.site]
    date = np.where(table.not_before == UNSET, site_start, table.not_before)
    for column, values in (
        (c.POSITION, table.position),
        (c.GATE, np.maximum(np.maximum(site_start, date), network.data_tick)),
        (c.SITE_START, site_start),
        (c.NOT_BEFORE, table.not_before),
        (c.JOIN_COUNT, table.join_count),
        (c.JOIN_ALL, table.join_all),
        (c.PRIORITY, table.priority),
        (c.RULE_VALUE, table.rule_value),
        (c.COLUMN, table.column_ptr[:-1]),
        (c.COLUMN_END, table.column_ptr[1:]),
        (c.MOLD_POOL, table.mold_pool),
        (c.MOLD_MIN, table.mold_min),
        (c.MOLD_MAX, table.mold_max),
        (c.WORK, group_of),
        (c.ACTUAL_START, table.actual_start),
        (c.ACTUAL_FINISH, table.actual_finish),
        (c.ACTUAL_KIND, table.actual_cause_kind),
        (c.ACTUAL_CAUSE, table.actual_cause),
        (c.ACTUAL_CREW, table.actual_crew),
        (c.ACTUAL_ELAPSED, table.actual_elapsed),
        (c.SITE_GATE, np.maximum(site_start, network.data_tick)),
    ):
        packed[:, column] = values

    needs: list[tuple[int, int]] = []
    least: list[tuple[int, int]] = []
    for activity in range(count):
        rows = slice(*table.need_ptr[activity : activity + 2].tolist())
        fixed = list(zip(table.need_pool[rows].tolist(), table.need_units[rows].tolist(), strict=True))
        moldable = (
            [(int(table.mold_pool[activity]), int(table.mold_min[activity]))]
            if table.mold_pool[activity] != NONE
            else []
        )
        packed[activity, c.NEEDS], packed[activity, c.LEAST] = len(needs), len(least)
        needs += fixed
        least += sorted([*fixed, *moldable])
        packed[activity, c.NEEDS_END], packed[activity, c.LEAST_END] = len(needs), len(least)

    leaves_start = np.isin(links.type, (LinkType.SS, LinkType.SF))
    gates_start = np.isin(links.type, (LinkType.FS, LinkType.SS))
    placed_on_start, placed_on_finish = (orders.placement == kind for kind in (Placement.ON_START, Placement.ON_FINISH))
    indices: list[int] = []
    for first, members, owner in (
        (c.FROM_START, leaves_start, links.pred),
        (c.FROM_FINISH, ~leaves_start, links.pred),
        (c.JOINS, gates_start, links.succ),
        (c.STRETCHES, ~gates_start, links.succ),
        (c.ORDERS, orders.consumer != NONE, orders.consumer),
        (c.ON_START, placed_on_start, orders.activity),
        (c.ON_FINISH, placed_on_finish, orders.activity),
    ):
        by_activity: list[list[int]] = [[] for _ in range(count)]
        for index in np.flatnonzero(members).tolist():
            by_activity[int(owner[index])].append(index)
        for activity, own in enumerate(by_activity):
            packed[activity, first] = len(indices)
            indices += own
            packed[activity, first + 1] = len(indices)
    return packed, _rows(needs, 2), _rows(least, 2), np.array(indices, dtype=np.int64)


def _orders(network: Network) -> I64:
    table = network.orders
    return _table(
        [
            table.supply,
            (network.supplies.kind[table.supply] == SupplyKind.LINE).astype(np.int64),
            table.owner,
            table.consumer,
            table.priority,
            table.offset,
            table.reserved_from,
            table.delivered,
            (table.placement == Placement.DATED).astype(np.int64),
        ]
    )


def _supplies(network: Network) -> tuple[I64, I64, I64, I64]:
    table, count = network.supplies, len(network.supplies)
    packed = np.zeros((count, c.SUPPLY_COLUMNS), dtype=np.int64)
    asked = np.bincount(network.orders.supply, minlength=count)[:count]
    products = np.repeat(np.arange(count), np.diff(table.input_ptr))
    users: list[tuple[int, int]] = []
    for supply in range(count):
        packed[supply, c.USERS] = len(users)
        with_quota = (table.input_supply == supply) & (table.input_share_ppm != UNSET)
        users += sorted(zip(products[with_quota].tolist(), table.input_share_ppm[with_quota].tolist(), strict=True))
        packed[supply, c.USERS_END] = len(users)
    for column, values in (
        (c.PERIOD, table.period),
        (c.MAX_STOCK, table.max_stock),
        (c.RULE, table.allocation),
        (c.FIRST_LOT, table.lot_ptr[:-1]),
        (c.LOTS, np.diff(table.lot_ptr)),
        (c.INITIAL, table.initial_stock),
        (c.INPUTS, table.input_ptr[:-1]),
        (c.INPUTS_END, table.input_ptr[1:]),
        (c.SHARES, table.share_ptr[:-1]),
        (c.SHARES_END, table.share_ptr[1:]),
        (c.QUEUE, np.cumsum(asked) - asked),
    ):
        packed[:, column] = values
    inputs = _table([table.input_supply, table.input_need, table.input_share_ppm])
    return packed, inputs, _table([table.share_owner, table.share_ppm]), _rows(users, 2)


def _static_events(network: Network, activities: I64) -> tuple[I64, I64]:
    """Dated orders, withdrawals and date gates; what lies before zero enters at zero (semantics 19)."""
    orders = network.orders
    placed = [
        (max(int(orders.offset[order]), 0), c.PLACE * c.EVENT + order)
        for order in np.flatnonzero(orders.placement == Placement.DATED).tolist()
    ]
    withdrawn = [
        (max(int(orders.withdraw[order]), 0), c.WITHDRAW * c.EVENT + order)
        for order in np.flatnonzero(orders.withdraw != UNSET).tolist()
    ]
    gated = [
        (tick, c.LOOK_AT * c.EVENT + row)
        for column in (c.GATE, c.SITE_GATE)
        for row, tick in enumerate(activities[:, column].tolist())
        if tick > 0
    ]
    events = _rows(sorted({*placed, *withdrawn, *gated}), 2)
    return np.ascontiguousarray(events[:, 0]), np.ascontiguousarray(events[:, 1])


Group = tuple[int, tuple[int, ...]]
"""A calendar and the disruptions that stop its activities."""


def _work_groups(network: Network) -> tuple[list[Group], I64, I64]:
    """All groups of working time, the group of each activity, and of each lag in open ticks (else -1)."""
    index: dict[Group, int] = {}
    of_activity = [
        index.setdefault((calendar, stops), len(index))
        for calendar, stops in zip(network.activities.calendar.tolist(), stopping(network), strict=True)
    ]
    of_lag = [
        index.setdefault((calendar, ()), len(index)) if calendar != NONE else -1
        for calendar in network.links.lag_calendar.tolist()
    ]
    return list(index), np.array(of_activity, dtype=np.int64), np.array(of_lag, dtype=np.int64)


def _work_arrays(network: Network, groups: list[Group]) -> dict[str, I64]:
    calendars = network.calendars
    starts, ends, ptr, stops_ptr = [], [], [0], [0]
    stops: list[int] = []
    for calendar, stopped_by in groups:
        if calendar == NONE:
            starts.append(np.array([-ALWAYS]))
            ends.append(np.array([ALWAYS]))
        else:
            rows = slice(*calendars.ptr[calendar : calendar + 2].tolist())
            starts.append(calendars.open_start[rows])
            ends.append(calendars.open_end[rows])
        ptr.append(ptr[-1] + len(starts[-1]))
        stops += stopped_by
        stops_ptr.append(len(stops))
    empty = np.zeros(0, dtype=np.int64)
    return {
        "work_ptr": np.array(ptr, dtype=np.int64),
        "work_start": np.concatenate([empty, *starts]).astype(np.int64),
        "work_end": np.concatenate([empty, *ends]).astype(np.int64),
        "work_stops_ptr": np.array(stops_ptr, dtype=np.int64),
        "work_stops": np.array(stops, dtype=np.int64),
    }
