"""Findings of the schedule lint: gathered over halls and sites, each with its place and its practice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import buildsim
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.studies.lint import LintFinding, lint
from buildsim.studies.practices import CHECKS, DCMA, GAO

CATALOG = """\
schema: 1
catalog: ways
title: Ways
templates:
  shed:
    per: hall
    assumption: all of it
    activities:
      frame: {stage: shell, duration: 100 days, crew: {riggers: 1}}
      roof: {stage: shell, duration: "pert(60, 70, 90) days", crew: {riggers: 1}, after: [frame + 30 days]}
pools: {riggers: {capacity: 9, assumption: a guess}}
"""
SITE = """\
schema: 1
site: NAME
assumption: all of it
catalogs: [ways]
strategies: {shell: shed}
phases: {p: {halls: {a: {}, b: {}}}}
activities:
  permit: {kind: permit, duration: "pert(60, 90, 180) days"}
  done: {after: ["*/roof", permit], milestone: done}
actuals:
  activities:
    permit: {start: 2026-01-05}
    p/a/roof: {start: 2026-01-20}
"""
SCENARIO = "schema: 1\nname: both\nstart: 2026-01-05\ndata_date: 2026-02-02\nsites: [east, west]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"ways": CATALOG, "east": SITE.replace("NAME", "east"), "west": SITE.replace("NAME", "west")}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "both.yaml").write_text(SCENARIO)
    return tmp_path


def found(file: Path, **options: Any) -> dict[str, list[LintFinding]]:
    project = load_scenario(file)
    by_check: dict[str, list[LintFinding]] = {}
    for finding in lint(project, compile_network(project).network, **options):
        by_check.setdefault(finding.check, []).append(finding)
    return by_check


def test_an_activity_of_a_template_is_one_finding_at_all_halls(folder):
    (finding,) = found(folder / "both.yaml")["no-range"]
    halls = ("east/p/a", "east/p/b", "west/p/a", "west/p/b")
    assert finding.activities == tuple(f"{hall}/frame" for hall in halls)
    assert finding.sites == ("east", "west")
    assert (Path(finding.file).name, finding.line) == ("ways.yaml", 9)
    assert finding.path == "templates.shed.activities.frame"
    assert finding.subject == "frame (4 activities of 2 sites, such as east/p/a/frame)"
    assert finding.detail == "71 working days"


def test_values_are_told_from_the_least_to_the_most(folder):
    both = found(folder / "both.yaml")["high-duration"]
    assert [(each.path.rpartition(".")[2], each.detail) for each in both] == [
        ("frame", "71 working days, as planned"),
        ("roof", "50 working days, as planned"),
    ]
    catalog = folder / "ways.yaml"
    catalog.write_text(catalog.read_text().replace("duration: 100 days,", "duration: 100 days, learning: 0.9,"))
    (frame, *_) = found(folder / "both.yaml")["high-duration"]
    assert (round(frame.least), round(frame.most)) == (64, 71)
    assert frame.detail == "64 to 71 working days, as planned"


def test_a_link_is_told_with_its_predecessor(folder):
    (finding,) = found(folder / "both.yaml")["long-lag"]
    assert finding.subject.startswith("roof after frame (")


def test_actual_dates_are_told_at_their_place(folder):
    findings = found(folder / "both.yaml")["out-of-sequence"]
    assert [(Path(each.file).name, each.line, each.subject) for each in findings] == [
        ("east.yaml", 13, "east/p/a/roof after frame"),
        ("west.yaml", 13, "west/p/a/roof after frame"),
    ]


def test_a_site_is_told_at_its_file(folder):
    site = folder / "west.yaml"
    site.write_text(site.read_text().replace("assumption: all", "deadline: 2026-03-01\nassumption: all", 1))
    (finding,) = found(folder / "both.yaml")["negative-float"]
    assert (Path(finding.file).name, finding.subject) == ("west.yaml", "west")
    assert set(finding.activities) > {"west/p/b/frame", "west/done"}


def test_float_is_gathered_by_stage(folder):
    site = folder / "west.yaml"
    site.write_text(site.read_text().replace("(60, 90, 180) days", "(600, 900, 1800) days"))
    permit, shell = found(folder / "both.yaml")["high-float"]
    assert {name.rpartition("/")[2] for name in shell.activities} == {"frame", "roof"}
    assert shell.subject.startswith(f"stage shell ({len(shell.activities)} activities of 2 sites, such as west/p/")
    assert permit.subject == "east/permit"


def test_ignored_checks_are_left_out(folder):
    whole = found(folder / "both.yaml")
    rest = found(folder / "both.yaml", ignore=("no-range", "long-lag"))
    assert set(whole) - set(rest) == {"no-range", "long-lag"}
    assert all(rest[check] == whole[check] for check in rest)


def test_findings_come_in_the_order_of_the_checks(folder):
    order = list(found(folder / "both.yaml"))
    assert order == sorted(order, key=list(CHECKS).index)


def test_every_check_has_its_practice(folder):
    assert all(each.gao in GAO and (each.dcma is None or each.dcma in DCMA) for each in CHECKS.values())
    (finding,) = found(folder / "both.yaml")["long-lag"]
    assert finding.practice == "GAO best practice 2: sequencing all activities; DCMA 3: lags"


def test_python_gives_problems_with_their_places(folder):
    problems = buildsim.check(folder / "both.yaml", strict=True)
    assert {problem.message.partition(":")[0] for problem in problems} == set(found(folder / "both.yaml"))
    assert buildsim.check(folder / "both.yaml") == []
    text = next(str(problem) for problem in problems if problem.message.startswith("no-range"))
    assert "ways.yaml:9:" in text
    assert "GAO best practice 8" in text


@pytest.mark.parametrize("name", ["quickstart", "us-2026"])
def test_every_finding_of_what_is_shipped_has_a_place(name):
    findings = buildsim.check(name, strict=True)
    assert findings
    assert all(each.file.endswith(".yaml") and each.line > 1 for each in findings)
