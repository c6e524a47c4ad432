"""How much of each pool's capacity was in use, from tick 0 to the last finish of each replication."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.holdings import Needs, PoolSteps
from buildsim.network.codes import NONE
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


class PoolUse:
    """Unit-ticks held and offered per pool, added up over chunks in integers."""

    def __init__(self, network: Network) -> None:
        self._needs = Needs(network)
        self._held = np.zeros(len(network.pools), dtype=np.int64)
        self._offered = np.zeros(len(network.pools), dtype=np.int64)

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk."""
        last = outcome.finish.max(axis=1, initial=0)
        held = _held_ticks(outcome, last)[:, self._needs.activity] * self._needs.units(outcome)
        np.add.at(self._held, self._needs.pool, held.sum(axis=0))
        steps = PoolSteps.of(samples)
        end = last[steps.row]
        lasts = np.minimum(steps.until, end) - np.clip(steps.tick, 0, end)
        np.add.at(self._offered, steps.pool, np.maximum(lasts, 0) * steps.capacity)

    def shares(self) -> list[float]:
        """Per pool: units held / units offered, over all replications; 0 for a pool that offers nothing."""
        return [
            held / offered if offered else 0.0
            for held, offered in zip(self._held.tolist(), self._offered.tolist(), strict=True)
        ]


def _held_ticks(outcome: Outcome, last: I64) -> I64:
    """Ticks for which each activity held its units in [0, last), of shape (replications, activities)."""
    until = np.where(outcome.end_of_work == NONE, last[:, None], outcome.end_of_work)
    held = np.minimum(until, last[:, None]) - np.maximum(outcome.start, 0)
    return np.where(outcome.start == NONE, 0, np.maximum(held, 0))
