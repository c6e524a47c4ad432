from __future__ import annotations

from pathlib import Path

from buildsim.studies.market import COLUMNS, market_table

TEXT = """\
schema: 1
name: small
start: 2026-01-01
horizon: 180 days
supplies:
  wafer: {unit: wafer, grain: 10, line: {capacity: 30 wafer/week, period: 1 week}}
  chip:
    unit: die
    line: {capacity: 9 die/week, period: 1 week, inputs: {wafer: {need: 0.4 wafer}}}
    market: {demand: 5 die/week}
  pump: {unit: unit, lead: 9 weeks}
sites: {s: {activities: {a: {orders: {p: {supply: pump, quantity: 1 unit}}}}}}
"""


def test_lines_are_shown_by_quarter_in_their_own_units(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(TEXT)
    table = market_table(file)
    assert tuple(table.columns) == COLUMNS
    assert table[["supply", "quarter"]].drop_duplicates().shape == (4, 2)
    wafer = table[(table["supply"] == "wafer") & (table["quarter"] == "2026Q1")].iloc[0]
    assert (wafer["unit"], wafer["capacity"], wafer["demand"]) == ("wafer", 12 * 30, 13 * 5 * 0.4)
    doubled = market_table(file, [("supplies.chip.market.uncertainty", 2)])
    assert doubled["demand"].sum() == 2 * table["demand"].sum()
