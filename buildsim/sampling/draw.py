"""From a network to Samples: a chunk of random replications, or the one planned run (semantics 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from buildsim.network.codes import NEVER, State
from buildsim.network.network import I8, Network
from buildsim.sampling.capacities import LotCapacities, LotYields, PoolSteps
from buildsim.sampling.durations import Lengths, Risks, States, Struck, Ties
from buildsim.sampling.hold import hold, pick
from buildsim.sampling.orders import Quantities, Waits
from buildsim.sampling.rows import pack
from buildsim.sampling.samples import Samples
from buildsim.sampling.streams import Seed
from buildsim.sampling.values import OncePerReplication, Values
from buildsim.sampling.windows import Disruptions, Windows


@dataclass(frozen=True, slots=True)
class Draws:
    """What is random in a chunk of replications, before it is applied to the network's tables."""

    values: Values
    risks: Struck
    state: I8
    """(R, activities) A ``State``."""
    windows: Sequence[Windows]
    """Per disruption."""


class Sampler:
    """A ``network`` under a seed, prepared once for any number of chunks; it holds nothing that drawing changes.

    ValueError for a seed outside 0 .. 2**64 - 1.
    """

    def __init__(self, network: Network, seed: Seed) -> None:
        self.network = network
        self._variables = OncePerReplication(network, seed)
        self._risks = Risks(network, seed)
        self._states = States(network, seed)
        self._lengths = Lengths(network, seed)
        self._ties = Ties(network, seed)
        self._disruptions = Disruptions(network, seed)
        self._lot_capacities = LotCapacities(network)
        self._lot_yields = LotYields(network)
        self._pool_steps = PoolSteps(network)
        self._waits = Waits(network)
        self._quantities = Quantities(network)

    def draw(self, first: int, count: int) -> Samples:
        """Every random quantity of replications ``first`` .. ``first + count - 1``.

        A replication's draws depend on the seed, its number and the names of what is drawn, on nothing else: any
        split of the replications gives the same. ValueError for a first or count below 0.
        """
        return self.samples(self.draws(first, count))

    def draws(self, first: int, count: int) -> Draws:
        """The random part of `draw`, which networks share that differ in no more than their capacities."""
        values = self._variables.draw(first, count)
        return Draws(values, self._risks.draw(values), self._states.draw(values), self._disruptions.draw(values))

    def samples(self, draws: Draws) -> Samples:
        """The rest of `draw`."""
        values, risks, state, windows = draws.values, draws.risks, draws.state, draws.windows
        length, base = self._lengths.draw(values, state, risks)
        pool_ptr, pool_tick, pool_capacity = self._pool_steps.draw(values, windows)
        window_ptr, (window_start, window_end) = pack(
            values.count, [w.start < NEVER for w in windows], [w.start for w in windows], [w.end for w in windows]
        )
        absent = state == State.ABSENT
        return Samples(
            first=values.first,
            length=length,
            base=base,
            state=state,
            tie=self._ties.draw(values),
            lag=self._waits.lags(values, absent),
            lead=self._waits.leads(values, absent),
            quantity=self._quantities.draw(values, absent),
            cycle=self._waits.cycles(values),
            lot_capacity=self._lot_capacities.draw(values, windows),
            lot_yield=self._lot_yields.draw(values),
            pool_ptr=pool_ptr,
            pool_tick=pool_tick,
            pool_capacity=pool_capacity,
            window_ptr=window_ptr,
            window_start=window_start,
            window_end=window_end,
            risk_struck=risks.struck,
            risk_factor=risks.factor,
            risk_days=risks.days,
        )


def draw(network: Network, seed: int, first: int, count: int) -> Samples:
    """One chunk of a `Sampler`, for those who need no other.

    ValueError for a seed, first or count below 0.
    """
    return Sampler(network, seed).draw(first, count)


def planned(network: Network) -> Samples:
    """The deterministic run as replication 0: planned values, no risks, no random disruptions, ties by index.

    Branches are present and dated disruptions happen if their probability is at least a half; no test fails.
    """
    held = hold(network, pick(network, lambda flaws, file: np.ones(len(flaws), dtype=np.bool_)))
    return draw(replace(held, ties_drawn=False), seed=0, first=0, count=1)
