"""The kernel's front: a chunk of samples in, an Outcome out; replications are shared between threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np

from buildsim.engine.kernel.loop import play
from buildsim.engine.kernel.tables import Packed, packed
from buildsim.engine.kernel.workspace import workspace
from buildsim.network.codes import Rule
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Ledger, Outcome
from buildsim.sampling.samples import Samples


def simulate(network: Network, samples: Samples, threads: int | None = None) -> Outcome:
    """Play every replication of the chunk; the result does not depend on the number of threads.

    ``threads`` defaults to the processors that this process may use. Raises ValueError if the network is too large.
    """
    tables, drawn = packed(network), _drawn(samples)
    rows, lots = len(samples), samples.lot_capacity.shape[1]
    activities = np.empty((10, rows, len(network.activities)), dtype=np.int64)
    orders = np.empty((4, rows, len(network.orders)), dtype=np.int64)
    lot_limit, lot_started = np.empty((rows, lots), dtype=np.int64), np.empty((rows, lots), dtype=np.int64)
    ledgers: list[I64] = [np.empty((0, 4), dtype=np.int64)] * rows
    shares = max(1, min(threads or _processors(), rows))

    def share(first: int) -> None:
        _play(network, tables, drawn, range(first, rows, shares), activities, orders, lot_limit, lot_started, ledgers)

    if shares == 1:
        share(0)
    else:
        with ThreadPoolExecutor(shares) as pool:
            list(pool.map(share, range(shares)))
    ledger = np.concatenate([np.empty((0, 4), dtype=np.int64), *ledgers])
    ready, start, end_of_work, finish, cause_kind, cause, finish_cause, crew, freed_by, freed_at = activities
    order_tick, delivery, order_lot, order_open = orders
    return Outcome(
        first=samples.first,
        ready=ready,
        start=start,
        end_of_work=end_of_work,
        finish=finish,
        start_cause_kind=cause_kind,
        start_cause=cause,
        finish_cause=finish_cause,
        crew=crew,
        freed_by=freed_by,
        freed_at=freed_at,
        order_tick=order_tick,
        delivery=delivery,
        order_lot=order_lot,
        order_open=order_open,
        lot_limit=lot_limit,
        lot_started=lot_started,
        ledger=Ledger(np.repeat(np.arange(rows), [len(each) for each in ledgers]), *np.ascontiguousarray(ledger.T)),
    )


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _drawn(samples: Samples) -> Samples:
    """The same samples in the one layout that the loop is compiled for."""
    arrays = {each.name: getattr(samples, each.name) for each in fields(samples) if each.name != "first"}
    return replace(samples, **{name: np.require(values, requirements=["C", "W"]) for name, values in arrays.items()})


def _play(
    network: Network,
    tables: Packed,
    samples: Samples,
    rows: range,
    activities: I64,
    orders: I64,
    lot_limit: I64,
    lot_started: I64,
    ledgers: list[I64],
) -> None:
    """Play some rows of the chunk, one after the other in the same room, into the outcome's arrays."""
    room = workspace(tables, samples)
    play_row: Callable[..., int] = play  # tuples of several types are beyond the type checker
    for row in rows:
        while True:
            length = play_row(
                network.horizon,
                network.data_tick,
                network.rule is Rule.FIFO,
                network.ties_drawn,
                not network.pools.bypass.all(),
                *tables.tables,
                samples.length[row],
                samples.state[row],
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
                *room,
                row,
                activities,
                orders,
                lot_limit[row],
                lot_started[row],
            )
            if length <= len(room.ledger):
                break
            room = room._replace(ledger=np.empty((2 * length, 4), dtype=np.int64))
        written = room.ledger[:length]
        ledgers[row] = written[np.argsort(written[:, 0], kind="stable")]
