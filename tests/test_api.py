"""The Python face of buildsim."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import buildsim

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
pools: {crane: {capacity: 1}}
sites:
  north:
    activities:
      permit: {kind: permit, duration: "uniform(10, 30) days"}
      lift: {duration: 10 days, after: [permit], crew: {crane: 1}, milestone: first_gpu}
  south:
    activities:
      lift: {duration: "uniform(20, 60) days", crew: {crane: 1}}
replications: 50
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("api") / "small.yaml"
    file.write_text(SCENARIO)
    return file


@pytest.fixture(scope="module")
def study(scenario: Path) -> buildsim.Study:
    return buildsim.run(scenario)


def test_importing_it_imports_nothing_else():
    heavy = {"numpy", "pandas", "pydantic", "rich", "typer", "yaml"}
    code = f"import sys, buildsim; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_its_names_are_listed_and_others_refused():
    assert set(buildsim.__all__) <= set(dir(buildsim))
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        buildsim.walk  # noqa: B018


def test_evidence_is_a_table_for_those_who_ask(scenario, study):
    assert study.evidence.empty
    rested = buildsim.run(scenario, evidence=True).evidence
    assert list(rested.columns) == list(study.evidence.columns)
    rows = rested.query("milestone == 'first_gpu' and held == 'class'").set_index("name")
    assert rows.loc["any", ["quantities", "left_days", "share"]].tolist() == [2, 0.0, 1.0]


def test_tables_are_tidy_and_agree(study):
    milestones = study.milestones.set_index(["site", "milestone"])
    mean = study.attribution.groupby(["site", "milestone"])["mean_days"].sum()
    assert set(milestones.index) == set(mean.index) == {("north", "first_gpu"), ("south", "finish")}
    assert np.allclose(mean.sort_index(), milestones["mean_days"].sort_index())
    assert study.criticality["share"].between(0, 1).all()
    path = study.path.groupby(["site", "milestone"])["days"].sum()
    assert np.allclose(path.sort_index(), milestones["p50_days"].sort_index())
    chain = study.resource_chain.query("site == 'north'")
    assert list(chain["activity"]) == ["south/lift", "north/lift"]
    assert len(study.finishes) == 50 * 2
    south = study.finishes.query("site == 'south'")["days"]
    assert south.quantile(0.5, "lower") == milestones.loc["south", "p50_days"].item()


def test_a_table_is_a_copy(study):
    table = study.finishes
    table["days"] = 0.0
    assert (study.finishes["days"] > 0).all()


def test_options_reach_the_run(scenario, study):
    other = buildsim.run(scenario, replications=20, seed=5, engine="reference", rule="lst")
    assert (other.result.replications, other.result.seed, other.result.engine) == (20, 5, "reference")
    quick = buildsim.run(scenario, set={"sites.south.activities.lift.duration": "2 days", "start": date(2027, 1, 4)})
    assert quick.milestones.query("site == 'south'")["p90"].item().date() == date(2027, 1, 5)
    assert repr(study) == "<Study of small: 50 replications, seed 1>"


@pytest.mark.parametrize("options", [{"replications": 0}, {"replications": 1e30}, {"replications": True}, {"seed": -1}])
def test_bad_options(scenario, options):
    with pytest.raises(buildsim.InputError, match=r"a whole number from"):
        buildsim.run(scenario, **options)


def test_bad_names_and_values(scenario):
    with pytest.raises(buildsim.InputError, match="did you mean fifo"):
        buildsim.run(scenario, rule="fife")
    with pytest.raises(buildsim.InputError, match=r"replications: not a value that a file could hold"):
        buildsim.run(scenario, set={"replications": object()})
    with pytest.raises(buildsim.InputError, match="did you mean sites"):
        buildsim.run(scenario, set={"site.north.start": "2026-02-01"})
    with pytest.raises(buildsim.BuildsimError, match="did you mean quickstart"):
        buildsim.run("quickstrt")


def test_json_report_and_html(study, scenario, capsys):
    from buildsim.cli.main import main

    assert main(["run", str(scenario), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == study.to_json()
    assert study.report().startswith("small: 50 replications, seed 1, from 2026-01-05\n")
    assert max(map(len, study.report(width=70).splitlines())) <= 70
    assert "<table" in study._repr_html_()
    assert study.warnings == tuple(study.to_json()["warnings"])


def test_keeping_and_loading(study, tmp_path):
    study.save(tmp_path / "kept")
    again = buildsim.load(str(tmp_path / "kept"))
    assert again.to_json() == study.to_json()
    assert again.finishes.equals(study.finishes)
    with pytest.raises(buildsim.InputError, match="holds no kept result"):
        buildsim.load(tmp_path)


def test_check(scenario, tmp_path):
    assert buildsim.check(scenario) == []
    bad = tmp_path / "bad.yaml"
    bad.write_text(SCENARIO.replace("crew: {crane: 1}", "crew: {crne: 1}"))
    problems = buildsim.check(bad)
    assert [(problem.line, problem.hint) for problem in problems] == [(9, "crane"), (12, "crane")]
    assert isinstance(problems[0], buildsim.Problem)
    assert buildsim.check("quickstrt")[0].hint == "quickstart"


def test_the_inventory_as_tables():
    catalogs = buildsim.catalogs().set_index("name")
    sources = buildsim.sources()
    assert (sources.groupby("catalog")["numbers"].sum() == catalogs["sourced"][catalogs["sourced"] > 0]).all()
    chips = buildsim.catalog("chips", as_of="2024-06-01")
    assert repr(chips) == "<Catalog chips, as known on 2024-06-01>"
    assert not (chips.values["known"] > "2024-06-01")[~chips.values["later"]].any()
    assert chips.to_json()["as_of"] == "2024-06-01"
    strategies = buildsim.catalog("strategies")
    assert set(strategies.activities["template"]) <= set(strategies.values["block"])
    for name in catalogs.index:
        catalog = buildsim.catalog(name)
        tables = (catalog.supplies, catalog.pools, catalog.calendars, catalog.risks, catalog.disruptions)
        assert sum(map(len, tables[:2])) == catalogs.loc[name, ["supplies", "pools"]].sum()
    assert list(buildsim.scenarios()["start"].dt.year)
    sites = buildsim.sites().set_index("name")
    assert sites.loc["stargate-abilene", "facility_mw"] == 294
    assert sites.loc["stargate-abilene", "gpus"] == 100_000
    with pytest.raises(buildsim.UnknownNameError, match="did you mean chips"):
        buildsim.catalog("chps")


ORDERS = """\
schema: 1
name: plan
start: 2026-01-05
replications: 3
supplies: {rack: {unit: rack, lead: 70 days}}
sites:
  north:
    activities:
      shell: {duration: 98 days}
      racks: {duration: 7 days, after: [shell], orders: {all: {supply: rack, quantity: 6 racks}}, milestone: first_gpu}
"""


def test_order_dates(tmp_path, capsys):
    from buildsim.cli.main import main

    file = tmp_path / "plan.yaml"
    file.write_text(ORDERS)
    dates = buildsim.order_by(file, risk=0.05, set={"sites.north.activities.shell.duration": "105 days"})
    assert repr(dates) == "<OrderDates of plan: 1 items>"
    row = dates.items.iloc[0]
    assert (row["item"], row["latest"].date(), row["margin_days"]) == ("rack", date(2026, 2, 9), 35)
    assert dates.seen["late_share"].max() == 1
    assert dates.report(80).startswith("plan: 3 replications")
    assert dates.warnings == dates.result.warnings
    change = "sites.north.activities.shell.duration=105 days"
    assert main(["order-by", str(file), "--risk", "0.05", "--set", change, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == dates.to_json()
    with pytest.raises(buildsim.InputError, match="a share from 0 to below 1"):
        buildsim.order_by(file, risk=True)


def test_order_dates_as_a_calendar_and_a_picture(tmp_path):
    pytest.importorskip("icalendar")
    pytest.importorskip("altair")
    file = tmp_path / "plan.yaml"
    file.write_text(ORDERS)
    dates = buildsim.order_by(file)
    assert dates.to_ics().startswith(b"BEGIN:VCALENDAR")
    dates.plot(width=500).save(tmp_path / "dates.svg")
    assert (tmp_path / "dates.svg").read_text().startswith("<svg")
