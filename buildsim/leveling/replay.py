"""Candidates played by an engine: each a replication of one chunk of planned runs.

The ties of a replication are a candidate's priorities, all else in the key of dispatch being equal, and the lead time
of an order that an activity waits for, added for this alone, is its not-before date. So an engine plays hundreds of
candidates on one packed network, and whatever a plan holds is in what comes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.engine.select import Engine
from buildsim.network.codes import NONE, UNSET, Placement, Rule, SupplyKind
from buildsim.network.network import I64, Network, Orders, Supplies
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

_BEFORE_ZERO = -1
"""When the added orders are placed: what is delivered then gates nothing (semantics 19)."""


class Candidate(NamedTuple):
    """A way to run a plan."""

    priority: I64
    """(activities) All different; smaller is served first."""
    not_before: I64
    """(activities) Ticks from 0 on beside the plan's own dates, UNSET for none."""


class Replay:
    """The planned run, ``planned``, of a ``network`` under other priorities and not-before dates."""

    def __init__(self, network: Network, planned: Samples, simulate: Engine) -> None:
        table = network.activities
        self.datable = np.array(datable(network), dtype=np.int64)
        """The activities for which candidates may set dates; others are not looked at."""
        self._simulate = simulate
        self._planned = planned
        self.network = replace(
            network,
            rule=Rule.INDEX,
            ties_drawn=True,
            activities=replace(
                table, priority=np.zeros_like(table.priority), rule_value=np.zeros_like(table.rule_value)
            ),
            supplies=_with_one_more(network.supplies),
            orders=_with_gates(network.orders, len(network.supplies), self.datable),
        )

    def play(self, candidates: Sequence[Candidate]) -> Outcome:
        """One replication for each, in their order."""
        return self._simulate(self.network, self._samples(candidates))

    def milestones(self, outcome: Outcome) -> I64:
        """(candidates, milestones) Ticks, at most the horizon."""
        return np.minimum(milestone_ticks(self.network, outcome), self.network.horizon)

    def _samples(self, candidates: Sequence[Candidate]) -> Samples:
        one, count = self._planned, len(candidates)
        gates = np.stack([each.not_before[self.datable] for each in candidates])
        shared = ("first", "pool_tick", "pool_capacity", "window_start", "window_end")
        rows: dict[str, Any] = {  # arrays of several types
            name: np.repeat(getattr(one, name), count, axis=0) for name in one.__slots__ if name not in shared
        }
        rows["tie"] = np.stack([each.priority for each in candidates])
        rows["lead"] = np.hstack([rows["lead"], np.where(gates == UNSET, 0, gates - _BEFORE_ZERO)])
        rows["quantity"] = np.hstack([rows["quantity"], np.ones_like(gates)])
        rows["cycle"] = np.hstack([rows["cycle"], np.zeros((count, 1), dtype=np.int64)])
        return replace(one, **rows)


def movable(network: Network) -> list[int]:
    """The activities that need pools and have not begun: which of them comes first is what can be chosen.

    Of a rework chain it is the first pass that has not.
    """
    table = network.activities
    needs = (np.diff(table.need_ptr) > 0) | (table.mold_pool != NONE)
    found, chains = [], set()
    for a in np.flatnonzero(needs & (table.actual_start == UNSET)).tolist():
        chain = int(table.rework[a])
        if chain == NONE or chain not in chains:
            found.append(a)
            chains.add(chain)
    return found


def datable(network: Network) -> list[int]:
    """The movable activities but for later passes of a rework chain: a date is that of the first."""
    return [a for a in movable(network) if network.activities.rework_pass[a] <= 1]


def leveled(network: Network, candidate: Candidate) -> Network:
    """The network with a candidate's priorities and dates, as a scenario's ``leveling`` states them."""
    table = network.activities
    priority, not_before = table.priority.copy(), table.not_before.copy()
    of_chain = {}
    for a in movable(network):
        priority[a] = candidate.priority[a]
        if table.rework[a] != NONE:
            of_chain[int(table.rework[a])] = priority[a]
    for a in datable(network):
        not_before[a] = max(not_before[a], candidate.not_before[a])
    for a, chain in enumerate(table.rework.tolist()):
        if chain in of_chain:
            priority[a] = of_chain[chain]
    return replace(network, activities=replace(table, priority=priority, not_before=not_before))


def _with_one_more(supplies: Supplies) -> Supplies:
    """The supplies and one with a lead time."""
    count = len(supplies)
    values: dict[str, Any] = {
        "name": (*supplies.name, ""),
        "kind": np.append(supplies.kind, SupplyKind.LEAD),
        "period": np.append(supplies.period, 1),
        "max_stock": np.append(supplies.max_stock, UNSET),
        "order": np.append(supplies.order, count),
    }
    for name in ("lot_ptr", "input_ptr", "share_ptr"):
        pointers = getattr(supplies, name)
        values[name] = np.append(pointers, pointers[-1])
    for name in ("allocation", "initial_stock", "racks", "gpus"):
        values[name] = np.append(getattr(supplies, name), 0)
    for name in ("capacity", "capacity_variable", "yield_curve", "yield_variable", "cycle_variable"):
        values[name] = np.append(getattr(supplies, name), NONE)
    return replace(supplies, **values)


def _with_gates(orders: Orders, supply: int, consumers: I64) -> Orders:
    """The orders, and one for each of the consumers of a supply with a lead time."""
    added = {
        "supply": supply,
        "owner": 0,
        "quantity": 1,
        "quantity_variable": NONE,
        "priority": 0,
        "placement": int(Placement.DATED),
        "activity": NONE,
        "offset": _BEFORE_ZERO,
        "withdraw": UNSET,
        "reserved_from": UNSET,
        "lead_variable": NONE,
        "delivered": UNSET,
    }
    values = {name: np.append(getattr(orders, name), np.full(len(consumers), each)) for name, each in added.items()}
    values["consumer"] = np.append(orders.consumer, consumers)
    return replace(orders, name=(*orders.name, *("" for _ in consumers)), **values)
