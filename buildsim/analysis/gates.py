"""The gates of every start and finish: when each of them was met, in every replication of a chunk (semantics 6-8).

A start waits for its FS and SS links, its orders and its date; a finish that FF or SF links stretch waits for these and
for the end of its own work. The site's start and the data date lie before all of it and count as no gate here.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from buildsim.analysis.open_time import ends_of
from buildsim.network.codes import NEVER, NONE, UNSET, StartCause, State
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


class Gate(IntEnum):
    """What a gate is; equal times resolve in this order, then by index (semantics 7)."""

    WORK = 0
    """The end of an activity's own work, of its finish; its index is the activity's."""
    LINK = 1
    ORDER = 2
    DATE = 3
    """The activity's date; its index is the activity's."""


START_CAUSE = np.array([NONE, StartCause.LINK, StartCause.ORDER, StartCause.DATE])
"""By `Gate`: what it is called as the cause of a start."""


class Gates:
    """The gates of a network, those of one event side by side.

    ``kind``, ``index``, ``event`` are (gates,); an event is ``2 * activity`` for its start and one more for its finish.
    Gates of one event follow each other in the order of `Gate`. ``ptr`` (events with gates + 1) divides them.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        links, orders, activities = network.links, network.orders, network.activities
        into_finish = ~np.isin(links.type, STARTS_OF_SUCC)
        gating = np.flatnonzero(orders.consumer != NONE)
        dated = np.flatnonzero(activities.not_before != UNSET)
        stretched = np.unique(links.succ[into_finish])
        parts = [
            (Gate.WORK, stretched, 2 * stretched + 1),
            (Gate.LINK, np.arange(len(links)), 2 * links.succ + into_finish),
            (Gate.ORDER, gating, 2 * orders.consumer[gating]),
            (Gate.DATE, dated, 2 * dated),
        ]
        kind = np.concatenate([np.full(len(index), kind) for kind, index, _ in parts])
        index = np.concatenate([index for _, index, _ in parts])
        event = np.concatenate([event for _, _, event in parts])
        order = np.lexsort((index, kind, event))
        self.kind: I64 = kind[order]
        self.index: I64 = index[order]
        self.event: I64 = event[order]
        self.ptr: I64 = np.flatnonzero(np.diff(self.event, prepend=-1, append=-1))
        """Also the places of the first gates; the last entry is the number of gates."""
        self._choice = [a for a in np.flatnonzero(~activities.join_all).tolist() if activities.join_count[a]]
        self._pred_finish = np.isin(links.type, FINISHES_OF_PRED)

    def __len__(self) -> int:
        return len(self.kind)

    def arrivals(self, samples: Samples, outcome: Outcome) -> I64:
        """(R, gates) The tick at which each gate was met; NEVER if it was not, UNSET where it is none.

        It is none for an absent activity's dates and orders, for orders delivered before zero, and in a join of k for
        the links beyond the k earliest: the k-th of them is when the join is met.
        """
        met = np.empty((len(outcome), len(self)), dtype=np.int64)
        of = {kind: np.flatnonzero(self.kind == kind) for kind in Gate}
        absent = samples.state == State.ABSENT

        work = outcome.end_of_work[:, self.index[of[Gate.WORK]]]
        met[:, of[Gate.WORK]] = np.where(work == NONE, NEVER, work)

        link_times = self._link_times(samples, outcome, absent)
        met[:, of[Gate.LINK]] = link_times[:, self.index[of[Gate.LINK]]]

        order = self.index[of[Gate.ORDER]]
        delivery = outcome.delivery[:, order]
        delivery = np.where(delivery == UNSET, NEVER, np.where(delivery < 0, UNSET, delivery))
        met[:, of[Gate.ORDER]] = np.where(absent[:, self._network.orders.consumer[order]], UNSET, delivery)

        dated = self.index[of[Gate.DATE]]
        met[:, of[Gate.DATE]] = np.where(absent[:, dated], UNSET, self._network.activities.not_before[dated])
        return met

    def latest(self, met: I64) -> I64:
        """(R, events with gates) When the last gate of each was met, from (R, gates); UNSET where there is none."""
        if not len(self):
            return met
        latest: I64 = np.maximum.reduceat(met, self.ptr[:-1], axis=1)
        return latest

    def drivers(self, outcome: Outcome) -> Bool:
        """(R, gates) True for the gate that its event's recorded cause names."""
        activity, at_finish = self.event // 2, self.event % 2 == 1
        finish_cause = outcome.finish_cause[:, activity]
        start_kind, start_cause = outcome.start_cause_kind[:, activity], outcome.start_cause[:, activity]
        of_start = (start_kind == START_CAUSE[self.kind]) & ((self.kind == Gate.DATE) | (start_cause == self.index))
        # OWN_WORK is no link's index
        of_finish = np.where(self.kind == Gate.WORK, finish_cause < 0, finish_cause == self.index)
        driving: Bool = np.where(at_finish, of_finish, of_start)
        return driving

    def _link_times(self, samples: Samples, outcome: Outcome, absent: Bool) -> I64:
        """(R, links) When each link's event reached its successor, after its lag; see `arrivals`."""
        links = self._network.links
        event = np.where(self._pred_finish, outcome.finish[:, links.pred], outcome.start[:, links.pred])
        times = ends_of(self._network.calendars, links.lag_calendar, event, samples.lag)
        times[event == NONE] = NEVER
        into_start = np.isin(links.type, STARTS_OF_SUCC)
        for a in self._choice:
            own = np.flatnonzero((links.succ == a) & into_start)
            counted = np.where(absent[:, links.pred[own]], NEVER, times[:, own])
            rank = np.argsort(np.argsort(counted, axis=1, kind="stable"), axis=1)
            times[:, own] = np.where(rank < self._network.activities.join_count[a], counted, UNSET)
        return times
