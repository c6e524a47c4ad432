"""Which activities exist in a replication and how long they last, with risks (semantics 10, 11, 21, 22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.network.codes import NONE, UNSET, State
from buildsim.network.network import F64, I8, I64, Bool
from buildsim.sampling.values import Values, rounded


@dataclass(frozen=True, slots=True)
class Risks:
    """Risks in each replication, (R, risks): whether they strike, and the impact they have if they do."""

    struck: Bool
    factor: F64
    days: F64


def draw_risks(values: Values) -> Risks:
    """One strike and one impact per risk and replication, for all its targets."""
    risks = values.network.risks
    struck = np.zeros((values.count, len(risks.name)), dtype=np.bool_)
    for i, name in enumerate(risks.name):
        struck[:, i] = values.happens(f"risk:{name}:strike", float(risks.probability[i]))
    return Risks(struck, values.table(risks.factor_variable, 1.0), values.table(risks.days_variable, 0.0))


def draw_states(values: Values) -> I8:
    """(R, activities) A ``State``: absent with its branch, or empty as an earlier pass of its chain passed.

    What has begun exists in every replication: an actual start overrules the draw.
    """
    network = values.network
    activities = network.activities
    begun = activities.actual_start != UNSET
    state = np.full((values.count, len(activities)), State.PRESENT, dtype=np.int8)
    for i, name in enumerate(network.reworks.name):
        chain = activities.rework == i
        needed = np.ones(values.count, dtype=np.bool_)
        for k in range(1, int(activities.rework_pass[chain].max(initial=0)) + 1):
            is_pass = chain & (activities.rework_pass == k)
            needed |= begun[is_pass].any()
            state[np.ix_(~needed, is_pass)] = State.EMPTY_PASS
            needed &= values.happens(f"rework:{name}", float(network.reworks.probability[i]), k)
    for i, name in enumerate(network.branches.name):
        members = activities.branch == i
        present = values.happens(f"branch:{name}", float(network.branches.probability[i]))
        present |= begun[members].any()
        state[np.ix_(~present, members)] = State.ABSENT
    return state


def draw_lengths(values: Values, state: I8, risks: Risks) -> tuple[I64, F64]:
    """(R, columns) Working ticks with risks, rounded, and before risks, unrounded; 0 where not present.

    With risks it is (base x product of factors + days in the activity's working time); a started activity
    never gets less than it has already worked.
    """
    activities = values.network.activities
    of_column = np.repeat(np.arange(len(activities)), np.diff(activities.column_ptr))
    base, worked = _before_risks(values, of_column)
    factor, days = _impact(values, risks)
    effective = base * factor[:, of_column] + (days * activities.day_scale)[:, of_column]
    present = (state == State.PRESENT)[:, of_column]
    length = np.where(present, np.maximum(rounded(effective), worked), 0)
    return length, np.where(present, base, 0.0)


def draw_ties(values: Values) -> I64:
    """(R, activities) The index, or where ties are drawn the rank of the activity's uniform number."""
    names = values.network.activities.name
    index = np.broadcast_to(np.arange(len(names), dtype=np.int64), (values.count, len(names)))
    if not values.network.ties_drawn or not names:
        return index.copy()
    keys = np.column_stack([values.uniform(f"tie:{name}") for name in names])
    tie = np.empty_like(index)
    np.put_along_axis(tie, np.argsort(keys, axis=1, kind="stable"), index, axis=1)
    return tie


def _before_risks(values: Values, of_column: I64) -> tuple[F64, I64]:
    """(R, columns) Unrounded lengths, and (columns) the ticks already worked on started activities."""
    activities = values.network.activities
    base = values.table(activities.variable, 0.0)[:, of_column] * activities.column_scale
    worked = np.zeros(len(of_column), dtype=np.int64)
    started = (activities.actual_start != UNSET) & (activities.actual_finish == UNSET)
    for i in np.flatnonzero(started).tolist():
        columns = slice(int(activities.column_ptr[i]), int(activities.column_ptr[i + 1]))
        worked[columns] = activities.actual_elapsed[i]
        base[:, columns] = np.maximum(_started(values, i, activities.column_scale[columns]), worked[columns])
    return base, worked


def _started(values: Values, i: int, scale: F64) -> F64:
    """(R, its columns) Total length of a started activity, from what is said to remain or by conditioning."""
    activities = values.network.activities
    variable, remaining = int(activities.variable[i]), int(activities.remaining_variable[i])
    elapsed = float(activities.actual_elapsed[i])
    if remaining != NONE:
        return np.repeat(elapsed + values.of(remaining, 0.0)[:, np.newaxis], len(scale), axis=1)
    if variable == NONE:
        return np.zeros((values.count, len(scale)))
    moldable = activities.mold_pool[i] != NONE
    at_work = scale[activities.actual_crew[i] - activities.mold_min[i]] if moldable else scale[0]
    return values.beyond(variable, elapsed / float(at_work))[:, np.newaxis] * scale


def _impact(values: Values, risks: Risks) -> tuple[F64, F64]:
    """(R, activities) Product of the factors and sum of the days of the risks that strike each activity."""
    network = values.network
    factor = np.ones((values.count, len(network.activities)))
    days = np.zeros_like(factor)
    for i in range(len(network.risks.name)):
        targets = network.risks.target_activity[network.risks.target_ptr[i] : network.risks.target_ptr[i + 1]]
        struck = risks.struck[:, i]
        factor[:, targets] *= np.where(struck, risks.factor[:, i], 1.0)[:, np.newaxis]
        days[:, targets] += np.where(struck, risks.days[:, i], 0.0)[:, np.newaxis]
    return factor, days
