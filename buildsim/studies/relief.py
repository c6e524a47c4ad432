"""What each constraint is worth: relief curves, shadow prices, and pairs that help more together (semantics 26)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from buildsim.analysis.paired import Paired, paired
from buildsim.loading.project import Project
from buildsim.network.codes import NONE, TICKS_PER_DAY, SupplyKind
from buildsim.network.constraints import POOL, SUPPLY, Constraint
from buildsim.network.curves import Curve
from buildsim.network.network import I64, Network
from buildsim.sampling.relief import Relief
from buildsim.studies.objective import Objective
from buildsim.studies.plays import NOTHING, Plays

IMPROVEMENTS: Final[Mapping[str, float]] = {"+10%": 1.1, "+20%": 1.2, "+50%": 1.5}
REMOVED: Final = "removed"
MONTH_DAYS: Final = 365.25 / 12
FINEST: Final = 0.05
"""A step of a shadow price is the power of ten at or below this share of the capacity."""
NEGLIGIBLE_DAYS: Final = 1e-6
"""What float arithmetic leaves of nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A constraint improved or removed, and what that does."""

    constraint: Constraint
    step: str
    """``+10%``, ``+20%``, ``+50%`` or ``removed``."""
    gain: Paired
    """Days; below 0 is earlier."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Relief curves, in the order of the candidates, each from the smallest step to the largest."""

    objective: tuple[Step, ...]
    sites: Mapping[str, Mapping[str, tuple[Step, ...]]]
    """By site and milestone."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a little more of a constraint is worth."""

    constraint: Constraint
    amount: int
    unit: str
    """Of the amount: as in ``electrician``, or ``wafer a month``; ``month earlier`` of an order."""
    gain: Paired
    """Days of the objective by that amount; below 0 is earlier."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two constraints that together gain more than the sum of what they gain alone."""

    names: tuple[Constraint, Constraint]
    alone: tuple[Paired, Paired]
    together: Paired
    excess: Paired
    """The days beyond that sum; below 0 is earlier."""

    @property
    def only_together(self) -> bool:
        """True if neither of them alone gains anything."""
        return all(each.mean is not None and each.mean >= 0 for each in self.alone)


def relief_curves(
    plays: Plays, asked: Sequence[Constraint], objective: Objective, milestones: Mapping[str, Mapping[str, int]]
) -> Curves:
    """The days that improving and removing each constraint gains the objective and each of the milestones."""
    before = plays.without(NOTHING)
    steps = [(each, step) for each in asked for step in IMPROVEMENTS]
    cases = [Relief(plays.network, {each: IMPROVEMENTS[step]}) for each, step in steps]
    after: dict[tuple[Constraint, str], I64] = dict(zip(steps, plays.relieved(cases), strict=True))
    alone = {each: frozenset([each]) for each in asked if each.removable}
    plays.prepare(alone.values())
    after |= {(each, REMOVED): plays.without(removed) for each, removed in alone.items()}
    order = [(each, step) for each in asked for step in (*IMPROVEMENTS, REMOVED) if (each, step) in after]
    horizon = plays.network.horizon

    def change(finish: I64, milestone: int) -> Paired:
        first, second = (np.minimum(ticks[:, milestone], horizon).astype(np.float64) for ticks in (before, finish))
        return paired(first, second, unit=TICKS_PER_DAY)

    base = objective.days(before)
    return Curves(
        objective=tuple(Step(*which, paired(base, objective.days(after[which]))) for which in order),
        sites={
            site: {
                name: tuple(Step(*which, change(after[which], milestone)) for which in order)
                for name, milestone in own.items()
            }
            for site, own in milestones.items()
        },
    )


def shadow_prices(plays: Plays, project: Project, asked: Sequence[Constraint], objective: Objective) -> list[Price]:
    """What a few more units of each pool, a little more of each line, and a month of each lead time are worth."""
    steps = [each for each in (_amount(plays.network, project, constraint) for constraint in asked) if each is not None]
    found = plays.relieved([Relief(plays.network, added={constraint: more}) for constraint, _, _, more in steps])
    base = objective.days(plays.without(NOTHING))
    return [
        Price(constraint, amount, unit, paired(base, objective.days(finish)))
        for (constraint, amount, unit, _), finish in zip(steps, found, strict=True)
    ]


def pairs(plays: Plays, asked: Sequence[Constraint], objective: Objective) -> list[Pair]:
    """The pairs whose gain together surely exceeds the sum of those alone, the largest excess first.

    Surely: the 95% interval of the excess has no 0 in it, or the excess is the same in every replication.
    """
    both = {each: frozenset(each) for each in combinations(asked, 2)}
    plays.prepare([*both.values(), *(frozenset([each]) for each in asked)])
    base = objective.days(plays.without(NOTHING))
    alone = {each: objective.days(plays.without(frozenset([each]))) for each in asked}
    found = []
    for (first, second), removed in both.items():
        together = objective.days(plays.without(removed))
        excess = paired(alone[first] + alone[second] - base, together)
        if _surely_earlier(excess):
            single = (paired(base, alone[first]), paired(base, alone[second]))
            found.append(Pair((first, second), single, paired(base, together), excess))
    return sorted(found, key=lambda each: (each.excess.mean, each.names))


def _surely_earlier(excess: Paired) -> bool:
    if excess.mean is None or excess.mean >= -NEGLIGIBLE_DAYS:
        return False
    return excess.high is None or excess.high < 0


def _amount(network: Network, project: Project, constraint: Constraint) -> tuple[Constraint, int, str, float] | None:
    """How much more is a step, its unit, and what `Relief` adds: units, smallest units a day, or ticks of lead time."""
    if constraint.kind == POOL:
        i = network.pools.name.index(constraint.name)
        amount = _round_part(_typical(network, int(network.pools.capacity[i])))
        return constraint, amount, project.blocks.pools[constraint.name].body.unit, amount
    if constraint.kind != SUPPLY:
        return None
    i = network.supplies.name.index(constraint.name)
    body = project.blocks.supplies[constraint.name].body
    if network.supplies.kind[i] == SupplyKind.LEAD:
        return constraint, 1, "month earlier", MONTH_DAYS * TICKS_PER_DAY
    if network.supplies.capacity[i] == NONE:
        return None
    monthly = _typical(network, int(network.supplies.capacity[i])) * MONTH_DAYS / body.grain
    amount = _round_part(monthly)
    return constraint, amount, f"{body.unit} a month", amount * body.grain / MONTH_DAYS


def _typical(network: Network, curve: int) -> float:
    """The mean of a capacity from the scenario's start to its horizon."""
    end = np.array([max(network.horizon, 1)])
    return float(Curve.of(network.curves, curve).integral(end)[0] / end[0])


def _round_part(capacity: float) -> int:
    return int(10 ** max(0, math.floor(math.log10(max(FINEST * capacity, 1)))))
