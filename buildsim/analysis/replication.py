"""One replication of a chunk as plain Python lists, the form in which the analyses follow it step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.network.network import F64
from buildsim.outcome.outcome import Ledger, Outcome
from buildsim.sampling.samples import Samples
from buildsim.sampling.worktimes import windows


@dataclass(frozen=True, slots=True)
class Wait:
    """A row of the ledger: [start, end) spent behind a pool or, with CALENDAR_BLOCKER, behind closed time."""

    start: int
    end: int
    blocker: int


@dataclass(frozen=True, slots=True)
class Replication:
    """Row ``row`` of a chunk; the lists are indexed like the columns of ``Outcome`` and ``Samples``."""

    ready: list[int]
    start: list[int]
    end_of_work: list[int]
    finish: list[int]
    start_cause_kind: list[int]
    start_cause: list[int]
    finish_cause: list[int]
    crew: list[int]
    freed_by: list[int]
    freed_at: list[int]
    order_tick: list[int]
    delivery: list[int]
    order_lot: list[int]
    lot_limit: list[int]
    waits: dict[int, list[Wait]]
    """Per activity that waited: its rows of the ledger in their order."""
    state: list[int]
    lag: list[int]
    base: F64
    windows: list[list[tuple[int, int]]]
    """Per disruption: its windows [start, end)."""
    risk_struck: list[bool]
    risk_factor: list[float]
    risk_days: list[float]

    @classmethod
    def of(cls, samples: Samples, outcome: Outcome, row: int) -> Replication:
        """The replication ``outcome.first + row``; both arguments are of the same chunk."""
        return cls(
            ready=outcome.ready[row].tolist(),
            start=outcome.start[row].tolist(),
            end_of_work=outcome.end_of_work[row].tolist(),
            finish=outcome.finish[row].tolist(),
            start_cause_kind=outcome.start_cause_kind[row].tolist(),
            start_cause=outcome.start_cause[row].tolist(),
            finish_cause=outcome.finish_cause[row].tolist(),
            crew=outcome.crew[row].tolist(),
            freed_by=outcome.freed_by[row].tolist(),
            freed_at=outcome.freed_at[row].tolist(),
            order_tick=outcome.order_tick[row].tolist(),
            delivery=outcome.delivery[row].tolist(),
            order_lot=outcome.order_lot[row].tolist(),
            lot_limit=outcome.lot_limit[row].tolist(),
            waits=_waits(outcome.ledger, row),
            state=samples.state[row].tolist(),
            lag=samples.lag[row].tolist(),
            base=samples.base[row],
            windows=[windows(samples, row, disruption) for disruption in range(samples.window_ptr.shape[1] - 1)],
            risk_struck=samples.risk_struck[row].tolist(),
            risk_factor=samples.risk_factor[row].tolist(),
            risk_days=samples.risk_days[row].tolist(),
        )


def _waits(ledger: Ledger, row: int) -> dict[int, list[Wait]]:
    # the ledger is sorted by replication (semantics 15)
    low, high = np.searchsorted(ledger.replication, [row, row + 1])
    columns = (ledger.activity, ledger.start, ledger.end, ledger.blocker)
    waits: dict[int, list[Wait]] = {}
    for activity, start, end, blocker in zip(*(column[low:high].tolist() for column in columns), strict=True):
        waits.setdefault(activity, []).append(Wait(start, end, blocker))
    return waits
