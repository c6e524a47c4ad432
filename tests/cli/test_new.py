"""`buildsim new`: starters that pass the check, and never overwrite."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from jsonschema import Draft202012Validator

from buildsim.loading.yaml_file import parse_document


@pytest.fixture(autouse=True)
def _fresh_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("kind", ["site", "scenario"])
def test_starters_pass_the_check(cli, tmp_path, kind):
    made = cli("new", kind, "my-first")
    assert (made.code, made.out) == (0, "wrote my-first.yaml\nnext: buildsim check my-first.yaml\n")
    assert "@NAME@" not in (tmp_path / "my-first.yaml").read_text()
    checked = cli("check", "my-first.yaml")
    assert checked.code == 0
    # a site's catalogs may hold facts that are old by its start
    assert all(re.fullmatch(r"warning: my-first\.yaml: stale: .*", line) for line in checked.err.splitlines())
    assert checked.out.startswith(f"ok my-first.yaml: {kind}, ")


@pytest.mark.parametrize("kind", ["site", "scenario"])
def test_starters_tell_editors_their_schema(cli, tmp_path, kind):
    cli("new", kind, "my-first")
    first, _, text = (tmp_path / "my-first.yaml").read_text().partition("\n")
    uri = first.removeprefix("# yaml-language-server: $schema=")
    schema = json.loads(Path(url2pathname(urlsplit(uri).path)).read_text("utf-8"))
    assert schema["title"] == f"buildsim {kind}"
    assert list(Draft202012Validator(schema).iter_errors(parse_document(text, "my-first.yaml").data)) == []


def test_a_started_site_runs_in_a_started_scenario(cli, tmp_path):
    cli("new", "site", "mine")
    cli("new", "scenario", "all")
    text = (tmp_path / "all.yaml").read_text()
    start, end = text.index("sites:\n"), text.index("# What all sites share")
    (tmp_path / "all.yaml").write_text(text[:start] + "sites: [mine]\n" + text[end:])
    sites = json.loads(cli("run", "all.yaml", "-n", "20", "--json", "-").out)["sites"]
    milestones = ["first_power", "first_rack", "first_gpu", "first_hall", "full_capacity", "campus_complete"]
    assert list(sites["mine"]["milestones"]) == milestones


def test_another_folder(cli, tmp_path):
    (tmp_path / "sites").mkdir()
    assert cli("new", "site", "mine", "--dir", "sites").code == 0
    assert (tmp_path / "sites" / "mine.yaml").is_file()
    assert cli("new", "site", "mine", "--dir", "nowhere").code == 2


def test_nothing_is_overwritten(cli, tmp_path):
    (tmp_path / "mine.yaml").write_text("old")
    done = cli("new", "site", "mine")
    assert done.code == 2
    assert done.err.startswith("mine.yaml:1:1: this file exists and is not overwritten")
    assert (tmp_path / "mine.yaml").read_text() == "old"


@pytest.mark.parametrize("name", ["My Site", "../mine", "-x.yaml", ""])
def test_names_that_could_not_be_used(cli, tmp_path, name):
    assert cli("new", "site", "--", name).code == 2
    assert list(tmp_path.iterdir()) == []
