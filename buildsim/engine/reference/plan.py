"""The network unpacked once into plain Python lists, indexed the way the reference engine asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from buildsim.network.codes import NONE, UNSET, LinkType, Placement, SupplyKind
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


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One activity's row of the network."""

    site_start: int
    not_before: int
    join_count: int
    join_all: bool
    priority: int
    rule_value: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order's row of the network."""

    supply: int
    on_line: bool
    """On a production line, not a lead time."""
    owner: int
    consumer: int
    priority: int
    offset: int
    reserved_from: int
    delivered: int


NO_NEED = Need(fixed=[], mold_pool=NONE, mold_max=0, pools=[])


@dataclass(frozen=True, slots=True)
class Plan:
    """What does not change between replications. Lists are per activity unless their names say otherwise."""

    network: Network
    facts: list[ActivityFacts]
    order_facts: list[OrderFacts]
    """Per order."""
    from_start: list[list[int]]
    """Links that leave its start."""
    from_finish: list[list[int]]
    """Links that leave its finish."""
    join_links: list[list[int]]
    """FS/SS links into it, lowest index first."""
    finish_links: list[list[int]]
    """FF/SF links into it, lowest index first."""
    pred: list[int]
    """Per link: its predecessor."""
    succ: list[int]
    """Per link: its successor."""
    lag_calendar: list[int]
    """Per link: the calendar whose open ticks its lag counts, or NONE."""
    orders: list[list[int]]
    """Orders it waits for."""
    orders_on_start: list[list[int]]
    orders_on_finish: list[list[int]]
    gate_tick: list[int]
    """Latest of its date, its site's start and the data date: it cannot be ready before."""
    site_gate: list[int]
    """The same without its date: the gate of an absent branch."""
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

    facts = _activity_facts(network)
    return Plan(
        network=network,
        facts=facts,
        order_facts=_order_facts(network),
        from_start=from_start,
        from_finish=from_finish,
        join_links=join_links,
        finish_links=finish_links,
        pred=links.pred.tolist(),
        succ=links.succ.tolist(),
        lag_calendar=links.lag_calendar.tolist(),
        orders=waits_for,
        orders_on_start=on_start,
        orders_on_finish=on_finish,
        site_gate=[max(each.site_start, network.data_tick) for each in facts],
        gate_tick=[
            max(each.site_start, network.data_tick, each.site_start if each.not_before == UNSET else each.not_before)
            for each in facts
        ],
        needs=[_need(network, activity) for activity in range(count)],
        dated_orders=sorted(dated),
        withdrawals=sorted((tick, order) for order, tick in enumerate(orders.withdraw.tolist()) if tick != UNSET),
        calendars=bare_worktimes(network),
        stops=stopping(network),
    )


def _activity_facts(network: Network) -> list[ActivityFacts]:
    table = network.activities
    columns = (
        network.sites.start[table.site],
        table.not_before,
        table.join_count,
        table.join_all,
        table.priority,
        table.rule_value,
    )
    return [ActivityFacts(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _order_facts(network: Network) -> list[OrderFacts]:
    table = network.orders
    columns = (
        table.supply,
        network.supplies.kind[table.supply] == SupplyKind.LINE,
        table.owner,
        table.consumer,
        table.priority,
        table.offset,
        table.reserved_from,
        table.delivered,
    )
    return [OrderFacts(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


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
