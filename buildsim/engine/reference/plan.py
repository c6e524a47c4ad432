"""The network unpacked once into plain Python lists, indexed the way the reference engine asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from buildsim.network.codes import NONE, UNSET, LinkType, Placement
from buildsim.network.network import Network
from buildsim.network.worktime import WorkTime
from buildsim.sampling.worktimes import bare_worktimes, stopping

STARTS = (LinkType.SS, LinkType.SF)
"""Links that leave the predecessor's start; the others leave its finish."""
GATES = (LinkType.FS, LinkType.SS)
"""Links that delay the successor's start; the others stretch its finish (semantics 6)."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one activity asks for: fixed units by pool, and at most one pool with min..max (semantics 9)."""

    fixed: list[tuple[int, int]]
    mold_pool: int
    mold_max: int
    pools: list[tuple[int, int]]
    """(pool, least units) of all needs, by pool index."""

    def units(self, crew: int) -> list[tuple[int, int]]:
        """(pool, units) held with a crew of that size."""
        return self.fixed if self.mold_pool == NONE else [*self.fixed, (self.mold_pool, crew)]


NO_NEED = Need(fixed=[], mold_pool=NONE, mold_max=0, pools=[])


@dataclass(frozen=True, slots=True)
class Plan:
    """What does not change between replications. Lists are per activity unless their names say otherwise."""

    network: Network
    from_start: list[list[int]]
    """Links that leave its start."""
    from_finish: list[list[int]]
    """Links that leave its finish."""
    join_links: list[list[int]]
    """FS/SS links into it, lowest index first."""
    finish_links: list[list[int]]
    """FF/SF links into it, lowest index first."""
    gates_start: list[bool]
    """Per link: is it FS or SS?"""
    orders: list[list[int]]
    """Orders it waits for."""
    orders_on_start: list[list[int]]
    orders_on_finish: list[list[int]]
    gate_tick: list[int]
    """Latest of its date, its site's start and the data date: it cannot be ready before."""
    needs: list[Need]
    dated_orders: list[tuple[int, int]]
    """(tick, order) of the dated orders in order of time."""
    withdrawals: list[tuple[int, int]]
    """(tick, order) of market orders that lose patience, in order of time."""
    calendars: list[WorkTime]
    """Bare calendars; the last one is around the clock."""
    stops: list[tuple[int, ...]]
    """Disruptions that stop it."""


def unpack(network: Network) -> Plan:
    """Index a network for the reference engine."""
    activities, links, orders = network.activities, network.links, network.orders
    count = len(activities)

    def per_activity() -> list[list[int]]:
        return [[] for _ in range(count)]

    from_start, from_finish, join_links, finish_links = (per_activity() for _ in range(4))
    for link, (pred, succ, kind) in enumerate(
        zip(links.pred.tolist(), links.succ.tolist(), links.type.tolist(), strict=True)
    ):
        (from_start if kind in STARTS else from_finish)[pred].append(link)
        (join_links if kind in GATES else finish_links)[succ].append(link)

    waits_for, on_start, on_finish = (per_activity() for _ in range(3))
    dated = []
    for order, placement in enumerate(orders.placement.tolist()):
        if orders.consumer[order] != NONE:
            waits_for[int(orders.consumer[order])].append(order)
        if placement == Placement.DATED:
            dated.append((int(orders.offset[order]), order))
        else:
            (on_start if placement == Placement.ON_START else on_finish)[int(orders.activity[order])].append(order)

    site_start = network.sites.start[activities.site].tolist()
    return Plan(
        network=network,
        from_start=from_start,
        from_finish=from_finish,
        join_links=join_links,
        finish_links=finish_links,
        gates_start=[kind in GATES for kind in links.type.tolist()],
        orders=waits_for,
        orders_on_start=on_start,
        orders_on_finish=on_finish,
        gate_tick=[
            max(start, network.data_tick, start if date == UNSET else date)
            for start, date in zip(site_start, activities.not_before.tolist(), strict=True)
        ],
        needs=[_need(network, activity) for activity in range(count)],
        dated_orders=sorted(dated),
        withdrawals=sorted((tick, order) for order, tick in enumerate(orders.withdraw.tolist()) if tick != UNSET),
        calendars=bare_worktimes(network),
        stops=stopping(network),
    )


def _need(network: Network, activity: int) -> Need:
    table = network.activities
    rows = slice(*table.need_ptr[activity : activity + 2].tolist())
    fixed = list(zip(table.need_pool[rows].tolist(), table.need_units[rows].tolist(), strict=True))
    mold_pool = int(table.mold_pool[activity])
    least = [(mold_pool, int(table.mold_min[activity]))] if mold_pool != NONE else []
    return Need(
        fixed=fixed,
        mold_pool=mold_pool,
        mold_max=int(table.mold_max[activity]),
        pools=sorted([*fixed, *least]),
    )
