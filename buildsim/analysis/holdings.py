"""Which activities hold units of which pools, and how many units there are, in all replications of a chunk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from buildsim.analysis.ranges import ranges
from buildsim.network.codes import NEVER, NONE
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


class Needs:
    """The needs of activities, the fixed ones first; an activity holds what it needs from start to end of work."""

    def __init__(self, network: Network) -> None:
        activities = network.activities
        fixed = np.repeat(np.arange(len(activities)), np.diff(activities.need_ptr))
        self._moldable = np.flatnonzero(activities.mold_pool != NONE)
        self._units = activities.need_units
        self.activity: I64 = np.concatenate([fixed, self._moldable])
        """(needs,)"""
        self.pool: I64 = np.concatenate([activities.need_pool, activities.mold_pool[self._moldable]])
        """(needs,)"""

    def units(self, outcome: Outcome) -> I64:
        """(R, needs) What is held while it is held."""
        fixed = np.broadcast_to(self._units, (len(outcome), len(self._units)))
        return np.concatenate([fixed, outcome.crew[:, self._moldable]], axis=1)


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
