"""The market by quarter: a queue by hand, conservation under every allocation, and any split of chunks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.analysis.market_view import Buyer, MarketTally, played_to
from buildsim.compile.compile import compile_network
from buildsim.engine.reference.draws import row_of
from buildsim.engine.reference.plan import unpack
from buildsim.engine.reference.replication import Replication
from buildsim.engine.reference.simulate import simulate
from buildsim.loading.project import load_scenario
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, SupplyKind
from buildsim.network.network import Network
from buildsim.sampling.draw import draw, planned

QUEUE = """\
schema: 1
name: queue
start: 2026-01-01  # the quarters end after 90, 181 and 273 days
horizon: 273 days
supplies:
  rack:
    unit: rack
    line: {capacity: 10 rack/week, period: 1 week, cycle: 1 week, initial_stock: 5 racks}
    market: {backlog: 75 racks, patience: 250 days}
  pump: {unit: unit, lead: 30 days}
sites:
  s:
    activities:
      racks: {orders: {racks: {supply: rack, quantity: 40 racks}}}
      later: {orders: {racks: {supply: rack, quantity: 300 racks, place: 2026-05-01}}}
      pumps: {orders: {pumps: {supply: pump, quantity: 3 units, place: 2026-01-31}}}
"""
RACK, PUMP = 0, 1

STARVED = """\
schema: 1
name: starved
start: 2026-01-01
horizon: 300 days
supplies:
  chip: {unit: die, line: {capacity: 40 die/week, period: 1 week, cycle: "uniform(2, 20) days", yields: 83 %}}
  rack:
    unit: rack
    grain: 4
    line:
      capacity: 9 rack/week
      period: 1 week
      cycle: "uniform(1, 15) days"
      yields: 91 %
      inputs: {chip: {need: 4 die}}
      initial_stock: 7 racks
      uncertainty: uniform(0.5, 1.5)
      allocation: ALLOCATION
      SHARES
    market: {backlog: 40 racks, demand: 11 rack/week, patience: 5 weeks, uncertainty: "uniform(0.7, 1.3)"}
sites:
  s:
    owner: one
    activities:
      a: {duration: "uniform(10, 90) days", orders: {r: {supply: rack, quantity: 13 racks}}}
      b: {after: [a], duration: 20 days, orders: {r: {supply: rack, quantity: 30 racks, place: a finish}}}
      c: {orders: {r: {supply: rack, quantity: 9 racks, place: 2026-03-01, reserved_from: 2026-04-01}}}
"""
ALLOCATIONS = {"fifo": "", "priority": "", "pro_rata": "", "shares": "shares: {one: 0.3, market: 0.4}"}


def network_of(folder: Path, text: str) -> Network:
    (folder / "scenario.yaml").write_text(text)
    return compile_network(load_scenario(folder / "scenario.yaml")).network


def starved(folder: Path, allocation: str) -> Network:
    text = STARVED.replace("ALLOCATION", allocation).replace("      SHARES\n", f"      {ALLOCATIONS[allocation]}\n")
    return network_of(folder, text)


def test_a_queue_by_hand(tmp_path: Path) -> None:
    network = network_of(tmp_path, QUEUE)
    tally = MarketTally(network)
    samples = planned(network)
    tally.add(samples, simulate(network, samples))
    view = tally.result()
    assert view.quarters.name == ("2026Q1", "2026Q2", "2026Q3")
    assert view.replications.tolist() == [1, 1, 1]
    # lots close on days 7, 14, ..., 273; ten racks arrive a week later: 11, 13 and 13 lots in time
    assert view.started[RACK].tolist() == [120, 130, 130]
    assert view.finished[RACK].tolist() == [110, 130, 130]
    # the market's 75 are whole on day 56, the site's 40 on day 84
    assert view.delivered[Buyer.MARKET, RACK].tolist() == [75, 0, 0]
    assert view.delivered[Buyer.SITES, RACK].tolist() == [40, 0, 0]
    assert view.lead_mean[Buyer.SITES, RACK, 0] == 84
    assert view.lead_at[:, Buyer.SITES, RACK, 0].tolist() == [84, 84]
    # the 300 stay on order, and what has come for them is in stock
    assert view.backlog[Buyer.SITES, RACK].tolist() == [0, 300, 300]
    assert view.stock[RACK].tolist() == [0, 130, 260]
    assert view.stock_at[:, RACK].tolist() == [[0, 130, 260]] * 2
    assert view.undelivered[Buyer.SITES, RACK].tolist()[:2] == [0, 1]
    assert np.isnan(view.lead_mean[Buyer.SITES, RACK, 1])
    assert np.isnan(view.lead_at[:, Buyer.SITES, RACK, 1]).all()
    # what was on order before the start has no quarter
    assert np.isnan(view.lead_mean[Buyer.MARKET, RACK]).all()
    assert view.lead_mean[Buyer.SITES, PUMP, 0] == 30
    assert view.delivered[Buyer.SITES, PUMP].tolist() == [3, 0, 0]


def test_what_a_withdrawn_order_kept_is_delivered_and_the_rest_withdrawn(tmp_path: Path) -> None:
    network = network_of(tmp_path, QUEUE.replace("patience: 250 days", "patience: 30 days"))
    tally = MarketTally(network)
    samples = planned(network)
    tally.add(samples, simulate(network, samples))
    view = tally.result()
    # before day 30 five racks from stock and those of days 14, 21 and 28
    assert view.delivered[Buyer.MARKET, RACK].tolist()[:2] == [35, 0]
    assert view.withdrawn[Buyer.MARKET, RACK].tolist()[:2] == [40, 0]
    assert view.lead_mean[Buyer.SITES, RACK, 0] == 56
    assert view.stock[RACK, 0] == 5 + 110 - 35 - 40


BEGUN = """\
schema: 1
name: begun
start: 2026-01-01
data_date: 2026-06-01
supplies:
  pump: {unit: unit, lead: 30 days}
sites:
  s:
    actuals: {activities: {pumps: {start: 2026-03-02}}}
    activities:
      pumps: {duration: 300 days, orders: {pumps: {supply: pump, quantity: 3 units, place: 2026-05-01}}}
"""


def test_an_order_planned_after_its_activity_began_was_placed_by_then_and_says_nothing_of_leads(tmp_path: Path) -> None:
    network = network_of(tmp_path, BEGUN)
    tally, samples = MarketTally(network), planned(network)
    tally.add(samples, simulate(network, samples))
    view = tally.result()
    assert view.ordered[Buyer.SITES, 0].tolist()[:2] == [3, 0]
    assert view.delivered[Buyer.SITES, 0].tolist()[:2] == [3, 0]
    assert (view.backlog[Buyer.SITES, 0][:2] == 0).all()
    assert np.isnan(view.lead_at[:, Buyer.SITES, 0]).all()
    assert np.isnan(view.lead_mean[Buyer.SITES, 0]).all()


@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_nothing_is_made_or_lost_on_the_way(tmp_path: Path, allocation: str) -> None:
    network = starved(tmp_path, allocation)
    samples = draw(network, 5, 0, 6)
    plan = unpack(network)
    tally = MarketTally(network)
    outcome = simulate(network, samples)
    tally.add(samples, outcome)
    assert (outcome.order_open > 0).any()
    for row in range(6):
        one = MarketTally(network)
        alone = draw(network, 5, row, 1)
        played = simulate(network, alone)
        one.add(alone, played)
        view = one.result()
        ends = played_to(network, played)[0]
        quarters = int((view.quarters.first_tick[1:] <= ends + 1).sum())
        # ordered = delivered + withdrawn + backlog, of those before zero and in the quarters
        total = view.ordered[..., :quarters].sum(axis=-1) + _before_zero(network, alone, played)
        gone = (view.delivered + view.withdrawn)[..., :quarters].sum(axis=-1)
        assert (total == gone + view.backlog[..., quarters - 1]).all()
        # the engine's own stock and what it has set aside for open orders, where it stopped at a quarter's end
        replication = Replication(plan, row_of(plan, samples, row))
        replication.run()
        if ends == network.horizon:
            for supply, line in replication.market.lines.items():
                aside = sum(int(samples.quantity[row, each.order]) - each.open for each in line.queue)
                assert view.stock[supply, -1] == line.stock.units + aside


def _before_zero(network: Network, samples, outcome) -> np.ndarray:
    found = np.zeros((2, len(network.supplies)))
    early = (outcome.order_tick[0] < 0) & (outcome.order_tick[0] != UNSET)
    buyer = np.where(network.orders.consumer == NONE, Buyer.MARKET, Buyer.SITES)
    np.add.at(found, (buyer[early], network.orders.supply[early]), samples.quantity[0, early])
    return found


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cuts=st.sets(st.integers(1, 7), max_size=3), allocation=st.sampled_from(sorted(ALLOCATIONS)), back=st.booleans())
def test_any_split_gives_the_same_view(tmp_path: Path, cuts: set[int], allocation: str, back: bool) -> None:
    network = starved(tmp_path, allocation)
    whole, parts = MarketTally(network), MarketTally(network)
    samples = draw(network, 1, 0, 8)
    whole.add(samples, simulate(network, samples))
    edges = list(zip([0, *sorted(cuts)], [*sorted(cuts), 8], strict=True))
    for first, last in reversed(edges) if back else edges:
        samples = draw(network, 1, first, last - first)
        parts.add(samples, simulate(network, samples))
    one, other = whole.result(), parts.result()
    for name in (each for each in one.__dataclass_fields__ if each != "quarters"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name


def test_lead_times_are_those_of_the_orders_of_the_quarter(tmp_path: Path) -> None:
    network = starved(tmp_path, "fifo")
    samples = draw(network, 9, 0, 20)
    outcome = simulate(network, samples)
    tally = MarketTally(network)
    tally.add(samples, outcome)
    view = tally.result()
    rack = network.supplies.name.index("rack")
    assert network.supplies.kind[rack] == SupplyKind.LINE
    theirs = (network.orders.supply == rack) & (network.orders.consumer == NONE)
    for quarter, (first, last) in enumerate(zip(view.quarters.first_tick, view.quarters.first_tick[1:], strict=False)):
        placed, delivered = outcome.order_tick[:, theirs], outcome.delivery[:, theirs]
        within = (placed >= first) & (placed < last) & (samples.quantity[:, theirs] > 0)
        days = (delivered - placed)[within] / TICKS_PER_DAY
        days = np.where(delivered[within] == UNSET, np.inf, days)
        if not len(days):
            assert np.isnan(view.undelivered[Buyer.MARKET, rack, quarter])
            continue
        at = view.lead_at[:, Buyer.MARKET, rack, quarter]
        for value, percent in zip(at, (50, 90), strict=True):
            expected = np.sort(days)[-(-percent * len(days) // 100) - 1]
            assert value == (
                pytest.approx(expected, abs=0.5) if np.isfinite(expected) else pytest.approx(np.nan, nan_ok=True)
            )
        assert view.undelivered[Buyer.MARKET, rack, quarter] == np.isinf(days).mean()
        if np.isfinite(days).any():
            assert view.lead_mean[Buyer.MARKET, rack, quarter] == pytest.approx(days[np.isfinite(days)].mean())


def test_a_chunk_is_added_once(tmp_path: Path) -> None:
    network = network_of(tmp_path, QUEUE)
    tally, samples = MarketTally(network), planned(network)
    tally.add(samples, simulate(network, samples))
    with pytest.raises(ValueError, match="added twice"):
        tally.add(samples, simulate(network, samples))
