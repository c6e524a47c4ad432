"""How much orders ask for, and waits in elapsed time: lags, lead times and cycle times (semantics 6, 17, 19).

An absent branch passes straight through: it orders nothing and its lags fall away (semantics 10).
"""

from __future__ import annotations

import numpy as np

from buildsim.network.codes import NONE, TICKS_PER_DAY, SupplyKind
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.capacities import LOT_TOLERANCE
from buildsim.sampling.values import Values, rounded


class Waits:
    """Lags of links, lead times of orders and cycle times of supplies."""

    def __init__(self, network: Network) -> None:
        links, orders, supplies = network.links, network.orders, network.supplies
        lead_time = supplies.kind[orders.supply] == SupplyKind.LEAD
        self._lags = _Scaled(links.lag_variable, links.lag_scale)
        self._leads = _Scaled(np.where(lead_time, orders.lead_variable, NONE), np.full(len(orders), TICKS_PER_DAY))
        self._cycles = _Scaled(supplies.cycle_variable, np.full(len(supplies), TICKS_PER_DAY))
        self._network = network

    def lags(self, values: Values, absent: Bool) -> I64:
        """(R, links) Ticks, elapsed or open."""
        links = self._network.links
        lag = self._lags.draw(values)
        lag[absent[:, links.pred] | absent[:, links.succ]] = 0
        return lag

    def leads(self, values: Values, absent: Bool) -> I64:
        """(R, orders) Ticks; 0 for orders on lines."""
        return _asked(self._network, self._leads.draw(values), absent)

    def cycles(self, values: Values) -> I64:
        """(R, supplies) Ticks."""
        return self._cycles.draw(values)


class Quantities:
    """How much is ordered. The orders of one market share a factor on their running sum.

    Each gets the difference of floors, so that a factor on many small orders is not lost in rounding.
    """

    def __init__(self, network: Network) -> None:
        orders = network.orders
        drawn = np.unique(orders.quantity_variable[orders.quantity_variable != NONE])
        groups = [np.flatnonzero(orders.quantity_variable == variable) for variable in drawn]
        self._markets: list[tuple[int, I64, I64]] = [
            (variable, own, np.cumsum(orders.quantity[own]))
            for variable, own in zip(drawn.tolist(), groups, strict=True)
        ]
        self._network = network

    def draw(self, values: Values, absent: Bool) -> I64:
        """(R, orders) Smallest units."""
        quantity = np.repeat(self._network.orders.quantity[np.newaxis], values.count, axis=0)
        for variable, own, total in self._markets:
            factor = values.of(variable, 1.0)[:, np.newaxis]
            cumulative = np.floor(factor * total + LOT_TOLERANCE).astype(np.int64)
            quantity[:, own] = np.diff(cumulative, axis=1, prepend=0)
        return _asked(self._network, quantity, absent)


class _Scaled:
    """Variables times ticks per unit, 0 where there is none."""

    def __init__(self, variables: I64, scale: F64) -> None:
        self._count = len(variables)
        self._known = np.flatnonzero(variables != NONE)
        self._variables, self._scale = variables[self._known], scale[self._known]

    def draw(self, values: Values) -> I64:
        """(R, n) Whole ticks."""
        ticks = np.zeros((values.count, self._count), dtype=np.int64)
        ticks[:, self._known] = rounded(values.table(self._variables, 0.0) * self._scale)
        return ticks


def _asked(network: Network, of_orders: I64, absent: Bool) -> I64:
    """The same array, with 0 for the orders of absent activities."""
    consumed = np.flatnonzero(network.orders.consumer != NONE)
    row, order = np.nonzero(absent[:, network.orders.consumer[consumed]])
    of_orders[row, consumed[order]] = 0
    return of_orders
