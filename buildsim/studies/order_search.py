"""The search for the latest safe date of many orders at once: each round plays one date of each on the same draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from buildsim.analysis.latest import Latest
from buildsim.engine.select import Engine
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64, I64
from buildsim.studies.order_items import Dated, Item
from buildsim.studies.play import Progress
from buildsim.studies.replay import Replications, finishes

WEEK: Final = 7 * TICKS_PER_DAY
MONTH_DAYS: Final = 30.4375
MONTH: Final = round(MONTH_DAYS * TICKS_PER_DAY)


class Search:
    """The latest safe date of one item: at most a share ``risk`` of the replications is later than ``earliest``."""

    def __init__(self, item: Item, milestone: int, earliest: int, horizon: int, risk: float) -> None:
        self.item, self.milestone, self.earliest = item, milestone, min(earliest, horizon)
        self.latest = Latest(self.earliest, horizon, WEEK, risk)
        self.finish: dict[int, F64] = {}
        """By order tick: when the milestone is reached in each replication, at most the horizon."""
        self.shares: dict[int, float] = {}
        """By order tick: in how many replications it is later than with the earliest order."""
        self._horizon = horizon

    @property
    def a_month_later(self) -> int | None:
        """A month after the latest safe date; None where any date is safe."""
        return None if self.latest.always else self.latest.found + MONTH

    @property
    def next(self) -> int | None:
        """The order tick to be played next; None at the end."""
        if self.earliest not in self.finish:
            return self.earliest
        if self.latest.next is not None:
            return self.latest.next
        month = self.a_month_later
        return None if month in self.finish else month

    @property
    def plays(self) -> int:
        """How many order ticks are to be played yet, at most."""
        done = self.next is None
        return 0 if done else (self.earliest not in self.finish) + self.latest.looks + 1

    def add(self, tick: int, finish: I64) -> None:
        """What came of it: (replications, milestones) ticks, NEVER where one is not reached."""
        searching = tick == self.latest.next
        self.finish[tick] = np.minimum(finish[:, self.milestone], self._horizon).astype(np.float64)
        self.shares[tick] = float((self.finish[tick] > self.finish[self.earliest]).mean())
        if searching:
            self.latest.add(tick, self.shares[tick])


def search(
    replications: Replications, simulate: Engine, searches: Sequence[Search], progress: Progress | None = None
) -> None:
    """Bring all of them to their end."""
    done, count = 0, replications.count
    while asked := [(each, tick) for each in searches if (tick := each.next) is not None]:
        cases = [Dated(replications.network, each.item, tick) for each, tick in asked]
        found = finishes(replications, simulate, cases, _from(progress, done, done + count * _left(searches)))
        for (each, tick), finish in zip(asked, found, strict=True):
            each.add(tick, finish)
        done += count * len(cases)


def _left(searches: Iterable[Search]) -> int:
    return sum(each.plays for each in searches)


def _from(progress: Progress | None, done: int, expected: int) -> Progress | None:
    return None if progress is None else lambda more, _: progress(done + more, expected)
