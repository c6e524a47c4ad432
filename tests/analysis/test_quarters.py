from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from buildsim.analysis.quarters import Quarters, capacity, demand, finished, used
from buildsim.compile.compile import compile_network
from buildsim.engine.reference.simulate import simulate
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import planned

TEXT = """\
schema: 1
name: chain
start: 2026-01-01  # a Thursday: 12 lots close by the end of March, then 13 a quarter
horizon: 273 days
supplies:
  wafer: {unit: wafer, grain: 10, line: {capacity: 30 wafer/week, period: 1 week}}
  chip:
    unit: die
    line:
      capacity: 9 die/week
      period: 1 week
      cycle: 1 week
      yields: 50 %
      inputs: {wafer: {need: 0.4 wafer}}
    market: {backlog: 40 dies, demand: [{value: 2 die/week, at: 2026-01-01}, {value: 4 die/week, at: 2026-04-01}]}
  others: {unit: unit, line: {capacity: 2 unit/week, period: 1 week, inputs: {wafer: {need: 5 wafer}}}}
  pump: {unit: unit, lead: 9 weeks}
sites:
  s:
    activities:
      now: {orders: {c: {supply: chip, quantity: 7 dies}, p: {supply: pump, quantity: 1 unit}}}
      later: {orders: {c: {supply: chip, quantity: 5 dies, place: now finish}}}
"""
WAFER, CHIP, OTHERS, PUMP = range(4)


@pytest.fixture
def chain(tmp_path: Path):
    file = tmp_path / "chain.yaml"
    file.write_text(TEXT)
    network = compile_network(load_scenario(file)).network
    return network, planned(network), Quarters.of(network)


def test_quarters_are_those_of_the_calendar(chain):
    network, _, quarters = chain
    assert quarters.name == ("2026Q1", "2026Q2", "2026Q3")
    assert (quarters.first_tick // 1440).tolist() == [0, 90, 181, 273]
    assert network.horizon == 273 * 1440


def test_capacity_is_what_the_lots_of_a_quarter_could_start(chain):
    assert capacity(*chain)[:2].tolist() == [[3600, 3900, 3900], [108, 117, 117]]
    assert capacity(*chain)[PUMP].tolist() == [0, 0, 0]


def test_demand_goes_through_products_by_need_and_yield(chain):
    found = demand(*chain)
    # 13 market orders of 2 in the first quarter, the site's 7; what is placed by an activity or before zero is left out
    assert found[CHIP, 0] == 13 * 2 + 7
    assert found[CHIP, 1] == pytest.approx(4 * 13, abs=2)
    # a good die takes two starts of 4 tenths of a wafer; the others take what they can
    assert found[OTHERS].tolist() == [24, 26, 26]
    assert found[WAFER, 0] == pytest.approx(33 / 0.5 * 4 + 24 * 50)


def test_what_was_made_and_used(chain):
    network, samples, quarters = chain
    outcome = simulate(network, samples)
    made, taken = finished(network, samples, outcome, quarters), used(network, outcome, quarters)
    # the first lots find no wafers yet; of the 11 after it ten have arrived in the quarter, half of each good
    assert made[CHIP, 0] == pytest.approx(10 * 4.5)
    assert taken[WAFER, 0] == 11 * (9 * 4 + 2 * 50)
    assert taken[CHIP].tolist() == [0, 0, 0]
    assert np.all(made[PUMP] == 0)
