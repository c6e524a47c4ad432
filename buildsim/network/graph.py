"""The network as a graph: for drawing, for orders of evaluation, and for static checks before any run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor
from typing import Final

import networkx as nx
import numpy as np

from buildsim.distribution import U_MAX
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, LinkType, Placement, SupplyKind
from buildsim.network.curves import Curve
from buildsim.network.network import I64, Network

STARTS_OF_SUCC: Final = (LinkType.FS, LinkType.SS)
"""Links that delay their successor's start; the others stretch its finish."""

FINISHES_OF_PRED: Final = (LinkType.FS, LinkType.FF)
"""Links that run from their predecessor's finish; the others run from its start."""

_TOLERANCE: Final = 1e-6  # of a smallest unit, for the rounding of an integral


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that can never work: what, and the activity and perhaps the order or pool that it is about."""

    message: str
    activity: int
    order: int = NONE
    pool: int = NONE


def to_networkx(network: Network) -> nx.MultiDiGraph[int]:
    """Activities as nodes with their attributes; links and order edges (placing activity, consumer) as edges.

    An edge of kind ``link`` has the type's name and the planned lag in ticks; one of kind ``order`` the
    order's name.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(name=network.scenario)
    activities, links, orders = network.activities, network.links, network.orders
    milestones = dict(zip(network.milestones.activity.tolist(), network.milestones.name, strict=True))
    for a, name in enumerate(activities.name):
        graph.add_node(
            a,
            name=name,
            site=network.sites.name[activities.site[a]],
            category=network.categories[activities.category[a]],
            milestone=milestones.get(a),
        )
    for row in range(len(links)):
        variable = int(links.lag_variable[row])
        lag = 0.0
        if variable != NONE:
            lag = network.variables[variable].distribution.planned() * float(links.lag_scale[row])
        ends = int(links.pred[row]), int(links.succ[row])
        graph.add_edge(*ends, kind="link", type=LinkType(links.type[row]).name, lag=lag, link=row)
    for row, name in enumerate(orders.name):
        if orders.placement[row] != Placement.DATED and orders.consumer[row] != NONE:
            graph.add_edge(int(orders.activity[row]), int(orders.consumer[row]), kind="order", order=row, name=name)
    return graph


def find_cycle(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """Activities along a cycle, the first one repeated at the end; empty if there is none."""
    graph = _simple(count, edges)
    try:
        found = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return []
    return [found[0][0], *(target for _, target in found)]


def positions(count: int, edges: Iterable[tuple[int, int]]) -> I64:
    """Position of each activity in the topological order of the edges, ties by index. The graph is acyclic."""
    ordered = list(nx.lexicographical_topological_sort(_simple(count, edges)))
    found = np.empty(count, dtype=np.int64)
    found[ordered] = np.arange(count)
    return found


def check(network: Network) -> list[str]:
    """What can never work in any replication, in words; empty if nothing was found."""
    names = network.activities.name
    cycle = find_cycle(len(names), [(int(a), int(b)) for a, b, _ in to_networkx(network).edges])
    if cycle:
        return [f"a cycle: {' -> '.join(names[a] for a in cycle)}"]
    return [finding.message for finding in findings(network)]


def findings(network: Network) -> list[Finding]:
    """Needs beyond a pool, orders beyond a supply and starved joins, with the milestones behind.

    Where activities wait for each other, the milestones may be too few.
    """
    found = [*_impossible_needs(network), *_impossible_orders(network), *_starved_joins(network)]
    lost = _unreachable_milestones(network, {finding.activity for finding in found})
    return [
        replace(finding, message=f"{finding.message}; {' and '.join(names)} can never be reached") if names else finding
        for finding in found
        for names in [lost[finding.activity]]
    ]


def _simple(count: int, edges: Iterable[tuple[int, int]]) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    return graph


def _largest_factor(network: Network, variable: int) -> float:
    """Upper end of a factor's distribution, 1 if there is none."""
    if variable == NONE:
        return 1.0
    return float(network.variables[variable].distribution.quantile(np.array([U_MAX]))[0])


def _impossible_needs(network: Network) -> Iterator[Finding]:
    """Needs above the pool's capacity at all times, the market's use left aside."""
    activities, pools = network.activities, network.pools
    most = [
        Curve.of(network.curves, int(curve)).largest(0, network.horizon) * _largest_factor(network, int(variable))
        for curve, variable in zip(pools.capacity, pools.capacity_variable, strict=True)
    ]
    for a, name in enumerate(activities.name):
        if activities.actual_start[a] != UNSET:
            continue  # what has begun keeps what it holds
        rows = slice(int(activities.need_ptr[a]), int(activities.need_ptr[a + 1]))
        needs = list(zip(activities.need_pool[rows].tolist(), activities.need_units[rows].tolist(), strict=True))
        if activities.mold_pool[a] != NONE:
            least, up_to = int(activities.mold_min[a]), int(activities.mold_max[a])
            needs.append((int(activities.mold_pool[a]), least))
            if least > up_to:
                yield Finding(
                    f"{name} needs a crew of at least {least} and at most {up_to}",
                    activity=a,
                    pool=int(activities.mold_pool[a]),
                )
        for pool, units in needs:
            if units > most[pool]:
                message = f"{name} needs {units} of {pools.name[pool]}, which never has more than {most[pool]:g}"
                yield Finding(message, activity=a, pool=pool)


def _impossible_orders(network: Network) -> Iterator[Finding]:
    """Orders above all that their line can start within the horizon plus what it has in stock."""
    orders, supplies = network.orders, network.supplies
    for row, name in enumerate(orders.name):
        supply = int(orders.supply[row])
        if orders.consumer[row] == NONE or supplies.kind[supply] == SupplyKind.LEAD:
            continue
        if orders.delivered[row] != UNSET:
            continue
        curve = Curve.of(network.curves, int(supplies.capacity[supply]))
        started = float(curve.integral(np.array([network.horizon]))[0]) / TICKS_PER_DAY
        started *= _largest_factor(network, int(supplies.capacity_variable[supply]))
        available = floor(started + _TOLERANCE) + int(supplies.initial_stock[supply])
        if orders.quantity[row] > available:
            message = (
                f"{name} orders {orders.quantity[row]} smallest units of {supplies.name[supply]}, "
                f"which makes no more than {available} within the horizon"
            )
            yield Finding(message, activity=int(orders.consumer[row]), order=row)


def _starved_joins(network: Network) -> Iterator[Finding]:
    """Joins that want more FS/SS links than there are."""
    into_start = np.isin(network.links.type, STARTS_OF_SUCC)
    incoming = np.bincount(network.links.succ[into_start], minlength=len(network.activities))
    for a in np.flatnonzero(network.activities.join_count > incoming).tolist():
        wanted = network.activities.join_count[a]
        message = f"{network.activities.name[a]} waits for {wanted} of {incoming[a]} predecessors"
        yield Finding(message, activity=a)


def _unreachable_milestones(network: Network, impossible: Collection[int]) -> dict[int, list[str]]:
    """For each activity that can never be done, the milestones that it keeps from being reached."""
    activities, links, orders = network.activities, network.links, network.orders
    behind = {a: a for a in impossible}  # the impossible activity that another one waits for
    for a in np.argsort(activities.position).tolist() if behind else ():
        if a in behind:
            continue
        incoming = np.flatnonzero(links.succ == a).tolist()
        starts = [row for row in incoming if links.type[row] in STARTS_OF_SUCC]
        dead = [int(links.pred[row]) for row in starts if int(links.pred[row]) in behind]
        others = [int(links.pred[row]) for row in incoming if row not in starts]
        others += orders.activity[(orders.consumer == a) & (orders.activity != NONE)].tolist()
        waits = [pred for pred in others if pred in behind]
        if len(starts) - len(dead) < activities.join_count[a]:
            waits = dead + waits
        if waits:
            behind[a] = behind[waits[0]]
    lost: dict[int, list[str]] = {a: [] for a in impossible}
    for name, activity in zip(network.milestones.name, network.milestones.activity.tolist(), strict=True):
        if activity in behind:
            site = network.sites.name[activities.site[activity]]
            lost[behind[activity]].append(f"milestone {name} of {site}")
    return lost
