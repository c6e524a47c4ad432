"""How long an activity works: one column of ticks per crew size, times the value of its variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import numpy as np

from buildsim.compile import scales
from buildsim.compile.calendars import Week
from buildsim.compile.context import TICKS_PER_HOUR, Context
from buildsim.compile.expand import Task
from buildsim.compile.facts import choose
from buildsim.compile.widening import widened
from buildsim.distribution import Distribution
from buildsim.network.codes import NONE
from buildsim.network.network import F64, I64, Grounds
from buildsim.schema.parts import Crew


@dataclass(frozen=True, slots=True, eq=False)
class Length:
    """Length of a task's work: the variable's value times a column's scale, in working ticks."""

    distribution: Distribution | None
    """None for length 0."""
    grounds: Grounds | None
    """Of the distribution."""
    columns: F64
    """One for each crew size from `mold_min` to `mold_max`, else a single one."""
    mold_pool: int = NONE
    mold_min: int = 0
    mold_max: int = 0
    needs: tuple[tuple[int, int], ...] = ()
    """Pool and units of each fixed need, by pool index."""


def length(context: Context, task: Task, week: Week, pools: Mapping[str, int]) -> Length:
    """The length of a task on its calendar's week, of its duration, of its labor, or 0, with what it needs."""
    return context.once((length, *_likeness(context, task)), lambda: _length(context, task, week, pools))


def _likeness(context: Context, task: Task) -> tuple[object, ...]:
    """What the work of a template's activity depends on, from one scope to another."""
    scope = task.scope
    pers = context.once((_pers, task.where, scope.start), lambda: _pers(context, task))
    ordinal = scope.halls[0].ordinal if task.body.learning is not None and scope.is_hall else 0
    return task.where, scope.start, scope.names, ordinal, scales.extent(context, scope, pers)


def _pers(context: Context, task: Task) -> tuple[str, ...]:
    """What the quantities of its work are per."""
    body, start = task.body, task.scope.start
    quantities = []
    for field, facts in (("duration", body.duration), ("labor", body.labor)):
        if facts is not None:
            quantities.append(choose(context, task.where.at(field), facts, start).fact.value)
            break
    for need in body.crew.values():
        quantities += [need.min, need.max] if isinstance(need, Crew) else [need]
    return tuple(dict.fromkeys(each.per for each in quantities if each.per is not None))


def _length(context: Context, task: Task, week: Week, pools: Mapping[str, int]) -> Length:
    body, needs = task.body, _fixed_needs(context, task, pools)
    factor = _learning(task) / week.productivity
    if body.duration is not None:
        where = task.where.at("duration")
        fact, years_off, grounds = choose(context, where, body.duration, task.scope.start)
        distribution = widened(scales.distribution(context, where, fact.value, task.scope), years_off)
        return Length(distribution, grounds, np.array([week.ticks_of(fact.value.dimension) * factor]), needs=needs)
    moldable = next(((name, need) for name, need in body.crew.items() if isinstance(need, Crew)), None)
    if body.labor is not None and moldable is not None:  # else the crew was left out because it is wrong
        where = task.where.at("labor")
        fact, years_off, grounds = choose(context, where, body.labor, task.scope.start)
        distribution = widened(scales.distribution(context, where, fact.value, task.scope), years_off)
        name, crew = moldable
        here = task.where.at("crew", name)
        fewest = scales.crew_size(context, here.at("min"), crew.min, task.scope)
        most = scales.crew_size(context, here.at("max"), crew.max, task.scope)
        if fewest > most:
            context.report(here.problem(f"at least {fewest} but at most {most}", "min up to max"))
        most = max(fewest, most)
        sizes = np.arange(fewest, most + 1)
        columns = TICKS_PER_HOUR * factor / (sizes * productivity(crew.productivity, sizes))
        pool = pools[task.scope.names.pools[name].name]
        return Length(distribution, grounds, columns, pool, fewest, most, needs)
    return Length(None, None, np.zeros(1), needs=needs)


def _fixed_needs(context: Context, task: Task, pools: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    needs = []
    for name, need in task.body.crew.items():
        if not isinstance(need, Crew):
            where = task.where.at("crew", name)
            needs.append((pools[task.scope.names.pools[name].name], scales.crew_size(context, where, need, task.scope)))
    return tuple(sorted(needs))


def productivity(table: Mapping[int, float], sizes: I64) -> F64:
    """Output per head at each crew size: linear between the table's points, clamped outside, 1 if it is empty."""
    if not table:
        return np.ones(len(sizes))
    stated = sorted(table)
    return np.interp(sizes, stated, [table[n] for n in stated])


def _learning(task: Task) -> float:
    """Wright's learning curve: the n-th hall takes n^log2(progress ratio) of the first's duration."""
    if task.body.learning is None or not task.scope.is_hall:
        return 1.0
    return float(task.scope.halls[0].ordinal ** log2(task.body.learning))
