"""The dates of a replication, stated as actual dates: they come back, whatever the network (semantics 11).

Dates are compared as they are printed: a start by the day of its own tick, a finish by that of its last worked tick.
What takes no time has one date, that of its finish. That a branch did not come to pass in the replication follows from
the dates of what waits for it; where nothing does, it is stated as one of probability 0.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from buildsim.engine.reference.simulate import simulate
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, State
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples

from .conftest import scenarios

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Compile = Callable[[dict[str, Any]], Network]


def start_date(network: Network, tick: int) -> date:
    return network.start + timedelta(days=tick // TICKS_PER_DAY)


def finish_date(network: Network, activity: int, tick: int) -> date:
    origin = int(network.sites.start[network.activities.site[activity]])
    return start_date(network, max(tick - 1, origin))


def finish_tick(network: Network, samples: Samples, outcome: Outcome, activity: int) -> int:
    """The finish; of a test that passed that of its last pass, which may wait for another activity's finish."""
    same, last = network.activities.rework[activity], activity
    while same != NONE and last + 1 < len(network.activities) and network.activities.rework[last + 1] == same:
        if samples.state[0, last + 1] != State.EMPTY_PASS:
            return int(outcome.finish[0, activity])
        last += 1
    return int(outcome.finish[0, last])


def stated(
    document: dict[str, Any], network: Network, samples: Samples, outcome: Outcome, *, says_finish: bool = True
) -> dict[str, Any]:
    """The document with every date of a finished replication as an actual date.

    The site's ``finish``, which is nobody's work, may be left to be dated by what it waits for.
    """
    told = copy.deepcopy(document)
    for site in told["sites"].values():
        site["actuals"] = {"activities": {}, "orders": {}}
    for activity, name in enumerate(network.activities.name):
        site, _, key = name.partition("/")
        if samples.state[0, activity] != State.PRESENT or (key == "finish" and not says_finish):
            continue
        start, finish = int(outcome.start[0, activity]), finish_tick(network, samples, outcome, activity)
        last = finish_date(network, activity, finish)
        entry: dict[str, Any] = {
            "start": min(start_date(network, start), last).isoformat(),
            "finish": last.isoformat(),
        }
        if outcome.crew[0, activity]:
            entry["crew"] = int(outcome.crew[0, activity])
        told["sites"][site]["actuals"]["activities"][key] = entry
    for order, name in enumerate(network.orders.name):
        consumer = network.orders.consumer[order]
        if consumer == NONE or samples.state[0, consumer] != State.PRESENT:
            continue
        site, _, key = name.partition("/")
        dates = {"placed": outcome.order_tick[0, order], "delivered": outcome.delivery[0, order]}
        told["sites"][site]["actuals"]["orders"][key] = {
            what: start_date(network, int(tick)).isoformat() for what, tick in dates.items() if tick != UNSET
        }
    return told


def without_absent_branches(
    compiled: Compile, told: dict[str, Any], network: Network, samples: Samples
) -> tuple[dict[str, Any], Network]:
    """The document, and its network, with probability 0 for an absent branch whose absence no date implies."""
    again = compiled(told)
    told = copy.deepcopy(told)
    for branch, name in enumerate(again.branches.name):
        absent = samples.state[0, network.activities.branch == branch] == State.ABSENT
        if absent.any() and again.branches.probability[branch] > 0:
            told["sites"][name.partition("/")[0]]["branches"]["maybe"]["probability"] = 0
    return told, compiled(told)


def finished_replication(compiled: Compile, document: dict[str, Any], seed: int) -> tuple[Network, Samples, Outcome]:
    """A replication in which all that is there has finished."""
    for site in document["sites"].values():
        site.pop("actuals", None)
    document.pop("data_date", None)
    network = compiled(document)
    samples = draw(network, seed, 0, 1)
    outcome = simulate(network, samples)
    assume((outcome.finish[0] != NONE).all())
    return network, samples, outcome


@LAWS
@given(document=scenarios(), seed=st.integers(1, 50), other_seed=st.integers(1, 50), says_finish=st.booleans())
def test_all_dates_fed_back_come_back(
    compiled: Compile, document: dict[str, Any], seed: int, other_seed: int, says_finish: bool
) -> None:
    network, samples, outcome = finished_replication(compiled, document, seed)
    told = stated(document, network, samples, outcome, says_finish=says_finish)
    last = max(finish_date(network, i, int(tick)) for i, tick in enumerate(outcome.finish[0]))
    told["data_date"] = (max(last, network.start) + timedelta(days=1)).isoformat()
    told, again = without_absent_branches(compiled, told, network, samples)
    drawn = draw(again, other_seed, 0, 2)
    replayed = simulate(again, drawn)
    there = samples.state[0] != State.ABSENT
    assert np.array_equal(drawn.state == State.ABSENT, np.broadcast_to(~there, drawn.state.shape))
    for row in range(2):
        for activity in np.flatnonzero(there).tolist():
            start, finish = int(outcome.start[0, activity]), finish_tick(network, samples, outcome, activity)
            assert finish_date(again, activity, int(replayed.finish[row, activity])) == finish_date(
                network, activity, finish
            )
            if start < finish and samples.state[0, activity] == State.PRESENT:
                assert start_date(again, int(replayed.start[row, activity])) == start_date(network, start)


@LAWS
@given(document=scenarios(), seed=st.integers(1, 50), days=st.integers(1, 40))
def test_at_a_data_date_in_between_the_past_stays_and_the_rest_comes_after(
    compiled: Compile, document: dict[str, Any], seed: int, days: int
) -> None:
    network, samples, outcome = finished_replication(compiled, document, seed)
    told = stated(document, network, samples, outcome)
    data_date = network.start + timedelta(days=days)
    told["data_date"] = data_date.isoformat()
    again = compiled(told)
    drawn = draw(again, seed, 0, 2)
    replayed = simulate(again, drawn)
    for activity, name in enumerate(network.activities.name):
        site, _, key = name.partition("/")
        dates = told["sites"][site]["actuals"]["activities"].get(key)
        if dates is None:
            continue
        for row in range(2):
            start, finish = int(replayed.start[row, activity]), int(replayed.finish[row, activity])
            if date.fromisoformat(dates["finish"]) < data_date:
                assert finish_date(again, activity, finish).isoformat() == dates["finish"]
            elif finish != NONE:
                assert finish >= again.data_tick
            if date.fromisoformat(dates["start"]) < data_date:
                assert start_date(again, start).isoformat() == dates["start"]
            elif start != NONE:
                assert start >= again.data_tick or finish == start
