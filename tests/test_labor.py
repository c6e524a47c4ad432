"""The labor catalog keeps the rule that the head of its file states, region by region."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from buildsim.compile.compile import compile_network
from buildsim.loading.project import CatalogFile, load_file, load_scenario
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.curves import Curve
from buildsim.quantity import MONTH
from buildsim.schema.parts import Inflow, Pool, Region

ROOT = Path(__file__).resolve().parents[1]
TRADES = {"electricians", "pipefitters", "ironworkers", "civil-crews"}
SMALL = {"fibre-techs", "controls-techs", "mv-crews", "cx-teams", "rack-crews"}
ABROAD = {"narvik-no", "abu-dhabi"}


def regions() -> dict[str, Region]:
    loaded = load_file(ROOT / "catalogs" / "labor.yaml")
    assert isinstance(loaded, CatalogFile)
    return loaded.catalog.regions


REGIONS = regions()


def capacity(pool: Pool) -> float:
    """Who is there before anybody comes."""
    (stated,) = pool.capacity
    return stated.value.distribution.planned()


def limit(inflow: Inflow) -> float:
    return inflow.limit[0].value.distribution.planned()


def travelling(pool: Pool) -> float:
    """Units in all that come, but for apprentices."""
    return sum(limit(inflow) for name, inflow in pool.growth.items() if name != "apprentices")


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_has_the_nine_pools_and_weather(region: str) -> None:
    assert set(REGIONS[region].pools) == TRADES | SMALL
    assert REGIONS[region].disruptions


@pytest.mark.parametrize("region", REGIONS)
def test_the_trades_stand_in_the_stated_ratios(region: str) -> None:
    pools = REGIONS[region].pools
    residents, travellers = capacity(pools["electricians"]), travelling(pools["electricians"])
    assert capacity(pools["pipefitters"]) == pytest.approx(0.53 * residents, abs=1)
    assert travelling(pools["pipefitters"]) == pytest.approx(0.53 * travellers, abs=1)
    assert capacity(pools["ironworkers"]) == pytest.approx(60 + 0.1 * residents, abs=1)
    assert travelling(pools["ironworkers"]) == pytest.approx(0.1 * travellers, abs=1)
    assert capacity(pools["civil-crews"]) == pytest.approx(550 + 2.35 * residents, abs=1)
    assert travelling(pools["civil-crews"]) == pytest.approx(1.5 * travellers, abs=1)
    assert capacity(pools["fibre-techs"]) == pytest.approx(100 + 0.36 * residents, abs=1)
    assert capacity(pools["controls-techs"]) == pytest.approx(50 + 0.08 * residents, abs=1)
    assert capacity(pools["mv-crews"]) == pytest.approx(4 + 0.01 * residents, abs=1)


@pytest.mark.parametrize("region", REGIONS)
def test_travellers_are_all_there_in_two_years_and_apprentices_grow_a_local_by_nine_percent(region: str) -> None:
    pool = REGIONS[region].pools["electricians"]
    travellers = pool.growth["travellers"]
    rate = travellers.rate[0].value.distribution.planned() * MONTH
    assert rate * 24 == pytest.approx(travelling(pool), rel=0.03)
    if apprentices := pool.growth.get("apprentices"):
        a_year = apprentices.rate[0].value.distribution.planned() * MONTH * 12
        assert a_year == pytest.approx(0.09 * capacity(pool), rel=0.05)


def test_the_american_regions_call_two_percent_of_the_nation() -> None:
    called = sum(travelling(REGIONS[name].pools["electricians"]) for name in REGIONS if name not in ABROAD)
    assert called == 16_750


@pytest.mark.parametrize("region", REGIONS)
def test_rivals_leave_a_crew_even_if_few_travellers_follow(region: str, tmp_path: Path) -> None:
    """From half a year after the call on, at the least factor: else work would wait for ever in some replications."""
    trades = {"electricians": 100, "pipefitters": 50, "ironworkers": 40, "civil-crews": 300}
    least = trades | {"fibre-techs": 60, "controls-techs": 30, "mv-crews": 2, "cx-teams": 2, "rack-crews": 6}
    scenario = tmp_path / "crews.yaml"
    crew = ", ".join(f"{name}: 1" for name in least)
    scenario.write_text(
        "schema: 1\nname: crews\nstart: 2024-01-01\nas_of: 2026-11-22\nhorizon: 6 years\n"
        f"sites: {{s: {{region: {region}, catalogs: [labor], activities: "
        f"{{a: {{duration: 1 day, crew: {{{crew}}}}}}}}}}}\n"
    )
    network = compile_network(load_scenario(scenario)).network
    called = REGIONS[region].pools["electricians"].growth["travellers"].start
    ready = max(0, (called - date(2024, 1, 1)).days + 180) * TICKS_PER_DAY
    for pool, name in enumerate(network.pools.name):
        stated = REGIONS[region].pools[name.partition("/")[2]]
        factor = stated.uncertainty[0].value.distribution.quantile(np.array([1e-9]))[0] if stated.uncertainty else 1.0
        ticks = np.arange(ready, 6 * 365 * TICKS_PER_DAY, 30 * TICKS_PER_DAY)
        free = factor * Curve.of(network.curves, int(network.pools.capacity[pool])).at(ticks)
        if network.pools.market[pool] >= 0:
            free -= Curve.of(network.curves, int(network.pools.market[pool])).at(ticks)
        assert free.min() >= least[name.partition("/")[2]], name
