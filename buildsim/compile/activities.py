"""The activities' arrays: one row for each pass of each task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

from buildsim.compile import grounds
from buildsim.compile.actuals import NOTHING, Actual
from buildsim.compile.calendars import Week
from buildsim.compile.context import Context
from buildsim.compile.correlate import Correlations
from buildsim.compile.expand import Plan, Task
from buildsim.compile.lengths import Length
from buildsim.compile.tables import VariableTable, integers, numbers, pointers
from buildsim.network.codes import NONE, UNSET
from buildsim.network.graph import STARTS_OF_SUCC
from buildsim.network.network import I64, Activities, Bool, Branches, Links, Milestones, Reworks


def categories(plan: Plan) -> dict[str, int]:
    """Index of each ``kind:stage``, in order of appearance."""
    kinds = dict.fromkeys((task.body.kind, task.stage) for task in plan.tasks)
    return {f"{kind}:{stage}": index for index, (kind, stage) in enumerate(kinds)}


def build(
    context: Context,
    plan: Plan,
    links: Links,
    lengths: Mapping[str, Length],
    weeks: Mapping[str, Week],
    actuals: Mapping[int, Actual],
    positions: I64,
    variables: VariableTable,
    correlations: Correlations,
) -> Activities:
    """The arrays; `lengths` and `weeks` are by full name, and ``rule_value`` is still the index."""
    tasks, count = plan.tasks, plan.activity_count
    passes = integers(task.passes for task in tasks)
    firsts = np.cumsum(passes) - passes

    def of_tasks(values: Iterable[int]) -> I64:
        """The same for each pass of a task."""
        return np.repeat(integers(values), passes)

    rows = [(task, number) for task in tasks for number in range(1, task.passes + 1)]
    calendar = integers(weeks[task.name].index for task in tasks)
    _, first_on, of_calendar = np.unique(calendar, return_index=True, return_inverse=True)
    elapsed_days = [weeks[tasks[first].name].elapsed_day for first in first_on.tolist()]
    branch = of_tasks(task.branch for task in tasks)
    join_count, join_all = _joins(context, plan, links, branch)
    category = categories(plan)
    of = [lengths[task.name] for task, _ in rows]
    chained = passes > 1
    happened = _Columns(actuals, count)
    not_before = np.full(count, UNSET)
    not_before[firsts] = integers(_not_before(context, task) for task in tasks)
    return Activities(
        name=tuple(task.name if number == 1 else f"{task.name}#{number}" for task, number in rows),
        site=of_tasks(task.scope.site for task in tasks),
        category=of_tasks(category[_category(task)] for task in tasks),
        calendar=np.repeat(calendar, passes),
        join_count=join_count,
        join_all=join_all,
        not_before=not_before,
        priority=of_tasks(task.body.priority for task in tasks),
        rule_value=np.arange(count, dtype=np.int64),
        position=positions,
        variable=integers(_variable(variables, task, number, lengths, correlations) for task, number in rows),
        column_ptr=pointers(length.columns for length in of),
        column_scale=np.concatenate([np.empty(0), *(length.columns for length in of)]),
        day_scale=np.repeat(numbers(elapsed_days)[of_calendar], passes),
        branch=branch,
        rework=np.repeat(np.where(chained, np.cumsum(chained) - 1, NONE), passes),
        rework_pass=np.where(np.repeat(chained, passes), np.arange(count) - np.repeat(firsts, passes) + 1, 0),
        need_ptr=pointers(length.needs for length in of),
        need_pool=integers(pool for length in of for pool, _ in length.needs),
        need_units=integers(units for length in of for _, units in length.needs),
        mold_pool=integers(length.mold_pool for length in of),
        mold_min=integers(length.mold_min for length in of),
        mold_max=integers(length.mold_max for length in of),
        actual_start=happened.of("start"),
        actual_finish=happened.of("finish"),
        actual_cause_kind=happened.of("cause_kind"),
        actual_cause=happened.of("cause"),
        actual_crew=happened.of("crew"),
        actual_elapsed=happened.of("elapsed"),
        remaining_variable=happened.of("remaining_variable"),
    )


class _Columns:
    """What happened, as columns of so many activities."""

    def __init__(self, actuals: Mapping[int, Actual], count: int) -> None:
        self._rows = integers(actuals)
        self._actuals = list(actuals.values())
        self._count = count

    def of(self, field: str) -> I64:
        """One field of all activities."""
        column = np.full(self._count, getattr(NOTHING, field), dtype=np.int64)
        column[self._rows] = integers(getattr(actual, field) for actual in self._actuals)
        return column


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


def _joins(context: Context, plan: Plan, links: Links, branch: I64) -> tuple[I64, Bool]:
    """How many FS/SS links each activity needs, and whether these are all; warns of joins that may starve."""
    starting = np.flatnonzero(np.isin(links.type, STARTS_OF_SUCC))
    branches = branch[links.pred[starting[np.argsort(links.succ[starting], kind="stable")]]]
    counts = np.bincount(links.succ[starting], minlength=plan.activity_count).astype(np.int64)
    ends = np.cumsum(counts)
    is_all = np.ones(plan.activity_count, dtype=np.bool_)
    for task in plan.tasks:
        if task.last > task.first:
            counts[task.first + 1 : task.last + 1] = 1
        join = task.body.join
        if join == "all":
            continue
        count, has = 1 if join == "any" else int(join), int(counts[task.first])
        counts[task.first], is_all[task.first] = count, False
        if context.doubts(task.where.at("after")):
            continue
        if count > has:
            where = task.where.at("join")
            context.report(where.problem(f"needs {count} FS/SS predecessors of {has}", "at most that many"))
        else:
            end = int(ends[task.first])
            _warn_if_starved(context, plan, task, count, branches[end - has : end].tolist())
    return counts, is_all


def _warn_if_starved(context: Context, plan: Plan, task: Task, count: int, branches: Sequence[int]) -> None:
    """Warn of a join of `count` predecessors, whose branches are given, that may lack some of them."""
    certain = sum(branch == NONE or plan.branch_probabilities[branch] >= 1 for branch in branches)
    # Branches are drawn independently, so all that are not certain can be absent at once.
    if certain < count:
        context.warn(
            f"{task.where}: {task.name} needs {count} of {len(branches)} predecessors, but only {certain} "
            "are present in every replication; where too few are, it is never reached"
        )
