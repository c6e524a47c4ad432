"""The capacity of pools over time in all replications of a chunk, laid end to end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from buildsim.analysis.ranges import ranges
from buildsim.network.codes import NEVER
from buildsim.network.network import I64
from buildsim.sampling.samples import Samples


class PoolSteps(NamedTuple):
    """Times with the same capacity [tick, until); arrays of one length, until NEVER where it does not change again."""

    row: I64
    pool: I64
    tick: I64
    until: I64
    capacity: I64

    @classmethod
    def of(cls, samples: Samples) -> PoolSteps:
        """By replication, pool and tick."""
        pools = samples.pool_ptr.shape[1] - 1
        whose, step = ranges(samples.pool_ptr[:, :-1].ravel(), samples.pool_ptr[:, 1:].ravel())
        tick = samples.pool_tick[step]
        until = np.append(tick[1:], NEVER)[: len(tick)]
        until[:-1][whose[1:] != whose[:-1]] = NEVER
        return cls(whose // max(pools, 1), whose % max(pools, 1), tick, until, samples.pool_capacity[step])
