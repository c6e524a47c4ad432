"""How many events a chunk of replications has: the unit of work by which networks of any size are compared.

They are counted in what both engines return, so both have the same: finishes of activities, deliveries of orders, steps
of the pools' capacities, and lots. What happened before tick 0 is none, nor is what was not played.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from buildsim.network.codes import LOT_UNPLAYED, NONE, UNSET
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


@dataclass(frozen=True, slots=True)
class Events:
    """Of all replications of a chunk together."""

    finishes: int
    deliveries: int
    steps: int
    lots: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(astuple(self))


def count_events(network: Network, samples: Samples, outcome: Outcome) -> Events:
    """Count finishes without an actual date, deliveries from tick 0 on, steps after it, and lots that were played."""
    finished = outcome.finish != NONE
    # a replication ends with its last activity, or at the horizon if one has not finished
    end = np.where(finished.all(axis=1), outcome.finish.max(axis=1, initial=0), network.horizon)
    return Events(
        finishes=int((finished & (network.activities.actual_finish == UNSET)).sum()),
        deliveries=int(((outcome.delivery != UNSET) & (outcome.delivery >= 0)).sum()),
        steps=sum(_steps(samples, row, int(end[row])) for row in range(len(samples))),
        lots=int((outcome.lot_limit != LOT_UNPLAYED).sum()),
    )


def _steps(samples: Samples, row: int, end: int) -> int:
    pointers: I64 = samples.pool_ptr[row]
    ticks = samples.pool_tick[pointers[0] : pointers[-1]]
    return int(((ticks > 0) & (ticks <= end)).sum())
