"""Checks of the logic: open ends, dangling starts and finishes, lags, link types, dates in place of logic, merges."""

from __future__ import annotations

from collections.abc import Iterator

from buildsim.analysis.lint.plan import Plan, Remark
from buildsim.compile.planning import link_edge
from buildsim.network.codes import TICKS_PER_DAY, UNSET, LinkType, Placement
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC

LONG_LAG_DAYS = 28
"""Concrete is tested at 28 days: what takes longer is hardly curing or drying."""

MOST_LAGS = 0.05
MOST_OTHER_TYPES = 0.1
"""DCMA 3 and 4: shares of a site's links; FS are to be 90% of them."""

FEWEST_LINKS = 20
"""Among fewer links, one alone is more than those shares allow."""

MERGING_PATHS = 5
MERGING_DAYS = 14
"""A merge point: so many predecessors that come, as planned, within so many days before the last one."""


def open_ends(plan: Plan) -> Iterator[Remark]:
    """Activities that nothing leads to, and such that lead to nothing; a milestone of length 0 may begin a site."""
    activities = plan.network.activities
    without: dict[int, list[int]] = {}
    for a in plan.heads:
        gated = plan.into[a] or plan.orders_of[a] or activities.not_before[a] != UNSET
        if not gated and plan.work[a] > 0:
            without.setdefault(int(activities.site[a]), []).append(a)
    for starts in without.values():
        for a in starts if len(starts) > 1 else ():  # a site begins with something
            if not plan.begun(a):
                yield plan.remark("no-predecessor", a)
    for a in plan.heads:
        if not (plan.out_of[a] or plan.placed_by[a] or a in plan.milestones or plan.finished(a)):
            yield plan.remark("no-successor", a)


def dangling(plan: Plan) -> Iterator[Remark]:
    """Activities whose start waits for nothing though their finish does, and whose finish nothing waits for."""
    links, orders, activities = plan.network.links, plan.network.orders, plan.network.activities
    for a in plan.heads:
        if plan.work[a] == 0:
            continue
        gated = plan.orders_of[a] or activities.not_before[a] != UNSET
        starts = any(links.type[row] in STARTS_OF_SUCC for row in plan.into[a])
        if plan.into[a] and not (starts or gated or plan.begun(a)):
            yield plan.remark("dangling-start", a)
        finishes = any(links.type[row] in FINISHES_OF_PRED for row in plan.out_of[a])
        finishes |= any(orders.placement[row] == Placement.ON_FINISH for row in plan.placed_by[a])
        followed = plan.out_of[a] or plan.placed_by[a]
        if followed and not (finishes or a in plan.milestones or plan.finished(a)):
            yield plan.remark("dangling-finish", a)


def lags_and_types(plan: Plan) -> Iterator[Remark]:
    """Long lags and SF links one by one, and sites with many lags or with few FS links."""
    network, links = plan.network, plan.network.links
    of_site: dict[int, list[int]] = {}
    for a in plan.heads:
        for row in () if plan.finished(a) else plan.into[a]:
            of_site.setdefault(int(network.activities.site[a]), []).append(row)
            pred = plan.short(int(links.pred[row]))
            lag = link_edge(network, row).lag
            if lag > LONG_LAG_DAYS * TICKS_PER_DAY:
                yield plan.remark("long-lag", a, lag / TICKS_PER_DAY, pred)
            if links.type[row] == LinkType.SF:
                yield plan.remark("start-to-finish", a, about=pred)
    for site, rows in of_site.items():
        if len(rows) < FEWEST_LINKS:
            continue
        lagged = [row for row in rows if link_edge(network, row).lag > 0]
        others = [row for row in rows if links.type[row] != LinkType.FS]
        for check, found, most in (("many-lags", lagged, MOST_LAGS), ("link-types", others, MOST_OTHER_TYPES)):
            if len(found) / len(rows) > most:
                heads = sorted({plan.head[int(links.succ[row])] for row in found})
                yield Remark(check, site, tuple(heads), 100 * len(found) / len(rows))


def dates_for_logic(plan: Plan) -> Iterator[Remark]:
    """Activities that a date holds back after all that they wait for has come, as planned."""
    for a in plan.heads:
        date, joined = int(plan.network.activities.not_before[a]), plan.joined(a)
        if date == UNSET or joined is None or plan.begun(a) or not plan.present[a]:
            continue
        held = date - max(plan.earliest(a), joined, *map(plan.delivery, plan.orders_of[a]))
        if held >= TICKS_PER_DAY:
            yield plan.remark("date-constraint", a, held / TICKS_PER_DAY)


def merges(plan: Plan) -> Iterator[Remark]:
    """Activities that wait for many paths which are planned to arrive at about the same time."""
    network = plan.network
    for a in plan.heads:
        if plan.begun(a) or not network.activities.join_all[a]:
            continue
        arrivals = {
            plan.head[int(network.links.pred[row])]: plan.arrival(row)
            for row in plan.into[a]
            if network.links.type[row] in STARTS_OF_SUCC and plan.present[int(network.links.pred[row])]
        }
        last = max(arrivals.values(), default=0)
        close = sum(last - arrival <= MERGING_DAYS * TICKS_PER_DAY for arrival in arrivals.values())
        if close >= MERGING_PATHS:
            yield plan.remark("merge-point", a, close)
