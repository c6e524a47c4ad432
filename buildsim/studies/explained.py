"""How many of the days between two plans each edit makes: Shapley shares over the edits, on the same random numbers.

The value of some edits is when a milestone is reached in the first plan with these edits made, E[min(T, H)] with the
horizon H. A replication in which neither plan reaches the milestone counts as little as in the paired difference, so
that the shares sum to its mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.analysis.paired import comparable
from buildsim.analysis.shapley import EXACT_UP_TO, Coalition, Game, Shares
from buildsim.compile.compile import compile_network
from buildsim.engine.select import Engine
from buildsim.errors import InputError
from buildsim.loading.edited import edited
from buildsim.loading.edits import Change, Edit, edits, merged, together
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64, I64, Network
from buildsim.sampling.draw import Sampler
from buildsim.studies.compare import Played, dates_or_horizon, finish_dates, horizon_date, milestones_of
from buildsim.studies.play import Progress, part_of, play
from buildsim.studies.what_if import Plan

MOST: Final = 12
"""Edits among which the days are shared; of more, those that stand in one place are taken as one."""

Subject = tuple[str, str]
"""A site and one of its milestones."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What each of the edits between two plans contributes, in days; below 0 it brings the milestone forward."""

    edits: tuple[Edit, ...]
    shares: Mapping[Subject, Shares]
    """Per site and milestone that both have, the parts in the order of the edits; none without a pair."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the edits, each another: those that stand in one place are numbered."""
        names = [edit.name for edit in self.edits]
        before = [names[:i].count(name) for i, name in enumerate(names)]
        return tuple(f"{name} ({n + 1})" if n else name for name, n in zip(names, before, strict=True))

    @property
    def exact(self) -> bool:
        """False: over sampled orders of the edits."""
        return len(self.edits) <= EXACT_UP_TO


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two plans, and how it was played."""

    plan: Plan
    run: Played


def edits_between(before: Plan, after: Plan) -> list[Edit]:
    """Those between two plans, at most `MOST`."""
    return merged(edits(before.project, after.project), MOST)


def plays_of(edits: Sequence[Edit]) -> int:
    """How often plans are played to explain so many edits, beside the two themselves; fewer if some are joined."""
    return max(0, len(Game(len(edits), 0).coalitions) - 2)


def explain(
    before: Side, after: Side, found: Sequence[Edit], *, seed: int, simulate: Engine, progress: Progress | None = None
) -> Explained:
    """Share the difference of each milestone that both plans have among the edits ``found`` between them.

    Both were played with ``seed``. Edits that are no valid plan without each other become one. The progress counts as
    many plays as `plays_of` says.
    """
    mixtures = _Mixtures(before, after, found, seed, simulate, progress)
    players = list(found)
    while players:
        game, values = Game(len(players), seed), dict[Coalition, F64]()
        try:
            for members in game.coalitions:
                values[members] = mixtures.finishes(_changes(players, members))
        except _InvalidError:
            players = _joined(players, members, mixtures)
        else:
            return Explained(tuple(players), mixtures.shares(game, values))
    return Explained((), {})


class _InvalidError(Exception):
    """Some edits without the others are no plan with the same milestones: the message says why not."""


class _Mixtures:
    """Plans with some of the changes between two, each played once."""

    def __init__(
        self,
        before: Side,
        after: Side,
        found: Sequence[Edit],
        seed: int,
        simulate: Engine,
        progress: Progress | None,
    ) -> None:
        self._sides = before, after
        theirs = _milestones(after.run.network)
        self._subjects = tuple(subject for subject in _milestones(before.run.network) if subject in theirs)
        self._seed, self._simulate, self._progress, self._plays = seed, simulate, progress, plays_of(found)
        self._played = 0
        everything = frozenset(change for edit in found for change in edit.changes)
        self._known = {
            some: self._dates(side.run.network, side.run.findings.finish)
            for some, side in ((frozenset[Change](), before), (everything, after))
        }
        self._faults: dict[frozenset[Change], str | None] = dict.fromkeys(self._known)

    def fault(self, changes: frozenset[Change]) -> str | None:
        """Why the first plan with these changes is none with the same milestones; None if it is one."""
        if changes not in self._faults:
            try:
                self._network(changes)
                self._faults[changes] = None
            except _InvalidError as error:
                self._faults[changes] = str(error)
        return self._faults[changes]

    def finishes(self, changes: frozenset[Change]) -> F64:
        """(replications, milestones) When each is reached, as a tick of the calendar. Raises _InvalidError."""
        if changes not in self._known:
            network = self._network(changes)
            count = len(self._sides[0].run.findings.finish)
            report = part_of(self._progress, self._played, self._plays)
            played = play(Sampler(network, self._seed), count, self._simulate, report)
            ticks = np.concatenate([milestone_ticks(network, outcome) for _, outcome in played])
            self._known[changes] = self._dates(network, ticks)
            self._played += 1
        return self._known[changes]

    def shares(self, game: Game, values: Mapping[Coalition, F64]) -> dict[Subject, Shares]:
        """Per milestone, over the replications in which the two plans can be compared."""
        first, second = (side.run for side in self._sides)
        horizons = horizon_date(first.network), horizon_date(second.network)
        base = values[frozenset()]
        found = {}
        for column, subject in enumerate(self._subjects):
            one, other = (finish_dates(run, _milestones(run.network)[subject]) for run in (first, second))
            pairs = comparable(one, other, horizons)
            if pairs.any():
                days = {each: (ticks - base)[pairs, column] / TICKS_PER_DAY for each, ticks in values.items()}
                found[subject] = game.shares(days)
        return found

    def _network(self, changes: frozenset[Change]) -> Network:
        before, after = self._sides
        try:
            network = compile_network(edited(before.plan.project, after.plan.project, changes)).network
        except InputError as error:
            raise _InvalidError(error.problems[0].message) from None
        there = _milestones(network)
        for site, milestone in self._subjects:
            if (site, milestone) not in there:
                raise _InvalidError(f"{site} would have no milestone '{milestone}'")
        return network

    def _dates(self, network: Network, ticks: I64) -> F64:
        of = _milestones(network)
        return dates_or_horizon(network, ticks[:, [of[subject] for subject in self._subjects]])


def _milestones(network: Network) -> dict[Subject, int]:
    return {
        (site, milestone): index
        for number, site in enumerate(network.sites.name)
        for milestone, index in milestones_of(network, number).items()
    }


def _changes(players: Sequence[Edit], members: Iterable[int]) -> frozenset[Change]:
    return frozenset(change for member in members for change in players[member].changes)


def _joined(players: Sequence[Edit], invalid: Coalition, mixtures: _Mixtures) -> list[Edit]:
    """The edits, those of which some are no valid plan without others taken as one.

    These are the fewest of the ``invalid`` ones that are none, and the fewest others that make it one.
    """
    few = set(invalid)
    for each in sorted(invalid):
        if mixtures.fault(_changes(players, few - {each})) is not None:
            few.discard(each)
    whole = set(range(len(players)))
    for each in sorted(whole - few):
        if mixtures.fault(_changes(players, whole - {each})) is None:
            whole.discard(each)
    reason = mixtures.fault(_changes(players, few))
    first = min(whole)
    one = together((players[each] for each in sorted(whole)), joined=reason)
    return [*players[:first], one, *(each for i, each in enumerate(players) if i > first and i not in whole)]
