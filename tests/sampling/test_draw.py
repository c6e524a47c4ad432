"""Properties of whole draws: any split is the same, names alone decide, ties, orders, links and the planned run."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.network.codes import TICKS_PER_DAY, UNSET, State, SupplyKind
from buildsim.network.network import Branches, Disruptions, Links, Network, Orders, Pools, Reworks, Risks, Supplies
from buildsim.sampling.draw import Sampler, draw, planned
from buildsim.sampling.samples import Samples

if TYPE_CHECKING:
    from tests.sampling.conftest import Build

HORIZON = 1000 * TICKS_PER_DAY
RAGGED = {"pool_ptr": ("pool_tick", "pool_capacity"), "window_ptr": ("window_start", "window_end")}


def everything(build: Build) -> Network:
    """A network in which something of every kind is random."""
    build.factors.append("weather")
    duration = build.variable("s/dig:duration", "lognormal", 30, 0.4, factor=0, rho=0.6)
    branch = build.row(Branches, name="s/tent", probability=0.6)
    chain = build.row(Reworks, name="s/test", probability=0.5)
    dig = build.activity("s/dig", variable=duration, branch=branch)
    for k in (1, 2, 3):
        variable = build.variable("s/test:duration", "pert", 2, 4, 9, occurrence=k - 1, factor=0, rho=0.3)
        build.activity(f"s/test#{k}", variable=variable, rework=chain, rework_pass=k)
    build.activity(
        "s/crane",
        variable=build.variable("s/crane:duration", "gamma", 20, 3),
        actual_start=-10 * TICKS_PER_DAY,
        actual_elapsed=10 * TICKS_PER_DAY,
    )
    build.row(Links, succ=1, lag_variable=build.variable("s/test:lag:dig", "uniform", 1, 5), lag_scale=60)
    transformer = build.row(Supplies, name="transformer", kind=SupplyKind.LEAD)
    chips = build.line(
        "chips",
        build.curve((0, 10.0), (HORIZON, 30.0), linear=True),
        period=7 * TICKS_PER_DAY,
        lots=142,
        capacity_variable=build.variable("chips:capacity", "pert", 0.8, 1, 1.1),
        yield_curve=build.curve((0, 0.7), (HORIZON // 2, 0.9)),
        yield_variable=build.variable("chips:yield", "pert", 0.8, 1, 1.1),
        cycle_variable=build.variable("chips:cycle", "uniform", 80, 100),
    )
    build.row(Orders, name="s/dig:t", supply=transformer, quantity=1,
              lead_variable=build.variable("s/dig:t:lead", "lognormal", 500, 0.3))  # fmt: skip
    build.row(Orders, name="market/chips#1", supply=chips, quantity=1000,
              quantity_variable=build.variable("market/chips:demand", "normal", 1, 0.2))  # fmt: skip
    crews = build.row(
        Pools,
        name="crews",
        capacity=build.curve((0, 40.0), (HORIZON // 2, 60.0)),
        capacity_variable=build.variable("crews:capacity", "uniform", 0.9, 1.1),
        market=build.curve((0, 10.0)),
        market_variable=build.variable("crews:market", "uniform", 0.5, 1.5),
    )
    build.row(
        Risks,
        name="appeal",
        probability=0.3,
        factor_variable=build.variable("risk:appeal:factor", "uniform", 1, 2),
        days_variable=build.variable("risk:appeal:days", "uniform", 0, 90),
        target_activity=(dig,),
    )
    for name, when in (("strike", {"start": HORIZON // 3, "probability": 0.5}), ("storm", {"per_year": 3.0})):
        build.row(
            Disruptions,
            name=name,
            duration_variable=build.variable(f"disruption:{name}:duration", "exponential", 10),
            pool_index=(crews,),
            pool_factor=(0.5,),
            supply_index=(chips,),
            supply_factor=(0.25,),
            **when,
        )
    return build.network(horizon=HORIZON, ties_drawn=True)


def replication(samples: Samples, row: int) -> dict[str, list[object]]:
    """All that a row says, with ragged rows cut out."""
    ragged = {column: ptr for ptr, columns in RAGGED.items() for column in columns}
    said = {}
    for field in fields(Samples):
        value = getattr(samples, field.name)
        if field.name in ragged:
            ptr = getattr(samples, ragged[field.name])[row].tolist()
            said[field.name] = [value[a:b].tolist() for a, b in pairwise(ptr)]
        elif field.name not in ("first", *RAGGED):
            said[field.name] = value[row].tolist()
    return said


@pytest.mark.parametrize("cuts", [(0, 3, 10), (0, 1, 2, 10), (0, 10, 10)])
def test_any_split_of_the_replications_draws_the_same(build: Build, cuts: tuple[int, ...]) -> None:
    network = everything(build)
    whole = draw(network, 7, 0, 10)
    rows = [replication(whole, row) for row in range(10)]
    parts = [draw(network, 7, a, b - a) for a, b in pairwise(cuts)]
    assert [part.first for part in parts] == list(cuts[:-1])
    assert [replication(part, row) for part in parts for row in range(len(part))] == rows
    assert rows[0] != rows[1]


def test_a_sampler_draws_any_chunk_whatever_it_drew_before(build: Build) -> None:
    network = everything(build)
    sampler = Sampler(network, 7)
    for first, count in ((0, 3), (70, 2), (2**40 + 1, 2), (0, 3)):
        chunk, alone = sampler.draw(first, count), draw(network, 7, first, count)
        assert [replication(chunk, row) for row in range(count)] == [replication(alone, row) for row in range(count)]


def test_one_replication_of_a_chunk_is_as_if_drawn_alone(build: Build) -> None:
    network = everything(build)
    alone, cut = draw(network, 7, 4, 1), draw(network, 7, 0, 10).only(4)
    assert (cut.first, len(cut)) == (4, 1)
    assert replication(cut, 0) == replication(alone, 0)


def test_types_and_shapes_follow_the_contract(build: Build) -> None:
    samples = draw(everything(build), 7, 5, 4)
    assert (samples.length.shape, samples.state.shape, samples.lag.shape) == ((4, 5), (4, 5), (4, 1))
    assert (samples.lead.shape, samples.cycle.shape, samples.lot_capacity.shape) == ((4, 2), (4, 2), (4, 142))
    assert (samples.pool_ptr.shape, samples.window_ptr.shape) == ((4, 2), (4, 3))
    floats = dict.fromkeys(("base", "risk_factor", "risk_days"), "float64")
    others = {"state": "int8", "risk_struck": "bool", **floats}
    for field in fields(Samples)[1:]:
        array = getattr(samples, field.name)
        assert array.dtype == others.get(field.name, "int64"), field.name
        assert array.flags.c_contiguous, field.name


def test_an_empty_network_and_no_replications_are_fine(build: Build) -> None:
    assert draw(build.network(), 1, 0, 3).window_ptr.tolist() == [[0], [0], [0]]
    assert len(draw(everything(build), 1, 0, 0)) == 0


def test_what_is_added_shifts_no_other_draw(build: Build) -> None:
    few = draw(everything(build), 3, 0, 20)
    more = type(build)()
    more.activity("other/first", variable=more.variable("other/first:duration", "uniform", 1, 9))
    shifted = type(build)()
    shifted.variable("unused", "uniform", 0, 1)
    network = everything(shifted)
    shifted.activity("other/last", variable=0)
    many = draw(shifted.network(horizon=HORIZON, ties_drawn=True), 3, 0, 20)
    assert len(network.activities) + 1 == many.state.shape[1]
    np.testing.assert_array_equal(few.length, many.length[:, :-1])
    for name in ("lag", "lead", "quantity", "cycle", "lot_capacity", "pool_capacity", "window_end", "risk_days"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name))


def test_seeds_differ_and_equal_names_share_draws(build: Build) -> None:
    for name in ("a", "a", "b"):
        build.activity(name, variable=build.variable(f"{name}:duration", "uniform", 10, 20))
    network = build.network()
    base = draw(network, 1, 0, 50).base
    np.testing.assert_array_equal(base[:, 0], base[:, 1])
    assert not np.any(base[:, 0] == base[:, 2])
    assert not np.any(base == draw(network, 2, 0, 50).base)


def test_drawn_ties_are_random_permutations_and_others_the_index(build: Build) -> None:
    for name in "abcd":
        build.activity(name)
    assert np.all(draw(build.network(), 1, 0, 5).tie == np.arange(4))
    tie = draw(build.network(ties_drawn=True), 1, 0, 2000).tie
    assert np.all(np.sort(tie, axis=1) == np.arange(4))
    for activity in range(4):
        assert np.bincount(tie[:, activity]) == pytest.approx([500] * 4, abs=80)


def test_a_drawn_tie_is_the_rank_of_the_activitys_own_number(build: Build) -> None:
    for name in "abc":
        build.activity(name)
    few = draw(build.network(ties_drawn=True), 1, 0, 100).tie
    build.activity("d")
    many = draw(build.network(ties_drawn=True), 1, 0, 100).tie[:, :3]
    np.testing.assert_array_equal(few[:, 0] < few[:, 1], many[:, 0] < many[:, 1])
    np.testing.assert_array_equal(few[:, 1] < few[:, 2], many[:, 1] < many[:, 2])


def test_lags_leads_cycles_and_quantities_are_rounded_half_up_once(build: Build) -> None:
    half = build.variable("half", "fixed", 2.5)
    build.activity("a")
    build.row(Links, lag_variable=half, lag_scale=0.2)
    build.row(Links, lag_variable=half, lag_scale=60)
    build.row(Links)
    lead = build.row(Supplies, name="lead", kind=SupplyKind.LEAD)
    line = build.row(Supplies, name="line", kind=SupplyKind.LINE, capacity=build.curve((0, 1.0)), cycle_variable=half)
    build.row(Orders, name="a", supply=lead, quantity=3, lead_variable=half, quantity_variable=half)
    build.row(Orders, name="b", supply=line, quantity=4, lead_variable=half)
    samples = draw(build.network(), 1, 0, 1)
    assert samples.lag.tolist() == [[1, 150, 0]]
    assert samples.lead.tolist() == [[3600, 0]]
    assert samples.quantity.tolist() == [[7, 4]]  # a market's factor is on its running sum, floored
    assert samples.cycle.tolist() == [[0, 3600]]


def test_planned_run_takes_planned_values_and_nothing_random(build: Build) -> None:
    samples = planned(everything(build))
    assert (samples.first, len(samples)) == (0, 1)
    day = TICKS_PER_DAY
    assert samples.length.tolist() == [[30 * day, 4 * day, 0, 0, int(np.floor(samples.base[0, 4] + 0.5))]]
    assert samples.base[0, 4] > 10 * day  # the median of its gamma
    assert samples.state.tolist() == [[State.PRESENT, State.PRESENT, State.EMPTY_PASS, State.EMPTY_PASS, State.PRESENT]]
    assert samples.tie.tolist() == [[0, 1, 2, 3, 4]]
    assert samples.lead.tolist() == [[500 * day, 0]]
    assert samples.quantity.tolist() == [[1, 1000]]
    assert not samples.risk_struck.any()
    assert samples.window_ptr.tolist() == [[0, 1, 1]]
    assert samples.pool_capacity.tolist() == [30, 10, 30, 50]


def test_a_factor_on_many_small_market_orders_is_not_lost_in_rounding(build: Build) -> None:
    build.activity("a")
    line = build.row(Supplies, name="line", kind=SupplyKind.LINE, capacity=build.curve((0, 1.0)))
    for factor in (1.4, 0.49):
        variable = build.variable(f"demand {factor}", "fixed", factor)
        for _ in range(70):
            build.row(Orders, name="market", supply=line, quantity=1, quantity_variable=variable)
    quantity = draw(build.network(), 1, 0, 1).quantity[0]
    assert (quantity[:70].sum(), quantity[70:].sum()) == (98, 34)


def test_planned_run_keeps_likely_dates_and_branches(build: Build) -> None:
    length = build.variable("disruption:length", "triangular", 1, 2, 9)
    for probability in (0.5, 0.49):
        build.row(Disruptions, name=f"d{probability}", start=100, probability=probability, duration_variable=length)
    for i, probability in enumerate((0.5, 0.49)):
        branch = build.row(Branches, name=f"b{i}", probability=probability)
        build.activity(f"a{i}", branch=branch)
    build.row(Reworks, name="always", probability=1.0)
    build.activity("t#2", rework=0, rework_pass=2)
    build.row(Risks, name="sure", probability=1.0, target_activity=(0,))
    samples = planned(build.network())
    assert samples.window_ptr.tolist() == [[0, 1, 1]]
    assert (samples.window_start.tolist(), samples.window_end.tolist()) == ([100], [100 + 2 * TICKS_PER_DAY])
    assert samples.state.tolist() == [[State.PRESENT, State.ABSENT, State.EMPTY_PASS]]
    assert not samples.risk_struck.any()


def test_planned_run_of_an_overdue_activity_lasts_what_it_has_lasted(build: Build) -> None:
    late = build.variable("late:duration", "pert", 5, 6, 9)
    build.activity("late", variable=late, actual_start=-50_000, actual_finish=UNSET, actual_elapsed=50_000)
    assert planned(build.network()).length.tolist() == [[50_000]]
