"""The activities' arrays: one row for each pass of each task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

import numpy as np

from buildsim.compile import grounds
from buildsim.compile.actuals import NOTHING, Actual
from buildsim.compile.calendars import Week
from buildsim.compile.context import Context
from buildsim.compile.correlate import Correlations
from buildsim.compile.expand import Plan, Task
from buildsim.compile.lengths import Length
from buildsim.compile.links import Link
from buildsim.compile.tables import VariableTable, booleans, integers, numbers, pointers
from buildsim.network.codes import NONE, UNSET
from buildsim.network.graph import STARTS_OF_SUCC
from buildsim.network.network import I64, Activities, Branches, Milestones, Reworks

Needs = list[tuple[int, int]]


def categories(plan: Plan) -> dict[str, int]:
    """Index of each ``kind:stage``, in order of appearance."""
    names = dict.fromkeys(_category(task) for task in plan.tasks)
    return {name: index for index, name in enumerate(names)}


def build(
    context: Context,
    plan: Plan,
    links: Sequence[Link],
    lengths: Mapping[str, Length],
    weeks: Mapping[str, Week],
    needs: Mapping[str, Needs],
    actuals: Mapping[int, Actual],
    positions: I64,
    variables: VariableTable,
    correlations: Correlations,
) -> Activities:
    """The arrays; `lengths`, `weeks` and `needs` are by full name, and ``rule_value`` is still the index."""
    rows = [(task, number) for task in plan.tasks for number in range(1, task.passes + 1)]
    joins = _joins(context, plan, links)
    category = categories(plan)
    chains = {task.name: i for i, task in enumerate(_chained(plan))}
    of = [lengths[task.name] for task, _ in rows]
    happened = [actuals.get(index, NOTHING) for index in range(len(rows))]
    return Activities(
        name=tuple(task.name if number == 1 else f"{task.name}#{number}" for task, number in rows),
        site=integers(task.scope.site for task, _ in rows),
        category=integers(category[_category(task)] for task, _ in rows),
        calendar=integers(weeks[task.name].index for task, _ in rows),
        join_count=integers(count for count, _ in joins),
        join_all=booleans(is_all for _, is_all in joins),
        not_before=integers(_not_before(context, task) if number == 1 else UNSET for task, number in rows),
        priority=integers(task.body.priority for task, _ in rows),
        rule_value=integers(range(len(rows))),
        position=positions,
        variable=integers(_variable(variables, task, number, lengths, correlations) for task, number in rows),
        column_ptr=pointers(length.columns for length in of),
        column_scale=np.concatenate([np.empty(0), *(length.columns for length in of)]),
        day_scale=numbers(weeks[task.name].elapsed_day for task, _ in rows),
        branch=integers(task.branch for task, _ in rows),
        rework=integers(chains.get(task.name, NONE) for task, _ in rows),
        rework_pass=integers(number if task.name in chains else 0 for task, number in rows),
        need_ptr=pointers(needs[task.name] for task, _ in rows),
        need_pool=integers(pool for task, _ in rows for pool, _ in needs[task.name]),
        need_units=integers(units for task, _ in rows for _, units in needs[task.name]),
        mold_pool=integers(length.mold_pool for length in of),
        mold_min=integers(length.mold_min for length in of),
        mold_max=integers(length.mold_max for length in of),
        actual_start=integers(actual.start for actual in happened),
        actual_finish=integers(actual.finish for actual in happened),
        actual_cause_kind=integers(actual.cause_kind for actual in happened),
        actual_cause=integers(actual.cause for actual in happened),
        actual_crew=integers(actual.crew for actual in happened),
        actual_elapsed=integers(actual.elapsed for actual in happened),
        remaining_variable=integers(actual.remaining_variable for actual in happened),
    )


def build_branches(context: Context, plan: Plan, absent: Set[int]) -> Branches:
    """The branches of all sites; ``absent`` ones cannot come any more."""
    chances = [0.0 if number in absent else chance for number, chance in enumerate(plan.branch_probabilities)]
    rests_on = [grounds.of_place(context, where) for where in plan.branch_places]
    return Branches(tuple(plan.branch_names), numbers(chances), *grounds.columns(rests_on))


def build_reworks(context: Context, plan: Plan) -> Reworks:
    """The rework chains: tasks of more than one pass."""
    chained = _chained(plan)
    probabilities = [task.body.retest.probability for task in chained if task.body.retest]
    rests_on = [grounds.of_place(context, task.where) for task in chained]
    return Reworks(tuple(task.name for task in chained), numbers(probabilities), *grounds.columns(rests_on))


def build_milestones(plan: Plan) -> Milestones:
    """The milestones: reached when the last pass of their task is finished."""
    reached = [(task.body.milestone, task) for task in plan.tasks if task.body.milestone]
    return Milestones(
        tuple(name for name, _ in reached),
        integers(task.scope.site for _, task in reached),
        integers(task.last for _, task in reached),
    )


def _category(task: Task) -> str:
    return f"{task.body.kind}:{task.stage}"


def _chained(plan: Plan) -> list[Task]:
    return [task for task in plan.tasks if task.passes > 1]


def _not_before(context: Context, task: Task) -> int:
    dates = [day for day in (task.body.not_before, task.scope.gate) if day is not None]
    return context.tick(max(dates)) if dates else UNSET


def _variable(
    variables: VariableTable,
    task: Task,
    number: int,
    lengths: Mapping[str, Length],
    correlations: Correlations,
) -> int:
    """Every pass of a chain draws anew, under the task's name."""
    of = lengths[task.name]
    if of.distribution is None or of.grounds is None:
        return NONE
    quantity = "duration" if task.body.duration is not None else "labor"
    factor = correlations.of_task(task)
    return variables.add(f"{task.name}:{quantity}", of.distribution, of.grounds, occurrence=number - 1, factor=factor)


def _joins(context: Context, plan: Plan, links: Sequence[Link]) -> list[tuple[int, bool]]:
    """How many FS/SS links each activity needs, and whether these are all; warns of joins that may starve."""
    preds: defaultdict[int, list[int]] = defaultdict(list)
    for row in links:
        if row.type in STARTS_OF_SUCC:
            preds[row.succ].append(row.pred)
    branch = {index: task.branch for task in plan.tasks for index in (task.first, task.last)}
    joins: list[tuple[int, bool]] = []
    for task in plan.tasks:
        join, has = task.body.join, len(preds[task.first])
        count = has if join == "all" else 1 if join == "any" else int(join)
        if join == "all" or context.doubts(task.where.at("after")):
            pass
        elif count > has:
            where = task.where.at("join")
            context.report(where.problem(f"needs {count} FS/SS predecessors of {has}", "at most that many"))
        else:
            _warn_if_starved(context, plan, task, count, [branch[pred] for pred in preds[task.first]])
        joins += [(count, join == "all")] + [(1, True)] * (task.passes - 1)
    return joins


def _warn_if_starved(context: Context, plan: Plan, task: Task, count: int, branches: Sequence[int]) -> None:
    """Warn of a join of `count` predecessors, whose branches are given, that may lack some of them."""
    certain = sum(branch == NONE or plan.branch_probabilities[branch] >= 1 for branch in branches)
    # Branches are drawn independently, so all that are not certain can be absent at once.
    if certain < count:
        context.warn(
            f"{task.where}: {task.name} needs {count} of {len(branches)} predecessors, but only {certain} "
            "are present in every replication; where too few are, it is never reached"
        )
