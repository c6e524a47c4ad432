"""The network as a graph: for drawing, for orders of evaluation, and for static checks before any run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError
from heapq import heappop, heappush
from math import floor
from typing import TYPE_CHECKING, Final

import numpy as np

from buildsim.distribution import U_MAX
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, LinkType, Placement, SupplyKind
from buildsim.network.curves import Curve
from buildsim.network.network import F64, I64, Network

if TYPE_CHECKING:
    import networkx as nx  # where it is used it is imported, since it takes long and few need it

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
    import networkx as nx

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
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    try:
        found = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return []
    return [found[0][0], *(target for _, target in found)]


def positions(count: int, edges: Iterable[tuple[int, int]]) -> I64:
    """Position of each activity in the topological order of the edges, ties by index.

    Raises graphlib.CycleError where they go in a circle.
    """
    waits_for = [0] * count
    successors: list[list[int]] = [[] for _ in range(count)]
    for pred, succ in edges:
        waits_for[succ] += 1
        successors[pred].append(succ)
    ordered, ready = [], [activity for activity in range(count) if not waits_for[activity]]  # sorted, so a heap
    while ready:
        ordered.append(heappop(ready))
        for activity in successors[ordered[-1]]:
            waits_for[activity] -= 1
            if not waits_for[activity]:
                heappush(ready, activity)
    if len(ordered) < count:
        raise CycleError("the edges go in a circle")
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
    """Needs beyond a pool or twofold in it, orders beyond a supply and starved joins, with the milestones behind.

    Where activities wait for each other, the milestones may be too few.
    """
    found = [
        *_impossible_needs(network),
        *_twofold_needs(network),
        *_impossible_orders(network),
        *_starved_joins(network),
    ]
    lost = _unreachable_milestones(network, {finding.activity for finding in found})
    return [
        replace(finding, message=f"{finding.message}; {' and '.join(names)} can never be reached") if names else finding
        for finding in found
        for names in [lost[finding.activity]]
    ]


def _planned_factor(network: Network, variable: int) -> float:
    """Planned value of a factor, 1 if there is none: what suffices then also does at its upper end."""
    return 1.0 if variable == NONE else network.variables[variable].distribution.planned()


def _largest_factor(network: Network, variable: int) -> float:
    """Upper end of a factor's distribution, 1 if there is none; it may take the library of special functions."""
    if variable == NONE:
        return 1.0
    return float(network.variables[variable].distribution.quantile(np.array([U_MAX]))[0])


def _impossible_needs(network: Network) -> Iterator[Finding]:
    """Needs above the pool's capacity at all times, the market's use left aside."""
    activities, pools = network.activities, network.pools
    largest = [Curve.of(network.curves, int(curve)).largest(0, network.horizon) for curve in pools.capacity]
    factors = pools.capacity_variable.tolist()
    planned = [units * _planned_factor(network, factor) for units, factor in zip(largest, factors, strict=True)]
    for a in _doubtful_needs(network, np.array(planned)).tolist():
        name, needs = activities.name[a], _fixed_needs(network, a)
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
            if units <= planned[pool]:
                continue
            most = largest[pool] * _largest_factor(network, factors[pool])
            if units > most:
                message = f"{name} needs {units} of {pools.name[pool]}, which never has more than {most:g}"
                yield Finding(message, activity=a, pool=pool)


def _doubtful_needs(network: Network, planned: F64) -> I64:
    """Activities that have not begun and need more than the planned units of a pool, or a crew of no size.

    What has begun keeps what it holds.
    """
    activities = network.activities
    of = np.repeat(np.arange(len(activities)), np.diff(activities.need_ptr))
    is_doubtful = activities.mold_min > activities.mold_max
    is_doubtful[of[activities.need_units > planned[activities.need_pool]]] = True
    moldable = np.flatnonzero(activities.mold_pool != NONE)
    is_doubtful[moldable] |= activities.mold_min[moldable] > planned[activities.mold_pool[moldable]]
    return np.flatnonzero(is_doubtful & (activities.actual_start == UNSET))


def _twofold_needs(network: Network) -> Iterator[Finding]:
    """Fixed and moldable needs of one activity in one pool: nothing says which of the two is granted first."""
    activities = network.activities
    of = np.repeat(np.arange(len(activities)), np.diff(activities.need_ptr))
    for a in np.unique(of[activities.need_pool == activities.mold_pool[of]]).tolist():
        pool = int(activities.mold_pool[a])
        name = network.pools.name[pool]
        message = f"{activities.name[a]} needs a fixed number of {name} and a crew of it that may vary"
        yield Finding(message, activity=a, pool=pool)


def _fixed_needs(network: Network, a: int) -> list[tuple[int, int]]:
    """Pool and units of each fixed need of an activity."""
    activities = network.activities
    rows = slice(int(activities.need_ptr[a]), int(activities.need_ptr[a + 1]))
    return list(zip(activities.need_pool[rows].tolist(), activities.need_units[rows].tolist(), strict=True))


def _impossible_orders(network: Network) -> Iterator[Finding]:
    """Orders above all that their line can start within the horizon plus what it has in stock."""
    orders, supplies = network.orders, network.supplies
    open_to_lines = (supplies.kind[orders.supply] == SupplyKind.LINE) & (orders.delivered == UNSET)
    rows = np.flatnonzero((orders.consumer != NONE) & open_to_lines)
    lines = np.unique(orders.supply[rows]).tolist()
    planned = {line: _available(network, line, _planned_factor) for line in lines}
    for row in rows.tolist():
        supply, quantity = int(orders.supply[row]), int(orders.quantity[row])
        if quantity <= planned[supply]:
            continue
        available = _available(network, supply, _largest_factor)
        if quantity > available:
            message = (
                f"{orders.name[row]} orders {quantity} smallest units of {supplies.name[supply]}, "
                f"which makes no more than {available} within the horizon"
            )
            yield Finding(message, activity=int(orders.consumer[row]), order=row)


def _available(network: Network, line: int, factor: Callable[[Network, int], float]) -> int:
    """All that a line can start within the horizon at a value of its factor, and its stock, in smallest units."""
    supplies = network.supplies
    curve = Curve.of(network.curves, int(supplies.capacity[line]))
    started = float(curve.integral(np.array([network.horizon]))[0]) / TICKS_PER_DAY
    started *= factor(network, int(supplies.capacity_variable[line]))
    return floor(started + _TOLERANCE) + int(supplies.initial_stock[line])


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
