"""The runner-up: the longest path to a milestone that is not its driving path, and how far it is behind.

Going back from the milestone along its driving path, every merge offers other ways in: by any other gate that was met
after the site's start and the data date, and whose path takes time of its own. A gate that is met at once by what the
driving path goes through anyway is no other path. The runner-up comes in where the time from such a gate to the driving
one, its slack, is smallest, of equal ones nearest the milestone, and is followed back by the same recorded causes. Its
float is that slack: what speeds up only the driving path before that merge gains no more than it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.chunks import Chunks
from buildsim.analysis.gates import START_CAUSE, Gate, Gates
from buildsim.analysis.merges import BiasReduction, Merges
from buildsim.analysis.path import finish_points, path_ticks
from buildsim.analysis.ranges import ranges
from buildsim.analysis.reasons import before_gates
from buildsim.analysis.segments import Pieces
from buildsim.analysis.splits import work_pieces
from buildsim.analysis.trace import back
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY
from buildsim.network.network import F64, I64, Bool, Network


@dataclass(slots=True)
class Tally:
    """Sums over the replications that reached a milestone, in integers."""

    merged: I64
    """(events with gates) In how many replications it is a merge on the driving path."""
    closest: I64
    """(events with gates) In how many the runner-up comes in there."""
    slack: I64
    """(events with gates) Sum of its slack over the replications in which it is a merge on the path, in ticks."""
    on_path: Counter[str] = field(default_factory=Counter)
    """By category: in how many the runner-up has it before it joins the driving path."""
    reached: int = 0

    @classmethod
    def of(cls, events: int) -> Tally:
        """Nothing counted yet."""
        merged, closest, slack = np.zeros((3, events), dtype=np.int64)
        return cls(merged, closest, slack)


class RunnerUpReduction:
    """Takes chunks in any order and any split, with equal findings.

    Memory grows by a tick per milestone and replication: its runner-up's float.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._gates = Gates(network)
        self.merges = Merges(network, self._gates)
        self._bias = BiasReduction(network, self._gates, self.merges)
        events = len(self.merges.count)
        self._place = np.full(2 * len(network.activities), -1)
        self._place[self._gates.event[self._gates.ptr[:-1]]] = np.arange(events)
        self.tallies = tuple(Tally.of(events) for _ in network.milestones.name)
        self._float = Chunks()

    def add(self, chunk: Chunk) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        outcome = chunk.outcome
        floats = np.full((len(outcome), len(self.tallies)), NEVER)
        self._float.add(outcome, floats)
        self._bias.add(chunk)
        ticks, seconds = self.merges.ticks(outcome), self.merges.seconds(outcome, chunk.met)
        row, milestone = np.nonzero(outcome.finish[:, self._network.milestones.activity] != NONE)
        origins = self._network.sites.start[self._network.milestones.site]
        walk, point = back(chunk, finish_points(chunk, row, milestone), origins[milestone])
        # by milestone, those nearest it still first
        order = np.argsort(milestone[walk], kind="stable")
        edges = np.searchsorted(milestone[walk[order]], np.arange(len(origins) + 1))
        for each, tally in enumerate(self.tallies):
            tally.reached += int((milestone == each).sum())
            passed = point[order[edges[each] : edges[each + 1]]]
            floats[:, each] = self._add_milestone(chunk, tally, ticks, seconds, passed, int(origins[each]))

    def floats(self) -> I64:
        """(n, milestones) The runner-up's float in ticks, by replication; NEVER where not reached or there is none."""
        floats: I64
        [floats] = self._float.rows()
        return floats

    def bias_days(self) -> F64:
        """(events with gates) The merge bias, see `BiasReduction`."""
        return self._bias.days()

    def _add_milestone(self, chunk: Chunk, tally: Tally, ticks: I64, seconds: Bool, passed: I64, origin: int) -> I64:
        """(R,) The floats of a milestone's runner-up; ``passed`` are the points of its driving paths."""
        known = np.zeros(len(chunk.tick), dtype=np.bool_)
        known[passed] = True
        entries = self._entries(chunk, ticks, seconds, known, passed, origin)
        np.add.at(tally.merged, entries.place, 1)
        np.add.at(tally.slack, entries.place, entries.slack)
        floats = np.full(len(chunk), NEVER)
        nearest = np.lexsort((entries.slack, entries.row))  # stable: of equal ones those nearest the milestone
        first = nearest[np.flatnonzero(np.diff(entries.row[nearest], prepend=-1))]
        row, gate = entries.row[first], entries.gate[first]
        floats[row] = entries.slack[first]
        np.add.at(tally.closest, entries.place[first], 1)
        labels, lasts = way_ticks(chunk, row, gate, known, origin)
        for label, count in zip(labels.tolist(), (lasts > 0).sum(axis=0).tolist(), strict=True):
            if count:
                tally.on_path[chunk.lookup.labels.category(label)] += count
        return floats

    def _entries(self, chunk: Chunk, ticks: I64, seconds: Bool, known: Bool, passed: I64, origin: int) -> _Entries:
        """The latest other way in at each merge that the driving paths pass, in the order in which they do."""
        met = chunk.met
        row, event = np.divmod(passed, chunk.events)
        place = self._place[event]
        row, place = row[place >= 0], place[place >= 0]
        pair, gate = ranges(self._gates.ptr[place], self._gates.ptr[place + 1])
        offered = seconds[row[pair], gate] & (met[row[pair], gate] > origin)
        pair, gate = pair[offered], gate[offered]
        apart = self._has_own_time(chunk, known, row[pair], gate)
        pair, gate = pair[apart], gate[apart]
        # the latest gate of each merge; of equal ones the first (semantics 7)
        order = np.lexsort((gate, -met[row[pair], gate], pair))
        latest = order[np.flatnonzero(np.diff(pair[order], prepend=-1))]
        row, place, gate = row[pair[latest]], place[pair[latest]], gate[latest]
        return _Entries(row, place, gate, ticks[row, place] - met[row, gate])

    def _has_own_time(self, chunk: Chunk, known: Bool, row: I64, gate: I64) -> Bool:
        """Whether any time passes on the way to a gate from where it leaves the driving path, or from a date."""
        found = np.ones(len(gate), dtype=np.bool_)
        which, point = np.arange(len(gate)), _before(chunk, row, gate)
        while True:
            on = (point != NONE) & (chunk.tick[point] == chunk.met[row[which], gate[which]])
            which, point = which[on], point[on]
            found[which[known[point]]] = False
            which, point = which[~known[point]], point[~known[point]]
            if not len(which):
                return found
            point = chunk.before[point]


def way_ticks(chunk: Chunk, row: I64, gate: I64, known: Bool, origin: int) -> tuple[I64, I64]:
    """`path_ticks` of the ways to gates (both (ways,)) from where they leave what is ``known`` (points,)."""
    gates, outcome = chunk.lookup.gates, chunk.outcome
    kind, index, activity, met = gates.kind[gate], gates.index[gate], gates.event[gate] // 2, chunk.met[row, gate]
    work, other = np.flatnonzero(kind == Gate.WORK), np.flatnonzero(kind != Gate.WORK)
    start, cause = outcome.start[row[work], activity[work]], START_CAUSE[kind[other]]
    last = [
        work_pieces(chunk, row[work], activity[work], start, met[work]).part_of(work),
        before_gates(chunk, row[other], activity[other], cause, index[other], met[other]).part_of(other),
    ]
    origins = np.full(len(row), origin)
    return path_ticks(chunk, _before(chunk, row, gate), origins, last=Pieces.joined(last), known=known)


def _before(chunk: Chunk, row: I64, gate: I64) -> I64:
    """The points of the events that gates wait for, NONE for dates."""
    kind, index = chunk.lookup.gates.kind[gate], chunk.lookup.gates.index[gate]
    event = np.full(len(gate), NONE)
    by_work, by_link, by_order = kind == Gate.WORK, kind == Gate.LINK, kind == Gate.ORDER
    event[by_work] = 2 * index[by_work]
    event[by_link] = chunk.lookup.link_event[index[by_link]]
    event[by_order] = chunk.lookup.order_event[index[by_order]]
    return chunk.point(row, event)


class _Entries(NamedTuple):
    """Ways into driving paths; arrays of one length."""

    row: I64
    place: I64
    """The merge, as in `Merges`."""
    gate: I64
    slack: I64


def mean_slack_days(tally: Tally) -> F64:
    """(events with gates) Mean slack where it is a merge on the driving path, in days; NaN where it never is."""
    count = np.where(tally.merged > 0, tally.merged, 1)
    return np.where(tally.merged > 0, tally.slack / count / TICKS_PER_DAY, np.nan)
