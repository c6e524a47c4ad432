"""Which activities drive a milestone, and how strongly: criticality, cruciality and schedule sensitivity.

The criticality index is Van Slyke's (Monte Carlo methods and the PERT problem, 1963), the share of the replications in
which an activity is critical, here: lies on the milestone's driving path. Cruciality is the correlation of an
activity's duration with the time of the milestone (Williams, Criticality in stochastic networks, 1992), the product
moment one as in Vanhoucke (Measuring time, 2009), who also gives the schedule sensitivity index: the standard deviation
of the duration times the criticality index over that of the project's time (after the PMBOK guide).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import finish_points
from buildsim.analysis.trace import back
from buildsim.network.codes import NEVER, NONE
from buildsim.network.network import F64, I32, I64, Network


@dataclass(frozen=True, slots=True)
class Drivers:
    """Per activity, for one milestone; NaN where it is not defined."""

    criticality: F64
    cruciality: F64
    sensitivity: F64


class CriticalityReduction:
    """Counts on whose driving path each activity lies, in chunks of any order and any split."""

    def __init__(self, network: Network) -> None:
        self._milestones = network.milestones
        self._origin = network.sites.start[network.milestones.site]
        self._count = np.zeros((len(network.milestones.name), len(network.activities)), dtype=np.int64)

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        row, milestone = np.nonzero(chunk.outcome.finish[:, self._milestones.activity] != NONE)
        origin = self._origin[milestone]
        walk, point = back(chunk, finish_points(chunk, row, milestone), origin)
        # a walk goes through an activity once: by its start, its finish, or from its finish to its start, as it
        # does not enter it again, since links and order edges have no cycle
        own_start = (chunk.before[point] == point - 1) & (point % 2 == 1) & (chunk.tick[point - 1] > origin[walk])
        entered = milestone[walk[~own_start]] * self._count.shape[1] + point[~own_start] % chunk.events // 2
        self._count += np.bincount(entered, minlength=self._count.size).reshape(self._count.shape)

    def count(self, milestone: int) -> I64:
        """(activities,) In how many replications each lies on the driving path of a milestone."""
        found: I64 = self._count[milestone]
        return found


def drivers(lasted: I32, finish: I64, on_path: I64) -> Drivers:
    """Drivers of a milestone by all activities.

    ``lasted`` (n, activities) has the ticks from start to end of work, NONE where it did not end, ``finish`` (n,) the
    tick of the milestone, NEVER where it is not reached, ``on_path`` the counts of `CriticalityReduction`. All is over
    the replications that reached the milestone, moments over those of them in which the activity ended. Cruciality is
    NaN where duration or milestone do not vary, sensitivity where the milestone does not.
    """
    reached = finish < NEVER
    lasted, finish = lasted[reached], finish[reached]
    if not len(finish):
        nowhere = np.full(lasted.shape[1], np.nan)
        return Drivers(nowhere, nowhere, nowhere)
    criticality = on_path / len(finish)
    known = lasted != NONE
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(known, lasted - np.sum(lasted, axis=0, where=known, dtype=np.int64) / n, 0.0)
        y = np.where(known, finish[:, np.newaxis], 0)
        y = np.where(known, y - y.sum(axis=0) / n, 0.0)
        xx, yy, xy = (x * x).sum(axis=0), (y * y).sum(axis=0), (x * y).sum(axis=0)
        cruciality = xy / np.sqrt(xx * yy)
        sensitivity = np.sqrt(xx / yy) * criticality
    return Drivers(criticality, np.clip(cruciality, -1.0, 1.0), np.where(yy > 0, sensitivity, np.nan))
