from __future__ import annotations

import pytest

from buildsim.network.codes import UNSET, Allocation, SupplyKind

TEXT = """
horizon: 30 days
supplies:
  rack:
    unit: rack
    line:
      capacity: [{value: 10 rack/week, at: 2026-01-05}, {value: 20 rack/week, at: 2026-03-05}]
      interpolate: linear
      uncertainty: uniform(0.9, 1.1)
      period: 1 week
      cycle: 3 days
      yields: 98 %
      inputs: {gpu: {need: 72 gpu}, wafer: {need: 4.5 wafers, share: 0.25}}
      initial_stock: 3 racks
      max_stock: 40 racks
      allocation: shares
      shares: {north: 0.3, market: 0.5}
  gpu: {unit: gpu, line: {capacity: 900 gpu/week, period: 1 day}}
  wafer: {unit: wafer, grain: 1000, line: {capacity: 90 wafer/week, period: 1 day}}
  pump: {unit: unit, lead: 10 weeks}
sites: {s: {owner: north, activities: {a: {}}}}
"""


def test_lines_and_lead_times(network):
    compiled = network(TEXT)
    table = compiled.supplies
    assert table.name == ("rack", "gpu", "wafer", "pump")
    assert table.kind.tolist() == [SupplyKind.LINE] * 3 + [SupplyKind.LEAD]
    assert table.allocation.tolist() == [Allocation.SHARES] + [Allocation.FIFO] * 3
    assert table.period.tolist() == [7 * 1440, 1440, 1440, 0]
    assert table.lot_ptr.tolist() == [0, 4, 34, 64, 64]
    assert table.initial_stock.tolist() == [3, 0, 0, 0]
    assert table.max_stock.tolist() == [40, UNSET, UNSET, UNSET]
    assert table.input_supply.tolist() == [1, 2]
    assert table.input_need.tolist() == [72, 4500]
    assert table.input_share_ppm.tolist() == [UNSET, 250_000]
    assert list(zip(table.share_owner.tolist(), table.share_ppm.tolist(), strict=True)) == [(0, 300_000), (1, 500_000)]
    assert table.order.tolist() == [1, 2, 0, 3]
    assert [compiled.variables[v].name for v in (table.capacity_variable[0], table.cycle_variable[0])] == [
        "rack:capacity",
        "rack:cycle",
    ]


def test_capacities_are_smallest_units_a_day(network):
    compiled = network(TEXT)
    curve = int(compiled.supplies.capacity[2])
    assert compiled.curves.value[compiled.curves.ptr[curve]] == pytest.approx(90_000 / 7)
    assert compiled.curves.linear[int(compiled.supplies.capacity[0])]


def test_a_need_that_is_no_whole_number_of_smallest_units_asks_for_a_grain(problems):
    (problem,) = problems(TEXT.replace("need: 72 gpu", "need: 0.5 gpu"))
    assert problem.path == "supplies.rack.line.inputs.gpu.need"
    assert "raise the `grain` of gpu" in (problem.expected or "")


def test_products_of_one_input_have_one_period(problems):
    other = "  tray: {unit: tray, line: {capacity: 9 tray/week, period: 2 weeks, inputs: {gpu: {need: 4 gpu}}}}\n"
    (problem,) = problems(TEXT.replace("  pump:", other + "  pump:"))
    assert "rack share the input gpu" in problem.message


def test_inputs_cannot_go_in_a_circle(problems):
    text = TEXT.replace("capacity: 900 gpu/week, period: 1 day", "capacity: 900 gpu/week, period: 1 day, inputs: "
                        "{rack: {need: 1 rack}}")  # fmt: skip
    (problem,) = problems(text)
    assert "rack -> gpu -> rack" in problem.message or "gpu -> rack -> gpu" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gpu: {need: 72 gpu}", "gpus: {need: 72 gpu}", "no supply called 'gpus'"),
        ("gpu: {need: 72 gpu}", "pump: {need: 1 unit}", "is a lead time"),
        ("need: 72 gpu", "need: 72 wafers", "not in the right unit"),
        ("north: 0.3", "north: 0.6", "sum to more than 1"),
        ("north: 0.3", "nord: 0.3", "no owner called 'nord'"),
        ("unit: unit,", "unit: pump,", "no unit called 'pump'"),
        ("yields: 98 %", "yields: 98", "more than all"),
        ("period: 1 week", "period: 0 weeks", "close all the time"),
        ("capacity: 900 gpu/week", "capacity: 900 rack/week", "not in the right unit"),
    ],
)
def test_supplies_that_are_refused(problems, old, new, message):
    assert message in problems(TEXT.replace(old, new))[0].message


def test_the_share_of_owners_without_a_site_is_open_to_all(network):
    catalog = """
    schema: 1
    catalog: c
    title: C
    supplies:
      rack:
        unit: rack
        assumption: a guess
        line:
          capacity: 10 rack/week
          period: 1 week
          allocation: shares
          shares: {south: 0.2, north: 0.3, market: 0.4, west: 0.1}
    """
    table = network("catalogs: [c]\nsites: {s: {owner: north, activities: {a: {}}}}", catalogs__c=catalog).supplies
    assert dict(zip(table.share_owner.tolist(), table.share_ppm.tolist(), strict=True)) == {0: 300_000, 1: 400_000}
