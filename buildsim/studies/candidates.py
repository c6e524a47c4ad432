"""Which constraints are worth an answer: those on which the driving paths spend their days (semantics 26)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from buildsim.analysis.attribution import Tally
from buildsim.analysis.reduce import Findings
from buildsim.network.codes import TICKS_PER_DAY, UNSET
from buildsim.network.constraints import Constraint, constraint_of
from buildsim.network.network import Network
from buildsim.studies.objective import Objective

MOST: Final = 12
"""How many are looked at, unless more are asked for."""
LEAST_CRITICALITY: Final = 0.02
"""The share of replications in which one must lie on the path to be looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A constraint and what it has to do with the paths to the objective's milestones."""

    constraint: Constraint
    days: float
    """Mean over sites and replications that the paths spend on it; one that keeps a milestone from being reached
    has all the time to the horizon."""
    criticality: float
    """The largest share of replications, over the sites, whose path it is on, or which it keeps from the milestone."""


def candidates(
    network: Network, findings: Findings, objective: Objective, gone: Collection[Constraint] = ()
) -> list[Candidate]:
    """All constraints with any day on the paths that is not past, the largest first, ties by name.

    What is ``gone`` is left out: only what happened before the data date can be left of it.
    """
    past = {*gone, *_done(network)}
    days: defaultdict[Constraint, float] = defaultdict(float)
    criticality: defaultdict[Constraint, float] = defaultdict(float)
    for column, origin in zip(objective.columns, objective.origin.tolist(), strict=True):
        tally = findings.tallies[column]
        replications = tally.reached + tally.blocked.total()
        for constraint, (ticks, critical) in _by_constraint(tally, objective.horizon - origin).items():
            days[constraint] += ticks / replications / TICKS_PER_DAY / len(objective.columns)
            # several categories of one constraint may lie on the same path
            criticality[constraint] = max(criticality[constraint], min(critical / replications, 1.0))
    found = [Candidate(each, days[each], criticality[each]) for each in days if days[each] > 0 and each not in past]
    return sorted(found, key=lambda each: (-each.days, each.constraint))


def worth_asking(found: list[Candidate], most: int = MOST) -> list[Candidate]:
    """At most so many of them, each critical in at least 2% of the replications of some site."""
    return [each for each in found if each.criticality >= LEAST_CRITICALITY][:most]


def removable(found: list[Candidate]) -> list[Candidate]:
    """Those that can be thought away: all but work."""
    return [each for each in found if each.constraint.removable]


def _done(network: Network) -> list[Constraint]:
    """Steps all of whose activities have finished."""
    table = network.activities
    ahead = np.unique(table.category[table.actual_finish == UNSET])
    steps = [constraint_of(category) for i, category in enumerate(network.categories) if i not in ahead]
    return [step for step in steps if step is not None]


def _by_constraint(tally: Tally, until_horizon: int) -> dict[Constraint, tuple[int, int]]:
    """Ticks and counts of replications, summed over the categories of each constraint."""
    sums: dict[Constraint, tuple[int, int]] = {}
    blocked = {category: until_horizon * count for category, count in tally.blocked.items()}
    for ticks, counts in ((tally.ticks, tally.critical), (blocked, tally.blocked)):
        for category, count in counts.items():
            constraint = constraint_of(category)
            if constraint is not None:
                before = sums.get(constraint, (0, 0))
                sums[constraint] = (before[0] + ticks[category], before[1] + count)
    return sums
