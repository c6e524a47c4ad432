"""Laws that hold in every outcome, on random networks with ties, zero lengths and every feature."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.analysis.blocked import blocked_at_horizon
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path, site_start
from buildsim.analysis.reduce import Reduction
from buildsim.engine.reference.simulate import simulate
from buildsim.network.codes import NEVER, NONE, UNSET, LinkType, State, SupplyKind
from buildsim.network.network import Network
from buildsim.network.worktime import WorkTime
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples
from buildsim.sampling.worktimes import bare_worktimes, effective_worktimes, stopping

from .conftest import scenarios

REPLICATIONS = 3
LAWS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
Compile = Callable[[dict[str, Any]], Network]


def play(compiled: Compile, document: dict[str, Any], seed: int = 1) -> tuple[Network, Samples, Outcome]:
    network = compiled(document)
    samples = draw(network, seed, 0, REPLICATIONS)
    return network, samples, simulate(network, samples)


def arrivals(network: Network, samples: Samples, outcome: Outcome, row: int) -> list[int]:
    """When each link's event reaches its successor; NEVER where the event was not played."""
    times = []
    for link, (pred, kind) in enumerate(zip(network.links.pred, network.links.type, strict=True)):
        event = (outcome.start if kind in (LinkType.SS, LinkType.SF) else outcome.finish)[row, pred]
        lag = int(samples.lag[row, link])
        calendar = WorkTime.of(network.calendars, int(network.links.lag_calendar[link]))
        times.append(NEVER if event == NONE else calendar.end_of(int(event), lag))
    return times


@LAWS
@given(document=scenarios())
def test_nothing_starts_or_finishes_before_its_gates_allow(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    table, links = network.activities, network.links
    for row in range(REPLICATIONS):
        arrival = arrivals(network, samples, outcome, row)
        for activity in range(len(table)):
            ready, start = int(outcome.ready[row, activity]), int(outcome.start[row, activity])
            if ready == NONE:
                assert start == NONE
                continue
            if table.actual_start[activity] != UNSET:
                assert start == ready == table.actual_start[activity]
                continue
            absent = samples.state[row, activity] == State.ABSENT
            own = [link for link, succ in enumerate(links.succ.tolist()) if succ == activity]
            gating = [link for link in own if links.type[link] in (LinkType.FS, LinkType.SS)]
            counted = [
                arrival[link]
                for link in gating
                if table.join_all[activity] or samples.state[row, links.pred[link]] != State.ABSENT
            ]
            if gating:
                assert sorted(counted)[int(table.join_count[activity]) - 1] <= ready
            assert ready >= network.sites.start[table.site[activity]]
            assert ready >= network.data_tick
            assert absent or table.not_before[activity] == UNSET or ready >= table.not_before[activity]
            for order, consumer in enumerate(network.orders.consumer.tolist()):
                if consumer == activity and not absent:
                    assert outcome.delivery[row, order] != UNSET
                    assert outcome.delivery[row, order] <= ready
            assert start == NONE or start >= ready
            finish = int(outcome.finish[row, activity])
            if finish != NONE:
                stretching = [arrival[link] for link in own if link not in gating]
                assert finish == max(int(outcome.end_of_work[row, activity]), *stretching, 0)


@LAWS
@given(document=scenarios())
def test_work_runs_in_open_time_for_exactly_its_length(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    table = network.activities
    for row in range(REPLICATIONS):
        work = effective_worktimes(network, samples, row, bare_worktimes(network), stopping(network))
        for activity in range(len(table)):
            start, end = int(outcome.start[row, activity]), int(outcome.end_of_work[row, activity])
            if start == NONE or table.actual_start[activity] != UNSET:
                continue
            crew = int(outcome.crew[row, activity])
            column = int(table.column_ptr[activity]) + (crew - int(table.mold_min[activity]) if crew else 0)
            length = int(samples.length[row, column])
            if length:
                assert work[activity].between(start, start + 1) == 1
            if end != NONE:
                assert work[activity].between(start, end) == length
                assert end == start or work[activity].between(end - 1, end) == 1
            else:
                assert work[activity].between(start, network.horizon) < length


def units_held(network: Network, samples: Samples, outcome: Outcome, row: int, activity: int) -> dict[int, int]:
    table = network.activities
    if samples.state[row, activity] != State.PRESENT:
        return {}
    needs = range(int(table.need_ptr[activity]), int(table.need_ptr[activity + 1]))
    held = {int(table.need_pool[need]): int(table.need_units[need]) for need in needs}
    if table.mold_pool[activity] != NONE:
        held[int(table.mold_pool[activity])] = int(outcome.crew[row, activity])
    return held


@LAWS
@given(document=scenarios())
def test_no_grant_beyond_capacity_at_its_instant(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    for row in range(REPLICATIONS):
        use: dict[int, dict[int, int]] = defaultdict(dict)
        for activity in range(len(network.activities)):
            start, end = int(outcome.start[row, activity]), int(outcome.end_of_work[row, activity])
            if start != NONE and start != end and network.activities.actual_finish[activity] == UNSET:
                for pool, units in units_held(network, samples, outcome, row, activity).items():
                    use[pool][activity] = units
        for pool, users in use.items():
            first, last = samples.pool_ptr[row, pool : pool + 2].tolist()
            steps = list(zip(samples.pool_tick[first:last], samples.pool_capacity[first:last], strict=True))
            for granted in users:
                if network.activities.actual_start[granted] != UNSET:
                    continue  # it holds what it holds, whatever the pool has
                tick = int(outcome.start[row, granted])
                capacity = [value for at, value in steps if at <= tick][-1]
                busy = sum(
                    units
                    for activity, units in users.items()
                    if outcome.start[row, activity] <= tick
                    and (outcome.end_of_work[row, activity] == NONE or outcome.end_of_work[row, activity] > tick)
                )
                assert busy <= capacity


@LAWS
@given(document=scenarios())
def test_the_ledger_partitions_every_wait(compiled: Compile, document: dict[str, Any]) -> None:
    network, _, outcome = play(compiled, document)
    rows = defaultdict(list)
    ledger = outcome.ledger
    for index in range(len(ledger)):
        key = int(ledger.replication[index]), int(ledger.activity[index])
        rows[key].append((int(ledger.start[index]), int(ledger.end[index])))
    for row in range(REPLICATIONS):
        for activity in range(len(network.activities)):
            ready, start = int(outcome.ready[row, activity]), int(outcome.start[row, activity])
            waits = rows.pop((row, activity), [])
            if ready == NONE:
                assert not waits
                continue
            until = start if start != NONE else network.horizon
            assert sum(end - begin for begin, end in waits) == until - ready
            edges = [ready, *(end for _, end in waits)]
            assert [begin for begin, _ in waits] == edges[:-1]
    assert not rows


@LAWS
@given(document=scenarios())
def test_the_driving_path_partitions_the_time_to_every_milestone(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    for row in range(REPLICATIONS):
        for milestone, activity in enumerate(network.milestones.activity.tolist()):
            finish, origin = int(outcome.finish[row, activity]), site_start(network, milestone)
            path = driving_path(Chunk.of(network, samples, outcome), row, milestone)
            if finish == NONE:
                assert not path
                continue
            edges = [origin, *(segment.end for segment in path)]
            assert [segment.start for segment in path] == edges[:-1]
            assert edges[-1] == max(finish, origin)


@LAWS
@given(document=scenarios())
def test_attribution_and_blocking_are_those_of_each_replication(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    reduction = Reduction(network)
    reduction.add(Chunk.of(network, samples, outcome))
    found = reduction.result()
    for milestone, tally in enumerate(found.tallies):
        ticks: Counter[str] = Counter()
        critical: Counter[str] = Counter()
        blocked: Counter[str] = Counter()
        for row, tick in enumerate(found.finish[:, milestone].tolist()):
            if tick == NEVER:
                blocked[blocked_at_horizon(Chunk.of(network, samples, outcome), row, milestone)] += 1
                continue
            path = driving_path(Chunk.of(network, samples, outcome), row, milestone)
            for segment in path:
                ticks[segment.category] += segment.ticks
            critical.update({segment.category for segment in path})
        assert (tally.ticks, tally.critical, tally.blocked) == (ticks, critical, blocked)
        assert tally.reached + blocked.total() == REPLICATIONS


@LAWS
@given(document=scenarios(), data=st.data())
def test_findings_do_not_depend_on_how_replications_are_split(
    compiled: Compile, document: dict[str, Any], data: st.DataObject
) -> None:
    network = compiled(document)
    whole, parts = Reduction(network), Reduction(network)
    samples = draw(network, 7, 0, 6)
    whole.add(Chunk.of(network, samples, simulate(network, samples)))
    cuts = sorted(data.draw(st.sets(st.integers(1, 5), max_size=3)))
    for first, last in zip([0, *cuts], [*cuts, 6], strict=True):
        samples = draw(network, 7, first, last - first)
        parts.add(Chunk.of(network, samples, simulate(network, samples)))
    together, apart = whole.result(), parts.result()
    assert (together.finish == apart.finish).all()
    for milestone, (tally, other) in enumerate(zip(together.tallies, apart.tallies, strict=True)):
        assert tally.mean_days() == other.mean_days()
        reached = [int(tick) for tick in together.finish[:, milestone] if tick != NEVER]
        if reached:
            origin = site_start(network, milestone)
            mean = sum(max(tick, origin) - origin for tick in reached) / len(reached) / 1440
            assert abs(sum(tally.mean_days().values()) - mean) < 1e-9


@LAWS
@given(document=scenarios())
def test_no_order_is_delivered_before_it_was_made(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    for row in range(REPLICATIONS):
        for order, supply in enumerate(network.orders.supply.tolist()):
            delivery = int(outcome.delivery[row, order])
            if delivery == UNSET or network.orders.delivered[order] != UNSET:
                continue
            assert delivery >= outcome.order_tick[row, order]
            if network.supplies.kind[supply] == SupplyKind.LEAD:
                assert delivery == outcome.order_tick[row, order] + samples.lead[row, order]
            lot = int(outcome.order_lot[row, order])
            if lot != NONE:
                number = lot - int(network.supplies.lot_ptr[supply]) + 1
                assert delivery == number * network.supplies.period[supply] + samples.cycle[row, supply]


@LAWS
@given(document=scenarios())
def test_two_plays_are_equal(compiled: Compile, document: dict[str, Any]) -> None:
    network, samples, outcome = play(compiled, document)
    again = simulate(network, samples)
    assert (again.finish == outcome.finish).all()
    assert (again.freed_by == outcome.freed_by).all()
    assert (again.ledger.end == outcome.ledger.end).all()
