"""A network some of whose constraints are improved or removed, under the same random numbers (semantics 26).

Improved by x: a pool or a line has capacity x (1 + x); what is left of a step and a lead time take 1 / (1 + x) of
their ticks. Added to: a pool has so many units more, a line so many smallest units a day, and a lead time is so many
ticks shorter, as if ordered that much earlier. Removed: a pool is unlimited, a supply delivers when it is ordered and
lacks for no line, what is left of a step takes no time. So only some arrays of the samples change, and all others are
shared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from buildsim.network.codes import NONE, UNSET, SupplyKind
from buildsim.network.constraints import POOL, STEPS, SUPPLY, Constraint
from buildsim.network.network import F64, I64, Bool, Curves, Disruptions, Network, Orders, Pools, Supplies
from buildsim.sampling.capacities import LotCapacities, PoolSteps
from buildsim.sampling.draw import Draws
from buildsim.sampling.samples import Samples
from buildsim.sampling.values import rounded, under_way

UNLIMITED_POOL: Final = 10**9
"""Units of a pool without a limit: more than anybody needs, and their integral over time fits int64."""


class Relief:
    """A ``network`` with some constraints ``improved``, by a factor 1 + x > 0 each, ``added`` to, or ``removed``.

    ValueError for work that is to be removed and for steps that are to be added to, KeyError for a constraint that
    the network does not have.
    """

    def __init__(
        self,
        network: Network,
        improved: Mapping[Constraint, float] | None = None,
        added: Mapping[Constraint, float] | None = None,
        removed: Collection[Constraint] = (),
    ) -> None:
        factors, more = {**(improved or {}), **dict.fromkeys(removed, np.inf)}, added or {}
        for constraint in (*removed, *more):
            if not constraint.removable or (constraint in more and constraint.kind in STEPS):
                raise ValueError(f"{constraint.category} can only be improved")
        pools = _Change.of(network.pools.name, POOL, factors, more)
        supplies = _Change.of(network.supplies.name, SUPPLY, factors, more)
        lines = supplies.where(network.supplies.kind == SupplyKind.LINE)
        self.network = _with_capacities(network, pools, lines)
        """What an engine plays with the `samples`."""
        self._pool_steps = PoolSteps(self.network) if pools.any() else None
        self._lot_capacities = LotCapacities(self.network) if np.any(lines.changed & ~lines.removed) else None
        leads = supplies.where(network.supplies.kind == SupplyKind.LEAD).at(network.orders.supply)
        self._orders = np.flatnonzero(leads.changed)
        self._leads = leads.at(self._orders)
        self._pace(network, _step_factors(network, factors))

    def _pace(self, network: Network, pace: F64) -> None:
        """Note whose lengths change, given how many times as fast each activity goes on."""
        of_column = np.repeat(np.arange(len(pace)), np.diff(network.activities.column_ptr))
        self._columns = np.flatnonzero(pace[of_column] != 1)
        of_column = of_column[self._columns]
        self._faster = pace[of_column]
        self._done = np.where(under_way(network), network.activities.actual_elapsed, 0)[of_column]

    def samples(self, draws: Draws, base: Samples) -> Samples:
        """The samples of the relieved network, from those of the network as it is and what they were made of."""
        changed: dict[str, Any] = {}  # arrays of several types
        if self._pool_steps is not None:
            names = ("pool_ptr", "pool_tick", "pool_capacity")
            changed |= zip(names, self._pool_steps.draw(draws.values, draws.windows), strict=True)
        if self._lot_capacities is not None:
            changed["lot_capacity"] = self._lot_capacities.draw(draws.values, draws.windows)
        if len(self._orders):
            changed["lead"] = lead = base.lead.copy()
            lead[:, self._orders] = rounded(lead[:, self._orders] / self._leads.factor - self._leads.more)
        if len(self._columns):
            changed["length"], changed["base"] = length, unrounded = base.length.copy(), base.base.copy()
            length[:, self._columns] = self._done + rounded(self._left(length) / self._faster)
            unrounded[:, self._columns] = self._done + self._left(unrounded) / self._faster
        return replace(base, **changed) if changed else base

    def _left(self, ticks: I64 | F64) -> I64 | F64:
        """(R, changed columns) What is left of a step; an empty one has done nothing and has nothing left."""
        return np.maximum(ticks[:, self._columns] - self._done, 0)


def _step_factors(network: Network, factors: Mapping[Constraint, float]) -> F64:
    """(activities) How many times as fast what is left of each goes."""
    steps = {each: factor for each, factor in factors.items() if each.kind not in (POOL, SUPPLY)}
    by_category = np.ones(len(network.categories))
    for constraint, factor in steps.items():
        if constraint.category not in network.categories:
            raise KeyError(constraint.category)
        by_category[network.categories.index(constraint.category)] = factor
    return by_category[network.activities.category]


def _with_capacities(network: Network, pools: _Change, lines: _Change) -> Network:
    """The network with the changed capacities of pools and lines."""
    curves = _Curves(network.curves)
    changed: dict[str, Any] = {}  # tables of several types
    if pools.any():
        changed["pools"] = _pools(network.pools, pools, curves)
        changed["disruptions"] = _sparing(network.disruptions, pools.removed)
    if lines.any():
        changed["supplies"] = _at_once(_supplies(network.supplies, lines, curves), lines.removed)
        changed["orders"] = _never_withdrawn(network.orders, lines.removed)
    return replace(network, **changed, curves=curves.table()) if changed else network


def _pools(pools: Pools, change: _Change, curves: _Curves) -> Pools:
    # who waits for another pool or for its calendar must not shut one that has no limit
    return replace(
        pools,
        capacity=curves.changed(pools.capacity, change),
        market=np.where(change.removed, NONE, pools.market),
        capacity_variable=np.where(change.removed, NONE, pools.capacity_variable),
        bypass=pools.bypass | change.removed,
    )


def _supplies(supplies: Supplies, change: _Change, curves: _Curves) -> Supplies:
    return replace(supplies, capacity=curves.changed(supplies.capacity, change))


def _at_once(supplies: Supplies, removed: Bool) -> Supplies:
    """Removed lines as lead times of nothing, and as inputs of nothing."""
    product = np.repeat(np.arange(len(supplies)), np.diff(supplies.input_ptr))
    kept = ~removed[supplies.input_supply]
    counts = np.bincount(product[kept], minlength=len(supplies))
    return replace(
        supplies,
        kind=np.where(removed, SupplyKind.LEAD, supplies.kind),
        input_ptr=np.concatenate([[0], np.cumsum(counts)]),
        input_supply=supplies.input_supply[kept],
        input_need=supplies.input_need[kept],
        input_share_ppm=supplies.input_share_ppm[kept],
    )


def _never_withdrawn(orders: Orders, removed: Bool) -> Orders:
    return replace(orders, withdraw=np.where(removed[orders.supply], UNSET, orders.withdraw))


def _sparing(disruptions: Disruptions, unlimited: Bool) -> Disruptions:
    """The disruptions without their effect on pools that have no limit."""
    whose = np.repeat(np.arange(len(disruptions.name)), np.diff(disruptions.pool_ptr))
    kept = ~unlimited[disruptions.pool_index]
    counts = np.bincount(whose[kept], minlength=len(disruptions.name))
    return replace(
        disruptions,
        pool_ptr=np.concatenate([[0], np.cumsum(counts)]),
        pool_index=disruptions.pool_index[kept],
        pool_factor=disruptions.pool_factor[kept],
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of some pools or supplies: values x factor + more, no limit where the factor is infinite."""

    factor: F64
    more: F64

    @classmethod
    def of(
        cls, names: tuple[str, ...], kind: str, factors: Mapping[Constraint, float], more: Mapping[Constraint, float]
    ) -> _Change:
        """That of all pools or supplies, by their names."""
        index = {name: i for i, name in enumerate(names)}
        change = cls(np.ones(len(names)), np.zeros(len(names)))
        for column, values in ((change.factor, factors), (change.more, more)):
            for constraint, value in values.items():
                if constraint.kind == kind:
                    column[index[constraint.name]] = value
        return change

    @property
    def changed(self) -> Bool:
        """Which are not as they were."""
        changed: Bool = (self.factor != 1) | (self.more != 0)
        return changed

    @property
    def removed(self) -> Bool:
        """Which have no limit any more."""
        return np.isinf(self.factor)

    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.changed.any())

    def where(self, kept: Bool) -> _Change:
        """The same for some of them, and no change of the others."""
        return _Change(np.where(kept, self.factor, 1.0), np.where(kept, self.more, 0.0))

    def at(self, rows: I64) -> _Change:
        """The same by index."""
        return _Change(self.factor[rows], self.more[rows])


class _Curves:
    """A network's curves, and new ones after them."""

    def __init__(self, curves: Curves) -> None:
        self._curves = curves
        self._new: list[tuple[I64, F64, bool]] = []

    def changed(self, indices: I64, change: _Change) -> I64:
        """The indices of curves after a change; a pool that is removed has one without a limit."""
        found = indices.copy()
        for i in np.flatnonzero(change.changed & (indices != NONE)).tolist():
            if change.removed[i]:
                found[i] = self._add(np.array([0]), np.array([float(UNLIMITED_POOL)]), False)
            else:
                points = slice(int(self._curves.ptr[indices[i]]), int(self._curves.ptr[indices[i] + 1]))
                values = self._curves.value[points] * change.factor[i] + change.more[i]
                found[i] = self._add(self._curves.tick[points], values, bool(self._curves.linear[indices[i]]))
        return found

    def _add(self, tick: I64, value: F64, linear: bool) -> int:
        self._new.append((tick, value, linear))
        return len(self._curves.linear) + len(self._new) - 1

    def table(self) -> Curves:
        """All of them."""
        if not self._new:
            return self._curves
        ticks, values, linear = zip(*self._new, strict=True)
        counts = np.cumsum([len(each) for each in ticks])
        return Curves(
            ptr=np.concatenate([self._curves.ptr, self._curves.ptr[-1] + counts]),
            tick=np.concatenate([self._curves.tick, *ticks]),
            value=np.concatenate([self._curves.value, *values]),
            linear=np.concatenate([self._curves.linear, linear]),
        )
