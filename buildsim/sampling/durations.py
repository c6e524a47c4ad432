"""Which activities exist in a replication and how long they last, with risks (semantics 10, 11, 21, 22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.network.codes import NONE, UNSET, State
from buildsim.network.network import F64, I8, I64, Bool, Network
from buildsim.sampling.streams import Seed, stream_keys, uniform_rows
from buildsim.sampling.values import Events, Values, Variables, rounded, under_way


@dataclass(frozen=True, slots=True)
class Struck:
    """Risks in each replication, (R, risks): whether they strike, and the impact they have if they do."""

    struck: Bool
    factor: F64
    days: F64


class Risks:
    """One strike and one impact per risk and replication, for all its targets."""

    def __init__(self, network: Network, seed: Seed) -> None:
        self._risks = network.risks
        self._strikes = Events(seed, [(f"risk:{name}:strike", 0) for name in self._risks.name], self._risks.probability)

    def draw(self, values: Values) -> Struck:
        """The risks of a chunk."""
        struck = np.ascontiguousarray(self._strikes.happen(values.first, values.count).T)
        factor = values.table(self._risks.factor_variable, 1.0)
        return Struck(struck, factor, values.table(self._risks.days_variable, 0.0))


class States:
    """Whether activities are absent with their branch, or empty as an earlier pass of their chain passed.

    What has begun exists in every replication: an actual start overrules the draw.
    """

    def __init__(self, network: Network, seed: Seed) -> None:
        activities, reworks, branches = network.activities, network.reworks, network.branches
        begun = activities.actual_start != UNSET
        self._count = len(activities)
        self._passes: list[tuple[int, I64, bool]] = []
        """Chain, activities and whether any has begun, of each pass in order."""
        names, probability = [], []
        for i, name in enumerate(reworks.name):
            chain = activities.rework == i
            for k in range(1, int(activities.rework_pass[chain].max(initial=0)) + 1):
                members = np.flatnonzero(chain & (activities.rework_pass == k))
                self._passes.append((i, members, bool(begun[members].any())))
                names.append((f"rework:{name}", k))
                probability.append(reworks.probability[i])
        self._fails = Events(seed, names, np.array(probability))
        members_of = [np.flatnonzero(activities.branch == i) for i in range(len(branches.name))]
        self._branches = [(members, bool(begun[members].any())) for members in members_of]
        self._present = Events(seed, [(f"branch:{name}", 0) for name in branches.name], branches.probability)

    def draw(self, values: Values) -> I8:
        """(R, activities) A ``State``."""
        state = np.full((values.count, self._count), State.PRESENT, dtype=np.int8)
        chain, needed = NONE, np.ones(values.count, dtype=np.bool_)
        for (i, members, begun), fails in zip(
            self._passes, self._fails.happen(values.first, values.count), strict=True
        ):
            if i != chain:
                chain, needed = i, np.ones(values.count, dtype=np.bool_)
            needed |= begun
            state[np.ix_(~needed, members)] = State.EMPTY_PASS
            needed &= fails
        for (members, begun), present in zip(
            self._branches, self._present.happen(values.first, values.count), strict=True
        ):
            state[np.ix_(~(present | begun), members)] = State.ABSENT
        return state


class Ties:
    """The last part of the dispatch key: the index, or where ties are drawn the rank of a uniform number."""

    def __init__(self, network: Network, seed: Seed) -> None:
        self._count = len(network.activities)
        self._keys = None
        if network.ties_drawn:
            self._keys = stream_keys(seed, [(f"tie:{name}", 0) for name in network.activities.name])

    def draw(self, values: Values) -> I64:
        """(R, activities)"""
        index = np.tile(np.arange(self._count, dtype=np.int64), (values.count, 1))
        if self._keys is None:
            return index
        drawn = np.ascontiguousarray(uniform_rows(self._keys, values.first, values.count).T)
        tie = np.empty(index.shape, dtype=np.int64)
        np.put_along_axis(tie, np.argsort(drawn, axis=1, kind="stable"), index, axis=1)
        return tie


class Lengths:
    """How long activities last, for each crew size.

    With risks it is (base x product of factors + days in the activity's working time); a started activity never gets
    less than it has already worked. It lasts as said to remain, or as drawn given that it has lasted so long.
    """

    def __init__(self, network: Network, seed: Seed) -> None:
        activities, risks = network.activities, network.risks
        started = under_way(network)
        self._variable = np.where(started, NONE, activities.variable)
        self._day_scale = activities.day_scale
        self._columns = np.diff(activities.column_ptr)
        of_column = np.repeat(np.arange(len(activities)), self._columns)
        self._scale = activities.column_scale.copy()
        given = started & (activities.remaining_variable != NONE)
        self._given = np.flatnonzero(given)
        self._given_variable = activities.remaining_variable[given]
        self._elapsed = activities.actual_elapsed[given].astype(np.float64)
        self._scale[given[of_column]] = 1.0  # what remains is in ticks, whatever the crew
        self._conditioned = np.flatnonzero(started & ~given & (activities.variable != NONE))
        self._beyond = Variables(
            network,
            seed,
            activities.variable[self._conditioned],
            reached=np.array([_reached(network, i) for i in self._conditioned.tolist()]),
        )
        self._targets = [
            risks.target_activity[risks.target_ptr[i] : risks.target_ptr[i + 1]] for i in range(len(risks.name))
        ]
        # most activities are neither: they last as drawn
        special = started.copy()
        special[risks.target_activity] = True
        self._special = np.flatnonzero(special[of_column])
        self._of_special = of_column[self._special]
        self._least_base = np.where(started, activities.actual_elapsed, -np.inf)[self._of_special]
        self._least = np.where(started, activities.actual_elapsed, 0)[self._of_special]

    def draw(self, values: Values, state: I8, risks: Struck) -> tuple[I64, F64]:
        """(R, columns) Working ticks with risks, rounded, and before risks, unrounded; 0 where not present."""
        present = state == State.PRESENT
        own = np.where(present, self._values(values), 0.0)
        factor, days = self._impact(risks, present)
        base = np.empty((values.count, len(self._scale)))
        length = np.empty(base.shape, dtype=np.int64)
        special, of = self._special, self._of_special
        # a row fits into the processor's cache, a chunk does not
        for row, (before, after) in enumerate(zip(base, length, strict=True)):
            np.multiply(np.repeat(own[row], self._columns), self._scale, out=before)
            after[:] = rounded(before)
            before[special] = worked = np.maximum(before[special], self._least_base)
            after[special] = np.maximum(rounded(worked * factor[row, of] + days[row, of]), self._least)
        return length, base

    def _values(self, values: Values) -> F64:
        """(R, activities) Values to be scaled for each crew size."""
        own = values.table(self._variable, 0.0)
        own[:, self._conditioned] = self._beyond.draw(values.first, values.count).T
        own[:, self._given] = self._elapsed + values.table(self._given_variable, 0.0)
        return own

    def _impact(self, risks: Struck, present: Bool) -> tuple[F64, F64]:
        """(R, activities) Product of the factors and sum of the ticks of the risks that strike each activity."""
        factor = np.ones(present.shape)
        days = np.zeros_like(factor)
        for i, targets in enumerate(self._targets):
            struck = risks.struck[:, i]
            factor[:, targets] *= np.where(struck, risks.factor[:, i], 1.0)[:, np.newaxis]
            days[:, targets] += np.where(struck, risks.days[:, i], 0.0)[:, np.newaxis]
        return factor, np.where(present, days * self._day_scale, 0.0)


def _reached(network: Network, i: int) -> float:
    """The probability of a started activity's variable that has passed with the ticks already worked."""
    activities = network.activities
    scale = activities.column_scale[activities.column_ptr[i] : activities.column_ptr[i + 1]]
    moldable = activities.mold_pool[i] != NONE
    at_work = scale[activities.actual_crew[i] - activities.mold_min[i]] if moldable else scale[0]
    distribution = network.variables[int(activities.variable[i])].distribution
    return distribution.reached(float(activities.actual_elapsed[i] / at_work))
