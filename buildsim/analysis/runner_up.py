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

from buildsim.analysis.gates import Gate, Gates
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.merges import BiasReduction, Merges
from buildsim.analysis.replication import Replication
from buildsim.analysis.trace import Events, Tracer, at_milestones
from buildsim.analysis.walk import Walk
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


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
        self._lookup, self._tracer = Lookup(network), Tracer(network)
        self._gates = Gates(network)
        self.merges = Merges(network, self._gates)
        self._bias = BiasReduction(network, self._gates, self.merges)
        events = len(self.merges.count)
        self._place = np.full(2 * len(network.activities), -1)
        self._place[self._gates.event[self._gates.ptr[:-1]]] = np.arange(events)
        self.tallies = tuple(Tally.of(events) for _ in network.milestones.name)
        self._float: dict[int, I64] = {}

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        if outcome.first in self._float:
            raise ValueError(f"the chunk that begins with replication {outcome.first} was added twice")
        met = self._gates.arrivals(samples, outcome)
        self._bias.add(samples, outcome, met)
        seconds = self.merges.seconds(outcome, met)
        runs = [Replication.of(samples, outcome, row) for row in range(len(outcome))]
        floats = np.full((len(outcome), len(self.tallies)), NEVER)
        for milestone in range(len(self.tallies)):
            floats[:, milestone] = self._add_milestone(outcome, met, seconds, runs, milestone)
        self._float[outcome.first] = floats

    def floats(self) -> I64:
        """(n, milestones) The runner-up's float in ticks, by replication; NEVER where not reached or there is none."""
        return np.concatenate([self._float[first] for first in sorted(self._float)])

    def bias_days(self) -> F64:
        """(events with gates) The merge bias, see `BiasReduction`."""
        return self._bias.days()

    def _add_milestone(self, outcome: Outcome, met: I64, seconds: Bool, runs: list[Replication], milestone: int) -> I64:
        """(R,) The floats of a milestone's runner-up."""
        tally, rows = self.tallies[milestone], len(outcome)
        begin, origin = at_milestones(self._network, outcome.finish, np.array([milestone]))
        tally.reached += len(begin.row)
        known = np.zeros((rows, len(self._place)), dtype=np.bool_)
        passed: list[tuple[I64, I64]] = []  # rows and events with gates, those nearest the milestone first
        for at in self._tracer.back(outcome, begin, origin):
            event = 2 * at.activity + at.at_finish
            known[at.row, event] = True
            place = self._place[event]
            passed.append((at.row[place >= 0], place[place >= 0]))
        entries = self._entries(outcome, met, seconds & (met > origin[:, np.newaxis]), known, passed)
        np.add.at(tally.merged, entries.place, 1)
        np.add.at(tally.slack, entries.place, entries.slack)
        floats = np.full(rows, NEVER)
        nearest = np.lexsort((entries.slack, entries.row))  # stable: of equal ones those nearest the milestone
        first = nearest[np.flatnonzero(np.diff(entries.row[nearest], prepend=-1))]
        floats[entries.row[first]] = entries.slack[first]
        np.add.at(tally.closest, entries.place[first], 1)
        for row, gate in zip(entries.row[first].tolist(), entries.gate[first].tolist(), strict=True):
            tally.on_path.update(self._categories(runs[row], gate, known[row], int(origin[row])))
        return floats

    def _entries(
        self, outcome: Outcome, met: I64, seconds: Bool, known: Bool, passed: list[tuple[I64, I64]]
    ) -> _Entries:
        """The latest other way in at each merge that the driving paths pass, in the order in which they do."""
        row, place = (np.concatenate([step[i] for step in passed] or [np.zeros(0, np.int64)]) for i in (0, 1))
        size = self.merges.count[place]
        pair = np.repeat(np.arange(len(place)), size)
        gate = self._gates.ptr[place][pair] + np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
        offered = seconds[row[pair], gate]
        pair, gate = pair[offered], gate[offered]
        apart = self._has_own_time(outcome, met, known, row[pair], gate)
        pair, gate = pair[apart], gate[apart]
        # the latest gate of each merge; of equal ones the first (semantics 7)
        order = np.lexsort((gate, -met[row[pair], gate], pair))
        latest = order[np.flatnonzero(np.diff(pair[order], prepend=-1))]
        row, place, gate = row[pair[latest]], place[pair[latest]], gate[latest]
        ticks = self.merges.ticks(outcome)[row, place]
        return _Entries(row, place, gate, ticks - met[row, gate])

    def _has_own_time(self, outcome: Outcome, met: I64, known: Bool, row: I64, gate: I64) -> Bool:
        """Whether any time passes on the way to a gate from where it leaves the driving path, or from a date."""
        kind, index, activity = self._gates.kind[gate], self._gates.index[gate], self._gates.event[gate] // 2
        before, at_finish = np.full(len(gate), NONE), np.zeros(len(gate), dtype=np.bool_)
        by_link, by_order, by_work = kind == Gate.LINK, kind == Gate.ORDER, kind == Gate.WORK
        before[by_link], at_finish[by_link] = self._tracer.of_link(index[by_link])
        before[by_order], at_finish[by_order] = self._tracer.of_order(index[by_order])
        before[by_work] = activity[by_work]
        found = np.ones(len(gate), dtype=np.bool_)
        at = Events(np.arange(len(gate)), row, before, at_finish, at_finish)
        while True:
            at = at.where(at.activity != NONE)
            tick = np.where(at.at_finish, outcome.finish[at.row, at.activity], outcome.start[at.row, at.activity])
            at = at.where(tick == met[at.row, gate[at.lane]])
            joined = known[at.row, 2 * at.activity + at.at_finish]
            found[at.lane[joined]] = False
            at = at.where(~joined)
            if not len(at.lane):
                return found
            at = self._tracer.before(outcome, at)

    def _categories(self, run: Replication, gate: int, known: Bool, origin: int) -> set[str]:
        """What the runner-up consists of before it joins the driving path, back to where it leaves it."""
        kind, index = Gate(int(self._gates.kind[gate])), int(self._gates.index[gate])
        path = Walk(self._lookup, run, origin).to_gate(int(self._gates.event[gate]) // 2, kind, index, known)
        return {segment.category for segment in path}


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
