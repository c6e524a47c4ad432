"""`buildsim sensitivity`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import buildsim

PLAN = """\
schema: 1
name: plan
start: 2026-01-05
replications: 64
pools: {crane: {capacity: 1}}
sites:
  here:
    activities:
      a: {duration: "uniform(10, 20) days", crew: {crane: 1}}
      b: {duration: "uniform(10, 30) days", crew: {crane: 1}, after: [a], milestone: done}
variants:
  sure: {title: No doubt about a, set: {sites.here.activities.a.duration: 12 days}}
"""
A = "sites.here.activities.a.duration"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    return "plan.yaml"


def rows(done) -> list[dict[str, object]]:
    assert done.code == 0, done.err
    return json.loads(done.out)["rows"]


def test_the_report_names_the_inputs_in_words(cli, plan):
    done = cli("sensitivity", plan)
    assert (done.code, done.err) == (0, "engine: reference\n")
    assert done.out.startswith("plan: what drives Done, here\n64 replications, seed 1: ")
    assert done.out.index("duration of here/b") < done.out.index("duration of here/a")
    assert "Chance alone takes one of 2 unrelated inputs beyond 0.28" in done.out


def test_options(cli, plan):
    asked = ["--method", "tornado", "-n", "32", "--seed", "3", "--engine", "reference", "--most", "1", "--json", "-"]
    document = json.loads(cli("sensitivity", plan, *asked).out)
    assert (document["replications"], document["seed"], document["engine"]) == (32, 3, "reference")
    assert len(document["rows"]) == 1
    assert {row["input"] for row in rows(cli("sensitivity", plan, "--variant", "sure", "--json", "-"))} == {
        "here/b:duration"
    }
    assert len(rows(cli("sensitivity", plan, "--set", f"{A}=12 days", "--json", "-"))) == 1


def test_paths_in_place_of_inputs(cli, plan):
    done = cli("sensitivity", plan, "--method", "tornado", "--path", f"{A}=10 days..20 days", "--workers", "1")
    assert done.code == 0, done.err
    assert "3 points of 64 replications" in done.out
    assert "at the lower" in done.out
    assert done.err == ""


def test_python_and_the_command_say_the_same(cli, plan):
    said = json.loads(cli("sensitivity", plan, "--method", "sobol", "--json", "-").out)
    found = buildsim.sensitivity(plan, "sobol")
    assert found.to_json() == said
    assert found.table["input"].tolist() == [row["input"] for row in said["rows"]]
    assert buildsim.sensitivity(plan, "tornado").table.columns[0] == "input"
    assert "what drives Done" in found.report()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--method", "sobel"], "did you mean sobol?"),
        (["--samples", "8"], "samples:1:1: it says nothing here"),
        (["--workers", "2"], "workers:1:1: it says nothing here"),
        (["--path", f"{A}=3 days"], "no .. between two values"),
        (["--path", f"{A}=3 days.."], "no value after the .."),
        (["--path", f"{A}=1 day..2 days", "--variant", "sure"], "variant:1:1: it says nothing here"),
        (["--path", f"{A}=1 day..2 days", "--most", "3"], "most:1:1: it says nothing here"),
        (["--plot", "x.gif"], "x.gif"),
        (["--json", "nowhere/x.json"], "nowhere/x.json"),
        (["--site", "her"], "did you mean here?"),
    ],
)
def test_bad_options_are_refused(cli, plan, options, said):
    done = cli("sensitivity", plan, *options)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
