"""When each activity starts and finishes: order statistics over the replications in which it takes place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.analysis.milestones import PERCENTS, quantile_rank
from buildsim.network.codes import NONE, TICKS_PER_DAY, State
from buildsim.network.network import F64, I8, I32, I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

# ticks fit 32 bits, since no horizon is above 200 years; these two sort after every tick
_LATE: Final = np.iinfo(np.int32).max - 1
_NOT_THERE: Final = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Dates:
    """Per activity, in days from the start of its site; NaN beyond the horizon and where it never takes place."""

    start: dict[int, F64]
    """By percent."""
    finish: dict[int, F64]
    present: F64
    """Share of the replications in which it takes place."""


class DateReduction:
    """Takes chunks in any order and any split, with equal findings.

    Exact percentiles take two ticks of 32 bits per activity and replication, the length of its stay a third.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._chunks = Chunks()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        start, finish = _ticks(samples.state, outcome.start), _ticks(samples.state, outcome.finish)
        self._chunks.add(outcome, start, finish, durations(samples.state, outcome))

    def dates(self) -> Dates:
        """Percentiles of all chunks so far; ValueError if there is none."""
        start, finish = (np.sort(ticks, axis=0) for ticks in self._chunks.rows()[:2])
        there = (start != _NOT_THERE).sum(axis=0)
        return Dates(
            start={percent: self._days(start, there, percent) for percent in PERCENTS},
            finish={percent: self._days(finish, there, percent) for percent in PERCENTS},
            present=there / len(start),
        )

    def lasted(self) -> I32:
        """(n, activities) Ticks from start to end of work, by replication; see `durations`."""
        lasted: I32 = self._chunks.rows()[2]
        return lasted

    def _days(self, ordered: I32, there: I64, percent: int) -> F64:
        rank = np.array([quantile_rank(count, percent) for count in there.tolist()], dtype=np.int64)
        ticks = ordered[np.maximum(rank - 1, 0), np.arange(ordered.shape[1])]
        return _days(self._network, ticks.astype(np.int64), ticks < _LATE)


def durations(state: I8, outcome: Outcome) -> I32:
    """(R, activities) Elapsed ticks from start to end of work; 0 where it does not take place, NONE where not ended."""
    lasted = np.where(outcome.end_of_work == NONE, NONE, outcome.end_of_work - outcome.start)
    return np.where(state == State.PRESENT, lasted, 0).astype(np.int32)


def planned_dates(network: Network, planned: Samples, deterministic: Outcome) -> tuple[F64, F64]:
    """Planned starts and finishes of the activities, those of the deterministic run, as in `Dates`."""
    there = planned.state[0] == State.PRESENT
    start, finish = deterministic.start[0], deterministic.finish[0]
    return _days(network, start, there & (start != NONE)), _days(network, finish, there & (finish != NONE))


def _ticks(state: I8, ticks: I64) -> I32:
    return np.where(state == State.PRESENT, np.where(ticks == NONE, _LATE, ticks), _NOT_THERE).astype(np.int32)


def _days(network: Network, ticks: I64, known: Bool) -> F64:
    """Days from the activities' sites' starts, NaN where not known; what lies before is clipped (semantics 23)."""
    origin = network.sites.start[network.activities.site]
    return np.where(known, np.maximum(ticks - origin, 0) / TICKS_PER_DAY, np.nan)
