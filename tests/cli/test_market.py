"""`buildsim market`: one set of numbers, however it is asked for."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import buildsim

SCENARIO = """\
schema: 1
name: queue
start: 2026-01-01
horizon: 300 days
seed: 5
replications: 40
pools:
  crew: {unit: electrician, capacity: 50, market: 20}
supplies:
  rack:
    unit: rack
    line: {capacity: 10 rack/week, period: 1 week, cycle: "uniform(5, 15) days", uncertainty: "uniform(0.8, 1.2)"}
    market: {backlog: 75 racks, demand: 4 rack/week, patience: 20 weeks}
  pump: {unit: unit, lead: "uniform(20, 40) days"}
  unused: {unit: unit, lead: 9 days}
sites:
  north:
    activities:
      racks: {duration: 20 days, orders: {racks: {supply: rack, quantity: 40 racks}}, crew: {crew: 15}}
      test: {duration: 120 days, after: [racks]}
  south:
    activities:
      pumps: {duration: 200 days, orders: {pumps: {supply: pump, quantity: 3 units}}, crew: {crew: 9}}
"""


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue.yaml").write_text(SCENARIO)
    return "queue.yaml"


def read_csv(text: str, like: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text)).astype(like.dtypes.to_dict())


def test_every_face_shows_the_same_numbers(cli, queue):
    study = buildsim.run(queue, details=True)
    market, pool_use = study.market, study.pool_use
    assert list(dict.fromkeys(market["supply"])) == ["rack", "pump"]
    assert cli("run", queue, "--out", "kept").code == 0
    rack, crew = market[market["supply"] == "rack"].reset_index(drop=True), pool_use
    for subject in (queue, "kept"):
        done = cli("market", subject, "--json", "market.json", "--parquet", "market.parquet")
        assert done.code == 0, done.err
        assert_frame_equal(pd.read_parquet("market.parquet"), market)
        document = json.loads(Path("market.json").read_text())
        for name, table in (("market", market), ("pool_use", pool_use)):
            plain = table.astype(object).where(table.notna(), None).to_dict("records")
            assert document[name] == plain
        assert_frame_equal(read_csv(cli("market", subject, "--csv", "-").out, market), market)
        assert_frame_equal(read_csv(cli("market", subject, "--supply", "rack", "--csv", "-").out, rack), rack)
        assert_frame_equal(read_csv(cli("market", subject, "--pool", "crew", "--csv", "-").out, crew), crew)
        cells = re.search(r"^rack, sites +(.*)$", done.out, re.MULTILINE)
        assert cells is not None
        assert cells[1].split()[0] == f"{rack['lead_mean_sites'].iloc[0]:,.1f}"


def test_what_is_shown_of_one_supply_and_one_pool(cli, queue):
    out = cli("market", queue, "--supply", "rack").out
    assert "rack (unit: rack)" in out
    assert "Ordered by the market" in out
    assert "Ordered by the sites" in out
    assert "pump" not in out
    lead = cli("market", queue, "--supply", "pump").out
    assert "capacity" not in lead  # a lead time has no line, and no market
    assert "Ordered by the market" not in lead
    pool = cli("market", queue, "--pool", "crew").out
    for label, value in (("open to the sites", "30.0"), ("besides, the market's", "20.0")):
        assert re.search(rf"^{label} +{value}", pool, re.MULTILINE), pool
    assert "held by north" in pool


def test_holders_add_up(cli, queue):
    use = buildsim.run(queue, details=True).pool_use.set_index(["holder", "quarter"])
    held = use["held"].unstack("holder")
    assert (held["north"] + held["south"]).to_list() == pytest.approx(held["all sites"].to_list(), abs=2e-6)
    every = use.loc["all sites"]
    assert every["share"].to_list() == pytest.approx((every["held"] / every["capacity"]).to_list(), abs=1e-6)
    assert use.loc["the market"]["share"].isna().all()


def test_mistakes_are_refused(cli, queue):
    done = cli("market", queue, "--supply", "rakc")
    assert (done.code, "did you mean rack?" in done.err) == (2, True)
    done = cli("market", queue, "--pool", "crews")
    assert (done.code, "did you mean crew?" in done.err) == (2, True)
    done = cli("market", queue, "--pool", "crew", "--supply", "rack")
    assert (done.code, "one of --supply and --pool" in done.err) == (2, True)


def test_a_value_is_changed_by_its_path(cli, queue):
    done = cli("market", queue, "--set", "supplies.pump.lead=33 days", "--supply", "pump", "--csv", "-")
    assert pd.read_csv(io.StringIO(done.out))["lead_mean_sites"].iloc[0] == 33


def test_a_site_may_be_called_market(cli, queue):
    Path("queue.yaml").write_text(SCENARIO.replace("  north:", "  market:\n    owner: somebody"))
    done = cli("market", queue, "--pool", "crew")
    assert done.code == 0, done.err
    assert "held by market" in done.out
    assert "besides, the market's" in done.out


def test_where_no_supply_is_ordered_it_says_none(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("still.yaml").write_text(
        "schema: 1\nname: still\nstart: 2026-01-01\nhorizon: 300 days\nsites:\n"
        "  here:\n    activities:\n      work: {duration: 20 days, milestone: done}\n"
    )
    lines = cli("market", "still.yaml", "-n", "2").out.splitlines()
    for heading in ("Days from order to delivery", "Units on order"):
        [at] = [number for number, line in enumerate(lines) if line.startswith(heading)]
        assert lines[at + 1].strip() == "none"
