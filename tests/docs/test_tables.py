"""Generated tables are current: the market's demand and capacity, and what binds each site in the README."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from buildsim.datafiles import shipped

Script = Callable[[str], ModuleType]


def test_demand_against_capacity_is_current(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = script("market")
    kept = market.TABLE.read_text(encoding="utf-8")
    monkeypatch.setattr(market, "TABLE", tmp_path / "market.csv")
    lines = market.demand_part(tmp_path)
    assert (tmp_path / "market.csv").read_text(encoding="utf-8") == kept, "python benchmarks/market.py"
    assert "\n".join(lines) in market.PAGE.read_text(encoding="utf-8"), "python benchmarks/market.py"


def test_every_kept_aside_fact_has_its_row(script: Script) -> None:
    market, construction = script("market"), script("construction")
    judged = [each.fact for each in (*market.LEAD_TIMES, *market.OUTPUTS, *market.SOLD_OUT)]
    judged += [each.fact for each in (*construction.HEAD_COUNTS, *construction.PLANS, *construction.REACHED)]
    # facts of sites are judged beside their forecasts
    assert sorted(judged) == sorted(fact for fact in market.kept_aside() if not fact.startswith("SITES"))


def test_sites_with_a_kept_aside_fact_are_shipped(script: Script) -> None:
    construction = script("construction")
    named = {site for each in construction.HEAD_COUNTS for site in each.sites}
    named |= {each.site for each in construction.REACHED} - {construction.NEWCOMER}
    assert named <= set(shipped("sites"))
    with pytest.raises(LookupError, match="'lost', which is not shipped"):
        construction.site_of(SimpleNamespace(sites=SimpleNamespace(name=("here",))), "lost")


@pytest.mark.parametrize("fact", ["LAB-250", "LAB-254"])
def test_a_plan_of_a_size_is_built_and_handed_over(
    script: Script, fact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    construction = script("construction")
    monkeypatch.setattr(construction, "REPLICATIONS", 2)
    (plan,) = (each for each in construction.PLANS if each.fact == fact)
    months = construction.planned_months(tmp_path, plan)
    assert months.shape == (2,)
    assert ((months > 3) & (months < 60)).all()
    row = construction.compared(fact, "it", months, ".1f", "")
    assert row[2] == ("5–6.5–8" if fact == "LAB-250" else "18–24–30")


def test_what_binds_each_site_is_current(script: Script) -> None:
    pytest.importorskip("numba")
    binding = script("binding")
    text = binding.README.read_text(encoding="utf-8")
    current = script("blocks").is_current(text, binding.BLOCK, binding.table())
    assert current, "python benchmarks/binding.py writes it anew"


def test_days_are_grouped_by_what_people_argue_about(script: Script) -> None:
    binding = script("binding")
    assert {each.binds for each in binding.evidence().values()} <= set(binding.GROUPS)
    assert binding.group_of("supply:gb200-nvl72>cowos-l") == "chips and network"
    assert binding.group_of("supply:frame-turbine-ge") == "grid and plant"
    assert binding.group_of("supply:switchgear-from-stock>lead") == "fit-out"
    assert binding.group_of("actual:mechanical-plant") == "cooling"
    assert binding.group_of("disruption:abilene-tx/rain-and-mud") == "weather and the rest"
