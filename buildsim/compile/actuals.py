"""What happened by the data date: actual starts and finishes, and the links that explain them (semantics 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from buildsim.compile.calendars import Week
from buildsim.compile.context import Context, half_up
from buildsim.compile.expand import Plan, Task
from buildsim.compile.lengths import Length
from buildsim.compile.links import Link
from buildsim.compile.tables import VariableTable
from buildsim.errors import nearest
from buildsim.loading.parts import Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, StartCause
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import Calendars
from buildsim.network.worktime import WorkTime
from buildsim.schema.site import ActualActivity, SiteBody


@dataclass(frozen=True, slots=True)
class Actual:
    """What happened to one activity; the defaults say that nothing did."""

    start: int = UNSET
    finish: int = UNSET
    cause_kind: int = NONE
    cause: int = NONE
    crew: int = 0
    elapsed: int = 0
    remaining_variable: int = NONE


NOTHING = Actual()


def earliest_tick(context: Context) -> int:
    """The earliest tick that calendars must reach: zero, or a site's start or an actual start before it."""
    ticks = [0]
    for site in context.project.sites.values():
        ticks.append(context.tick(site.start or context.start))
        ticks += [context.tick(actual.start) for actual in site.actuals.activities.values()]
    return min(ticks)


def actuals(
    context: Context,
    plan: Plan,
    links: Sequence[Link],
    lengths: Mapping[str, Length],
    weeks: Mapping[str, Week],
    calendars: Calendars,
    variables: VariableTable,
) -> dict[int, Actual]:
    """What is known of each activity with an actual start, by index.

    `lengths` and `weeks` are by the task's full name.
    """
    dated = _dated(context, plan)
    incoming: dict[int, list[tuple[int, Link]]] = {}
    for number, row in enumerate(links):
        incoming.setdefault(row.succ, []).append((number, row))
    found = {}
    for index, (task, body, where) in dated.items():
        start, finish = _ticks(context, body)
        cause_kind, cause = StartCause.ACTUAL, NONE
        explaining = []
        for number, row in incoming.get(index, ()):
            if row.type in STARTS_OF_SUCC and row.pred in dated:
                gate = _gate(context, row, dated[row.pred][1], variables, calendars)
                if gate is not None and gate <= start:
                    explaining.append((-gate, number))
        if explaining:
            cause_kind, cause = StartCause.LINK, min(explaining)[1]
        if finish != UNSET:
            found[index] = Actual(start, finish, cause_kind, cause)
            continue
        week = weeks[task.name]
        elapsed = WorkTime.of(calendars, week.index).between(start, context.tick(context.data_date))
        crew = _crew(context, where, body, lengths[task.name])
        remaining = _remaining(context, where, body, task, index, week, variables)
        found[index] = Actual(start, UNSET, cause_kind, cause, crew, elapsed, remaining)
    return found


def _dated(context: Context, plan: Plan) -> dict[int, tuple[Task, ActualActivity, Where]]:
    """The stated actuals by activity index, each with its place; impossible dates are reported."""
    indices = {
        task.name if k == 0 else f"{task.name}#{k + 1}": (task.first + k, task)
        for task in plan.tasks
        for k in range(task.passes)
    }
    found = {}
    for part in context.project.parts:
        if not isinstance(part.model, SiteBody):
            continue
        for key, body in part.model.actuals.activities.items():
            where = part.where.at("actuals", "activities", key)
            name = f"{part.name}/{key}"
            if name not in indices:
                prefix = part.name + "/"
                valid = [each.removeprefix(prefix) for each in indices if each.startswith(prefix)]
                message = f"there is no activity '{key}' in {part.name}"
                context.report(where.problem(message, "its path below the site", nearest(key, valid)))
                continue
            _check_dates(context, where, body)
            index, task = indices[name]
            found[index] = (task, body, where)
    return found


def _check_dates(context: Context, where: Where, body: ActualActivity) -> None:
    for field, day in (("start", body.start), ("finish", body.finish)):
        if day is not None and day >= context.data_date:
            message = f"an actual date must lie before the data date, {context.data_date}"
            context.report(where.at(field).problem(message, "an earlier date, or a later `data_date`"))
    if body.finish is not None and body.finish < body.start:
        context.report(where.at("finish").problem("it finishes before it starts", "a date from the start on"))
    if body.finish is not None and body.remaining is not None:
        context.report(where.at("remaining").problem("it is finished", "no `remaining`, or no `finish`"))


def _ticks(context: Context, body: ActualActivity) -> tuple[int, int]:
    """Start and finish; the last day is worked to its end."""
    finish = UNSET if body.finish is None else context.tick(body.finish) + TICKS_PER_DAY
    return context.tick(body.start), finish


def _gate(
    context: Context, row: Link, pred: ActualActivity, variables: VariableTable, calendars: Calendars
) -> int | None:
    """Time of a link from the predecessor's actual event and the planned lag; None if it has not happened."""
    start, finish = _ticks(context, pred)
    event = finish if row.type in FINISHES_OF_PRED else start
    if event == UNSET or row.lag_variable == NONE:
        return None if event == UNSET else event
    lag = half_up(variables.rows[row.lag_variable].distribution.planned() * row.lag_scale)
    return WorkTime.of(calendars, row.lag_calendar).end_of(event, lag)


def _crew(context: Context, where: Where, body: ActualActivity, length: Length) -> int:
    """Size of the moldable crew of a started activity, 0 without one."""
    if length.mold_pool == NONE:
        if body.crew is not None:
            context.report(where.at("crew").problem("its crew cannot vary", "no `crew`"))
        return 0
    if body.crew is None or not length.mold_min <= body.crew <= length.mold_max:
        expected = f"`crew:` from {length.mold_min} to {length.mold_max}, as many as are at work"
        context.report(where.at("crew").problem("under way with an unknown crew", expected))
        return length.mold_min
    return body.crew


def _remaining(
    context: Context,
    where: Where,
    body: ActualActivity,
    task: Task,
    index: int,
    week: Week,
    variables: VariableTable,
) -> int:
    """Variable of the remaining work in ticks, NONE where it is drawn given what has passed."""
    if body.remaining is None:
        return NONE
    quantity = context.unscaled(where.at("remaining"), body.remaining)
    ticks = week.ticks_of(quantity.dimension) / week.productivity
    distribution = quantity.distribution.scaled(ticks)
    return variables.add(f"{task.name}:remaining", distribution, occurrence=index - task.first)
