"""Lines by calendar quarter: what they could start, what is asked of them, and what they made.

All amounts are in smallest units, as arrays of shape (supplies, quarters), means over the replications of a chunk;
supplies of the lead-time kind have zeros.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from buildsim.network.codes import TICKS_PER_DAY, Placement
from buildsim.network.network import F64, I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Quarters:
    """The calendar quarters of a network's horizon; the first and the last may be cut."""

    name: tuple[str, ...]
    """Such as 2026Q1."""
    first_tick: I64
    """Of each quarter, and one past the last."""

    @classmethod
    def of(cls, network: Network) -> Quarters:
        """Those from the scenario's start to its horizon."""
        year, quarter = network.start.year, (network.start.month - 1) // 3
        names: list[str] = []
        edges = [0]
        while edges[-1] < network.horizon:
            names.append(f"{year}Q{quarter + 1}")
            year, quarter = year + (quarter == 3), (quarter + 1) % 4
            edges.append((date(year, 3 * quarter + 1, 1) - network.start).days * TICKS_PER_DAY)
        return cls(tuple(names), np.array(edges, dtype=np.int64))

    def sums(self, ticks: I64, amounts: F64) -> F64:
        """Sum of the amounts by the quarter of their tick; those outside all quarters do not count."""
        found = np.searchsorted(self.first_tick, ticks, side="right") - 1
        inside = (found >= 0) & (found < len(self.name))
        sums: F64 = np.bincount(found[inside], weights=amounts[inside], minlength=len(self.name)).astype(np.float64)
        return sums


def capacity(network: Network, samples: Samples, quarters: Quarters) -> F64:
    """What the lots that close in each quarter could start by their own capacity."""
    found = np.zeros((len(network.supplies), len(quarters.name)))
    mean = samples.lot_capacity.mean(axis=0)
    for supply, lots, closed in lots_of(network):
        found[supply] = quarters.sums(closed, mean[lots])
    return found


def demand(network: Network, samples: Samples, quarters: Quarters) -> F64:
    """What is ordered of each line in each quarter: by dated orders, and through the products that it goes into.

    A product asks for its need per good unit, in the quarter in which it is itself asked for. A line that nobody
    orders stands for others' use of its inputs and asks for what it can take.
    """
    orders, supplies = network.orders, network.supplies
    dated = (orders.placement == Placement.DATED) & (orders.offset >= 0)
    quantity = samples.quantity.mean(axis=0)
    found = np.zeros((len(supplies), len(quarters.name)))
    for supply in range(len(supplies)):
        own = dated & (orders.supply == supply)
        found[supply] = quarters.sums(orders.offset[own], quantity[own])
    able, good_share = capacity(network, samples, quarters), _good_share(network, samples, quarters)
    ordered = set(orders.supply.tolist()) | set(supplies.input_supply.tolist())
    for product in reversed(supplies.order.tolist()):
        if product not in ordered:
            found[product] = able[product] * good_share[product]
        share = good_share[product]  # where nothing is good, no amount would do
        started = np.divide(found[product], share, out=np.zeros_like(share), where=share > 0)
        for row in range(supplies.input_ptr[product], supplies.input_ptr[product + 1]):
            found[supplies.input_supply[row]] += started * supplies.input_need[row]
    return found


def finished(network: Network, samples: Samples, outcome: Outcome, quarters: Quarters) -> F64:
    """Good units that reached the stock in each quarter."""
    found = np.zeros((len(network.supplies), len(quarters.name)))
    good = outcome.lot_started * (samples.lot_yield / PPM)
    for supply, lots, closed in lots_of(network):
        for replication in range(len(outcome)):
            arrived = closed + samples.cycle[replication, supply]
            found[supply] += quarters.sums(arrived, good[replication, lots])
    return found / len(outcome)


def used(network: Network, outcome: Outcome, quarters: Quarters) -> F64:
    """Smallest units of each input that its products' lots took in each quarter."""
    supplies = network.supplies
    found = np.zeros((len(supplies), len(quarters.name)))
    started = outcome.lot_started.mean(axis=0)
    for supply, lots, closed in lots_of(network):
        amounts = quarters.sums(closed, started[lots])
        for row in range(supplies.input_ptr[supply], supplies.input_ptr[supply + 1]):
            found[supplies.input_supply[row]] += amounts * supplies.input_need[row]
    return found


def lots_of(network: Network) -> Iterator[tuple[int, slice, I64]]:
    """Of each line: its index, the columns of its lots, and the ticks at which they close."""
    supplies = network.supplies
    for supply in range(len(supplies)):
        lots = slice(int(supplies.lot_ptr[supply]), int(supplies.lot_ptr[supply + 1]))
        if lots.stop > lots.start:
            numbers = np.arange(1, lots.stop - lots.start + 1, dtype=np.int64)
            yield supply, lots, numbers * int(supplies.period[supply])


def _good_share(network: Network, samples: Samples, quarters: Quarters) -> F64:
    """Mean yield of the lots of each quarter, 1 where there are none."""
    share = np.ones((len(network.supplies), len(quarters.name)))
    yields = samples.lot_yield.mean(axis=0) / PPM
    for supply, lots, closed in lots_of(network):
        count = quarters.sums(closed, np.ones(len(closed)))
        total = quarters.sums(closed, yields[lots])
        share[supply] = np.divide(total, count, out=np.ones_like(total), where=count > 0)
    return share
