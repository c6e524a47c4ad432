"""Windows of disruptions in calendar time, and the factors on capacities that they make (semantics 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.codes import NEVER, TICKS_PER_DAY, UNSET
from buildsim.network.network import F64, I64
from buildsim.sampling.rows import count_until
from buildsim.sampling.values import Values, rounded

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows [start, end) of one disruption, (R, n): sorted, disjoint, and NEVER after the last of a row."""

    start: I64
    end: I64

    @classmethod
    def within(cls, start: I64, end: I64, horizon: int) -> Windows:
        """The windows (R, n) that are not empty and start by the horizon; those given must be disjoint."""
        kept = (start < end) & (start <= horizon)
        return cls(np.sort(np.where(kept, start, NEVER), axis=1), np.sort(np.where(kept, end, NEVER), axis=1))


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor on a capacity as steps, (R, n): from each tick on, in order; the first tick of a row is 0."""

    tick: I64
    value: F64

    def index(self, ticks: I64) -> I64:
        """(R, m) The step in force at each of the ticks (R, m), which are >= 0."""
        return count_until(self.tick, ticks) - 1

    def at(self, ticks: I64) -> F64:
        """(R, m) The factor at each of the ticks (R, m), which are >= 0."""
        return np.take_along_axis(self.value, self.index(ticks), axis=1)


def draw_windows(values: Values) -> list[Windows]:
    """The windows of every disruption up to the horizon."""
    dated = values.network.disruptions.start != UNSET
    return [_dated(values, i) if dated[i] else _random(values, i) for i in range(len(dated))]


def capacity_factor(windows: Sequence[Windows], hits: Sequence[tuple[int, float]], horizon: int) -> Factor:
    """The product of the factors of all open windows, from (disruption, factor) pairs; at least one pair."""
    last = horizon + 1
    edges = [(np.clip(windows[i].start, 0, last), np.clip(windows[i].end, 0, last)) for i, _ in hits]
    rows = len(edges[0][0])
    zero = np.zeros((rows, 1), dtype=np.int64)
    ticks = np.sort(np.hstack([zero, *chain.from_iterable(edges)]), axis=1)
    product = np.ones(ticks.shape)
    for (start, end), (_, factor) in zip(edges, hits, strict=True):
        is_open = count_until(start, ticks) > count_until(end, ticks)
        product[is_open] *= factor
    return Factor(ticks, product)


def _dated(values: Values, i: int) -> Windows:
    disruptions = values.network.disruptions
    happens = values.happens(f"disruption:{disruptions.name[i]}:strike", float(disruptions.probability[i]))
    start = np.full(values.count, disruptions.start[i])
    length = np.where(happens, _length(values, i, None), 0)
    return Windows.within(start[:, np.newaxis], (start + length)[:, np.newaxis], values.network.horizon)


def _random(values: Values, i: int) -> Windows:
    """Windows of a Poisson process whose gaps run from the end of a window to the next one's start."""
    disruptions, horizon = values.network.disruptions, values.network.horizon
    starts = [np.zeros((values.count, 0), dtype=np.int64)]
    ends = starts.copy()
    if disruptions.per_year[i] > 0:
        gap = Distribution("exponential", (DAYS_PER_YEAR / float(disruptions.per_year[i]),))
        stream = f"disruption:{disruptions.name[i]}:gap"
        # what happened before the data date is in the actuals (semantics 11)
        end = np.full(values.count, max(values.network.data_tick, 0), dtype=np.int64)
        for occurrence in count():
            start = end + rounded(gap.quantile(values.uniform(stream, occurrence)) * TICKS_PER_DAY)
            if np.all(start > horizon):
                break
            end = start + _length(values, i, occurrence)
            starts.append(start[:, np.newaxis])
            ends.append(end[:, np.newaxis])
    return Windows.within(np.hstack(starts), np.hstack(ends), horizon)


def _length(values: Values, i: int, occurrence: int | None) -> I64:
    variable = int(values.network.disruptions.duration_variable[i])
    return rounded(values.of(variable, 0.0, occurrence) * TICKS_PER_DAY)
