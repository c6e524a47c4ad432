"""The additive reduction of outcomes, chunk by chunk, to what a result needs of all replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.attribution import Tally
from buildsim.analysis.blocked import blocker_of
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.milestones import percentile, reached_ticks
from buildsim.analysis.owners import OwnerMilestone, owner_milestones
from buildsim.analysis.path import path_of, site_start
from buildsim.analysis.pool_use import PoolUse
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.network.codes import NEVER
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


@dataclass(frozen=True, slots=True)
class Findings:
    """What the replications of a study came to."""

    number: I64
    """(n,) Replication numbers, ascending."""
    finish: I64
    """(n, milestones) Ticks, NEVER where not reached."""
    tallies: tuple[Tally, ...]
    """Per milestone of the network."""
    owner_milestones: tuple[OwnerMilestone, ...]
    owner_tallies: tuple[Tally, ...]
    """Per entry of ``owner_milestones``."""
    pool_use: tuple[float, ...]
    """Per pool: the share of its capacity in use between tick 0 and the last finish."""

    def percentile_replication(self, milestone: int) -> int | None:
        """The number of the replication that is the P50 of a milestone, the lowest on ties; None if unreached."""
        ticks = self.finish[:, milestone]
        median = percentile(ticks, 50)
        return None if median is None else int(self.number[np.argmax(ticks == median)])


def milestone_ticks(network: Network, outcome: Outcome) -> I64:
    """(R, milestones) Finish ticks of the milestones, NEVER where not reached, clipped to their sites' starts."""
    origins = [site_start(network, milestone) for milestone in range(len(network.milestones.name))]
    return reached_ticks(outcome.finish[:, network.milestones.activity], np.array(origins, dtype=np.int64))


class Reduction:
    """Takes chunks in any order and any split, with equal findings.

    Memory grows with replications only by a tick per milestone, which the order statistics need.
    """

    def __init__(self, network: Network) -> None:
        self._lookup = Lookup(network)
        self._network = network
        self._origins = [site_start(network, milestone) for milestone in range(len(network.milestones.name))]
        self._owner_milestones = owner_milestones(network)
        self._tallies = tuple(Tally() for _ in self._origins)
        self._owner_tallies = tuple(Tally() for _ in self._owner_milestones)
        self._pool_use = PoolUse(network)
        self._finish: dict[int, I64] = {}

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        if outcome.first in self._finish:
            raise ValueError(f"the chunk that begins with replication {outcome.first} was added twice")
        finish = milestone_ticks(self._network, outcome)
        self._finish[outcome.first] = finish
        self._pool_use.add(samples, outcome)
        for row, ticks in enumerate(finish.tolist()):
            self._add_replication(Replication.of(samples, outcome, row), ticks)

    def result(self) -> Findings:
        """The findings of all chunks so far; ValueError if there is none."""
        firsts = sorted(self._finish)
        if not firsts:
            raise ValueError("no replication has been added")
        return Findings(
            number=np.concatenate([np.arange(len(self._finish[first])) + first for first in firsts]),
            finish=np.concatenate([self._finish[first] for first in firsts]),
            tallies=self._tallies,
            owner_milestones=self._owner_milestones,
            owner_tallies=self._owner_tallies,
            pool_use=tuple(self._pool_use.shares()),
        )

    def _add_replication(self, run: Replication, finish: list[int]) -> None:
        subjects = [(tally, index, self._origins[index]) for index, tally in enumerate(self._tallies)]
        for tally, own in zip(self._owner_tallies, self._owner_milestones, strict=True):
            subjects.append((tally, own.attained_by(finish), own.origin))
        paths: dict[tuple[int, int], list[Segment]] = {}
        for tally, milestone, origin in subjects:
            if finish[milestone] == NEVER:
                tally.add_blocked(blocker_of(self._lookup, run, milestone))
                continue
            if (milestone, origin) not in paths:
                paths[milestone, origin] = path_of(self._lookup, run, milestone, origin)
            tally.add_path(paths[milestone, origin])
