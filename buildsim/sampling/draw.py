"""From a network to Samples: a chunk of random replications, or the one planned run (semantics 21)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY, State, SupplyKind
from buildsim.network.network import I64, Network
from buildsim.sampling.capacities import LOT_TOLERANCE, draw_lot_capacity, draw_lot_yield, draw_pool_steps
from buildsim.sampling.durations import draw_lengths, draw_risks, draw_states, draw_ties
from buildsim.sampling.hold import hold, pick
from buildsim.sampling.rows import pack
from buildsim.sampling.samples import Samples
from buildsim.sampling.values import Values, rounded
from buildsim.sampling.windows import draw_windows


def draw(network: Network, seed: int, first: int, count: int) -> Samples:
    """Every random quantity of replications ``first`` .. ``first + count - 1``.

    A replication's draws depend on the seed, its number and the names of what is drawn, on nothing else: any
    split of the replications gives the same. ValueError for a seed, first or count below 0.
    """
    values = Values(network, seed, first, count)
    links, orders, supplies = network.links, network.orders, network.supplies
    risks = draw_risks(values)
    state = draw_states(values)
    length, base = draw_lengths(values, state, risks)
    windows = draw_windows(values)
    pool_ptr, pool_tick, pool_capacity = draw_pool_steps(values, windows)
    window_ptr, (window_start, window_end) = pack(
        count, [w.start < NEVER for w in windows], [w.start for w in windows], [w.end for w in windows]
    )
    absent = state == State.ABSENT
    # an absent branch passes straight through: it orders nothing and its lags fall away (semantics 10)
    unasked = np.zeros((count, len(orders)), dtype=np.bool_)
    consumed = orders.consumer != NONE
    unasked[:, consumed] = absent[:, orders.consumer[consumed]]
    passed = absent[:, links.pred] | absent[:, links.succ]
    lead_variable = np.where(supplies.kind[orders.supply] == SupplyKind.LEAD, orders.lead_variable, NONE)
    return Samples(
        first=first,
        length=length,
        base=base,
        state=state,
        tie=draw_ties(values),
        lag=np.where(passed, 0, rounded(values.table(links.lag_variable, 0.0) * links.lag_scale)),
        lead=np.where(unasked, 0, rounded(values.table(lead_variable, 0.0) * TICKS_PER_DAY)),
        quantity=np.where(unasked, 0, _draw_quantities(values)),
        cycle=rounded(values.table(supplies.cycle_variable, 0.0) * TICKS_PER_DAY),
        lot_capacity=draw_lot_capacity(values, windows),
        lot_yield=draw_lot_yield(values),
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


def planned(network: Network) -> Samples:
    """The deterministic run as replication 0: planned values, no risks, no random disruptions, ties by index.

    Branches are present and dated disruptions happen if their probability is at least a half; no test fails.
    """
    held = hold(network, pick(network, lambda flaws, file: np.ones(len(flaws), dtype=np.bool_)))
    return draw(replace(held, ties_drawn=False), seed=0, first=0, count=1)


def _draw_quantities(values: Values) -> I64:
    """(R, orders) Smallest units. The orders of one market share a factor on their running sum.

    Each gets the difference of floors, so that a factor on many small orders is not lost in rounding.
    """
    orders = values.network.orders
    quantity = np.broadcast_to(orders.quantity, (values.count, len(orders))).copy()
    for variable in np.unique(orders.quantity_variable[orders.quantity_variable != NONE]).tolist():
        own = orders.quantity_variable == variable
        factor = values.of(variable, 1.0)[:, np.newaxis]
        cumulative = np.floor(factor * np.cumsum(orders.quantity[own]) + LOT_TOLERANCE).astype(np.int64)
        quantity[:, own] = np.diff(cumulative, axis=1, prepend=0)
    return quantity
