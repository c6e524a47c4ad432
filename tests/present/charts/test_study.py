"""Pictures of a study in Python and in a notebook."""

from __future__ import annotations

import subprocess
import sys

import pytest

from buildsim.errors import InputError
from buildsim.present.charts import extra
from buildsim.study import Study, run

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
sites:
  north:
    activities:
      permit: {kind: permit, duration: "uniform(10, 30) days", milestone: first_power}
      racks: {duration: "pert(5, 10, 30) days", after: [permit], milestone: first_gpu}
  south:
    activities:
      lift: {duration: "uniform(20, 60) days", milestone: first_power}
replications: 40
seed: 7
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    file = tmp_path_factory.mktemp("study") / "small.yaml"
    file.write_text(SCENARIO)
    return run(file, engine="reference", details=True)


def test_the_s_curve_has_the_numbers_of_the_tables(study, spec_of):
    _, curve, marks = spec_of(study.plot("s-curve", site="north"))["layer"]
    of = study.finishes.query("site == 'north' and milestone == 'first_gpu'")
    assert [row["days"] for row in curve["data"]["values"]] == sorted(set(of["days"]))
    row = study.milestones.query("site == 'north' and milestone == 'first_gpu'").iloc[0]
    shown = {each["mark"]: each for each in marks["data"]["values"]}
    assert shown["P50"]["days"] == row["p50_days"]
    assert shown["P80"]["date"] == f"{row['p80'].isoformat()}Z"
    assert shown["planned"]["probability"] == row["deterministic_probability"]


def test_the_waterfall_has_the_numbers_of_the_table(study, spec_of):
    bars = spec_of(study.plot("waterfall", site="north"))["data"]["values"]
    of = study.attribution.query("site == 'north' and milestone == 'first_gpu'")
    assert [row["mean_days"] for row in bars[:-1]] == list(of["mean_days"])
    mean = study.milestones.query("site == 'north' and milestone == 'first_gpu'")["mean_days"].iloc[0]
    assert bars[-1]["mean_days"] == pytest.approx(mean)


def test_the_gantt_chart_has_the_numbers_of_the_tables(study, spec_of):
    bars = {row["activity"]: row for row in spec_of(study.plot("gantt", site="north"))["data"]["values"]}
    of = study.schedule[study.schedule["site"] == "north"].set_index("activity")
    assert set(bars) == set(of.index)
    for name, row in bars.items():
        for column in ("start_p10", "start_p50", "start_p90", "finish_p10", "finish_p50", "finish_p90"):
            assert row[column] == of.loc[name, column]
    shares = study.drivers.query("milestone == 'first_gpu'").set_index("activity")["criticality"]
    assert {name: row["criticality"] for name, row in bars.items()} == dict(shares)


def test_sites_without_the_milestone_are_left_out(study, spec_of):
    assert spec_of(study.plot("s-curve"))["title"]["text"] == "north: First GPU"
    both = spec_of(study.plot("s-curve", milestone="first_power"))["concat"]
    assert [panel["title"]["text"] for panel in both] == ["north", "south"]


def test_a_notebook_shows_the_milestones_and_their_curves(study):
    html = study._repr_html_()
    assert "<table" in html
    assert "small: 40 replications, seed 7" in html
    assert study.milestones["p50"].iloc[0].date().isoformat() in html
    assert "<svg" in html


def test_without_the_extra_a_notebook_shows_the_table_and_plot_says_what_to_install(study, monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    assert "<table" in study._repr_html_()
    assert "<svg" not in study._repr_html_()
    with pytest.raises(InputError, match=r"buildsim\[charts\]"):
        study.plot("s-curve")


def test_the_python_api_imports_no_library_for_pictures():
    code = "import sys, buildsim.study; print({'altair', 'vl_convert'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
