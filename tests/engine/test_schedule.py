"""Laws of the schedule's tables, on random networks with every feature, against walks of one replication at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from hypothesis import HealthCheck, given, settings

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.drivers import CriticalityReduction
from buildsim.analysis.gates import Gates
from buildsim.analysis.lookup import Event, Lookup
from buildsim.analysis.milestones import PERCENTS, milestone_ticks, percentile
from buildsim.analysis.path import driving_path, site_start
from buildsim.analysis.waits import WaitReduction
from buildsim.engine.reference.simulate import simulate
from buildsim.network.codes import NONE, OWN_WORK, UNSET, Placement, StartCause, State
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import planned
from buildsim.studies.detail import Subject
from buildsim.studies.schedule import ScheduleDetail

from .conftest import REPLICATIONS, play, scenarios

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Compile = Callable[[dict[str, Any]], Network]


def detail(network: Network) -> ScheduleDetail:
    plan = planned(network)
    return ScheduleDetail(Subject(cast("Any", None), network, plan, simulate(network, plan)))


def on_path(network: Network, outcome: Outcome, row: int, milestone: int) -> set[int]:
    """The activities through whose start or finish, after the site's start, the recorded causes lead."""
    lookup, found = Lookup(network), set()
    event: Event | None = Event(int(network.milestones.activity[milestone]), True)
    while event is not None:
        activity, at_finish = event
        if (outcome.finish if at_finish else outcome.start)[row, activity] <= site_start(network, milestone):
            break
        found.add(activity)
        finish_cause, cause = int(outcome.finish_cause[row, activity]), int(outcome.start_cause[row, activity])
        kind = outcome.start_cause_kind[row, activity]
        if at_finish:
            event = Event(activity, False) if finish_cause == OWN_WORK else lookup.predecessor(finish_cause)
        elif kind == StartCause.LINK:
            event = lookup.predecessor(cause)
        elif kind == StartCause.ORDER and network.orders.placement[cause] != Placement.DATED:
            event = Event(int(network.orders.activity[cause]), network.orders.placement[cause] == Placement.ON_FINISH)
        else:
            event = None
    return found


@LAWS
@given(document=scenarios())
def test_the_latest_gate_and_the_data_date_make_ready_and_finished(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    gates = Gates(network)
    met, driving = gates.arrivals(samples, outcome), gates.drivers(outcome)
    latest = gates.latest(met)
    floor = np.maximum(network.sites.start[network.activities.site], network.data_tick)
    for place, event in enumerate(gates.event[gates.ptr[:-1]].tolist()):
        activity, at_finish = divmod(event, 2)
        own = slice(gates.ptr[place], gates.ptr[place + 1])
        for row in range(REPLICATIONS):
            named = met[row, own][driving[row, own]]
            if at_finish:
                if outcome.finish[row, activity] != NONE and network.activities.actual_finish[activity] == UNSET:
                    assert latest[row, place] == outcome.finish[row, activity] == named.item()
            elif outcome.ready[row, activity] != NONE and network.activities.actual_start[activity] == UNSET:
                assert max(latest[row, place], floor[activity]) == outcome.ready[row, activity]
                if outcome.start_cause_kind[row, activity] != StartCause.SITE_START:
                    assert named.item() == latest[row, place]


@LAWS
@given(document=scenarios())
def test_criticality_counts_the_activities_on_each_driving_path(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    reduction = CriticalityReduction(network)
    reduction.add(Chunk.of(network, samples, outcome))
    for milestone, last in enumerate(network.milestones.activity.tolist()):
        counted: Counter[int] = Counter()
        for row in np.flatnonzero(outcome.finish[:, last] != NONE).tolist():
            visited = on_path(network, outcome, row, milestone)
            counted.update(visited)
            path = driving_path(Chunk.of(network, samples, outcome), row, milestone)
            assert {segment.activity for segment in path} <= visited
        assert dict(counted) == {a: n for a, n in enumerate(reduction.count(milestone).tolist()) if n}


@LAWS
@given(document=scenarios())
def test_waits_after_ready_sum_to_start_less_ready(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    reduction = WaitReduction(network)
    reduction.add(Chunk.of(network, samples, outcome))
    waited = dict.fromkeys(range(len(network.activities)), 0.0)
    for (activity, cause), days in reduction.mean_days().items():
        assert days > 0
        if not cause.startswith("supply:"):
            waited[activity] += days
    for activity, days in waited.items():
        there = (samples.state[:, activity] == State.PRESENT) & (outcome.start[:, activity] != NONE)
        stood = (outcome.start - outcome.ready)[there, activity]
        assert np.isclose(days, stood.mean() / 1440 if len(stood) else 0.0, atol=1e-9)


@LAWS
@given(document=scenarios())
def test_dates_ascend_and_are_those_of_the_milestones(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    samples, outcome = play(network)
    made = detail(network)
    made.add(Chunk.of(network, samples, outcome))
    table = made.tables()["schedule"]
    for event in ("start", "finish"):
        dates = table[[f"{event}_p{percent}" for percent in PERCENTS]].fillna(np.inf).to_numpy()
        assert (np.diff(np.where(np.isinf(dates), 1e9, dates), axis=1) >= 0).all()
    finish = milestone_ticks(network, outcome)
    for milestone, activity in enumerate(network.milestones.activity.tolist()):
        if table["present"][activity] == 1:
            for percent in PERCENTS:
                tick = percentile(finish[:, milestone], percent)
                days = np.nan if tick is None else (tick - site_start(network, milestone)) / 1440
                assert np.isclose(table[f"finish_p{percent}"][activity], days, rtol=0, atol=1e-9, equal_nan=True)
