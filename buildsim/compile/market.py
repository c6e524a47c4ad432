"""The rest of the market as ordinary orders, one a lot: its backlog before zero, then its demand (semantics 19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from buildsim.compile.context import MAX_UNITS, Context, half_up
from buildsim.compile.facts import Points, add_variable, points
from buildsim.compile.supplies import period
from buildsim.compile.tables import VariableTable
from buildsim.loading.parts import Block, Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Placement
from buildsim.network.curves import Curve
from buildsim.network.network import F64, I64, Orders
from buildsim.schema.parts import Market, Supply

BACKLOG_TICK = -1  # before every order of the scenario's own time
MAX_BACKLOG_TICKS = 10 * 365 * TICKS_PER_DAY  # no order on the books is older
_TOLERANCE = 1e-6  # of a smallest unit: 100 a week are 100, however the sum was rounded


class _Due(NamedTuple):
    """Orders in a row, one a lot."""

    labels: Sequence[str | int]
    ticks: I64
    units: I64
    """Smallest units; 0 is no order."""


def market_orders(context: Context, variables: VariableTable, owner: int) -> Iterator[Orders]:
    """The market's orders, by supply: the backlog first, then lot by lot; empty ones are left out."""
    for index, block in enumerate(context.blocks.supplies.values()):
        market = block.body.market
        if market is None or block.body.line is None:
            continue
        where = block.where.at("market")
        patience = None
        if market.patience is not None:
            patience = half_up(context.fixed(where.at("patience"), market.patience) * TICKS_PER_DAY)
            if patience < TICKS_PER_DAY:
                context.report(where.at("patience").problem("an order waits for a day at least", "1 day or more"))
        demand = points(context, where.at("demand"), market.demand) if market.demand is not None else None
        variable = add_variable(
            context,
            variables,
            f"market/{block.name}:demand",
            where.at("uncertainty"),
            market.uncertainty,
            on=context.start,
            curve=demand,
        )
        backlog = _backlog(context, where, block, market)
        dated, demanded = _dated(context, block, backlog, demand, patience), _demand(context, block, demand)
        for due, factor in ((dated, NONE), (demanded, variable)):
            rows = np.flatnonzero(due.units > 0)
            count, ticks = len(rows), due.ticks[rows]
            none, unset = np.full(count, NONE), np.full(count, UNSET)
            yield Orders(
                name=tuple(f"market/{block.name}#{due.labels[k]}" for k in rows.tolist()),
                supply=np.full(count, index),
                owner=np.full(count, owner),
                quantity=due.units[rows],
                quantity_variable=np.full(count, factor),
                consumer=none,
                priority=np.full(count, market.priority),
                placement=np.full(count, Placement.DATED, dtype=np.int64),
                activity=none,
                offset=ticks,
                withdraw=unset if patience is None else ticks + patience,
                reserved_from=unset,
                lead_variable=none,
                delivered=unset,
            )


def _backlog(context: Context, where: Where, block: Block[Supply], market: Market) -> int:
    """Smallest units on order at the scenario's start: the latest point by then, else the first one."""
    if market.backlog is None:
        return 0
    stated = points(context, where.at("backlog"), market.backlog).values
    by_now = [value for tick, value in stated if tick <= 0]
    backlog = by_now[-1] if by_now else stated[0][1]
    return context.units(where.at("backlog"), backlog * block.body.grain)


def _dated(context: Context, block: Block[Supply], backlog: int, demand: Points | None, patience: int | None) -> _Due:
    """The backlog as the orders of the lots before zero, the oldest first.

    They were placed at the demand of their time, back to where they make up the backlog: so an order that a site
    placed before zero has its place among them. None is older than the patience; where the demand then makes less
    than the backlog, all were larger in proportion. Without a demand it is one order just before zero.
    """
    line = block.body.line
    at_once = _Due(("backlog",), np.array([BACKLOG_TICK]), np.array([backlog]))
    if demand is None or line is None or backlog == 0:
        return at_once
    lot = period(context, block.where.at("line"), line)
    lots = ((MAX_BACKLOG_TICKS if patience is None else patience) - 1) // lot
    ticks = np.arange(lots + 1, dtype=np.int64) * lot
    asked = _cumulative(block, demand, ticks, origin=-int(ticks[-1]))
    back_to = np.maximum(asked[-1] - asked, 0.0)  # from each lot on to zero
    if back_to[0] <= 0:
        return at_once
    scale = max(1.0, backlog / float(back_to[0]))
    open_after = _whole(np.minimum(back_to * scale, backlog))
    return _Due(range(-lots, 0), ticks[:-1] - ticks[-1], -np.diff(open_after))


def _demand(context: Context, block: Block[Supply], demand: Points | None) -> _Due:
    """The order of each lot: the demand of the period that begins then."""
    line = block.body.line
    if demand is None or line is None:
        none = np.empty(0, dtype=np.int64)
        return _Due((), none, none)
    ticks_between = period(context, block.where.at("line"), line)
    ticks = np.arange(0, context.horizon + ticks_between + 1, ticks_between, dtype=np.int64)
    cumulative = _cumulative(block, demand, ticks)
    context.units(block.where.at("market", "demand"), float(cumulative[-1]))
    ordered = _whole(np.minimum(cumulative, MAX_UNITS))
    return _Due(range(len(ordered) - 1), ticks[:-1], np.diff(ordered))


def _whole(units: F64) -> I64:
    """Whole units of sums that may be rounded."""
    return np.floor(units + _TOLERANCE).astype(np.int64)


def _cumulative(block: Block[Supply], demand: Points, ticks: I64, *, origin: int = 0) -> F64:
    """Demand in smallest units from `origin` to each of the ticks after it."""
    curve = Curve(
        np.array([tick - origin for tick, _ in demand.values], dtype=np.int64),
        np.array([value * block.body.grain for _, value in demand.values]),
        linear=False,
    )
    return curve.integral(ticks) / TICKS_PER_DAY
