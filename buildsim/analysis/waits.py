"""Mean wait of each activity by cause: after it was ready, and for deliveries before that."""

from __future__ import annotations

from collections import Counter

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.gates import Gate
from buildsim.analysis.segments import Pieces
from buildsim.analysis.splits import wait_pieces
from buildsim.analysis.supply_labels import supply_pieces
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, StartCause, State
from buildsim.network.network import I64, Network


class WaitReduction:
    """Takes chunks in any order and any split, with equal findings.

    Counted are the replications in which an activity takes place and starts. Its waits after ready are those of the
    ledger, split as on a driving path: pools, closed time, stops; they sum to start less ready, tick for tick. Its
    waits for supplies lie before ready: where a delivery was its last gate, the time from its other gates (links,
    date, the site's start, the data date) and the placing of that order, whichever is latest, to the delivery,
    labelled by what limited the supply (semantics 20).
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._started = np.zeros(len(network.activities), dtype=np.int64)
        self._ticks: Counter[tuple[int, str]] = Counter()

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        outcome = chunk.outcome
        there = (chunk.samples.state == State.PRESENT) & (outcome.start != NONE)
        self._started += there.sum(axis=0)
        ledger = outcome.ledger
        counted = np.flatnonzero(there[ledger.replication, ledger.activity])
        row, activity = ledger.replication[counted], ledger.activity[counted]
        start, end, blocker = ledger.start[counted], ledger.end[counted], ledger.blocker[counted]
        self._count(chunk, wait_pieces(chunk, row, activity, blocker, start, end))
        since = self._unheld(chunk)
        delivered = there & (outcome.start_cause_kind == StartCause.ORDER) & (since < outcome.ready)
        delivered &= self._network.activities.actual_start == UNSET
        row, activity = np.nonzero(delivered)
        order = outcome.start_cause[row, activity]
        self._count(chunk, supply_pieces(chunk, row, order).since(since[row, activity]))

    def mean_days(self) -> dict[tuple[int, str], float]:
        """Mean days by activity and cause (``kind:name``), activities in their order, largest first."""
        ordered = sorted(self._ticks.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        return {
            (activity, cause): ticks / int(self._started[activity]) / TICKS_PER_DAY
            for (activity, cause), ticks in ordered
            if ticks
        }

    def _count(self, chunk: Chunk, pieces: Pieces) -> None:
        labels = chunk.lookup.labels
        keys, which = np.unique(pieces.activity * len(labels.names) + pieces.label, return_inverse=True)
        # float64 sums of whole numbers are exact up to 2^53
        sums = np.bincount(which, weights=pieces.end - pieces.start).astype(np.int64)
        for key, ticks in zip(keys.tolist(), sums.tolist(), strict=True):
            activity, label = divmod(key, len(labels.names))
            self._ticks[activity, labels.category(label)] += ticks

    def _unheld(self, chunk: Chunk) -> I64:
        """(R, activities) The tick at which everything but its orders would have let an activity be ready."""
        network, gates = self._network, chunk.lookup.gates
        floor = np.maximum(network.sites.start[network.activities.site], network.data_tick)
        since = np.tile(floor, (len(chunk), 1))
        met = np.where(gates.kind == Gate.ORDER, UNSET, chunk.met)
        event = gates.event[gates.ptr[:-1]]
        of_start = event % 2 == 0
        activity = event[of_start] // 2
        since[:, activity] = np.maximum(since[:, activity], gates.latest(met)[:, of_start])
        return since
