"""Precedence links between activities: from ``after``, between the passes of rework, and into ``finish``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from buildsim.compile import grounds
from buildsim.compile.calendars import Week
from buildsim.compile.context import Context
from buildsim.compile.expand import Plan, Task
from buildsim.compile.predecessors import Directory, Reference, parse_link, report
from buildsim.compile.tables import VariableTable, integers, numbers
from buildsim.distribution import make
from buildsim.loading.parts import Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, LinkType
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import Links
from buildsim.quantity import Quantity, QuantityError

_ZERO: Final = make("fixed", (0.0,))
_NO_LAG: Final = (NONE, 0.0, NONE)


class Link(NamedTuple):
    """One row of the network's links, and where it was written."""

    pred: int
    succ: int
    type: LinkType
    where: Where
    lag_variable: int = NONE
    lag_scale: float = 0.0
    lag_calendar: int = NONE


def link(
    context: Context, plan: Plan, directory: Directory, weeks: Mapping[str, Week], variables: VariableTable
) -> list[Link]:
    """All links, in document order of their successors; `weeks` are by the task's full name."""
    links: list[Link] = []
    for _, of_site in groupby(plan.tasks, key=lambda task: task.scope.site):
        links += _of_site(context, list(of_site), directory, weeks, variables)
    return links


def build(links: list[Link]) -> Links:
    """The arrays."""
    pred, succ, kind, _, lag_variable, lag_scale, lag_calendar = zip(*links, strict=True) if links else [()] * 7
    return Links(
        integers(pred),
        integers(succ),
        integers(kind),
        integers(lag_variable),
        numbers(lag_scale),
        integers(lag_calendar),
    )


def _of_site(
    context: Context,
    tasks: Sequence[Task],
    directory: Directory,
    weeks: Mapping[str, Week],
    variables: VariableTable,
) -> list[Link]:
    links: list[Link] = []
    for task in tasks:
        incoming = (
            _closing(tasks, links, task) if task.closes_site else _stated(context, directory, weeks, variables, task)
        )
        if task.passes == 1:
            links += incoming
            continue
        links += [row for row in incoming if row.succ == task.first]
        for index in range(task.first + 1, task.last + 1):
            links.append(Link(index - 1, index, LinkType.FS, task.where.at("retest")))
        links += [row for row in incoming if row.succ == task.last]
    return links


def _stated(
    context: Context, directory: Directory, weeks: Mapping[str, Week], variables: VariableTable, task: Task
) -> list[Link]:
    if not task.body.after:
        return []
    links: list[Link] = []
    times_named: dict[str, int] = {}
    for where, reference in context.once((_references, task.where), lambda: _references(context, task)):
        try:
            preds = directory.resolve(task.scope, reference.name)
        except QuantityError as error:
            report(context, where, error)
            continue
        if task in preds:
            context.report(where.problem(f"{task.name} cannot follow itself", "another activity"))
            continue
        into_first = reference.type in STARTS_OF_SUCC
        from_last = reference.type in FINISHES_OF_PRED
        succ = task.first if into_first else task.last
        for pred in preds:
            named = times_named.get(pred.name, 0)
            times_named[pred.name] = named + 1
            lag = _NO_LAG
            if reference.lag is not None:
                lag = _add_lag(context, variables, weeks[task.name], task, where, reference.lag, pred.name, named)
            links.append(Link(pred.last if from_last else pred.first, succ, reference.type, where, *lag))
    return links


def _references(context: Context, task: Task) -> list[tuple[Where, Reference]]:
    """What an activity refers to in ``after``, each with its place; what cannot be read is reported and left out."""
    found = []
    for i, text in enumerate(task.body.after):
        where = task.where.at("after", i)
        try:
            found.append((where, parse_link(text)))
        except QuantityError as error:
            report(context, where, error)
    return found


def _add_lag(
    context: Context,
    variables: VariableTable,
    week: Week,
    task: Task,
    where: Where,
    stated: Quantity,
    pred: str,
    occurrence: int,
) -> tuple[int, float, int]:
    """Variable, scale and calendar of a lag; elapsed time counts in days, working time in open ticks."""
    distribution = context.unscaled(where, stated).distribution
    if distribution == _ZERO:
        return _NO_LAG
    name = f"{task.name}:after:{pred}:lag"
    # two links to one predecessor, as in [a SS + 1 week, a FF + 2 weeks], draw independently
    rests_on = context.once((_add_lag, where), lambda: grounds.of_place(context, where))
    variable = variables.add(name, distribution, rests_on, occurrence=occurrence)
    if stated.dimension == "days":
        return variable, float(TICKS_PER_DAY), NONE
    return variable, float(week.ticks_of(stated.dimension)), week.index


def _closing(tasks: Sequence[Task], links: Sequence[Link], finish: Task) -> list[Link]:
    """FS links into a site's added ``finish`` from every one of its activities that no FS or FF link leaves."""
    followed = {row.pred for row in links if row.type in FINISHES_OF_PRED}
    open_ends = [task for task in tasks if task is not finish and task.last not in followed]
    return [Link(task.last, finish.first, LinkType.FS, task.where) for task in open_ends]
