"""A genetic search over orders of activities, each improved by double justification and judged by an engine.

After Valls, Ballestin and Quintanilla, A hybrid genetic algorithm for the resource-constrained project scheduling
problem, European Journal of Operational Research 185 (2008): activity lists, begun by regret-biased random sampling on
the latest finish (Drexl, Management Science 37, 1991), the two-point crossover of Hartmann (Naval Research Logistics
45, 1998), and double justification of every child. An engine grants what is free and so makes non-delay schedules
alone, among which there may be no optimum (Sprecher, Kolisch and Drexl, European Journal of Operational Research 80,
1995); with the justified starts as not-before dates it makes the others too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from buildsim.compile.planning import schedule
from buildsim.engine.select import Engine
from buildsim.leveling.replay import Candidate, Replay
from buildsim.leveling.sketch import Justifier, Times, times_of
from buildsim.network.codes import NEVER, TICKS_PER_DAY, UNSET, Rule
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import planned

POPULATION = 30
CHILDREN = 10
"""Children of a generation, which an engine plays at once."""
MUTATION = 0.05
"""Chance of each neighbouring pair of an order to change places."""
GRANTED = 0.5
"""Chance of an order to be played by an engine, which grants in this order, and not scheduled serially."""
PER_CHILD = 4
"""Schedules: what comes of the order, late, early, and what comes of these dates."""

Progress = Callable[[int, int], None]
"""Called with (schedules made, schedules that may be made)."""


class Found(NamedTuple):
    """The best candidate, what it is worth, and how many schedules were made to find it."""

    candidate: Candidate
    value: int
    schedules: int


class _Parent(NamedTuple):
    value: int
    order: tuple[int, ...]


class Search:
    """A search for a ``network``, played by ``simulate``, that makes the finishes of ``targets`` early in sum.

    ``targets`` are milestones, by index.
    """

    def __init__(self, network: Network, simulate: Engine, targets: Sequence[int]) -> None:
        samples = planned(network)
        given = simulate(network, samples)
        counted = network.milestones.activity[list(targets)].tolist()
        self._targets = list(targets)
        self._start = times_of(given, 0).start
        self._latest_finish = schedule(network).values(Rule.LFT).tolist()
        self._justifier = Justifier(network, samples, given, counted)
        self._replay = Replay(network, samples, simulate)
        self.given = int(self._values(given)[0])
        """What the plan is worth as it is."""

    def run(self, budget: int, seed: int, progress: Progress | None = None) -> Found | None:
        """The best that is found with at most ``budget`` schedules; None if that is too few for a single child.

        The progress counts schedules.
        """
        rng = Random(seed)
        sketch = self._justifier.sketch
        first = [sketch.order(self._start), sketch.order(self._latest_finish)]
        parents: list[_Parent] = []
        best: Found | None = None
        made = 0
        while (room := min(CHILDREN, (budget - made) // PER_CHILD)) > 0:
            orders = first[:room]
            first = first[room:]
            while len(orders) < room:
                orders.append(self._bred(parents, rng) if len(parents) >= POPULATION else self._sampled(rng))
            for candidate, child in self._judged(orders, rng):
                if best is None or child.value < best.value:
                    best = Found(candidate, child.value, 0)
                _admit(parents, child)
            made += room * PER_CHILD
            if progress is not None:
                progress(made, budget)
        return None if best is None else best._replace(schedules=made)

    def tidied(self, found: Found) -> Candidate:
        """The candidate without the dates that it can do without; it is worth no less.

        Dates are left out block by block, in halves, so that few plays are needed where few dates matter.
        """
        priority, not_before = found.candidate
        ready = self._replay.play([found.candidate]).ready[0]
        not_before = np.where(ready > not_before, UNSET, not_before)  # other gates hold these longer
        size = int((not_before != UNSET).sum())
        while size:
            dated = np.flatnonzero(not_before != UNSET)
            for first in range(0, len(dated), size):
                fewer = not_before.copy()
                fewer[dated[first : first + size]] = UNSET
                outcome = self._replay.play([Candidate(priority, fewer)])
                if self._values(outcome)[0] <= found.value:
                    not_before = fewer
            size //= 2
        return Candidate(priority, not_before)

    def _values(self, outcome: Outcome) -> I64:
        """(candidates) Sums of the targets' ticks."""
        values: I64 = self._replay.milestones(outcome)[:, self._targets].sum(axis=1)
        return values

    def _judged(self, orders: Sequence[Sequence[int]], rng: Random) -> list[tuple[Candidate, _Parent]]:
        """For each order what an engine makes of it, or of its serial schedule, justified; the better if it is both.

        Parallel and serial schedule generation have their strengths on different plans: each order is left to one.
        """
        sketch, justifier = self._justifier.sketch, self._justifier
        granted = [row for row in range(len(orders)) if rng.random() < GRANTED]
        plain = [self._candidate(orders[row]) for row in granted]
        found: dict[int, tuple[Candidate, _Parent]] = {}
        times = {row: justifier.serial(order) for row, order in enumerate(orders) if row not in granted}
        if plain:
            outcome = self._replay.play(plain)
            for number, (row, value) in enumerate(zip(granted, self._values(outcome).tolist(), strict=True)):
                times[row] = times_of(outcome, number)
                found[row] = plain[number], _Parent(value, tuple(sketch.order(times[row].start)))
        justified = [justifier.justify(times[row]) for row in range(len(orders))]
        again = [sketch.order(each.start) for each in justified]
        dated = [self._candidate(order, each) for order, each in zip(again, justified, strict=True)]
        for row, value in enumerate(self._values(self._replay.play(dated)).tolist()):
            if row not in found or value <= found[row][1].value:
                found[row] = dated[row], _Parent(value, tuple(again[row]))
        return [found[row] for row in range(len(orders))]

    def _candidate(self, order: Sequence[int], times: Times | None = None) -> Candidate:
        """An order as priorities, and the days of ``times`` as dates."""
        priority = np.empty(len(order), dtype=np.int64)
        priority[np.array(order)] = np.arange(len(order))
        not_before = np.full(len(order), UNSET)
        if times is not None:
            for a in self._replay.datable.tolist():
                if times.start[a] < NEVER:
                    not_before[a] = max(0, times.start[a] // TICKS_PER_DAY * TICKS_PER_DAY)
        return Candidate(priority, not_before)

    def _sampled(self, rng: Random) -> list[int]:
        """A random order, in which what must finish early tends to come early."""
        sketch, latest = self._justifier.sketch, self._latest_finish
        left = [len(edges) for edges in sketch.into]
        eligible = [a for a, count in enumerate(left) if count == 0]
        order = []
        while eligible:
            most = max(latest[a] for a in eligible)
            row = rng.choices(range(len(eligible)), [(most - latest[a]) / TICKS_PER_DAY + 1 for a in eligible])[0]
            chosen = eligible.pop(row)
            order.append(chosen)
            for a in sketch.followers[chosen]:
                left[a] -= 1
                if left[a] == 0:
                    eligible.append(a)
        return order

    def _bred(self, parents: Sequence[_Parent], rng: Random) -> list[int]:
        one, other = (min(rng.choice(parents), rng.choice(parents)).order for _ in range(2))
        child = _crossed(one, other, rng)
        for row in range(len(child) - 1):
            if rng.random() < MUTATION:
                child[row], child[row + 1] = child[row + 1], child[row]
        place = dict(zip(child, range(len(child)), strict=True))
        return self._justifier.sketch.order([place[a] for a in range(len(child))])


def _admit(parents: list[_Parent], child: _Parent) -> None:
    """A child takes the place of the worst parent, unless it is worse or there already."""
    if child in parents:
        return
    if len(parents) < POPULATION:
        parents.append(child)
        return
    worst = max(range(len(parents)), key=lambda row: parents[row].value)
    if child.value <= parents[worst].value:
        parents[worst] = child


def _crossed(one: Sequence[int], other: Sequence[int], rng: Random) -> list[int]:
    """The first and the last part as in one, what is between in the order of the other."""
    first, last = sorted(rng.randrange(len(one) + 1) for _ in range(2))
    head = list(one[:first])
    taken = set(head)
    middle = [a for a in other if a not in taken][: last - first]
    taken.update(middle)
    return [*head, *middle, *(a for a in one if a not in taken)]
