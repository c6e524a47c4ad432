"""Capacity coming online: which acceptance puts which racks of a hall into service, and when that is finished.

A hall comes online in steps. The racks of each of its orders of rated supplies, as a share of all that the hall
orders, are online when the first activity of stage `ACCEPTANCE` in the hall is finished that comes after they are set;
orders with the same such activities are one step. Where no acceptance follows, they are online when all that follows
in the hall is finished; a hall that orders no racks is one step, online when its acceptance, or without any all of its
activities, are finished. A hall without activities is never online.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.analysis.idle import rack_orders
from buildsim.network.codes import NEVER, NONE, State
from buildsim.network.graph import to_networkx
from buildsim.network.network import F64, I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

ACCEPTANCE = "acceptance"
"""The stage whose activities put racks into service."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a hall that comes online at one time."""

    hall: int
    """Position in the list of halls."""
    name: str
    """The first of its activities in topological order, named within the hall; empty where there is none."""
    orders: tuple[int, ...]
    """Those of the racks that come online; none if it is the whole hall."""
    activities: tuple[int, ...]
    first: bool
    """True: online with the first of the activities; False: with the last."""


def steps(network: Network, halls: Sequence[str]) -> tuple[Step, ...]:
    """The steps of each hall, a prefix ``site/phase/hall`` of activities' names, by hall and topological order."""
    last_passes = _last_passes(network)
    names = network.activities.name
    of_hall: dict[str, list[int]] = {hall: [] for hall in halls}
    for activity in last_passes:
        prefix = names[activity].rpartition("/")[0]
        if prefix in of_hall:
            of_hall[prefix].append(activity)
    orders: dict[str, list[int]] = {hall: [] for hall in halls}
    for order in rack_orders(network).tolist():
        prefix = names[network.orders.consumer[order]].rpartition("/")[0]
        if prefix in orders:
            orders[prefix].append(order)
    graph = to_networkx(network)
    return tuple(
        step
        for number, hall in enumerate(halls)
        for step in _of_hall(network, graph, number, of_hall[hall], orders[hall])
    )


@dataclass(frozen=True, slots=True)
class Online:
    """When each step is online, and what part of its hall it is; of shape (n, steps), replications ascending."""

    number: I64
    tick: I64
    """NEVER where it is not online by the horizon."""
    share: F64
    """Of the hall's racks; the shares of a hall's steps sum to 1."""


class OnlineTally:
    """Takes chunks in any order and any split, with equal findings."""

    def __init__(self, parts: Sequence[Step]) -> None:
        self._parts = parts
        self._hall = np.array([step.hall for step in parts], dtype=np.int64)
        self._chunks = Chunks()

    def add(self, samples: Samples, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        ticks = np.full((len(outcome), len(self._parts)), NEVER, dtype=np.int64)
        ordered = np.zeros((len(outcome), len(self._parts)))
        for column, step in enumerate(self._parts):
            if step.activities:
                ticks[:, column] = _online(samples, outcome, step)
            ordered[:, column] = samples.quantity[:, step.orders].sum(axis=1) if step.orders else 1
        self._chunks.add(outcome, ticks, _shares(ordered, self._hall))

    def result(self) -> Online:
        """All chunks so far; ValueError if there is none."""
        return Online(self._chunks.number(), *self._chunks.rows())


def _of_hall(
    network: Network, graph: nx.MultiDiGraph[int], number: int, members: list[int], orders: list[int]
) -> list[Step]:
    acceptance = {activity for activity in members if _stage(network, activity) == ACCEPTANCE}
    if not orders:
        chosen = acceptance or set(members)
        return [_step(network, number, (), chosen, first=False)]
    found: dict[tuple[frozenset[int], bool], list[int]] = {}
    for order in orders:
        consumer = int(network.orders.consumer[order])
        behind = ({consumer} | nx.descendants(graph, consumer)) & set(members)
        accepted = behind & acceptance
        found.setdefault((frozenset(accepted or behind), bool(accepted)), []).append(order)
    made = [
        _step(network, number, tuple(theirs), activities, first=first) for (activities, first), theirs in found.items()
    ]
    return sorted(made, key=lambda step: min(network.activities.position[list(step.activities)]))


def _step(
    network: Network, hall: int, orders: tuple[int, ...], activities: set[int] | frozenset[int], *, first: bool
) -> Step:
    in_order = sorted(activities, key=lambda activity: int(network.activities.position[activity]))
    named = in_order[:1] if first else in_order[-1:]
    name = "".join(network.activities.name[activity].rpartition("/")[2] for activity in named)
    return Step(hall, name.partition("#")[0], orders, tuple(in_order), first)


def _stage(network: Network, activity: int) -> str:
    category: str = network.categories[network.activities.category[activity]]
    return category.partition(":")[2]


def _last_passes(network: Network) -> list[int]:
    """Activities without the passes of a rework chain that are not its last."""
    rework = network.activities.rework
    followed = np.append((rework[:-1] == rework[1:]) & (rework[:-1] != NONE), False)
    return np.flatnonzero(~followed).tolist() if len(rework) else []


def _online(samples: Samples, outcome: Outcome, step: Step) -> I64:
    """(R,) When a step is online. An absent acceptance accepts nothing, unless there is no other."""
    columns = list(step.activities)
    finish = outcome.finish[:, columns]
    finish = np.where(finish == NONE, NEVER, finish)
    latest: I64 = finish.max(axis=1)
    if not step.first:
        return latest
    absent = samples.state[:, columns] == State.ABSENT
    earliest: I64 = np.where(absent, NEVER, finish).min(axis=1)
    return np.where(absent.all(axis=1), latest, earliest)


def _shares(ordered: F64, hall: I64) -> F64:
    """What each step's racks are of all that its hall orders; 0 where an absent branch would have ordered all."""
    same = hall[:, None] == hall[None, :]
    of_hall: F64 = ordered @ same
    shares: F64 = np.divide(ordered, of_hall, out=np.zeros_like(ordered), where=of_hall > 0)
    return shares
