"""Who holds the units of each pool, quarter by quarter, of what the market leaves to the sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.analysis.holdings import Needs, PoolSteps
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
        self._network = network
        self.quarters = Quarters.of(network)
        self._edges = np.minimum(self.quarters.first_tick, network.horizon)
        self._shape = len(network.sites.name), len(network.pools), len(self.quarters.name)
        self._needs = Needs(network)
        self._cell = network.activities.site[self._needs.activity] * self._shape[1] + self._needs.pool
        self._held = np.zeros((self._shape[0] * self._shape[1], self._shape[2]), dtype=np.int64)
        self._offered = np.zeros(self._shape[1:], dtype=np.int64)
        self._added = Chunks()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        self._added.add(outcome)
        self._add_held(outcome)
        self._add_offered(samples)

    def result(self) -> PoolHolders:
        """All chunks so far; ValueError if there is none."""
        if not self._added:
            raise ValueError("no replication has been added")
        ticks = np.diff(self._edges) * len(self._added)
        pools, curves = self._network.pools, self._network.curves
        market = np.zeros(self._shape[1:])
        for pool, curve in enumerate(pools.market.tolist()):
            if curve != NONE:
                market[pool] = np.diff(Curve.of(curves, curve).integral(self._edges)) / np.diff(self._edges)
        held = self._held.reshape(self._shape)
        return PoolHolders(self.quarters, self._offered / ticks, held / ticks, market)

    def _add_held(self, outcome: Outcome) -> None:
        start, end = outcome.start[:, self._needs.activity], outcome.end_of_work[:, self._needs.activity]
        units = np.where(start == NONE, 0, self._needs.units(outcome))
        until = np.where(end == NONE, self._network.horizon, end)
        before = np.zeros(len(self._cell), dtype=np.int64)
        for quarter, edge in enumerate(self._edges.tolist()):
            held = (np.clip(edge - start, 0, until - start) * units).sum(axis=0)
            if quarter:
                np.add.at(self._held[:, quarter - 1], self._cell, held - before)
            before = held

    def _add_offered(self, samples: Samples) -> None:
        """Each step holds until the next of its pool, the last one to the horizon."""
        steps = PoolSteps.of(samples)
        until = np.minimum(steps.until, self._network.horizon)
        before = np.zeros(len(steps.pool), dtype=np.int64)
        for quarter, edge in enumerate(self._edges.tolist()):
            offered = np.clip(edge - steps.tick, 0, until - steps.tick) * steps.capacity
            if quarter:
                np.add.at(self._offered[:, quarter - 1], steps.pool, offered - before)
            before = offered
