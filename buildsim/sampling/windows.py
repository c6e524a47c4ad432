"""Windows of disruptions in calendar time, and the factors on capacities that they make (semantics 22)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY, UNSET
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.rows import count_until
from buildsim.sampling.streams import Seed, stream_keys, uniform_rows
from buildsim.sampling.values import Events, Probabilities, Values, rounded

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


class Disruptions:
    """The windows of every disruption up to the horizon."""

    def __init__(self, network: Network, seed: Seed) -> None:
        self._network, self._seed = network, seed
        table = network.disruptions
        self._dated = table.start != UNSET
        self._strikes = Events(seed, [(f"disruption:{name}:strike", 0) for name in table.name], table.probability)

    def draw(self, values: Values) -> list[Windows]:
        """The windows of each disruption, in order."""
        strikes = self._strikes.happen(values.first, values.count)
        return [
            self._of_date(values, i, strikes[i]) if is_dated else self._of_rate(values, i)
            for i, is_dated in enumerate(self._dated.tolist())
        ]

    def _of_date(self, values: Values, i: int, strikes: Bool) -> Windows:
        table = self._network.disruptions
        start = np.full(values.count, table.start[i])
        days = values.of(int(table.duration_variable[i]), 0.0)
        length = np.where(strikes, rounded(days * TICKS_PER_DAY), 0)
        return Windows.within(start[:, np.newaxis], (start + length)[:, np.newaxis], self._network.horizon)

    def _of_rate(self, values: Values, i: int) -> Windows:
        """Windows of a Poisson process whose gaps run from the end of a window to the next one's start."""
        horizon = self._network.horizon
        per_year = float(self._network.disruptions.per_year[i])
        # what happened before the data date is in the actuals (semantics 11)
        end = np.full(values.count, max(self._network.data_tick, 0), dtype=np.int64)
        starts = [np.zeros((0, values.count), dtype=np.int64)]
        ends = starts.copy()
        step = _likely_most(per_year * (horizon / TICKS_PER_DAY / DAYS_PER_YEAR))
        occurrence = 0
        while per_year > 0 and np.any(end <= horizon):
            occurrences = range(occurrence, occurrence + step)
            gap = self._gaps(values, i, occurrences)
            # windows that the gaps alone put beyond the horizon need no length
            length = self._lengths(values, i, occurrences, end + np.cumsum(gap, axis=0) <= horizon)
            all_ends = end + np.cumsum(gap + length, axis=0)
            starts.append(all_ends - length)
            ends.append(all_ends)
            end = all_ends[-1]
            occurrence += step
        start = np.concatenate(starts)
        needed = int((start <= horizon).any(axis=1).sum())
        return Windows.within(start[:needed].T, np.concatenate(ends)[:needed].T, horizon)

    def _gaps(self, values: Values, i: int, occurrences: range) -> I64:
        """(occurrences, R) Ticks from one window to the next."""
        table = self._network.disruptions
        gap = Distribution("exponential", (DAYS_PER_YEAR / float(table.per_year[i]),))
        keys = stream_keys(self._seed, [(f"disruption:{table.name[i]}:gap", number) for number in occurrences])
        return rounded(gap.quantile(uniform_rows(keys, values.first, values.count)) * TICKS_PER_DAY)

    def _lengths(self, values: Values, i: int, occurrences: range, needed: Bool) -> I64:
        """(occurrences, R) Ticks that windows last, 0 where not needed."""
        length = np.zeros(needed.shape, dtype=np.int64)
        variable = int(self._network.disruptions.duration_variable[i])
        if variable != NONE:
            u = Probabilities(self._network, self._seed, [(variable, number) for number in occurrences])
            days = self._network.variables[variable].distribution.quantile(u.draw(values.first, values.count)[needed])
            length[needed] = rounded(days * TICKS_PER_DAY)
        return length


Hits = tuple[tuple[int, float], ...]
"""Disruptions that hit a pool or a line, each with its factor."""


def hits_of(ptr: I64, index: I64, factor: F64, count: int) -> list[Hits]:
    """What hits each of ``count`` pools or lines, from a table of disruptions."""
    hits: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for disruption in range(len(ptr) - 1):
        for row in range(int(ptr[disruption]), int(ptr[disruption + 1])):
            hits[int(index[row])].append((disruption, float(factor[row])))
    return [tuple(each) for each in hits]


def capacity_factor(windows: Sequence[Windows], hits: Hits, horizon: int) -> Factor:
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


def _likely_most(expected: float) -> int:
    """So many windows are rarely exceeded; bounded, since there are as many rows as that in an array."""
    return math.ceil(min(expected + 3 * math.sqrt(expected), 200.0)) + 1
