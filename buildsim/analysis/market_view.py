"""Supplies by calendar quarter as played: what was ordered, delivered and made, who waits, and for how long.

Amounts are in smallest units. A replication counts in a quarter if it was played through its end; it ends with its
last activity. An order counts in the backlog, whole, until it is delivered whole or withdrawn; what has been set aside
for it by then is still in stock. What a withdrawn order kept counts as delivered when it is withdrawn, the rest as
withdrawn. So at each quarter's end, in each replication,

    ordered = delivered + withdrawn + backlog, and of a line
    initial stock + finished = used by products + delivered + stock,

where an order that an actual date says was delivered takes nothing from the stock. An order of an activity that had
begun before the order was to be placed counts as placed when it was delivered; its lead time is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.analysis.milestones import quantile_rank
from buildsim.analysis.quarters import PPM, Quarters, lots_of
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, SupplyKind
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

PERCENTS = (10, 90)
"""Of backlog and stock, over the replications."""
LEAD_PERCENTS = (50, 90)
"""Of lead times, over the orders."""

_DAYS = 10**6  # more than any horizon has; a key of a lead time is (buyer, supply, quarter) x _DAYS + days
_NEVER = _DAYS - 1


class Buyer(IntEnum):
    """Who orders."""

    MARKET = 0
    SITES = 1


@dataclass(frozen=True, slots=True)
class MarketView:
    """Means over the replications that count in each quarter; NaN where none does. S supplies, Q quarters."""

    quarters: Quarters
    replications: I64
    """(Q,) How many count."""
    capacity: F64
    """(S, Q) What the lots that closed could start by their own capacity."""
    started: F64
    finished: F64
    """(S, Q) Good units that reached the stock."""
    used: F64
    """(S, Q) What lots of products took."""
    stock: F64
    """(S, Q) At the quarter's end."""
    stock_at: F64
    """(percents, S, Q) Its order statistics at `PERCENTS`."""
    ordered: F64
    """(buyers, S, Q); so are the next three, by `Buyer`."""
    delivered: F64
    withdrawn: F64
    backlog: F64
    """At the quarter's end."""
    backlog_at: F64
    """(percents, S, Q) Of the backlog of both."""
    lead_mean: F64
    """(buyers, S, Q) Days from order to delivery of the orders placed in the quarter that were delivered."""
    lead_at: F64
    """(percents, buyers, S, Q) Order statistics of all of them at `LEAD_PERCENTS`, to the day; NaN: not delivered."""
    undelivered: F64
    """(buyers, S, Q) Share of them that were not delivered whole by the end of their replication."""


class MarketTally:
    """Takes chunks in any order and any split, with equal findings: all sums are of integers.

    Memory grows with replications by two integers a supply and quarter, which the order statistics need.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self.quarters = Quarters.of(network)
        # the horizon's own instant is played
        self._edges = np.minimum(self.quarters.first_tick, network.horizon + 1)
        self._shape = len(network.supplies), len(self.quarters.name)
        self._buyer = np.where(network.orders.consumer == NONE, Buyer.MARKET, Buyer.SITES).astype(np.int64)
        self._cell = self._buyer * self._shape[0] + network.orders.supply
        on_line = network.supplies.kind[network.orders.supply] == SupplyKind.LINE
        self._from_stock = on_line & (network.orders.delivered == UNSET)
        self._counts = np.zeros(self._shape[1], dtype=np.int64)
        self._sums = {
            name: np.zeros(self._shape, dtype=np.int64) for name in ("capacity", "started", "finished", "used")
        }
        self._by_buyer = {
            name: np.zeros((len(Buyer), *self._shape), dtype=np.int64)
            for name in ("ordered", "delivered", "withdrawn", "backlog")
        }
        self._lead_ticks = np.zeros((len(Buyer), *self._shape), dtype=np.int64)
        self._lead_keys, self._lead_counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._levels = Chunks()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        end = played_to(self._network, outcome)
        counts = end[:, None] >= self._edges[None, 1:] - 1
        placed = _placed(outcome)
        flows = self._orders(samples, outcome, placed, end)
        made = self._lines(samples, outcome)
        level = flows["ordered"] - flows["delivered"] - flows["withdrawn"]
        backlog = np.cumsum(level, axis=-1)[..., 1:]
        net = made["finished"] - made["used"] - flows["from_stock"].sum(axis=1)
        stock = self._network.supplies.initial_stock[:, None] + np.cumsum(net, axis=-1)[..., 1:]
        self._levels.add(outcome, counts, backlog.sum(axis=1), stock)
        self._counts += counts.sum(axis=0)
        for name, total in self._sums.items():
            total += _counted(made[name][..., 1:], counts)
        for name, by_buyer in self._by_buyer.items():
            by_buyer += _counted(backlog if name == "backlog" else flows[name][..., 1:], counts)
        self._add_leads(samples, outcome, placed)

    def result(self) -> MarketView:
        """All chunks so far; ValueError if there is none."""
        counts, backlog, stock = self._levels.rows()
        means = {name: self._mean(total) for name, total in self._sums.items()}
        by_buyer = {name: self._mean(total) for name, total in self._by_buyer.items()}
        number, delivered, at = self._lead_statistics()
        return MarketView(
            quarters=self.quarters,
            replications=self._counts,
            stock=self._mean(_counted(stock, counts)),
            stock_at=_order_statistics(stock, counts),
            backlog_at=_order_statistics(backlog, counts),
            lead_mean=_divided(self._lead_ticks / TICKS_PER_DAY, delivered),
            lead_at=at,
            undelivered=_divided((number - delivered).astype(np.float64), number),
            **means,
            **by_buyer,
        )

    def _orders(self, samples: Samples, outcome: Outcome, placed: I64, end: I64) -> dict[str, I64]:
        """(R, buyers, S, 1 + Q) Units by the bin in which they were ordered, delivered and withdrawn."""
        orders = self._network.orders
        lacking = outcome.order_open
        withdraw = np.broadcast_to(np.maximum(orders.withdraw, 0), lacking.shape)
        gave_up = (
            (orders.withdraw != UNSET) & (placed != UNSET) & (outcome.delivery == UNSET) & (withdraw <= end[:, None])
        )
        got = np.where(gave_up, samples.quantity - lacking, samples.quantity)
        gone = np.where(gave_up, withdraw, outcome.delivery)
        return {
            "ordered": self._binned(placed, samples.quantity, placed != UNSET),
            "delivered": self._binned(gone, got, gone != UNSET),
            "from_stock": self._binned(gone, got, (gone != UNSET) & self._from_stock),
            "withdrawn": self._binned(withdraw, lacking, gave_up),
        }

    def _binned(self, ticks: I64, units: I64, which: Bool) -> I64:
        """Bin 0 is before tick 0, the others are the quarters; what is after them is left out."""
        width = self._shape[1] + 2
        cells = len(Buyer) * self._shape[0]
        row, order = np.nonzero(which)
        key = (row * cells + self._cell[order]) * width + np.searchsorted(self._edges, ticks[which], side="right")
        # float64 sums of whole numbers are exact up to 2^53
        sums = np.bincount(key, weights=units[which], minlength=len(ticks) * cells * width)
        return sums.astype(np.int64).reshape(len(ticks), len(Buyer), self._shape[0], width)[..., :-1]

    def _lines(self, samples: Samples, outcome: Outcome) -> dict[str, I64]:
        """(R, S, 1 + Q) What lines could start, started and finished, and what was used of them."""
        supplies, count = self._network.supplies, len(outcome)
        found = {
            name: np.zeros((count, self._shape[0], 1 + self._shape[1]), dtype=np.int64)
            for name in ("capacity", "started", "finished", "used")
        }
        for supply, lots, closed in lots_of(self._network):
            started = outcome.lot_started[:, lots]
            found["capacity"][:, supply] = self._in_bins(closed, samples.lot_capacity[:, lots])
            found["started"][:, supply] = self._in_bins(closed, started)
            arrival = closed + samples.cycle[:, supply, None]
            found["finished"][:, supply] = self._in_bins(arrival, _good(started, samples.lot_yield[:, lots]))
            for row in range(supplies.input_ptr[supply], supplies.input_ptr[supply + 1]):
                taken = found["started"][:, supply] * supplies.input_need[row]
                found["used"][:, supplies.input_supply[row]] += taken
        return found

    def _in_bins(self, ticks: I64, units: I64) -> I64:
        width = self._shape[1] + 2
        rows = np.arange(len(units), dtype=np.int64)[:, None] * width
        key = rows + np.searchsorted(self._edges, np.broadcast_to(ticks, units.shape), side="right")
        sums = np.bincount(key.ravel(), weights=units.ravel(), minlength=len(units) * width)
        return sums.astype(np.int64).reshape(len(units), width)[:, :-1]

    def _add_leads(self, samples: Samples, outcome: Outcome, placed: I64) -> None:
        tick = outcome.order_tick
        which = (tick >= 0) & (tick < self._edges[-1]) & (samples.quantity > 0) & (tick == placed)
        _, order = np.nonzero(which)
        quarter = np.searchsorted(self._edges, tick[which], side="right") - 1
        cell = self._cell[order] * self._shape[1] + quarter
        arrived = outcome.delivery[which] != UNSET
        ticks = outcome.delivery[which] - tick[which]
        waited = np.where(arrived, ticks, 0)
        size = self._lead_ticks.size
        sums = np.bincount(cell, weights=waited, minlength=size).astype(np.int64)
        self._lead_ticks += sums.reshape(self._lead_ticks.shape)
        days = np.where(arrived, (waited + TICKS_PER_DAY // 2) // TICKS_PER_DAY, _NEVER)
        keys, counts = np.unique(cell * _DAYS + days, return_counts=True)
        self._lead_keys, inverse = np.unique(np.concatenate([self._lead_keys, keys]), return_inverse=True)
        both = np.concatenate([self._lead_counts, counts])
        self._lead_counts = np.bincount(inverse, weights=both, minlength=len(self._lead_keys)).astype(np.int64)

    def _lead_statistics(self) -> tuple[I64, I64, F64]:
        """(buyers, S, Q) Orders, those delivered, and (percents, ...) the order statistics of their days."""
        shape = self._lead_ticks.shape
        cell, days = self._lead_keys // _DAYS, self._lead_keys % _DAYS
        size = self._lead_ticks.size
        number = np.bincount(cell, weights=self._lead_counts, minlength=size).astype(np.int64)
        late = days == _NEVER
        never = np.bincount(cell[late], weights=self._lead_counts[late], minlength=size).astype(np.int64)
        at = np.full((len(LEAD_PERCENTS), size), np.nan)
        before = np.cumsum(number) - number  # orders in earlier cells: keys ascend by cell, then days
        reached = np.cumsum(self._lead_counts)
        some = number > 0
        for row, percent in enumerate(LEAD_PERCENTS):
            rank = before[some] + -(-percent * number[some] // 100)
            value = days[np.searchsorted(reached, rank)]
            at[row, some] = np.where(value == _NEVER, np.nan, value)
        delivered = number - never
        return number.reshape(shape), delivered.reshape(shape), at.reshape(len(LEAD_PERCENTS), *shape)

    def _mean(self, total: I64) -> F64:
        return _divided(total.astype(np.float64), np.broadcast_to(self._counts, total.shape))


def played_to(network: Network, outcome: Outcome) -> I64:
    """(R,) The last instant that was played: that of the last finish, else the horizon (semantics 23)."""
    unfinished = (outcome.finish == NONE).any(axis=1)
    return np.where(unfinished, network.horizon, outcome.finish.max(axis=1, initial=0))


def _placed(outcome: Outcome) -> I64:
    """(R, orders) When each was placed, at the latest when it was delivered; UNSET where it was not."""
    unplaced = outcome.order_tick == UNSET
    by_then = np.where(unplaced, outcome.delivery, np.minimum(outcome.order_tick, outcome.delivery))
    return np.where(outcome.delivery == UNSET, outcome.order_tick, by_then)


def _good(started: I64, yield_ppm: I64) -> I64:
    """(R, lots) Good units of each lot; what a lot's yield leaves over is carried to the next (semantics 17)."""
    whole, rest = np.divmod(started * yield_ppm, PPM)
    carried = np.cumsum(rest, axis=1) // PPM
    return whole + np.diff(carried, axis=1, prepend=0)


def _counted(amounts: I64, counts: Bool) -> I64:
    """Sum over the replications that count; ``amounts`` is (R, ..., Q), ``counts`` (R, Q)."""
    shape = (len(counts), *(1,) * (amounts.ndim - 2), counts.shape[1])
    total: I64 = np.where(counts.reshape(shape), amounts, 0).sum(axis=0)
    return total


def _order_statistics(amounts: I64, counts: Bool) -> F64:
    """(percents, S, Q) The ceil(p n)-th smallest of those that count."""
    found = np.full((len(PERCENTS), *amounts.shape[1:]), np.nan)
    for quarter in range(counts.shape[1]):
        theirs = np.sort(amounts[counts[:, quarter], :, quarter], axis=0)
        if len(theirs):
            found[:, :, quarter] = theirs[[quantile_rank(len(theirs), percent) - 1 for percent in PERCENTS]]
    return found


def _divided(total: F64, number: I64) -> F64:
    mean: F64 = np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
    return mean
