"""The network as packed tables for the kernel, made once per network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from buildsim.engine.kernel import columns as c
from buildsim.network.codes import NONE, UNSET, LinkType, Placement, Rule, SupplyKind
from buildsim.network.network import I32, I64, Bool, Network
from buildsim.sampling.worktimes import stopping

ALWAYS = 2**60
"""Around the clock is open in [-ALWAYS, ALWAYS): every tick, with room for sums in int64."""


class Tables(NamedTuple):
    """Everything static that the compiled loop reads; a tuple so that it unpacks into arguments."""

    activities: I32
    """(n, ACTIVITY_COLUMNS)"""
    actuals: I64
    """(rows, 7) Activities with an actual start."""
    roots: I32
    """Activities that no link gates, in topological order."""
    needs: I32
    """(rows, 5)"""
    edges: I32
    """(links, 6)"""
    into: I32
    """(links, 2)"""
    waits: I32
    places: I32
    """Orders by the activity that waits for them, and by the one that places them."""
    pool_classes: I64
    """Per pool: its classes of waiting."""
    bypass: I64
    orders: I64
    supplies: I64
    line_order: I64
    """Lines in topological order, inputs first."""
    inputs: I64
    """(rows, 3) supply, need, row of the quota in ``users`` or NONE."""
    users: I64
    """Shares in ppm of the products that have a quota of an input, by input and product."""
    shares: I64
    """(rows, 2) owner and ppm."""
    periods: I64
    """Distinct periods of lines."""
    known: I64
    """Events known in advance, in order: dated orders and withdrawals."""
    bare: I64
    """Per group of working time: its rows of ``hours`` where nothing stops it."""
    stops_ptr: I64
    stops: I64
    """Per group: the disruptions that stop it."""


class Packed(NamedTuple):
    """A network's tables, and what a replication's room depends on."""

    tables: Tables
    hours: I64
    """(rows, 3) Open intervals of all groups without their stops."""
    classes: I64
    """(rows, 4) Classes of waiting, by pool."""


_packed: WeakKeyDictionary[Network, Packed] = WeakKeyDictionary()


def packed(network: Network) -> Packed:
    """Pack a network, once for as long as it is in use.

    Raises ValueError if there are more links or orders, or a later horizon, than an event has room for.
    """
    if network not in _packed:
        _packed[network] = _pack(network)
    return _packed[network]


def _pack(network: Network) -> Packed:
    table, links, orders = network.activities, network.links, network.orders
    count = len(table)
    if max(count, len(links), len(orders)) >= c.MOST_INDEX or network.horizon >= c.MOST_TICK:
        raise ValueError(
            f"{count} activities, {len(links)} links and {len(orders)} orders over {network.horizon} ticks: the kernel "
            f"has room for less than {c.MOST_INDEX} of each and {c.MOST_TICK} ticks"
        )
    groups, group_of, lag_group = _work_groups(network)
    bare, hours, stops_ptr, stops = _hours(network, groups)
    supplies, inputs, users, periods = _supplies(network)
    activities = rows_of_lines(count, c.ACTIVITY_COLUMNS)
    site_start = network.sites.start[table.site]
    site_gate = np.maximum(site_start, network.data_tick)
    date = np.where(table.not_before == UNSET, c.UNKNOWN, table.not_before)
    for column, values in (
        (c.POSITION, table.position),
        (c.JOIN_COUNT, table.join_count),
        (c.RANK, _ranks(network)),
        (c.COLUMN, table.column_ptr[:-1]),
        (c.COLUMN_END, table.column_ptr[1:]),
        (c.MOLD_MIN, table.mold_min),
        (c.MOLD_MAX, table.mold_max),
        (c.WORK, group_of),
        (c.SITE_START, site_start),
        (c.SITE_GATE, site_gate),
        (c.NOT_BEFORE, date),
        (c.GATE, np.maximum(site_gate, date)),
    ):
        activities[:, column] = np.clip(values, -(2**31), 2**31 - 1)
    needs, pool_classes, classes = _needs(network, activities, group_of, len(groups))
    from_start = np.isin(links.type, (LinkType.SS, LinkType.SF))
    gates_start = np.isin(links.type, (LinkType.FS, LinkType.SS))
    gates = np.where(table.join_all[links.succ], c.STARTS_ALL, c.STARTS_SOME)
    gates[~gates_start] = c.FINISHES
    lag = np.where(links.lag_variable == NONE, c.NO_LAG, lag_group)
    by_pred = _by_owner(activities, (c.EDGES, c.EDGES_MIDDLE, c.EDGES_END), links.pred, ~from_start)
    by_succ = _by_owner(activities, (c.INTO, c.INTO_MIDDLE, c.INTO_END), links.succ, ~gates_start)
    waited_for = np.flatnonzero(orders.consumer != NONE)
    placed_by = np.flatnonzero(orders.placement != Placement.DATED)
    waits = waited_for[_by_owner(activities, (c.WAITS, c.WAITS_END), orders.consumer[waited_for])]
    on_finish = orders.placement[placed_by] == Placement.ON_FINISH
    places = placed_by[
        _by_owner(activities, (c.PLACES, c.PLACES_MIDDLE, c.PLACES_END), orders.activity[placed_by], on_finish)
    ]
    activities[:, c.FLAGS] = (
        c.JOINS_SOME * (~table.join_all & (table.join_count > 0))
        + c.WAITS_FOR_ORDERS * (activities[:, c.WAITS] < activities[:, c.WAITS_END])
        + c.STRETCHED * (activities[:, c.INTO_MIDDLE] < activities[:, c.INTO_END])
    )
    started = np.flatnonzero(table.actual_start != UNSET)
    by_position = np.argsort(table.position)
    tables = Tables(
        activities=activities,
        actuals=_table(
            [
                started,
                table.actual_start[started],
                table.actual_finish[started],
                table.actual_cause_kind[started],
                table.actual_cause[started],
                table.actual_crew[started],
                table.actual_elapsed[started],
            ]
        ),
        roots=by_position[table.join_count[by_position] == 0].astype(np.int32),
        needs=needs,
        edges=_table(
            [
                by_pred,
                links.succ[by_pred],
                lag[by_pred],
                gates[by_pred],
                links.pred[by_pred],
                table.position[links.succ[by_pred]],
            ],
            np.int32,
        ),
        into=_table([by_succ, links.pred[by_succ]], np.int32),
        waits=waits.astype(np.int32),
        places=places.astype(np.int32),
        pool_classes=pool_classes,
        bypass=network.pools.bypass.astype(np.int64),
        orders=_table(
            [
                orders.supply,
                network.supplies.kind[orders.supply] == SupplyKind.LINE,
                orders.owner,
                orders.consumer,
                orders.priority,
                orders.offset,
                orders.reserved_from,
                orders.delivered,
            ]
        ),
        supplies=supplies,
        line_order=network.supplies.order[network.supplies.kind[network.supplies.order] == SupplyKind.LINE],
        inputs=inputs,
        users=users,
        shares=_table([network.supplies.share_owner, network.supplies.share_ppm]),
        periods=periods,
        known=_known_events(network),
        bare=bare,
        stops_ptr=stops_ptr,
        stops=stops,
    )  # fmt: skip
    return Packed(tables, hours, classes)


def _table(columns: Sequence[NDArray[Any]], dtype: type[np.integer[Any]] = np.int64) -> NDArray[Any]:
    return np.stack(columns, axis=1).astype(dtype, order="C")


def rows_of_lines(rows: int, columns: int) -> I32:
    """Zeros in rows that begin where a line of the processor's cache (64 bytes) does."""
    room = np.zeros(4 * rows * columns + 64, dtype=np.int8)
    offset = -room.ctypes.data % 64
    return room[offset : offset + 4 * rows * columns].view(np.int32).reshape(rows, columns)


def _starts(counts: I64) -> I64:
    """Where each range begins, and the end of all."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])


def _by_owner(activities: I32, columns: tuple[int, ...], owner: I64, second: Bool | None = None) -> I64:
    """Rows by their activity, in order, and the activities' ranges of them written into two columns.

    With ``second``, a flag per row, each range has two parts, and three columns say where they begin and end.
    """
    parts = len(columns) - 1
    part = owner if second is None else 2 * owner + second
    ranges = _starts(np.bincount(part, minlength=parts * len(activities)))
    for number, column in enumerate(columns):
        activities[:, column] = ranges[number : number + parts * len(activities) : parts]
    return np.argsort(part, kind="stable")


def _ranks(network: Network) -> I64:
    """Rank of (priority, the rule's static value): what orders those who wait before their ready tick and tie."""
    table = network.activities
    value = np.zeros_like(table.rule_value) if network.rule is Rule.FIFO else table.rule_value
    _, priority = np.unique(table.priority, return_inverse=True)
    values, value = np.unique(value, return_inverse=True)
    return np.unique(priority * len(values) + value, return_inverse=True)[1]


def _needs(network: Network, activities: I32, group_of: I64, always: int) -> tuple[I32, I64, I64]:
    """Least units of all needs by activity and pool, and the classes of waiting, by pool.

    Who is in the same class waits for as many units of a pool in the same working time; work of no length waits in
    classes of its own, whose working time is group ``always``.
    """
    table = network.activities
    count = len(table)
    molded = np.flatnonzero(table.mold_pool != NONE)
    owner = np.concatenate([np.repeat(np.arange(count), np.diff(table.need_ptr)), molded])
    pool = np.concatenate([table.need_pool, table.mold_pool[molded]])
    units = np.concatenate([table.need_units, table.mold_min[molded]])
    molds = np.arange(len(owner)) >= len(table.need_pool)
    order = np.lexsort((units, pool, owner))
    owner, pool, units, molds = owner[order], pool[order], units[order], molds[order]
    ranges = _starts(np.bincount(owner, minlength=count))
    activities[:, c.NEEDS], activities[:, c.NEEDS_END] = ranges[:-1], ranges[1:]
    activities[:, c.FIRST_POOL] = np.append(pool, NONE)[np.where(np.diff(ranges) > 0, ranges[:-1], len(pool))]
    both = np.concatenate([group_of[owner], np.full(len(owner), always)])
    shape = (len(network.pools), int(units.max(initial=0)) + 1, always + 1)
    keys = np.ravel_multi_index((np.tile(pool, 2), np.tile(units, 2), both), shape)
    found, of_row, members = np.unique(keys, return_inverse=True, return_counts=True)
    classes = np.unravel_index(found, shape)
    pool_classes = np.searchsorted(classes[0], np.arange(len(network.pools) + 1))
    return (
        _table([pool, units, molds, of_row[: len(owner)], of_row[len(owner) :]], np.int32),
        pool_classes.astype(np.int64),
        _table([*classes, _starts(members)[:-1]]),
    )


def _supplies(network: Network) -> tuple[I64, I64, I64, I64]:
    table, orders, count = network.supplies, network.orders, len(network.supplies)
    product = np.repeat(np.arange(count), np.diff(table.input_ptr))
    with_quota = np.flatnonzero(table.input_share_ppm != UNSET)
    with_quota = with_quota[np.lexsort((product[with_quota], table.input_supply[with_quota]))]
    users = _starts(np.bincount(table.input_supply[with_quota], minlength=count))
    quota = np.full(len(product), NONE)
    quota[with_quota] = np.arange(len(with_quota))
    queues = _starts(np.bincount(orders.supply, minlength=count))
    reserved = np.zeros(count, dtype=np.int64)
    reserved[orders.supply[orders.reserved_from != UNSET]] = 1
    lines = table.kind == SupplyKind.LINE
    periods = np.unique(table.period[lines])
    packed = np.zeros((count, c.SUPPLY_COLUMNS), dtype=np.int64)
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
        (c.USERS, users[:-1]),
        (c.USERS_END, users[1:]),
        (c.QUEUE, queues[:-1]),
        (c.HAS_RESERVED, reserved),
        (c.CLOCK, np.where(lines, np.searchsorted(periods, table.period), NONE)),
    ):
        packed[:, column] = values
    return packed, _table([table.input_supply, table.input_need, quota]), table.input_share_ppm[with_quota], periods


def _known_events(network: Network) -> I64:
    """Dated orders and withdrawals within the horizon; what lies before zero enters at zero (semantics 19)."""
    orders = network.orders

    def events(kind: int, which: I64, tick: I64) -> I64:
        at = np.maximum(tick[which], 0)
        return ((at << c.TICK_SHIFT) | (kind << c.KIND_SHIFT) | which)[at <= network.horizon]

    placed = events(c.PLACE, np.flatnonzero(orders.placement == Placement.DATED), orders.offset)
    withdrawn = events(c.WITHDRAW, np.flatnonzero(orders.withdraw != UNSET), orders.withdraw)
    return np.sort(np.concatenate([placed, withdrawn]))


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


def _hours(network: Network, groups: list[Group]) -> tuple[I64, I64, I64, I64]:
    """Open intervals of the groups, one after the other, and the disruptions that stop each."""
    calendars = network.calendars
    opens, closes, before = [], [], []
    stops: list[int] = []
    ptr = [0]
    stops_ptr = [0]
    # the last group is around the clock and never stopped: that of classes of work without length
    for calendar, stopped_by in [*groups, (NONE, ())]:
        if calendar == NONE:
            opens.append(np.array([-ALWAYS]))
            closes.append(np.array([ALWAYS]))
        else:
            rows = slice(*calendars.ptr[calendar : calendar + 2].tolist())
            opens.append(calendars.open_start[rows])
            closes.append(calendars.open_end[rows])
        before.append(_starts(closes[-1] - opens[-1])[:-1])
        ptr.append(ptr[-1] + len(opens[-1]))
        stops += stopped_by
        stops_ptr.append(len(stops))
    return (
        _table([np.array(ptr[:-1]), np.array(ptr[1:])]),
        _table([np.concatenate(opens), np.concatenate(closes), np.concatenate(before)]),
        np.array(stops_ptr, dtype=np.int64),
        np.array(stops, dtype=np.int64),
    )
