"""Orders of the sites' activities: what, how much, placed when, and their lead times (semantics 19)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np

from buildsim.compile import scales
from buildsim.compile.actuals import Actual
from buildsim.compile.context import MAX_DAYS, Context, half_up
from buildsim.compile.correlate import Correlations
from buildsim.compile.expand import Plan, Scope, Task
from buildsim.compile.facts import add_variable, choose
from buildsim.compile.left_out import is_left_out
from buildsim.compile.predecessors import Directory, parse_place, report
from buildsim.compile.tables import VariableTable, integers
from buildsim.errors import nearest
from buildsim.loading.parts import Block, Part, Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, LinkType, Placement
from buildsim.network.network import Orders
from buildsim.quantity import QuantityError, parse_quantity, require
from buildsim.schema.parts import Order, Supply
from buildsim.schema.site import ActualOrder, SiteBody

_PLACE_FORM = "a date, an offset such as -52 weeks, or ACTIVITY start|finish + 2 weeks"
_SIGN_GAP = re.compile(r"^([+-])\s+")


class OrderRow(NamedTuple):
    """One order of a site's activity, and where it was written."""

    name: str
    supply: int
    owner: int
    quantity: int
    where: Where
    offset: int
    placement: Placement = Placement.DATED
    activity: int = NONE
    consumer: int = NONE
    priority: int = 0
    reserved_from: int = UNSET
    lead_variable: int = NONE
    delivered: int = UNSET


def of_begun(rows: Sequence[OrderRow], happened: Mapping[int, Actual]) -> list[OrderRow]:
    """Orders of activities that have begun were delivered by then, where no date says when."""
    return [
        row._replace(delivered=happened[row.consumer].start)
        if row.consumer in happened and row.delivered == UNSET
        else row
        for row in rows
    ]


def build(rows: Sequence[OrderRow]) -> Orders:
    """The arrays."""
    count = len(rows)
    return Orders(
        name=tuple(row.name for row in rows),
        supply=integers(row.supply for row in rows),
        owner=integers(row.owner for row in rows),
        quantity=integers(row.quantity for row in rows),
        quantity_variable=np.full(count, NONE),
        consumer=integers(row.consumer for row in rows),
        priority=integers(row.priority for row in rows),
        placement=integers(row.placement for row in rows),
        activity=integers(row.activity for row in rows),
        offset=integers(row.offset for row in rows),
        withdraw=np.full(count, UNSET),
        reserved_from=integers(row.reserved_from for row in rows),
        lead_variable=integers(row.lead_variable for row in rows),
        delivered=integers(row.delivered for row in rows),
    )


def joined(tables: Sequence[Orders]) -> Orders:
    """The orders of several tables, one table after the other."""
    columns = [each.name for each in fields(Orders) if each.name != "name"]
    return Orders(
        tuple(name for table in tables for name in table.name),
        *(np.concatenate([getattr(table, column) for table in tables]) for column in columns),
    )


def site_orders(
    context: Context,
    plan: Plan,
    directory: Directory,
    variables: VariableTable,
    correlations: Correlations,
    owner_of_site: Sequence[int],
) -> list[OrderRow]:
    """The orders of all activities in document order; of a rework chain, its first pass is the consumer."""
    actuals = _actual_orders(context, plan)
    supply_index = {name: i for i, name in enumerate(context.blocks.supplies)}
    rows = []
    for task in plan.tasks:
        if not task.body.orders:
            continue
        for key, order, where in context.once((_stated, task.where), partial(_stated, task)):
            name = f"{task.name}:{key}"
            actual = actuals.get(name)
            supply = task.scope.names.supplies[order.supply]
            placement, activity, offset = (
                (Placement.DATED, NONE, context.tick(actual.placed))
                if actual is not None
                else _placed(context, directory, task, order, where)
            )
            if name in actuals and actual is None and placement is Placement.DATED:
                offset = max(offset, context.tick(context.data_date))
            ordered_on = context.day(offset) if placement is Placement.DATED else task.scope.start
            rows.append(
                OrderRow(
                    name=name,
                    supply=supply_index[supply.name],
                    owner=owner_of_site[task.scope.site],
                    quantity=_quantity(context, task, order, where, supply),
                    where=where,
                    offset=offset,
                    placement=placement,
                    activity=activity,
                    consumer=task.first,
                    priority=order.priority,
                    reserved_from=UNSET if order.reserved_from is None else context.tick(order.reserved_from),
                    lead_variable=_lead(context, variables, correlations, task, name, supply, ordered_on),
                    delivered=(UNSET if actual is None or actual.delivered is None else context.tick(actual.delivered)),
                )
            )
    _warn_of_early_lines(context, rows)
    _warn_of_ties(context, rows)
    return rows


def _stated(task: Task) -> list[tuple[str, Order, Where]]:
    """The orders of an activity, each with its place."""
    return [(key, order, task.where.at("orders", key)) for key, order in task.body.orders.items()]


def _placed(
    context: Context, directory: Directory, task: Task, order: Order, where: Where
) -> tuple[Placement, int, int]:
    """Placement, placing activity and offset of an order; the site's start if it is not stated."""
    site_start = context.tick(task.scope.start)
    if order.place is None:
        return Placement.DATED, NONE, site_start
    try:
        return _parse_placed(directory, task, order.place, site_start, context)
    except QuantityError as error:
        report(context, where.at("place"), error)
        return Placement.DATED, NONE, site_start


def _parse_placed(
    directory: Directory, task: Task, text: str, site_start: int, context: Context
) -> tuple[Placement, int, int]:
    reference = parse_place(text)
    if reference is None:
        tick = context.once((_dated, text, site_start), lambda: _dated(context, text, site_start))
        return Placement.DATED, NONE, tick
    found = directory.resolve(task.scope, reference.name)
    if len(found) != 1:
        raise QuantityError(f"'{reference.name}' means {len(found)} activities", expected="one of them, by its path")
    lag = 0
    if reference.lag is not None:
        quantity = require(reference.lag, "days")
        lag = half_up(quantity.value * TICKS_PER_DAY)
    if reference.type is LinkType.SS:
        return Placement.ON_START, found[0].first, lag
    return Placement.ON_FINISH, found[0].last, lag


def _dated(context: Context, text: str, site_start: int) -> int:
    """The tick of a date, or of an offset from the site's start."""
    try:
        return context.tick(date.fromisoformat(text.strip()))
    except ValueError:
        pass
    try:
        quantity = require(parse_quantity(_SIGN_GAP.sub(r"\1", text.strip()), allow_negative=True), "days")
    except QuantityError as error:
        message = f"'{text}' does not say when to place the order"
        raise QuantityError(message, expected=_PLACE_FORM, hint=error.hint) from None
    if quantity.per is not None:
        raise QuantityError(f"'per {quantity.per}' has no meaning here", expected=_PLACE_FORM)
    if abs(quantity.value) > MAX_DAYS:
        raise QuantityError(f"'{text}' is absurdly far off", expected=_PLACE_FORM)
    return site_start + half_up(quantity.value * TICKS_PER_DAY)


def _quantity(context: Context, task: Task, order: Order, where: Where, supply: Block[Supply]) -> int:
    """Smallest units: the planned value for the scope, rounded up to whole units."""
    scope = task.scope
    per = context.once((_per, where, scope.start), lambda: _per(context, order, where, scope.start))
    question = (_quantity, where, scope.start, supply, scales.extent(context, scope, per))
    return context.once(question, lambda: _units(context, order, where.at("quantity"), scope, supply))


def _per(context: Context, order: Order, where: Where, start: date) -> tuple[str, ...]:
    """What its quantity is per."""
    per = choose(context, where.at("quantity"), order.quantity, start).fact.value.per
    return () if per is None else (per,)


def _units(context: Context, order: Order, where: Where, scope: Scope, supply: Block[Supply]) -> int:
    fact = choose(context, where, order.quantity, scope.start).fact
    return context.units(where, scales.units(context, where, fact.value, scope) * supply.body.grain)


def _lead(
    context: Context,
    variables: VariableTable,
    correlations: Correlations,
    task: Task,
    name: str,
    supply: Block[Supply],
    on: date,
) -> int:
    factor = correlations.of_lead(supply, task.scope.path[0])
    where = context.once((_lead, supply), lambda: supply.where.at("lead"))
    return add_variable(context, variables, f"{name}:lead", where, supply.body.lead, on=on, factor=factor)


def _actual_orders(context: Context, plan: Plan) -> dict[str, ActualOrder | None]:
    """Actual orders by full name, None if placed later than is seen.

    Unknown names and impossible dates are reported.
    """
    stating = [part for part in context.project.parts if _states_orders(part)]
    sites = {part.name for part in stating}
    of_sites = [task for task in plan.tasks if task.scope.path[0] in sites]
    valid = {f"{task.name}:{key}" for task in of_sites for key in task.body.orders}
    found: dict[str, ActualOrder | None] = {}
    for part in stating:
        assert isinstance(part.model, SiteBody)
        for key, actual in part.model.actuals.orders.items():
            where = part.where.at("actuals", "orders", key)
            name = f"{part.name}/{key}"
            if name not in valid and is_left_out(context, part, key):
                continue
            if name not in valid and not context.lost.may_name_activity(key):
                names = sorted(each.partition("/")[2] for each in valid if each.startswith(f"{part.name}/"))
                message = f"there is no order '{key}' in {part.name}"
                context.report(where.problem(message, "ACTIVITY:ORDER, by its path", nearest(key, names)))
            if actual.delivered is not None and actual.delivered < actual.placed:
                problem = where.at("delivered").problem("it is delivered before it was placed", "a later date")
                context.report(problem)
            found[name] = _seen(context, actual)
    return found


def _states_orders(part: Part) -> bool:
    return isinstance(part.model, SiteBody) and bool(part.model.actuals.orders)


def _seen(context: Context, actual: ActualOrder) -> ActualOrder | None:
    """What of it lies before the data date."""
    if actual.placed >= context.data_date:
        context.unseen += 1
        return None
    if actual.delivered is None or actual.delivered < context.data_date:
        return actual
    context.unseen += 1
    return actual.model_copy(update={"delivered": None})


def _awaits_a_line(row: OrderRow) -> bool:
    """True for an order whose date is known and that a production line has yet to fill."""
    return row.lead_variable == NONE and row.placement is Placement.DATED and row.delivered == UNSET


def _warn_of_early_lines(context: Context, rows: Sequence[OrderRow]) -> None:
    for row in rows:
        if _awaits_a_line(row) and row.offset < 0:
            context.warn(
                f"{row.where}: {row.name} is placed on {context.day(row.offset)}, before the scenario's start; "
                "a line knows it only from then on: start the scenario earlier"
            )


def _warn_of_ties(context: Context, rows: Sequence[OrderRow]) -> None:
    lines = [block.body.line for block in context.blocks.supplies.values()]
    first: dict[tuple[int, int, int], OrderRow] = {}
    for row in rows:
        line = lines[row.supply]
        if not _awaits_a_line(row) or (line is not None and line.allocation == "pro_rata"):
            continue
        other = first.setdefault((row.supply, row.offset, row.priority), row)
        if other.owner != row.owner:
            context.warn(
                f"{row.name} and {other.name} are ordered at the same time by two owners: "
                "the one listed first is served first"
            )
