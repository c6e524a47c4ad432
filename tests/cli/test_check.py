"""`buildsim check`: every kind of file, all problems of all files, and warnings."""

from __future__ import annotations

import json

CATALOG = """\
schema: 1
catalog: crews
title: Crews
pools:
  welders: {capacity: 3, assumption: a guess}
"""
SITE = """\
schema: 1
site: plant
assumption: all of it
activities: {a: {duration: 3 days}, b: {duration: 2 days, after: [a]}}
"""


def test_each_kind_by_its_content(cli, scenario, tmp_path):
    (tmp_path / "crews.yaml").write_text(CATALOG)
    (tmp_path / "plant.yaml").write_text(SITE)
    done = cli("check", scenario, "crews.yaml", "plant.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "ok small.yaml: scenario, 2 sites, 4 activities, 1 pool",
        "ok crews.yaml: catalog, 1 pool",
        "ok plant.yaml: site, 3 activities",
    ]


def test_all_problems_of_all_files(cli, scenario, tmp_path):
    (tmp_path / "crews.yaml").write_text(CATALOG.replace("capacity: 3", "capacity: 3 days, kapacity: 2"))
    (tmp_path / "plant.yaml").write_text(SITE.replace("[a]", "[aa]").replace("3 days", "3 dais"))
    done = cli("check", "crews.yaml", scenario, "plant.yaml", "missing.yaml")
    assert done.code == 2
    assert done.out.splitlines() == ["ok small.yaml: scenario, 2 sites, 4 activities, 1 pool"]
    firsts = [line for line in done.err.splitlines() if not line.startswith("  ")]
    assert [line.split(":")[0] for line in firsts] == [
        "crews.yaml",
        "crews.yaml",
        "plant.yaml",
        "plant.yaml",
        "missing.yaml",
    ]
    assert firsts[-1] == "missing.yaml:1:1: there is no such file"


def test_shipped_names(cli):
    done = cli("check", "quickstart", "quickstrt")
    assert done.code == 2
    assert done.out.startswith("ok quickstart: scenario, 1 site, ")
    assert "did you mean quickstart?" in done.err


def test_warnings_name_their_file(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    early = "{value: 3 days, known: 2030-01-01}"
    (tmp_path / "plant.yaml").write_text(SITE.replace("duration: 3 days", f"duration: {early}"))
    done = cli("check", "plant.yaml")
    assert done.code == 0
    assert done.err.startswith("warning: plant.yaml: ")
    assert "plant.yaml:4" in done.err


PLAN = """\
schema: 1
name: plan
start: 2026-01-05
pools: {crew: {capacity: 1}}
sites:
  s:
    activities:
      a: {duration: "uniform(5, 9) days", crew: {crew: 1}}
      b: {duration: 5 days, crew: {crew: 1}, after: [a]}
      end: {after: [b], milestone: done}
"""


def test_strict_lints_the_schedule(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    assert cli("check", "plan.yaml").code == 0
    done = cli("check", "--strict", "plan.yaml")
    assert (done.code, done.err) == (2, "")
    lines = done.out.splitlines()
    assert lines[0] == "ok plan.yaml: scenario, 1 site, 3 activities, 1 pool"
    assert lines[2] == "no-range (GAO best practice 8: conducting a schedule risk analysis)"
    assert "  plan.yaml:9:10: s/b: 4 working days" in lines
    assert lines[-1] == "1 finding"


def test_strict_without_findings_is_a_success(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN.replace("5 days,", '"uniform(4, 5) days",'))
    (tmp_path / "crews.yaml").write_text(CATALOG)
    done = cli("check", "--strict", "plan.yaml", "crews.yaml")
    assert (done.code, done.err) == (0, "")
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["ok plan.yaml", "ok crews.yaml"]


def test_ignored_checks_do_not_fail(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    assert cli("check", "--strict", "--ignore", "no-range", "plan.yaml").code == 0
    wrong = cli("check", "--strict", "--ignore", "no-rnge", "plan.yaml")
    assert wrong.code == 2
    assert "did you mean no-range?" in wrong.err
    assert cli("check", "--ignore", "no-range", "plan.yaml").code == 2


def test_json_has_findings_warnings_and_problems(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "wrong.yaml").write_text(PLAN.replace("[a]", "[aa]"))
    done = cli("check", "--strict", "--json", "-", "plan.yaml", "wrong.yaml", "nowhere")
    assert done.code == 2
    good, bad, unknown = json.loads(done.out)["files"]
    assert (good["file"], good["problems"], good["checked"]["counts"]["activity"]) == ("plan.yaml", [], 3)
    (finding,) = good["checked"]["findings"]
    assert (finding["check"], finding["activities"], finding["line"]) == ("no-range", ["s/b"], 9)
    assert bad["checked"] is None
    assert (bad["problems"][0]["line"], bad["problems"][0]["hint"]) == (9, "a")
    assert "nowhere" in unknown["problems"][0]["message"]
    to_file = cli("check", "--strict", "--json", "out.json", "plan.yaml")
    assert "1 finding" in to_file.out
    assert json.loads((tmp_path / "out.json").read_text())["files"] == [good]


def test_json_that_cannot_be_written_is_refused_before_anything_is_checked(cli, scenario):
    done = cli("check", "--json", "nowhere/out.json", scenario)
    assert (done.code, done.out) == (2, "")
