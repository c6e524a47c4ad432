"""Laws of the runner-up, on random networks with every feature, against a search of one replication at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from hypothesis import HealthCheck, given, settings

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.gates import Gate, Gates
from buildsim.analysis.lookup import Event, Lookup
from buildsim.analysis.merges import BiasReduction, Merges
from buildsim.analysis.path import site_start
from buildsim.analysis.runner_up import RunnerUpReduction, way_ticks
from buildsim.network.codes import NEVER, NONE, OWN_WORK, UNSET, Placement, StartCause, State
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

from .conftest import REPLICATIONS, play, scenarios

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Compile = Callable[[dict[str, Any]], Network]


class Way(NamedTuple):
    """A way into the driving path: a gate of one of its events."""

    at: Event
    gate: Gate
    index: int
    met: int


class One:
    """One replication, looked at gate by gate."""

    def __init__(self, network: Network, samples: Samples, outcome: Outcome, row: int, milestone: int) -> None:
        self.network, self.lookup, self.samples, self.outcome, self.row = (
            network,
            Lookup(network),
            samples,
            outcome,
            row,
        )
        self.origin = site_start(network, milestone)
        self.path = list(self.back(Event(int(network.milestones.activity[milestone]), True)))

    def tick(self, event: Event) -> int:
        return int((self.outcome.finish if event.at_finish else self.outcome.start)[self.row, event.activity])

    def back(self, event: Event | None) -> Iterator[Event]:
        while event is not None and self.tick(event) > self.origin:
            yield event
            event = self.cause(event)

    def cause(self, event: Event) -> Event | None:
        of = {name: int(getattr(self.outcome, name)[self.row, event.activity]) for name in CAUSES}
        if event.at_finish:
            own = of["finish_cause"] == OWN_WORK
            return Event(event.activity, False) if own else self.lookup.predecessor(of["finish_cause"])
        if of["start_cause_kind"] == StartCause.LINK:
            return self.lookup.predecessor(of["start_cause"])
        return self.placer(of["start_cause"]) if of["start_cause_kind"] == StartCause.ORDER else None

    def placer(self, order: int) -> Event | None:
        placement = self.network.orders.placement[order]
        if placement == Placement.DATED:
            return None
        return Event(int(self.network.orders.activity[order]), placement == Placement.ON_FINISH)

    def ways(self, met: Any, gates: Gates) -> Iterator[tuple[int, Way]]:
        """Slack and way of every other gate along the path that counts."""
        activities = self.network.activities
        for event in self.path:
            a, at_finish = event
            if (activities.actual_finish if at_finish else activities.actual_start)[a] != UNSET:
                continue
            tick = int((self.outcome.finish if at_finish else self.outcome.ready)[self.row, a])
            floor = max(int(self.network.sites.start[activities.site[a]]), self.network.data_tick, self.origin)
            own = [
                Way(event, Gate(int(gates.kind[g])), int(gates.index[g]), int(met[self.row, g]))
                for g in np.flatnonzero(gates.event == 2 * a + at_finish).tolist()
            ]
            driving = [way for way in own if self.drives(way)]
            if driving and driving[0].met == tick:
                for way in own:
                    if way not in driving and way.met > floor and self.takes_time(way):
                        yield tick - way.met, way

    def drives(self, way: Way) -> bool:
        a, at_finish = way.at
        if at_finish:
            cause = int(self.outcome.finish_cause[self.row, a])
            return cause == OWN_WORK if way.gate == Gate.WORK else cause == way.index
        kind = {Gate.LINK: StartCause.LINK, Gate.ORDER: StartCause.ORDER, Gate.DATE: StartCause.DATE}[way.gate]
        same = int(self.outcome.start_cause_kind[self.row, a]) == kind
        return same and (way.gate == Gate.DATE or int(self.outcome.start_cause[self.row, a]) == way.index)

    def first(self, way: Way) -> Event | None:
        match way.gate:
            case Gate.LINK:
                return self.lookup.predecessor(way.index)
            case Gate.ORDER:
                return self.placer(way.index)
            case Gate.WORK:
                return Event(way.at.activity, False)
            case _:
                return None

    def takes_time(self, way: Way) -> bool:
        joined = self.joined(way)
        return joined is None or self.tick(joined) < way.met

    def joined(self, way: Way) -> Event | None:
        """Where the way leaves the driving path, if it does after the site's start."""
        return next((event for event in self.back(self.first(way)) if event in self.path), None)


CAUSES = ("start_cause_kind", "start_cause", "finish_cause")


@LAWS
@given(document=scenarios())
def test_the_float_is_the_least_slack_of_all_other_ways_in(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    reduction, gates = RunnerUpReduction(network), Gates(network)
    reduction.add(Chunk.of(network, samples, outcome))
    met, floats = gates.arrivals(samples, outcome), reduction.floats()
    for milestone, activity in enumerate(network.milestones.activity.tolist()):
        merges = 0
        for row in range(REPLICATIONS):
            ways = []
            if outcome.finish[row, activity] != NONE:
                ways = list(One(network, samples, outcome, row, milestone).ways(met, gates))
            assert floats[row, milestone] == min((slack for slack, _ in ways), default=NEVER)
            merges += len({way.at for _, way in ways})
        tally = reduction.tallies[milestone]
        assert tally.merged.sum() == merges
        assert tally.closest.sum() == (floats[:, milestone] < NEVER).sum()
        assert (tally.closest <= tally.merged).all()


@LAWS
@given(document=scenarios())
def test_the_other_ways_partition_the_time_to_their_gates(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    chunk = Chunk.of(network, samples, outcome)
    gates, met = chunk.lookup.gates, chunk.met
    for milestone, activity in enumerate(network.milestones.activity.tolist()):
        for row in np.flatnonzero(outcome.finish[:, activity] != NONE).tolist():
            one = One(network, samples, outcome, row, milestone)
            known = np.zeros(len(chunk.tick), dtype=np.bool_)
            known[[row * chunk.events + 2 * event.activity + event.at_finish for event in one.path]] = True
            for _, way in one.ways(met, gates):
                event = 2 * way.at.activity + way.at.at_finish
                same = (gates.event == event) & (gates.kind == way.gate) & (gates.index == way.index)
                _, ticks = way_ticks(chunk, np.array([row]), np.flatnonzero(same), known, one.origin)
                joined = one.joined(way)
                assert ticks.min() >= 0
                assert ticks.sum() == way.met - (one.origin if joined is None else one.tick(joined))


@LAWS
@given(document=scenarios())
def test_the_merge_bias_is_that_of_its_definition(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    gates = Gates(network)
    merges = Merges(network, gates)
    bias = BiasReduction(network, gates, merges)
    met = gates.arrivals(samples, outcome)
    bias.add(Chunk.of(network, samples, outcome))
    for place, days in enumerate(bias.days()):
        a, own = merges.activity[place], slice(gates.ptr[place], gates.ptr[place + 1])
        rows = (samples.state[:, a] == State.PRESENT) & (merges.ticks(outcome)[:, place] != NONE)
        if not rows.any():
            assert np.isnan(days)
            continue
        times = np.maximum(met[rows, own], merges.floor[place])
        assert days >= 0
        if network.activities.join_all[a] or merges.at_finish[place]:
            assert np.isclose(days, (times.max(axis=1).mean() - times.mean(axis=0).max()) / 1440, atol=1e-9)
