"""`buildsim check`: every kind of file, all problems of all files, and warnings."""

from __future__ import annotations

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
