from __future__ import annotations

from pathlib import Path

import pytest

from buildsim import datafiles
from buildsim.errors import InputError, UnknownNameError
from buildsim.loading.project import CatalogFile, DocumentText, Project, load_file, load_scenario

CATALOG = """\
schema: 1
catalog: parts
title: Parts
sources:
  report: {title: Report, publisher: X, date: 2025-01-01}
calendars:
  shift: {days: mon-fri, assumption: usual}
pools:
  crew: {capacity: {value: 5, source: report}}
supplies:
  pump: {unit: unit, lead: 9 weeks, source: report}
templates:
  shell-plain:
    per: hall
    source: report
    activities:
      shell: {duration: 9 days, crew: {crew: 2}, calendar: shift}
"""
SITE = """\
schema: 1
site: east
assumption: a plan
catalogs: [parts]
strategies: {shell: shell-plain}
phases: {p: {halls: {h: {}}}}
activities:
  open: {duration: 2 days, after: ["*/shell"]}
"""
SCENARIO = """\
schema: 1
name: two
start: 2026-01-05
sites: [east]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a scenario, a site and a catalog, and nothing shipped but an empty place."""
    for kind in datafiles.KINDS:
        (tmp_path / "shipped" / kind).mkdir(parents=True)
        (tmp_path / "own" / kind).mkdir(parents=True)
    monkeypatch.setattr(datafiles, "folder", lambda kind: tmp_path / "shipped" / kind)
    own = tmp_path / "own"
    (own / "two.yaml").write_text(SCENARIO)
    (own / "sites" / "east.yaml").write_text(SITE)
    (own / "sites" / "catalogs").mkdir()
    (own / "sites" / "catalogs" / "parts.yaml").write_text(CATALOG)
    return own


def edit(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def problems(file: Path | str, *overrides, load=load_scenario):
    try:
        found = load(file, *overrides).problems
    except InputError as error:
        found = error.problems
    return InputError(found).problems


def test_a_scenario_brings_its_sites_and_their_catalogs(folder):
    project = load_scenario(folder / "two.yaml")
    assert list(project.sites) == ["east"]
    assert list(project.catalogs) == ["parts"]
    assert project.blocks.templates["shell-plain"].body.per == "hall"
    assert project.announcements == ()


def test_a_shipped_scenario_by_name_and_a_name_that_is_not(folder, tmp_path):
    (tmp_path / "shipped" / "scenarios" / "quick.yaml").write_text(
        "schema: 1\nname: quick\nstart: 2026-01-05\nsites: {s: {activities: {a: {}}}}\n"
    )
    assert load_scenario("quick").scenario.name == "quick"
    with pytest.raises(UnknownNameError, match="quick"):
        load_scenario("quik")


def test_a_site_or_a_catalog_is_not_taken_for_a_scenario(folder, tmp_path):
    for file, kind in (("sites/east.yaml", "site"), ("sites/catalogs/parts.yaml", "catalog")):
        with pytest.raises(InputError) as caught:
            load_scenario(folder / file)
        (problem,) = caught.value.problems
        assert (problem.path, problem.message) == (kind, f"this is a {kind}, no scenario")
    (tmp_path / "shipped" / "sites" / "north.yaml").write_text(SITE)
    with pytest.raises(UnknownNameError) as unknown:
        load_scenario("north")
    assert unknown.value.expected == "a scenario; north is a site, which a scenario lists under `sites`"


def test_a_scenario_in_a_text_knows_only_what_is_shipped(folder, tmp_path):
    text = "schema: 1\nname: quick\nstart: 2026-01-05\nsites: {s: {catalogs: [parts]}}\n"
    (problem,) = load_scenario(DocumentText(text, "a text")).problems
    assert problem.file == "a text"
    assert "parts" in problem.message
    (tmp_path / "shipped" / "catalogs" / "parts.yaml").write_text(CATALOG)
    assert set(load_scenario(DocumentText(text, "a text")).catalogs) == {"parts"}


def test_a_local_file_that_hides_a_shipped_one_is_announced(folder, tmp_path):
    (tmp_path / "shipped" / "catalogs" / "parts.yaml").write_text(CATALOG)
    (announcement,) = load_scenario(folder / "two.yaml").announcements
    assert "instead of the shipped catalogs/parts.yaml" in announcement


def test_an_inline_site_and_one_to_look_up(folder):
    edit(folder / "two.yaml", "sites: [east]", "sites: {west: {activities: {a: {}}}, east: null}")
    project = load_scenario(folder / "two.yaml")
    assert list(project.sites) == ["west", "east"]


def test_the_problems_of_all_files_come_at_once(folder):
    edit(folder / "two.yaml", "start:", "begin:")
    edit(folder / "sites" / "east.yaml", "2 days", "2 dayz")
    edit(folder / "sites" / "catalogs" / "parts.yaml", "per: hall", "per: hal")
    found = problems(folder / "two.yaml")
    assert {Path(problem.file).name for problem in found} == {"two.yaml", "east.yaml", "parts.yaml"}
    assert [problem.hint for problem in found if problem.path.endswith("per")] == ["hall"]


def test_names_that_are_not_found_point_at_their_use(folder):
    edit(folder / "sites" / "east.yaml", "catalogs: [parts]", "catalogs: [part]")
    (folder / "sites" / "part-list.yaml").write_text("")
    (problem,) = problems(folder / "two.yaml")
    assert (problem.line, problem.column, problem.path) == (4, 12, "catalogs")
    assert 'called "part"' in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "hint"),
    [
        ("sites/east.yaml", "shell: shell-plain", "shell: shell-plane", "strategies.shell", "shell-plain"),
        ("sites/catalogs/parts.yaml", "crew: 2", "crw: 2", "templates.shell-plain.activities.shell.crew.crw", "crew"),
        (
            "sites/catalogs/parts.yaml",
            "calendar: shift",
            "calendar: shifts",
            "templates.shell-plain.activities.shell.calendar",
            "shift",
        ),
        (
            "sites/catalogs/parts.yaml",
            "weeks, source: report",
            "weeks, source: rapport",
            "supplies.pump.source",
            "report",
        ),
    ],
)
def test_unknown_names_get_the_nearest_one(folder, file, old, new, path, hint):
    edit(folder / file, old, new)
    (problem,) = problems(folder / "two.yaml")
    assert (problem.path, problem.hint) == (path, hint)
    assert Path(problem.file).name == Path(file).name


def test_a_template_is_chosen_at_its_level_or_above(folder):
    edit(folder / "sites" / "catalogs" / "parts.yaml", "per: hall", "per: site")
    edit(folder / "sites" / "east.yaml", "halls: {h: {}}", "halls: {h: {strategies: {shell: shell-plain}}}")
    (problem,) = problems(folder / "two.yaml")
    assert problem.path == "phases.p.halls.h.strategies.shell"
    assert "per site" in problem.message


@pytest.mark.parametrize("file", ["two.yaml", "sites/east.yaml", "sites/catalogs/parts.yaml"])
@pytest.mark.parametrize("stated", ["2", "'1'", "true"])
def test_another_schema_is_refused_with_what_to_change(folder, file, stated):
    edit(folder / file, "schema: 1", f"schema: {stated}")
    (problem,) = problems(folder / "two.yaml")
    assert problem.path == "schema"
    assert "this version reads schema: 1" in (problem.expected or "")


def test_a_file_is_called_as_it_says(folder):
    edit(folder / "sites" / "east.yaml", "site: east", "site: west")
    (problem,) = problems(folder / "two.yaml")
    assert (problem.line, problem.path) == (2, "site")


def test_numbers_of_catalogs_say_where_they_come_from(folder):
    edit(folder / "sites" / "catalogs" / "parts.yaml", "lead: 9 weeks, source: report", "lead: 9 weeks")
    edit(folder / "sites" / "catalogs" / "parts.yaml", "mon-fri, assumption: usual", "mon-fri")
    edit(folder / "sites" / "catalogs" / "parts.yaml", "    source: report\n    activities", "    activities")
    paths = [problem.path for problem in problems(folder / "two.yaml")]
    assert paths == [
        "calendars.shift",
        "supplies.pump.lead",
        "templates.shell-plain.activities.shell.duration",
    ]


def test_numbers_of_site_files_do_so_too_unless_the_site_does(folder):
    edit(folder / "sites" / "east.yaml", "assumption: a plan\n", "")
    (problem,) = problems(folder / "two.yaml")
    assert problem.path == "activities.open.duration"


def test_the_scenario_replaces_blocks_and_a_site_those_of_catalogs(folder):
    with (folder / "two.yaml").open("a") as file:
        file.write("pools: {crew: {capacity: 7}}\n")
    with (folder / "sites" / "east.yaml").open("a") as file:
        file.write("pools: {crew: {capacity: 6}}\nsupplies: {pump: {unit: unit, lead: 3 weeks}}\n")
    blocks = load_scenario(folder / "two.yaml").blocks
    assert blocks.pools["crew"].body.capacity[0].value.value == 7
    assert blocks.supplies["pump"].where.part.kind == "site"


def test_two_catalogs_cannot_define_one_name(folder):
    (folder / "catalogs" / "more.yaml").write_text(
        "schema: 1\ncatalog: more\ntitle: More\npools: {crew: {capacity: 5, assumption: guess}}\n"
    )
    edit(folder / "two.yaml", "sites: [east]", "sites: [east]\ncatalogs: [more]")
    (problem,) = problems(folder / "two.yaml")
    assert "'crew' is defined twice" in problem.message
    assert "more.yaml:4" in problem.message
    assert Path(problem.file).name == "parts.yaml"


def test_a_pool_and_a_supply_have_different_names(folder):
    edit(folder / "two.yaml", "sites: [east]", "sites: [east]\npools: {pump: {capacity: 3}}")
    (problem,) = problems(folder / "two.yaml")
    assert "both called 'pump'" in problem.message


class TestOverrides:
    def test_set_and_command_line_change_the_document_they_name(self, folder):
        edit(folder / "two.yaml", "sites: [east]", "sites: [east]\nset: {sites.east.start: 2026-02-01, seed: 5}")
        project = load_scenario(folder / "two.yaml", [("seed", 7), ("catalogs.parts.pools.crew.capacity", 9)])
        assert str(project.sites["east"].start) == "2026-02-01"
        assert project.scenario.seed == 7
        assert project.blocks.pools["crew"].body.capacity[0].value.value == 9

    def test_inline_sites_are_changed_in_the_scenario(self, folder):
        edit(folder / "two.yaml", "sites: [east]", "sites: {west: {activities: {a: {duration: 1 day}}}}")
        project = load_scenario(folder / "two.yaml", [("sites.west.activities.a.duration", "3 days")])
        duration = project.sites["west"].activities["a"].duration
        assert duration is not None
        assert duration[0].value.value == 3

    def test_a_wrong_value_is_shown_where_it_was_written(self, folder):
        edit(folder / "two.yaml", "sites: [east]", "sites: [east]\nset:\n  sites.east.start: soon")
        (problem,) = problems(folder / "two.yaml")
        assert (Path(problem.file).name, problem.line, problem.path) == ("two.yaml", 6, "sites.east.start")
        edit(folder / "two.yaml", "\nset:\n  sites.east.start: soon", "")
        (problem,) = problems(folder / "two.yaml", [("sites.east.activities.open.calendar", "night")])
        assert (problem.file, problem.path) == ("--set", "sites.east.activities.open.calendar")
        assert "no calendar called 'night'" in problem.message

    @pytest.mark.parametrize(
        ("path", "hint"),
        [("sites.eest.start", "east"), ("catalogs.part.title", "parts"), ("sites.east.phase.x", "phases")],
    )
    def test_paths_that_lead_nowhere(self, folder, path, hint):
        (problem,) = problems(folder / "two.yaml", [(path, "x")])
        assert (problem.file, problem.path, problem.hint) == ("--set", path, hint)

    def test_the_overrides_themselves_cannot_be_overridden(self, folder):
        (problem,) = problems(folder / "two.yaml", [("set", {})])
        assert "cannot change `set`" in problem.message


def test_the_hash_is_of_the_data_after_overrides(folder):
    plain = load_scenario(folder / "two.yaml").inputs_hash
    assert plain == load_scenario(folder / "two.yaml").inputs_hash
    assert plain != load_scenario(folder / "two.yaml", [("seed", 3)]).inputs_hash
    edit(folder / "sites" / "catalogs" / "parts.yaml", "title: Parts", "title:   Parts  # the same data")
    assert plain == load_scenario(folder / "two.yaml").inputs_hash


class TestLoadFile:
    def test_files_are_told_apart_by_their_content(self, folder):
        assert isinstance(load_file(folder / "two.yaml"), Project)
        site = load_file(folder / "sites" / "east.yaml")
        assert isinstance(site, Project)
        assert list(site.sites) == ["east"]
        catalog = load_file(folder / "sites" / "catalogs" / "parts.yaml")
        assert isinstance(catalog, CatalogFile)
        assert catalog.catalog.title == "Parts"

    def test_mistakes_of_each_kind_are_found(self, folder):
        edit(folder / "sites" / "catalogs" / "parts.yaml", "catalog: parts", "catalog: things")
        edit(folder / "sites" / "catalogs" / "parts.yaml", "mon-fri, assumption: usual", "mon-fri")
        for file, paths in (
            ("sites/catalogs/parts.yaml", ["catalog", "calendars.shift"]),
            ("sites/east.yaml", ["catalog", "calendars.shift"]),
        ):
            assert [problem.path for problem in problems(folder / file, load=load_file)] == paths

    def test_a_site_is_called_as_its_file(self, folder):
        (folder / "sites" / "east.yaml").rename(folder / "sites" / "west.yaml")
        (problem,) = problems(folder / "sites" / "west.yaml", load=load_file)
        assert "the file is called west.yaml" in problem.message

    @pytest.mark.parametrize("kind", ["site", "catalog"])
    def test_a_file_whose_name_is_no_name_is_refused(self, folder, kind):
        file = folder / f"My {kind}.yaml"
        file.write_text(f"schema: 1\n{kind}: My {kind}\ntitle: Mine\n")
        (problem,) = problems(file, load=load_file)
        assert (problem.line, problem.path) == (2, kind)
