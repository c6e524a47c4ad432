"""Mean wait of each activity by cause: after it was ready, and for deliveries before that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from buildsim.analysis.gates import Gate, Gates
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.analysis.splits import wait_segments
from buildsim.analysis.supply_labels import supply_pieces
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, StartCause, State
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


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
        self._lookup = Lookup(network)
        self._gates = Gates(network)
        self._stopped = np.zeros(len(network.activities), dtype=np.bool_)
        self._stopped[network.disruptions.stop_activity] = True
        self._started = np.zeros(len(network.activities), dtype=np.int64)
        self._ticks: Counter[tuple[int, str]] = Counter()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk."""
        there = (samples.state == State.PRESENT) & (outcome.start != NONE)
        self._started += there.sum(axis=0)
        ledger = outcome.ledger
        counted = np.flatnonzero(there[ledger.replication, ledger.activity])
        waits: list[list[int]] = [[] for _ in range(len(outcome))]
        for entry in counted.tolist():
            waits[int(ledger.replication[entry])].append(entry)
        since = self._unheld(samples, outcome)
        delivered = there & (outcome.start_cause_kind == StartCause.ORDER) & (since < outcome.ready)
        delivered &= self._network.activities.actual_start == UNSET
        for row in range(len(outcome)):
            held = np.flatnonzero(delivered[row]).tolist()
            if waits[row] or held:
                run = Replication.of(samples, outcome, row)
                for entry in waits[row]:
                    activity, start, end = (int(x[entry]) for x in (ledger.activity, ledger.start, ledger.end))
                    self._count(wait_segments(self._lookup, run, activity, int(ledger.blocker[entry]), start, end))
                for activity in held:
                    pieces = supply_pieces(self._network, run, run.start_cause[activity])
                    self._count(_from(pieces, int(since[row, activity])))

    def mean_days(self) -> dict[tuple[int, str], float]:
        """Mean days by activity and cause (``kind:name``), activities in their order, largest first."""
        ordered = sorted(self._ticks.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        return {
            (activity, cause): ticks / int(self._started[activity]) / TICKS_PER_DAY
            for (activity, cause), ticks in ordered
            if ticks
        }

    def _count(self, pieces: Iterable[Segment]) -> None:
        for piece in pieces:
            self._ticks[piece.activity, piece.category] += piece.ticks

    def _unheld(self, samples: Samples, outcome: Outcome) -> I64:
        """(R, activities) The tick at which everything but its orders would have let an activity be ready."""
        network = self._network
        floor = np.maximum(network.sites.start[network.activities.site], network.data_tick)
        since = np.tile(floor, (len(outcome), 1))
        met = self._gates.arrivals(samples, outcome)
        met[:, self._gates.kind == Gate.ORDER] = UNSET
        event = self._gates.event[self._gates.ptr[:-1]]
        of_start = event % 2 == 0
        activity = event[of_start] // 2
        since[:, activity] = np.maximum(since[:, activity], self._gates.latest(met)[:, of_start])
        return since


def _from(pieces: Iterable[Segment], tick: int) -> list[Segment]:
    return [replace(piece, start=max(piece.start, tick)) for piece in pieces if piece.end > tick]
