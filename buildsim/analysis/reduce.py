"""The additive reduction of outcomes, chunk by chunk, to what a result needs of all replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.attribution import Tally
from buildsim.analysis.blocked import blocked_at_horizon
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.chunks import Chunks
from buildsim.analysis.milestones import percentile
from buildsim.analysis.owners import OwnerMilestone, owner_milestones
from buildsim.analysis.path import finish_points, path_ticks
from buildsim.analysis.pool_use import PoolUse
from buildsim.network.codes import NEVER
from buildsim.network.network import I64, Network


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


class Reduction:
    """Takes chunks in any order and any split, with equal findings.

    Memory grows with replications only by a tick per milestone, which the order statistics need.
    """

    def __init__(self, network: Network) -> None:
        self._owner_milestones = owner_milestones(network)
        own_starts = network.sites.start[network.milestones.site].tolist()
        origins = [*own_starts, *(own.origin for own in self._owner_milestones)]
        # the ticks at which paths begin, and which of them is that of each tally
        self._distinct, self._from_where = np.unique(np.array(origins, dtype=np.int64), return_inverse=True)
        self._tallies = tuple(Tally() for _ in own_starts)
        self._owner_tallies = tuple(Tally() for _ in self._owner_milestones)
        self._pool_use = PoolUse(network)
        self._finish = Chunks()

    def add(self, chunk: Chunk) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        self._finish.add(chunk.outcome, chunk.milestones)
        self._pool_use.add(chunk.samples, chunk.outcome)
        self._add_milestones(chunk)

    def result(self) -> Findings:
        """The findings of all chunks so far; ValueError if there is none."""
        [finish] = self._finish.rows()
        return Findings(
            number=self._finish.number(),
            finish=finish,
            tallies=self._tallies,
            owner_milestones=self._owner_milestones,
            owner_tallies=self._owner_tallies,
            pool_use=tuple(self._pool_use.shares()),
        )

    def _add_milestones(self, chunk: Chunk) -> None:
        """Count why each milestone of the network and of the owners was reached when it was, or was not."""
        finish, count, tallies = chunk.milestones, len(self._tallies), (*self._tallies, *self._owner_tallies)
        deciding = np.empty((len(tallies), len(finish)), dtype=np.int64)
        deciding[:count] = np.arange(count)[:, None]
        for place, own in enumerate(self._owner_milestones, count):
            deciding[place] = own.attained_by(finish)
        # an owner's path from its site's own start is that of the site
        shape = len(finish), count, len(self._distinct)
        rows, from_where = np.arange(len(finish)), self._from_where[:, None]
        asked, which = np.unique(np.ravel_multi_index((rows, deciding, from_where), shape), return_inverse=True)
        row, milestone, origin = np.unravel_index(asked, shape)
        reached = finish[row, milestone] < NEVER
        begin = finish_points(chunk, row[reached], milestone[reached])
        labels, ticks = path_ticks(chunk, begin, self._distinct[origin[reached]])
        categories = [chunk.lookup.labels.category(label) for label in labels.tolist()]
        blockers = {
            each: blocked_at_horizon(chunk, int(row[each]), int(milestone[each]))
            for each in np.flatnonzero(~reached).tolist()
        }
        number = np.cumsum(reached) - 1
        for tally, theirs in zip(tallies, which.reshape(deciding.shape), strict=True):
            tally.add_paths(categories, ticks[number[theirs[reached[theirs]]]])
            for each in theirs[~reached[theirs]].tolist():
                tally.add_blocked(blockers[each])
