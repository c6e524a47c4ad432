"""Checks of the times: float, durations, what work needs, orders, milestones, and dates that have happened."""

from __future__ import annotations

from collections.abc import Iterator

from buildsim.analysis.lint.plan import Plan, Remark, workdays
from buildsim.compile.planning import planned_lead
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, LinkType
from buildsim.network.graph import STARTS_OF_SUCC

MOST_WORKDAYS = 44
"""DCMA 6 and 8: working days of float and of duration, two months of them."""

LATE_ORDER_DAYS = 14
"""An order that could have come so many days earlier."""

_FIXED = "fixed"


def floats(plan: Plan) -> Iterator[Remark]:
    """Activities with much float to the first milestone behind them, and sites that miss their deadline as planned."""
    network, early, due = plan.network, plan.early, plan.due
    late: dict[int, list[int]] = {}
    for a in plan.heads:
        if plan.finished(a) or not plan.present[a]:
            continue
        # what has begun can only finish late; what another link stretches has the float of its start
        left = due.lf[a] - due.ef[a]
        spare = workdays(int(left if plan.begun(a) else min(left, due.slack[a])))
        if plan.work[a] > 0 and spare > MOST_WORKDAYS:
            yield plan.remark("high-float", a, spare)
        if early.lf[a] < early.ef[a]:
            late.setdefault(int(network.activities.site[a]), []).append(a)
    for site, found in late.items():
        yield Remark("negative-float", site, tuple(found), max(workdays(int(early.ef[a] - early.lf[a])) for a in found))


def durations(plan: Plan) -> Iterator[Remark]:
    """Long works, and durations that are one number; what a permit office or a utility takes cannot be cut up."""
    activities, variables = plan.network.activities, plan.network.variables
    for a in plan.heads:
        if plan.finished(a) or plan.work[a] == 0:
            continue
        length = workdays(plan.work[a])
        if plan.kind(a) == "work" and length > MOST_WORKDAYS:
            yield plan.remark("high-duration", a, length)
        remaining = int(activities.remaining_variable[a])
        drawn = remaining if remaining != NONE else int(activities.variable[a])
        if variables[drawn].distribution.kind == _FIXED:
            yield plan.remark("no-range", a, length)


def resources(plan: Plan) -> Iterator[Remark]:
    """Work that needs neither a crew nor a delivery."""
    activities = plan.network.activities
    for a in plan.heads:
        needs = activities.need_ptr[a] < activities.need_ptr[a + 1] or activities.mold_pool[a] != NONE
        if plan.work[a] > 0 and plan.kind(a) == "work" and not (needs or plan.orders_of[a] or plan.finished(a)):
            yield plan.remark("no-resources", a, workdays(plan.work[a]))


def milestones(plan: Plan) -> Iterator[Remark]:
    """Milestones that take time."""
    for a in sorted(plan.milestones):
        if plan.work[a] > 0 and not plan.finished(a):
            yield plan.remark("long-milestone", a, workdays(plan.work[a]))


def late_orders(plan: Plan) -> Iterator[Remark]:
    """Orders that hold their activity back, as planned, and could be placed earlier.

    They could not where a date holds the activity that places them: until then nobody has decided to buy.
    """
    network = plan.network
    for a in plan.heads:
        if plan.begun(a) or not plan.present[a]:
            continue
        decided = {row: _decided(plan, a, row) for row in plan.orders_of[a]}
        soonest = {row: min(plan.delivery(row), tick + planned_lead(network, row)) for row, tick in decided.items()}
        joined = plan.joined(a)
        others = max(plan.earliest(a), int(network.activities.not_before[a]), UNSET if joined is None else joined)
        for row, tick in decided.items():
            if network.orders.delivered[row] != UNSET:
                continue
            gates = max([others, *(each for other, each in soonest.items() if other != row)])
            gain = min(plan.delivery(row) - gates, plan.placed(row) - tick)
            if gain >= LATE_ORDER_DAYS * TICKS_PER_DAY:
                name = network.orders.name[row].rpartition(":")[2]
                yield plan.remark("late-order", a, gain / TICKS_PER_DAY, name)


def progress(plan: Plan) -> Iterator[Remark]:
    """What happened before its predecessors had, as far as their dates are stated."""
    activities, links = plan.network.activities, plan.network.links
    for a in plan.heads:
        early = [row for row in plan.into[a] if _is_early(plan, row)]
        starts = [row for row in plan.into[a] if links.type[row] in STARTS_OF_SUCC]
        too_early = [row for row in early if links.type[row] in STARTS_OF_SUCC]
        if len(starts) - len(too_early) >= activities.join_count[a]:
            early = [row for row in early if row not in too_early]
        for row in early:
            yield plan.remark("out-of-sequence", a, about=plan.short(int(links.pred[row])))


def _decided(plan: Plan, head: int, order: int) -> int:
    """The earliest tick at which an order of an activity could be placed."""
    placing = int(plan.network.orders.activity[order])
    earliest = plan.earliest(head)
    return earliest if placing == NONE else max(earliest, int(plan.network.activities.not_before[plan.head[placing]]))


def _is_early(plan: Plan, link: int) -> bool:
    """True if the successor's actual event is earlier than its predecessor's, or the latter has not happened.

    Lags are left aside, and a finish and a start on one day, which is all that dates tell, are in sequence.
    """
    activities, links = plan.network.activities, plan.network.links
    pred, succ, kind = int(links.pred[link]), int(links.succ[link]), LinkType(links.type[link])
    into_start = kind in STARTS_OF_SUCC
    event = int(activities.actual_start[succ] if into_start else activities.actual_finish[succ])
    if event == UNSET or activities.branch[pred] != NONE:
        return False
    if kind in (LinkType.FS, LinkType.FF):
        before = int(activities.actual_finish[pred])
    else:
        before = int(activities.actual_start[pred])
    same_day = TICKS_PER_DAY if kind is LinkType.FS else 0
    return before == UNSET or before > event + same_day
