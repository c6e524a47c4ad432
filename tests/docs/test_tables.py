"""Generated tables are current: the market's demand and capacity, and what binds each site in the README."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_demand_against_capacity_is_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = script("market")
    kept = market.TABLE.read_text(encoding="utf-8")
    monkeypatch.setattr(market, "TABLE", tmp_path / "market.csv")
    lines = market.demand_part(tmp_path)
    assert (tmp_path / "market.csv").read_text(encoding="utf-8") == kept, "python benchmarks/market.py"
    assert "\n".join(lines) in market.PAGE.read_text(encoding="utf-8"), "python benchmarks/market.py"


def test_every_kept_aside_fact_of_a_queue_has_its_row() -> None:
    market = script("market")
    judged = {each.fact for each in (*market.LEAD_TIMES, *market.OUTPUTS, *market.SOLD_OUT)}
    # facts of crews and sites are judged beside the forecasts of sites
    assert judged == {fact for fact in market.kept_aside() if not fact.startswith(("LAB", "SITES"))}


def test_what_binds_each_site_is_current() -> None:
    pytest.importorskip("numba")
    binding = script("binding")
    text = binding.README.read_text(encoding="utf-8")
    begin, end = binding.section(text)
    assert text[begin:end].strip() == binding.table().strip(), "python benchmarks/binding.py writes it anew"


def test_days_are_grouped_by_what_people_argue_about() -> None:
    binding = script("binding")
    assert {each.binds for each in binding.evidence().values()} <= set(binding.GROUPS)
    assert binding.group_of("supply:gb200-nvl72>cowos-l") == "chips and network"
    assert binding.group_of("supply:frame-turbine-ge") == "grid and plant"
    assert binding.group_of("supply:switchgear-from-stock>lead") == "fit-out"
    assert binding.group_of("actual:mechanical-plant") == "cooling"
    assert binding.group_of("disruption:abilene-tx/rain-and-mud") == "weather and the rest"
