"""The values of a network's variables in a chunk of replications: streams through quantile functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from buildsim.distribution import LIMIT, Quantiles, uniform_beyond
from buildsim.network.codes import NONE, UNSET, SupplyKind
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.streams import Seed, correlated, stream_keys, uniform_rows


class Events:
    """Several events, each with a stream of its own and a probability."""

    def __init__(self, seed: Seed, streams: Sequence[tuple[str, int]], probability: F64) -> None:
        self._keys = stream_keys(seed, streams)
        self._probability = probability[:, np.newaxis]

    def happen(self, first: int, count: int) -> Bool:
        """(events, R) Whether each happens in replications ``first`` .. ``first + count - 1``."""
        return uniform_rows(self._keys, first, count) < self._probability


class Probabilities:
    """The uniform numbers of some variables, given as (index, occurrence), tied to their common factors."""

    def __init__(self, network: Network, seed: Seed, variables: Sequence[tuple[int, int]]) -> None:
        specs = [network.variables[index] for index, _ in variables]
        self._keys = stream_keys(seed, [(network.variables[i].name, occurrence) for i, occurrence in variables])
        factor = np.array([spec.factor for spec in specs], dtype=np.int64)
        self._tied = np.flatnonzero(factor != NONE)
        factors, self._factor = np.unique(factor[self._tied], return_inverse=True)
        self._factor_keys = stream_keys(seed, [(f"factor:{network.factors[i]}", 0) for i in factors])
        self._rho = np.array([specs[i].rho for i in self._tied])[:, np.newaxis]

    def draw(self, first: int, count: int) -> F64:
        """(variables, R) Numbers in (0, 1) for replications ``first`` .. ``first + count - 1``."""
        u = uniform_rows(self._keys, first, count)
        factors = uniform_rows(self._factor_keys, first, count)
        u[self._tied] = correlated(u[self._tied], factors[self._factor], self._rho)
        return u


class Variables:
    """Some of a network's variables, by index: what their values need besides the replications' numbers.

    ``reached`` holds, for each, the probability beyond which its values are drawn, as in ``Distribution.reached``.
    """

    def __init__(self, network: Network, seed: Seed, variables: I64, reached: F64 | None = None) -> None:
        specs = [network.variables[variable] for variable in variables.tolist()]
        fixed = np.array([spec.distribution.kind == "fixed" for spec in specs], dtype=np.bool_)
        self._drawn = np.flatnonzero(~fixed)
        self._fixed = np.zeros((len(specs), 1))
        self._fixed[fixed, 0] = [specs[i].distribution.params[0] for i in np.flatnonzero(fixed)]
        own = [(int(variables[i]), specs[i].occurrence) for i in self._drawn]
        self._probabilities = Probabilities(network, seed, own)
        self._quantiles = Quantiles([specs[i].distribution for i in self._drawn])
        self._reached = None if reached is None else reached[self._drawn, np.newaxis]

    def draw(self, first: int, count: int) -> F64:
        """(variables, R) Their values in replications ``first`` .. ``first + count - 1``, in their units."""
        u = self._probabilities.draw(first, count)
        if self._reached is not None:
            u = uniform_beyond(u, self._reached)
        values = np.repeat(self._fixed, count, axis=1)
        values[self._drawn] = self._quantiles.at(u)
        return values


@dataclass(frozen=True, slots=True)
class Values:
    """A chunk, replications ``first`` .. ``first + count - 1``, and what the variables are in it."""

    first: int
    count: int
    row: I64
    """(variables) Which row holds the variable; beyond the last one for those that are not drawn here."""
    drawn: F64
    """(rows, R)"""

    def of(self, variable: int, default: float) -> F64:
        """(R,) Values of a variable in its unit; ``default`` where it is NONE. IndexError if it is not drawn here."""
        return np.full(self.count, default) if variable == NONE else self.drawn[self.row[variable]]

    def table(self, variables: I64, default: float) -> F64:
        """(R, n) Values of n variables, as `of`."""
        values = np.full((self.count, len(variables)), default)
        known = np.flatnonzero(variables != NONE)
        values[:, known] = self.drawn[self.row[variables[known]]].T
        return values


class OncePerReplication:
    """The variables of a network that have one value a replication: all but of started work and repeated windows."""

    def __init__(self, network: Network, seed: Seed) -> None:
        activities, orders, supplies = network.activities, network.orders, network.supplies
        pools, risks, disruptions = network.pools, network.risks, network.disruptions
        columns = [
            activities.variable[~under_way(network)],
            activities.remaining_variable,
            network.links.lag_variable,
            orders.lead_variable[supplies.kind[orders.supply] == SupplyKind.LEAD],
            orders.quantity_variable,
            supplies.cycle_variable,
            supplies.capacity_variable,
            supplies.yield_variable,
            pools.capacity_variable,
            pools.market_variable,
            risks.factor_variable,
            risks.days_variable,
            disruptions.duration_variable[disruptions.start != UNSET],
        ]
        used = np.unique(np.concatenate(columns))
        used = used[used != NONE]
        # a row that is none, not -1: whoever asks for a variable that is missing above must not get another's values
        self._row = np.full(len(network.variables), len(used), dtype=np.int64)
        self._row[used] = np.arange(len(used))
        self._variables = Variables(network, seed, used)

    def draw(self, first: int, count: int) -> Values:
        """The values in replications ``first`` .. ``first + count - 1``."""
        return Values(first, count, self._row, self._variables.draw(first, count))


def under_way(network: Network) -> Bool:
    """(activities) Which have begun and not finished: their lengths are drawn by what is known of them."""
    mask: Bool = (network.activities.actual_start != UNSET) & (network.activities.actual_finish == UNSET)
    return mask


def rounded(values: F64) -> I64:
    """Whole ticks or units, rounded half up (semantics 1); what is negative becomes 0.

    Values are capped at 1e15, later than every horizon, so that sums of a few stay inside int64.
    """
    ticks = np.clip(values, 0.0, LIMIT)
    ticks += 0.5
    return ticks.astype(np.int64)
