"""Racks that lie idle: delivered, but not yet being set up, in GPU-days (rack-days) per site and replication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


@dataclass(frozen=True, slots=True)
class Idle:
    """Of each site, in the network's order; replications ascending."""

    gpu_days: F64
    """(n, sites) To the start of the activity that needs them, or to the horizon if it has not started by then."""
    rack_days: F64
    """(n, sites) The same in racks."""
    ordered: Bool
    """(sites) Whether the site orders racks at all."""
    in_gpus: Bool
    """(sites) Whether all racks that it orders say how many GPUs they are."""


def rack_orders(network: Network) -> I64:
    """Indices of the orders of supplies with a rating that an activity of a site needs."""
    orders, supplies = network.orders, network.supplies
    return np.flatnonzero((orders.consumer != NONE) & (supplies.racks[orders.supply] > 0))


class IdleTally:
    """Takes chunks in any order and keeps two numbers per site and replication.

    Counted are the orders of supplies with a rating: quantity x GPUs x (start of the activity that needs it -
    delivery), both by the horizon. What an absent branch would have ordered is nothing.
    """

    def __init__(self, network: Network) -> None:
        orders, supplies = network.orders, network.supplies
        self._orders = rack_orders(network)
        self._consumer = orders.consumer[self._orders]
        self._sites = len(network.sites.name)
        self._horizon = network.horizon
        self._site = network.activities.site[self._consumer]
        supply = orders.supply[self._orders]
        self._per_unit = (supplies.gpus[supply], supplies.racks[supply])
        self._chunks = Chunks()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        quantity = samples.quantity[:, self._orders]
        delivered, start = outcome.delivery[:, self._orders], outcome.start[:, self._consumer]
        taken = np.where(start == NONE, self._horizon, start)
        idle = np.where((delivered == UNSET) | (quantity == 0), 0, np.maximum(taken - delivered, 0))
        days = idle * quantity / TICKS_PER_DAY
        self._chunks.add(outcome, *(self._by_site(days * per) for per in self._per_unit))

    def result(self) -> Idle:
        """All chunks so far; ValueError if there is none."""
        counts = np.bincount(self._site, minlength=self._sites)
        with_gpus = np.bincount(self._site[self._per_unit[0] > 0], minlength=self._sites)
        gpu_days, rack_days = self._chunks.rows()
        return Idle(gpu_days, rack_days, counts > 0, counts == with_gpus)

    def _by_site(self, values: F64) -> F64:
        columns = [values[:, self._site == site].sum(axis=1) for site in range(self._sites)]
        return np.column_stack(columns)
