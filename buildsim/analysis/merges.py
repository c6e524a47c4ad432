"""Merge points: where several paths meet, how far behind the second one is, and what the meeting costs.

The merge bias of a start or finish is the mean of its latest gate less the latest of its gates' means. A plan that adds
up mean durations along the longest path leaves it out (Clark, The greatest of a finite set of random variables, 1961;
MacCrimmon and Ryavec, An analytical study of the PERT assumptions, 1964).
"""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.gates import Gate, Gates
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, State
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.outcome.outcome import Outcome


class Merges:
    """The events of a network at which several paths may meet: those that have gates, in the order of `Gates`."""

    def __init__(self, network: Network, gates: Gates) -> None:
        self._gates = gates
        event = gates.event[gates.ptr[:-1]]
        self.activity: I64 = event // 2
        """(events with gates)"""
        self.at_finish: Bool = event % 2 == 1
        self.count: I64 = np.diff(gates.ptr)
        """(events with gates) How many gates each has."""
        activities = network.activities
        actual = np.where(
            self.at_finish, activities.actual_finish[self.activity], activities.actual_start[self.activity]
        )
        self._planned = actual == UNSET
        self.floor: I64 = np.maximum(network.sites.start[activities.site], network.data_tick)[self.activity]
        """(events with gates) The later of its site's start and the data date, before which nothing could be gained."""

    def ticks(self, outcome: Outcome) -> I64:
        """(R, events with gates) When each came about, NONE where it did not or has an actual date."""
        ticks = np.where(self.at_finish, outcome.finish[:, self.activity], outcome.ready[:, self.activity])
        return np.where(self._planned, ticks, NONE)

    def seconds(self, outcome: Outcome, met: I64) -> Bool:
        """(R, gates) True for gates but the driving one that were met, before the event, after its floor.

        ``met`` is what `Gates.arrivals` gives. None where the event was held by something else than its gates, by the
        data date or an actual date.
        """
        gates = self._gates
        if not len(gates):
            return np.zeros(met.shape, dtype=np.bool_)
        driving = gates.drivers(outcome)
        held = self.ticks(outcome) == gates.latest(np.where(driving, met, UNSET))
        seconds: Bool = np.repeat(held, self.count, axis=1) & ~driving & (met > np.repeat(self.floor, self.count))
        return seconds


class BiasReduction:
    """Sums what the merge bias of each event takes, in chunks of any order and any split.

    Counted are the replications in which the activity takes place and the event comes about, without an actual date.
    Gates met before the site's start or the data date count as met then. A join of k links is one gate.
    """

    def __init__(self, network: Network, gates: Gates, merges: Merges) -> None:
        self._gates, self._merges = gates, merges
        one_gate = np.isin(gates.event, 2 * np.flatnonzero(~network.activities.join_all)) & (gates.kind == Gate.LINK)
        within = np.append(False, one_gate[1:] & one_gate[:-1] & (np.diff(gates.event) == 0))[: len(gates)]
        self._first = np.flatnonzero(~within)
        self._event_of = np.repeat(np.arange(len(merges.count)), merges.count)[self._first]
        self._count = np.zeros(len(merges.count), dtype=np.int64)
        self._latest = np.zeros(len(merges.count), dtype=np.int64)
        self._each = np.zeros(len(self._first), dtype=np.int64)

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        if not len(self._gates):
            return
        merges = self._merges
        met, there = chunk.met, chunk.samples.state[:, merges.activity] == State.PRESENT
        counted = there & (merges.ticks(chunk.outcome) != NONE)
        self._count += counted.sum(axis=0)
        self._latest += np.where(counted, np.maximum(self._gates.latest(met), merges.floor), 0).sum(axis=0)
        each = np.maximum(np.maximum.reduceat(met, self._first, axis=1), merges.floor[self._event_of])
        self._each += np.where(counted[:, self._event_of], each, 0).sum(axis=0)

    def days(self) -> F64:
        """(events with gates) The merge bias in days; NaN where the event never comes about."""
        largest = np.full(len(self._count), UNSET)
        np.maximum.at(largest, self._event_of, self._each)
        count = np.where(self._count > 0, self._count, 1)
        return np.where(self._count > 0, (self._latest - largest) / count / TICKS_PER_DAY, np.nan)
