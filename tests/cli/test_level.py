"""`buildsim level` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

PLAN = """\
schema: 1
name: crane
start: 2026-01-05
replications: 10
pools:
  crane: {capacity: 1}
sites:
  here:
    activities:
      stack: {duration: 10 days, crew: {crane: 1}}
      permit: {kind: permit, duration: 1 day}
      lift: {duration: 21 days, crew: {crane: 1}, after: [permit], milestone: first_gpu}
"""


def test_the_report_and_the_file(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("crane.yaml").write_text(PLAN)
    Path("plans").mkdir()
    done = cli("level", "crane.yaml", "--schedules", "40", "--seed", "3", "-o", "plans/better.yaml")
    assert (done.code, done.err) == (0, "engine: reference\n")
    titles = ["crane: 40 schedules, 10 replications, seed 3", "Planned run", "31.0", "22.0", "-9.0"]
    titles += ["Under uncertainty", "activities that move", "here/lift", "here/stack"]
    positions = [done.out.index(title) for title in titles]
    assert positions == sorted(positions)
    run = json.loads(cli("run", "plans/better.yaml", "--json", "-").out)
    assert run["sites"]["here"]["milestones"]["first_gpu"]["deterministic_days"] == 22.0
    assert cli("level", "plans/better.yaml", "--schedules", "40").out.count("stays as it is") == 1


def test_json(cli, scenario, tmp_path):
    done = cli("level", scenario, "--schedules", "20", "-n", "5", "--site", "south", "--json", "-")
    document = json.loads(done.out)
    assert (done.code, document["schedules"], document["replications"]) == (0, 20, 5)
    assert {name: site["counts"] for name, site in document["sites"].items()} == {"north": False, "south": True}
    cli("level", scenario, "--schedules", "20", "-n", "5", "--site", "south", "--json", "out.json")
    assert (tmp_path / "out.json").read_text() == done.out


def test_bad_input(cli, scenario):
    for options in (("--schedules", "0"), ("--schedules", "x"), ("-n", "0"), ("-o", scenario), ("-o", "Plan.yaml")):
        done = cli("level", scenario, *options)
        assert (done.code, done.out) == (2, ""), options
    assert "did you mean north?" in cli("level", scenario, "--site", "nort").err
    assert "did you mean quickstart?" in cli("level", "quickstrt").err
