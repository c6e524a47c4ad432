"""Capacities net of everything random: lots of production lines and steps of pools (semantics 14, 17)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from buildsim.distribution import LIMIT
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.curves import Curve
from buildsim.network.network import F64, I64, Bool
from buildsim.sampling.rows import pack
from buildsim.sampling.values import Values, rounded
from buildsim.sampling.windows import Windows, capacity_factor

UNLIMITED_LOT = 10**12
"""Lot of a line without a capacity curve; its product with a ppm still fits int64."""

LOT_TOLERANCE = 1e-6
"""Smallest units: a whole cumulative capacity that float arithmetic just misses counts as reached."""

POOL_TOLERANCE = 1e-9
"""The same for the units of a pool."""

PPM = 1_000_000


def draw_lot_capacity(values: Values, windows: Sequence[Windows]) -> I64:
    """(R, lots) floor(cum(k)) - floor(cum(k - 1)), in smallest units.

    ``cum`` integrates curve x factor variable x factors of open windows from tick 0, and its floor is taken
    with ``LOT_TOLERANCE``; float64 holds it that exactly up to some 1e9 smallest units in all.
    """
    network = values.network
    supplies, disruptions = network.supplies, network.disruptions
    capacity = np.zeros((values.count, int(supplies.lot_ptr[-1])), dtype=np.int64)
    hits = _hits(disruptions.supply_ptr, disruptions.supply_index, disruptions.supply_factor, len(supplies))
    for i in range(len(supplies)):
        ticks, columns = _lots(values, i)
        if supplies.capacity[i] == NONE:
            capacity[:, columns] = UNLIMITED_LOT
            continue
        curve = Curve.of(network.curves, int(supplies.capacity[i]))
        integral = _integral(values, curve, ticks, windows, hits[i])
        factor = values.of(int(supplies.capacity_variable[i]), 1.0)[:, np.newaxis]
        whole = np.floor(integral * factor / TICKS_PER_DAY + LOT_TOLERANCE)
        capacity[:, columns] = np.diff(whole, axis=1, prepend=0.0)
    return capacity


def draw_lot_yield(values: Values) -> I64:
    """(R, lots) Share of what is started that is good, in ppm."""
    supplies = values.network.supplies
    ppm = np.full((values.count, int(supplies.lot_ptr[-1])), PPM, dtype=np.int64)
    for i in range(len(supplies)):
        ticks, columns = _lots(values, i)
        curve = int(supplies.yield_curve[i])
        share = Curve.of(values.network.curves, curve).at(ticks) if curve != NONE else np.ones(len(ticks))
        factor = values.of(int(supplies.yield_variable[i]), 1.0)[:, np.newaxis]
        ppm[:, columns] = np.minimum(rounded(PPM * share * factor), PPM)
    return ppm


def draw_pool_steps(values: Values, windows: Sequence[Windows]) -> tuple[I64, I64, I64]:
    """Pointers (R, pools + 1), and flat ticks and capacities of the steps; each pool's first is at tick 0.

    capacity = max(0, floor(curve x factor variable x factors of open windows) - market's use).
    """
    network = values.network
    pools, disruptions = network.pools, network.disruptions
    hits = _hits(disruptions.pool_ptr, disruptions.pool_index, disruptions.pool_factor, len(pools))
    steps = [_pool_steps(values, i, windows, hits[i]) for i in range(len(pools))]
    pointers, (tick, capacity) = pack(
        values.count,
        [real for real, _, _ in steps],
        [ticks for _, ticks, _ in steps],
        [units for _, _, units in steps],
    )
    return pointers, tick, capacity


Hits = list[tuple[int, float]]
"""Disruptions that hit a pool or a line, each with its factor."""


def _hits(ptr: I64, index: I64, factor: F64, count: int) -> list[Hits]:
    hits: list[Hits] = [[] for _ in range(count)]
    for disruption in range(len(ptr) - 1):
        for row in range(int(ptr[disruption]), int(ptr[disruption + 1])):
            hits[int(index[row])].append((disruption, float(factor[row])))
    return hits


def _lots(values: Values, supply: int) -> tuple[I64, slice]:
    """Ticks at which the supply's lots close, and their columns."""
    supplies = values.network.supplies
    columns = slice(int(supplies.lot_ptr[supply]), int(supplies.lot_ptr[supply + 1]))
    ticks = np.arange(1, columns.stop - columns.start + 1, dtype=np.int64) * supplies.period[supply]
    return ticks, columns


def _integral(values: Values, curve: Curve, ticks: I64, windows: Sequence[Windows], hits: Hits) -> F64:
    """(R or 1, ticks) Integral from tick 0 of the curve times the factors of open windows."""
    whole = curve.integral(ticks)[np.newaxis]
    if not hits:
        return whole
    factor = capacity_factor(windows, hits, values.network.horizon)
    # While the factor stands still the product grows in proportion to the curve's own integral.
    before = curve.integral(factor.tick)
    grown = np.cumsum(factor.value[:, :-1] * np.diff(before, axis=1), axis=1)
    sums = np.hstack([np.zeros((values.count, 1)), grown])
    step = factor.index(np.broadcast_to(ticks, (values.count, len(ticks))))
    base, at, height = (np.take_along_axis(x, step, axis=1) for x in (sums, before, factor.value))
    disrupted: F64 = base + height * (whole - at)
    return disrupted


def _pool_steps(values: Values, pool: int, windows: Sequence[Windows], hits: Hits) -> tuple[Bool, I64, I64]:
    """(R, n) each: which steps are real, their ticks in order, and the capacity from each tick on."""
    network = values.network
    pools, horizon = network.pools, network.horizon
    curve = Curve.of(network.curves, int(pools.capacity[pool]))
    market = Curve.of(network.curves, int(pools.market[pool])) if pools.market[pool] != NONE else None
    points = np.concatenate([curve.tick, market.tick]) if market else curve.tick
    dated = np.unique(np.concatenate([[0], points[(points > 0) & (points <= horizon)]]))
    ticks = np.tile(dated, (values.count, 1))
    factor = values.of(int(pools.capacity_variable[pool]), 1.0)[:, np.newaxis]
    if hits:
        disrupted = capacity_factor(windows, hits, horizon)
        ticks = np.sort(np.hstack([ticks, disrupted.tick]), axis=1)
        factor = factor * disrupted.at(ticks)
    capacity = np.floor(np.minimum(curve.at(ticks) * factor, LIMIT) + POOL_TOLERANCE).astype(np.int64)
    if market:
        use = market.at(ticks) * values.of(int(pools.market_variable[pool]), 1.0)[:, np.newaxis]
        capacity -= rounded(use)
    capacity = np.maximum(capacity, 0)
    real = ticks <= horizon
    # Equal ticks have equal capacities, so this drops repeated ticks as well.
    real[:, 1:] &= capacity[:, 1:] != capacity[:, :-1]
    return real, ticks, capacity
