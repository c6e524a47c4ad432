"""The reference engine's front: a chunk of samples in, an Outcome out."""

from __future__ import annotations

import numpy as np

from buildsim.engine.reference.draws import row_of
from buildsim.engine.reference.plan import unpack
from buildsim.engine.reference.replication import Replication
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Ledger, Outcome
from buildsim.sampling.samples import Samples


def simulate(network: Network, samples: Samples) -> Outcome:
    """Play every replication of the chunk, one after the other."""
    plan = unpack(network)
    played = []
    for row in range(len(samples)):
        replication = Replication(plan, row_of(plan, samples, row))
        replication.run()
        played.append(replication)

    def table(rows: list[list[int]], columns: int) -> I64:
        return np.array(rows, dtype=np.int64).reshape(len(played), columns)

    def of_activities(field: str) -> I64:
        return table([getattr(each, field) for each in played], len(network.activities))

    def of_orders(field: str) -> I64:
        return table([getattr(each.orders, field) for each in played], len(network.orders))

    rows = [
        (row, activity, *wait)
        for row, each in enumerate(played)
        for activity in sorted(each.pools.ledger)
        for wait in each.pools.ledger[activity]
    ]
    ledger = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return Outcome(
        first=samples.first,
        ready=of_activities("ready"),
        start=of_activities("start"),
        end_of_work=of_activities("end_of_work"),
        finish=of_activities("finish"),
        start_cause_kind=of_activities("start_cause_kind"),
        start_cause=of_activities("start_cause"),
        finish_cause=of_activities("finish_cause"),
        crew=of_activities("crew"),
        freed_by=of_activities("freed_by"),
        freed_at=of_activities("freed_at"),
        order_tick=of_orders("order_tick"),
        delivery=of_orders("delivery"),
        order_lot=of_orders("order_lot"),
        order_open=of_orders("order_open"),
        lot_limit=table([each.market.lot_limit for each in played], samples.lot_capacity.shape[1]),
        lot_started=table([each.market.lot_started for each in played], samples.lot_capacity.shape[1]),
        ledger=Ledger(*(ledger[:, column] for column in range(5))),
    )
