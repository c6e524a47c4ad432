"""A chunk of replications of one network, with what the analyses follow and search in it found once.

An event is the start or the finish of an activity, ``2 * activity`` and one more. A point is an event of one of the
replications, ``row * events + event``, so that whole arrays of points can be followed from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from buildsim.analysis.lookup import Lookup
from buildsim.analysis.milestones import milestone_ticks
from buildsim.analysis.open_time import ends_of
from buildsim.analysis.ranges import ranges
from buildsim.network.codes import NONE, OWN_WORK, StartCause
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


@dataclass(frozen=True)
class Chunk:
    """Samples and outcome of the same replications; arguments of the methods are arrays of one length."""

    lookup: Lookup
    samples: Samples
    outcome: Outcome

    @classmethod
    def of(cls, network: Network, samples: Samples, outcome: Outcome) -> Chunk:
        """A chunk of a network that is looked at once."""
        return cls(Lookup(network), samples, outcome)

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def events(self) -> int:
        """How many a replication has."""
        return 2 * len(self.lookup.network.activities)

    @cached_property
    def milestones(self) -> I64:
        """(R, milestones) What `milestone_ticks` gives."""
        return milestone_ticks(self.lookup.network, self.outcome)

    @cached_property
    def tick(self) -> I64:
        """(points,) When each took place, NONE where it did not."""
        return np.stack([self.outcome.start, self.outcome.finish], axis=-1).ravel()

    @cached_property
    def before(self) -> I64:
        """(points,) The point of the event that caused each, by the recorded causes; NONE where none did."""
        lookup, outcome = self.lookup, self.outcome
        # the last is found by the index NONE
        causes = np.concatenate([lookup.link_event, lookup.order_event, [NONE]])
        kind = outcome.start_cause_kind
        cause = np.where(kind == StartCause.LINK, outcome.start_cause, NONE)
        cause = np.where(kind == StartCause.ORDER, len(lookup.link_event) + outcome.start_cause, cause)
        own_start = np.arange(0, self.events, 2)
        of_finish = np.where(outcome.finish_cause == OWN_WORK, own_start, causes[outcome.finish_cause])
        event = np.stack([causes[cause], of_finish], axis=-1)
        first = np.arange(len(self))[:, None, None] * self.events
        return np.where(event == NONE, NONE, event + first).ravel()

    @cached_property
    def before_through_pools(self) -> I64:
        """(points,) The same, but the start of whoever freed its units before each start that waited for them."""
        before = self.before.copy()
        row, activity = np.nonzero(self.outcome.freed_by != NONE)
        before[self.point(row, 2 * activity)] = self.point(row, 2 * self.outcome.freed_by[row, activity])
        return before

    @cached_property
    def met(self) -> I64:
        """(R, gates) What `Gates.arrivals` gives."""
        return self.lookup.gates.arrivals(self.samples, self.outcome)

    def point(self, row: I64, event: I64) -> I64:
        """Points of events, NONE for no event."""
        return np.where(event == NONE, NONE, row * self.events + event)

    def arrivals(self, row: I64, link: I64) -> I64:
        """When links arrive whose events took place: after their lags in elapsed or in open ticks."""
        leaves = self.tick[self.point(row, self.lookup.link_event[link])]
        network = self.lookup.network
        return ends_of(network.calendars, network.links.lag_calendar[link], leaves, self.samples.lag[row, link])

    def waits(self, row: I64, activity: I64) -> tuple[I64, I64]:
        """Whose wait each is, and its row of the ledger."""
        key = row * (self.events // 2) + activity
        return ranges(
            np.searchsorted(self._ledger_key, key, side="left"), np.searchsorted(self._ledger_key, key, side="right")
        )

    def windows(self, row: I64, disruption: I64, start: I64, end: I64) -> tuple[I64, I64]:
        """The windows of disruptions that overlap with [start, end): whose each is, and its position in the samples."""
        window, span, low, starts, ends = self._window_keys
        table = (row * len(self.lookup.network.disruptions.name) + disruption) * span - low
        first = np.searchsorted(ends, table + np.clip(start, low, low + span - 1), side="right")
        last = np.searchsorted(starts, table + np.clip(end, low, low + span - 1), side="left")
        whose, at = ranges(first, last)
        return whose, window[at]

    @cached_property
    def _ledger_key(self) -> I64:
        # ascending, since the ledger is sorted by replication and activity (semantics 15)
        return self.outcome.ledger.replication * (self.events // 2) + self.outcome.ledger.activity

    @cached_property
    def _window_keys(self) -> tuple[I64, int, int, I64, I64]:
        """The windows by row and disruption; the range of their ticks and the least one; keys of starts and ends.

        Keys ascend, since the windows of a disruption are sorted and disjoint.
        """
        ptr = self.samples.window_ptr
        table, window = ranges(ptr[:, :-1].ravel(), ptr[:, 1:].ravel())
        starts, ends = self.samples.window_start[window], self.samples.window_end[window]
        low, high = (int(starts.min()), int(ends.max())) if len(window) else (0, 0)
        span = high - low + 1
        return window, span, low, table * span + starts - low, table * span + ends - low
