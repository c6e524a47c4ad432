"""The kernel's front: a chunk of samples in, an Outcome out; replications are shared between threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.loop import play
from buildsim.engine.kernel.tables import Tables, tables
from buildsim.network.codes import LOT_UNPLAYED, NONE, OWN_WORK, UNSET, Rule
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Ledger, Outcome
from buildsim.sampling.samples import Samples

LEDGER_ROWS = 4
"""Room for ledger rows per activity at the first try."""


@dataclass(frozen=True, slots=True)
class Played:
    """What one replication left."""

    out: I64
    out_orders: I64
    lot_limit: I64
    lot_started: I64
    ledger: I64
    """(rows, 4) activity, from, to, blocker; in canonical order."""


def simulate(network: Network, samples: Samples) -> Outcome:
    """Play every replication of the chunk; the result does not depend on the number of threads."""
    packed = tables(network)
    state = samples.state.astype(np.int64)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        played = list(threads.map(lambda row: _play(network, packed, samples, state, row), range(len(samples))))

    def table(rows: list[I64], columns: int) -> I64:
        return np.array(rows, dtype=np.int64).reshape(len(played), columns)

    def of_activities(field: int) -> I64:
        return table([each.out[field] for each in played], len(network.activities))

    def of_orders(field: int) -> I64:
        return table([each.out_orders[field] for each in played], len(network.orders))

    rows = np.concatenate([np.empty((0, 4), dtype=np.int64), *(each.ledger for each in played)])
    replication = np.repeat(np.arange(len(played)), np.array([len(each.ledger) for each in played], dtype=np.int64))
    return Outcome(
        first=samples.first,
        ready=of_activities(c.READY),
        start=of_activities(c.START),
        end_of_work=of_activities(c.END),
        finish=of_activities(c.FINISH),
        start_cause_kind=of_activities(c.KIND),
        start_cause=of_activities(c.CAUSE),
        finish_cause=of_activities(c.FINISH_CAUSE),
        crew=of_activities(c.CREW),
        freed_by=of_activities(c.FREED_BY),
        freed_at=of_activities(c.FREED_AT),
        order_tick=of_orders(c.PLACED),
        delivery=of_orders(c.DELIVERY),
        order_lot=of_orders(c.LOT),
        order_open=of_orders(c.OPEN),
        lot_limit=table([each.lot_limit for each in played], samples.lot_capacity.shape[1]),
        lot_started=table([each.lot_started for each in played], samples.lot_capacity.shape[1]),
        ledger=Ledger(replication, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3]),
    )


def _play(network: Network, packed: Tables, samples: Samples, state: I64, row: int) -> Played:
    count, orders = len(network.activities), len(network.orders)
    room = LEDGER_ROWS * count
    while True:
        out = np.full((10, count), NONE, dtype=np.int64)
        out[c.CREW] = 0
        out[c.FINISH_CAUSE] = OWN_WORK
        out_orders = np.full((4, orders), UNSET, dtype=np.int64)
        out_orders[c.LOT] = NONE
        out_orders[c.OPEN] = 0
        lot_limit = np.full(samples.lot_capacity.shape[1], LOT_UNPLAYED, dtype=np.int64)
        lot_started = np.zeros_like(lot_limit)
        ledger = np.empty((room, 4), dtype=np.int64)
        rows = play(
            network.horizon,
            network.data_tick,
            network.rule is Rule.FIFO,
            *packed,
            samples.length[row],
            state[row],
            samples.tie[row],
            samples.lag[row],
            samples.lead[row],
            samples.quantity[row],
            samples.cycle[row],
            samples.lot_capacity[row],
            samples.lot_yield[row],
            samples.pool_ptr[row],
            samples.pool_tick,
            samples.pool_capacity,
            samples.window_ptr[row],
            samples.window_start,
            samples.window_end,
            out,
            out_orders,
            lot_limit,
            lot_started,
            ledger,
        )
        if rows <= room:
            in_order = np.argsort(ledger[:rows, 0], kind="stable")
            return Played(out, out_orders, lot_limit, lot_started, ledger[:rows][in_order])
        room = rows
