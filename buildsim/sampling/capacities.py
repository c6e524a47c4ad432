"""Capacities net of everything random: lots of production lines and steps of pools (semantics 14, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from buildsim.distribution import LIMIT
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.curves import Curve
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.rows import pack
from buildsim.sampling.values import Values, rounded
from buildsim.sampling.windows import Hits, Windows, capacity_factor, hits_of

UNLIMITED_LOT = 10**12
"""Lot of a line without a capacity curve; its product with a ppm still fits int64."""

LOT_TOLERANCE = 1e-6
"""Smallest units: a whole cumulative capacity that float arithmetic just misses counts as reached."""

POOL_TOLERANCE = 1e-9
"""The same for the units of a pool."""

PPM = 1_000_000


class LotCapacities:
    """floor(cum(k)) - floor(cum(k - 1)) of each lot, in smallest units.

    ``cum`` integrates curve x factor variable x factors of open windows from tick 0, and its floor is taken
    with ``LOT_TOLERANCE``; float64 holds it that exactly up to some 1e9 smallest units in all.
    """

    def __init__(self, network: Network) -> None:
        supplies, disruptions = network.supplies, network.disruptions
        hits = hits_of(disruptions.supply_ptr, disruptions.supply_index, disruptions.supply_factor, len(supplies))
        self._certain = np.full(int(supplies.lot_ptr[-1]), UNLIMITED_LOT, dtype=np.int64)
        """(lots) Where nothing is random."""
        self._lines: list[_Line] = []
        """The others."""
        for i in np.flatnonzero(supplies.capacity != NONE).tolist():
            ticks, columns = _lots(network, i)
            curve = Curve.of(network.curves, int(supplies.capacity[i]))
            line = _Line(columns, ticks, curve, curve.integral(ticks), int(supplies.capacity_variable[i]), hits[i])
            if line.variable == NONE and not line.hits:
                self._certain[columns] = _whole_lots(line.whole)
            else:
                self._lines.append(line)
        self._horizon = network.horizon

    def draw(self, values: Values, windows: Sequence[Windows]) -> I64:
        """(R, lots) Smallest units that may be started in each lot."""
        capacity = np.repeat(self._certain[np.newaxis], values.count, axis=0)
        for line in self._lines:
            integral = line.integral(windows, self._horizon) if line.hits else line.whole
            factor = values.of(line.variable, 1.0)[:, np.newaxis]
            capacity[:, line.columns] = _whole_lots(integral * factor)
        return capacity


class LotYields:
    """The share of what is started in each lot that is good, in ppm."""

    def __init__(self, network: Network) -> None:
        supplies = network.supplies
        self._certain = np.full(int(supplies.lot_ptr[-1]), PPM, dtype=np.int64)
        """(lots) Where nothing is random."""
        self._lines: list[tuple[slice, F64, int]] = []
        """The others: columns, ppm before the factor, its variable."""
        for i in range(len(supplies)):
            ticks, columns = _lots(network, i)
            curve, variable = int(supplies.yield_curve[i]), int(supplies.yield_variable[i])
            ppm = PPM * (Curve.of(network.curves, curve).at(ticks) if curve != NONE else np.ones(len(ticks)))
            if variable == NONE:
                self._certain[columns] = np.minimum(rounded(ppm), PPM)
            else:
                self._lines.append((columns, ppm, variable))

    def draw(self, values: Values) -> I64:
        """(R, lots) Yield in ppm."""
        ppm = np.repeat(self._certain[np.newaxis], values.count, axis=0)
        for columns, certain, variable in self._lines:
            ppm[:, columns] = np.minimum(rounded(certain * values.of(variable, 1.0)[:, np.newaxis]), PPM)
        return ppm


class PoolSteps:
    """The steps of pools: max(0, floor(curve x factor variable x factors of open windows) - market's use)."""

    def __init__(self, network: Network) -> None:
        pools, disruptions = network.pools, network.disruptions
        hits = hits_of(disruptions.pool_ptr, disruptions.pool_index, disruptions.pool_factor, len(pools))
        self._pools = [_Pool.of(network, i, hits[i]) for i in range(len(pools))]
        self._horizon = network.horizon

    def draw(self, values: Values, windows: Sequence[Windows]) -> tuple[I64, I64, I64]:
        """Pointers (R, pools + 1), and flat ticks and capacities of the steps; each pool's first is at tick 0."""
        steps = [pool.steps(values, windows, self._horizon) for pool in self._pools]
        pointers, (tick, capacity) = pack(
            values.count,
            [real for real, _, _ in steps],
            [ticks for _, ticks, _ in steps],
            [units for _, _, units in steps],
        )
        return pointers, tick, capacity


@dataclass(frozen=True, slots=True)
class _Line:
    """A production line of which some capacity is random."""

    columns: slice
    ticks: I64
    """(n) At which its lots close."""
    curve: Curve
    whole: F64
    """(n) Integrals of the curve to those ticks."""
    variable: int
    hits: Hits

    def integral(self, windows: Sequence[Windows], horizon: int) -> F64:
        """(R, n) Integrals from tick 0 of the curve times the factors of open windows."""
        factor = capacity_factor(windows, self.hits, horizon)
        rows = len(factor.tick)
        # While the factor stands still the product grows in proportion to the curve's own integral.
        before = self.curve.integral(factor.tick)
        grown = np.cumsum(factor.value[:, :-1] * np.diff(before, axis=1), axis=1)
        sums = np.hstack([np.zeros((rows, 1)), grown])
        step = factor.index(np.broadcast_to(self.ticks, (rows, len(self.ticks))))
        base, at, height = (np.take_along_axis(x, step, axis=1) for x in (sums, before, factor.value))
        disrupted: F64 = base + height * (self.whole - at)
        return disrupted


@dataclass(frozen=True, slots=True)
class _Pool:
    """A pool's dated steps, before what is random."""

    curve: Curve
    variable: int
    market: Curve | None
    market_variable: int
    hits: Hits
    dated: I64
    """(n) Ticks of the curves' points from 0 to the horizon."""

    @classmethod
    def of(cls, network: Network, i: int, hits: Hits) -> _Pool:
        pools = network.pools
        curve = Curve.of(network.curves, int(pools.capacity[i]))
        market = Curve.of(network.curves, int(pools.market[i])) if pools.market[i] != NONE else None
        points = np.concatenate([curve.tick, market.tick]) if market else curve.tick
        dated = np.unique(np.concatenate([[0], points[(points > 0) & (points <= network.horizon)]]))
        return cls(curve, int(pools.capacity_variable[i]), market, int(pools.market_variable[i]), hits, dated)

    def steps(self, values: Values, windows: Sequence[Windows], horizon: int) -> tuple[Bool, I64, I64]:
        """(R, n) each: which steps are real, their ticks in order, and the capacity from each tick on."""
        ticks = np.broadcast_to(self.dated, (values.count, len(self.dated)))
        dated = self.dated
        factor = values.of(self.variable, 1.0)[:, np.newaxis]
        if self.hits:
            disrupted = capacity_factor(windows, self.hits, horizon)
            dated = ticks = np.sort(np.hstack([ticks, disrupted.tick]), axis=1)
            factor = factor * disrupted.at(ticks)
        capacity = np.floor(np.minimum(self.curve.at(dated) * factor, LIMIT) + POOL_TOLERANCE).astype(np.int64)
        if self.market:
            use = self.market.at(dated) * values.of(self.market_variable, 1.0)[:, np.newaxis]
            capacity -= rounded(use)
        capacity = np.maximum(capacity, 0)
        real = ticks <= horizon
        # Equal ticks have equal capacities, so this drops repeated ticks as well.
        real[:, 1:] &= capacity[:, 1:] != capacity[:, :-1]
        return real, ticks, capacity


def _lots(network: Network, supply: int) -> tuple[I64, slice]:
    """Ticks at which the supply's lots close, and their columns."""
    supplies = network.supplies
    columns = slice(int(supplies.lot_ptr[supply]), int(supplies.lot_ptr[supply + 1]))
    ticks = np.arange(1, columns.stop - columns.start + 1, dtype=np.int64) * supplies.period[supply]
    return ticks, columns


def _whole_lots(integral: F64) -> F64:
    """Whole smallest units of each lot, from integrals (..., n) in units of the curve times ticks."""
    return np.diff(np.floor(integral / TICKS_PER_DAY + LOT_TOLERANCE), axis=-1, prepend=0.0)
