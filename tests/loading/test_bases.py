"""Scenarios that stand on others: what they have from them, and where mistakes are said to stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim import datafiles
from buildsim.errors import InputError, Problem
from buildsim.loading.alone import read_alone
from buildsim.loading.project import load_scenario

BASE = """\
schema: 1
name: base
title: The plan
question: When?
start: 2026-01-05
seed: 3
sources:
  report: {title: Report, publisher: X}
pools:
  crew: {capacity: 5, source: report}
sites:
  east: {activities: {dig: {duration: 9 days, crew: {crew: 2}}}}
  west: {activities: {dig: {duration: 9 days}, cut: {duration: 1 day}}}
set:
  sites.east.activities.dig.duration: 8 days
  sites.west.activities.dig.duration: 7 days
  seed: 4
variants:
  slow: {title: Slow, set: {sites.east.activities.dig.duration: 20 days}}
"""
OWN = "schema: 1\nname: own\nbase: base\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in datafiles.KINDS:
        (tmp_path / "shipped" / kind).mkdir(parents=True)
    monkeypatch.setattr(datafiles, "folder", lambda kind: tmp_path / "shipped" / kind)
    own = tmp_path / "own"
    own.mkdir()
    (own / "base.yaml").write_text(BASE)
    return own


def write(folder: Path, text: str, name: str = "own") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(text)
    return file


def problems(file: Path) -> list[Problem]:
    try:
        return list(load_scenario(file).problems)
    except InputError as error:
        return list(error.problems)


def days(project, site: str, activity: str) -> float:
    duration = project.sites[site].activities[activity].duration
    assert duration is not None
    return duration[0].value.value


def test_what_is_not_stated_is_the_bases(folder):
    project = load_scenario(write(folder, OWN))
    assert list(project.sites) == ["east", "west"]
    assert str(project.scenario.start) == "2026-01-05"
    assert project.blocks.pools["crew"].body.capacity[0].value.value == 5
    assert (days(project, "east", "dig"), project.scenario.seed) == (8, 4)


def test_what_names_a_scenario_is_its_own(folder):
    scenario = load_scenario(write(folder, OWN)).scenario
    assert (scenario.name, scenario.title, scenario.question) == ("own", None, None)
    assert (scenario.variants, scenario.expect) == ({}, ())


def test_what_is_stated_is_not_the_bases(folder):
    text = OWN + "start: 2027-01-04\npools: {crew: {capacity: 2}}\n"
    project = load_scenario(write(folder, text))
    assert str(project.scenario.start) == "2027-01-04"
    assert project.blocks.pools["crew"].body.capacity[0].value.value == 2


def test_the_own_overrides_come_after_the_bases(folder):
    text = OWN + "set: {sites.east.activities.dig.duration: 6 days, sites.east.owner: me}\n"
    project = load_scenario(write(folder, text))
    assert (days(project, "east", "dig"), days(project, "west", "dig")) == (6, 7)
    assert project.scenario.seed == 4
    # an own override of a part comes after the base's of that part, even where the base overrides the whole later
    base = BASE.replace("  seed: 4\n", "  sites.east.activities.dig: {duration: 3 days, stage: soil}\n")
    (folder / "base.yaml").write_text(base)
    assert days(load_scenario(folder / "own.yaml"), "east", "dig") == 6


def test_the_own_sources_join_the_bases(folder):
    text = OWN + "sources: {paper: {title: Paper, publisher: Press}}\n"
    assert set(load_scenario(write(folder, text)).scenario.sources) == {"report", "paper"}


def test_overrides_of_sites_that_are_left_out_fall_away(folder):
    text = OWN + "sites: {west: {activities: {dig: {duration: 2 days}}}}\n"
    project = load_scenario(write(folder, text))
    assert list(project.sites) == ["west"]
    assert days(project, "west", "dig") == 7


def test_overrides_of_what_is_stated_here_fall_away(folder):
    more = "  seed: 4\n  pools.crew.market: 1\n  sources.report.title: Paper\n"
    (folder / "base.yaml").write_text(BASE.replace("  seed: 4\n", more))
    text = OWN + "seed: 7\npools: {crew: {capacity: 3}}\nsources: {other: {title: O, publisher: P}}\n"
    project = load_scenario(write(folder, text))
    assert project.scenario.seed == 7
    assert project.blocks.pools["crew"].body.market is None
    assert project.scenario.sources["report"].title == "Paper"  # sources are joined
    assert load_scenario(write(folder, text + "set: {seed: 8}\n")).scenario.seed == 8


def test_a_list_of_sites_is_not_overridden_by_the_bases(folder):
    (folder / "base.yaml").write_text(BASE.replace("  seed: 4\n", "  sites: {hill: {activities: {dig: {}}}}\n"))
    project = load_scenario(write(folder, OWN + "sites: {west: {activities: {dig: {}}}}\n"))
    assert list(project.sites) == ["west"]


def test_other_overrides_of_the_base_do_not(folder):
    (folder / "base.yaml").write_text(BASE.replace("sites.west.activities.dig", "sites.wst.activities.dig"))
    (problem,) = problems(write(folder, OWN + "sites: {west: {activities: {dig: {}}}}\n"))
    assert (problem.file, problem.line, problem.hint) == (str(folder / "base.yaml"), 16, "west")


def test_chains_and_paths(folder):
    (folder / "more").mkdir()
    middle = "schema: 1\nname: middle\nbase: ../base.yaml\nset: {sites.west.activities.dig.duration: 5 days}\n"
    write(folder / "more", middle, "middle")
    project = load_scenario(write(folder, OWN.replace("base: base", "base: more/middle.yaml")))
    assert (days(project, "east", "dig"), days(project, "west", "dig")) == (8, 5)


def test_a_shipped_base_by_name_and_one_that_hides_it(folder, tmp_path):
    (tmp_path / "shipped" / "scenarios" / "plan.yaml").write_text(BASE.replace("name: base", "name: plan"))
    file = write(folder, OWN.replace("base: base", "base: plan"))
    assert load_scenario(file).announcements == ()
    write(folder, BASE.replace("seed: 4", "seed: 5"), "plan")
    project = load_scenario(file)
    assert project.scenario.seed == 5
    assert "instead of the shipped scenarios/plan.yaml" in project.announcements[0]


def test_names_in_a_base_are_looked_up_beside_it(folder):
    (folder / "plans" / "sites").mkdir(parents=True)
    (folder / "plans" / "sites" / "hill.yaml").write_text("schema: 1\nsite: hill\nactivities: {dig: {}}\n")
    write(folder / "plans", "schema: 1\nname: plan\nstart: 2026-01-05\nsites: [hill]\n", "plan")
    assert list(load_scenario(write(folder, OWN.replace("base: base", "base: plans/plan.yaml"))).sites) == ["hill"]


def test_mistakes_are_shown_where_they_stand(folder):
    text = BASE.replace("seed: 3", "seed: many").replace("crew: {crew: 2}", "crew: {crw: 2}")
    (folder / "base.yaml").write_text(text.replace("dig.duration: 7 days", "dig.duration: 7 dys"))
    found = problems(write(folder, OWN + "horizon: soon\nset: {sites.east.activities.dg.duration: 6 days}\n"))
    base, own = str(folder / "base.yaml"), str(folder / "own.yaml")
    assert [(each.file, each.line, each.hint) for each in InputError(found).problems] == [
        (base, 12, "crew"),
        (base, 16, "days"),
        (own, 4, None),
        (own, 5, "dig"),
    ]  # the base's seed is overridden


def test_what_a_base_refuses_is_reported(folder):
    (folder / "base.yaml").write_text(BASE.replace("seed: 3", "seed: 0x3"))
    (problem,) = problems(write(folder, OWN))
    assert (problem.file, problem.line) == (str(folder / "base.yaml"), 6)


@pytest.mark.parametrize(
    ("base", "said", "hint"),
    [
        ("bse", 'is called "bse"', "base"),
        ("other.yaml", "there is no file", None),
        ("own", 'is called "own"', None),
        ("own.yaml", "own.yaml -> ", None),
        ("a-site.yaml", "is not a scenario", None),
    ],
)
def test_no_such_base(folder, base, said, hint):
    write(folder, "schema: 1\nsite: a-site\n", "a-site")
    (problem,) = problems(write(folder, OWN.replace("base: base", f"base: {base}")))
    assert said in problem.message
    assert (problem.line, problem.path, problem.hint) == (3, "base", hint)


def test_cycles_are_refused_where_they_close(folder):
    write(folder, "schema: 1\nname: one\nbase: two\n", "one")
    write(folder, "schema: 1\nname: two\nbase: three\n", "two")
    write(folder, "schema: 1\nname: three\nbase: two\n", "three")
    (problem,) = problems(folder / "one.yaml")
    assert (problem.file, problem.line) == (str(folder / "three.yaml"), 3)
    names = [str(folder / f"{name}.yaml") for name in ("two", "three", "two")]
    assert problem.message == f"the scenarios stand on each other: {' -> '.join(names)}"


def test_without_a_base_start_and_sites_are_required(folder):
    found = problems(write(folder, OWN.replace("base: base\n", "")))
    assert [each.path for each in found] == ["sites", "start"]


def test_a_base_cannot_be_overridden(folder):
    (problem,) = problems(write(folder, OWN + "set: {base: other}\n"))
    assert "cannot change `base`" in problem.message


def test_the_hash_is_of_the_base_too(folder):
    file = write(folder, OWN)
    before = load_scenario(file).inputs_hash
    assert before == load_scenario(file).inputs_hash
    (folder / "base.yaml").write_text(BASE.replace("seed: 4", "seed: 5"))
    assert load_scenario(file).inputs_hash != before


def test_a_scenario_alone_knows_its_base(folder):
    assert list(read_alone("scenario", write(folder, OWN)).model.sites) == ["east", "west"]
