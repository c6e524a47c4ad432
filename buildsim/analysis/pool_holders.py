"""Who holds the units of each pool, quarter by quarter, of what the market leaves to the sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.quarters import Quarters
from buildsim.network.codes import NONE
from buildsim.network.curves import Curve
from buildsim.network.network import F64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


@dataclass(frozen=True, slots=True)
class PoolHolders:
    """Means over the replications and the time of each quarter, up to the horizon. P pools, Q quarters."""

    quarters: Quarters
    capacity: F64
    """(P, Q) Units that the sites may hold: what the market leaves, as drawn."""
    held: F64
    """(sites, P, Q) Units that each site holds, nights and waits included (semantics 5)."""
    market: F64
    """(P, Q) Units that the market holds, as stated: its drawn factor is in the capacity only."""


class PoolHoldersTally:
    """Takes chunks in any order and any split, with equal findings: unit-ticks are added up in integers."""

    def __init__(self, network: Network) -> None:
        activities = network.activities
        self._network = network
        self.quarters = Quarters.of(network)
        self._edges = np.minimum(self.quarters.first_tick, network.horizon)
        self._shape = len(network.sites.name), len(network.pools), len(self.quarters.name)
        need_activity = np.repeat(np.arange(len(activities)), np.diff(activities.need_ptr))
        self._moldable = np.flatnonzero(activities.mold_pool != NONE)
        self._holder = np.concatenate([need_activity, self._moldable])
        pool = np.concatenate([activities.need_pool, activities.mold_pool[self._moldable]])
        self._cell = activities.site[self._holder] * self._shape[1] + pool
        self._held = np.zeros((self._shape[0] * self._shape[1], self._shape[2]), dtype=np.int64)
        self._offered = np.zeros(self._shape[1:], dtype=np.int64)
        self._added: set[int] = set()
        self._count = 0

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        if outcome.first in self._added:
            raise ValueError(f"the chunk that begins with replication {outcome.first} was added twice")
        self._added.add(outcome.first)
        self._count += len(outcome)
        self._add_held(outcome)
        self._add_offered(samples)

    def result(self) -> PoolHolders:
        """All chunks so far; ValueError if there is none."""
        if not self._count:
            raise ValueError("no replication has been added")
        ticks = np.diff(self._edges) * self._count
        pools, curves = self._network.pools, self._network.curves
        market = np.zeros(self._shape[1:])
        for pool, curve in enumerate(pools.market.tolist()):
            if curve != NONE:
                market[pool] = np.diff(Curve.of(curves, curve).integral(self._edges)) / np.diff(self._edges)
        held = self._held.reshape(self._shape)
        return PoolHolders(self.quarters, self._offered / ticks, held / ticks, market)

    def _add_held(self, outcome: Outcome) -> None:
        fixed = np.broadcast_to(
            self._network.activities.need_units, (len(outcome), self._network.activities.need_units.size)
        )
        units = np.concatenate([fixed, outcome.crew[:, self._moldable]], axis=1)
        start, end = outcome.start[:, self._holder], outcome.end_of_work[:, self._holder]
        units = np.where(start == NONE, 0, units)
        until = np.where(end == NONE, self._network.horizon, end)
        before = np.zeros(len(self._cell), dtype=np.int64)
        for quarter, edge in enumerate(self._edges.tolist()):
            held = (np.clip(edge - start, 0, until - start) * units).sum(axis=0)
            if quarter:
                np.add.at(self._held[:, quarter - 1], self._cell, held - before)
            before = held

    def _add_offered(self, samples: Samples) -> None:
        """Each step holds until the next of its pool, the last one to the horizon."""
        pools = self._shape[1]
        for row in range(len(samples)):
            pointer = samples.pool_ptr[row]
            steps = slice(int(pointer[0]), int(pointer[-1])) if pools else slice(0, 0)
            tick, capacity = samples.pool_tick[steps], samples.pool_capacity[steps]
            of_pool = np.repeat(np.arange(pools), np.diff(pointer))
            last = np.append(of_pool[1:] != of_pool[:-1], True)[: len(of_pool)]
            until = np.where(last, self._network.horizon, np.append(tick[1:], 0)[: len(tick)])
            lasts = np.clip(self._edges[:, None] - tick, 0, until - tick) * capacity
            for quarter, ticks in enumerate(np.diff(lasts, axis=0)):
                np.add.at(self._offered[:, quarter], of_pool, ticks)
