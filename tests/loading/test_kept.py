"""What a process has read it does not work through again, and nothing that is kept is ever changed."""

from __future__ import annotations

import copy
import json

from buildsim.datafiles import find
from buildsim.loading import settle, yaml_file
from buildsim.loading.project import DocumentText, Project, load_scenario
from buildsim.loading.yaml_file import read_document

CYCLE = "catalogs.power.supplies.large-power-transformer.line.cycle"


def plan(**changes: str) -> str:
    body = {
        "region": "elsewhere-dry",
        "catalogs": ["power", "reference-plans"],
        "activities": {"a": {"duration": "1 day"}},
    }
    scenario = {"schema": 1, "name": "x", "start": "2025-01-01", "sites": {"s": body}, "set": changes}
    return json.dumps(scenario)


def test_catalogs_are_parsed_and_validated_once():
    load_scenario(DocumentText(plan(), "first"))
    parsed, validated = yaml_file._parse.cache_info().misses, settle._valid.cache_info().misses
    load_scenario(DocumentText(plan().replace('"x"', '"y"'), "second"))
    assert yaml_file._parse.cache_info().misses - parsed == 1
    assert settle._valid.cache_info().misses - validated == 1


def test_overrides_change_nothing_that_is_kept():
    found = find("catalogs", "power", None)
    before = copy.deepcopy(read_document(found.file, found.display).data)
    plain = load_scenario(DocumentText(plan(), "plain"))
    changed = load_scenario(DocumentText(plan(**{CYCLE: "9 weeks"}), "changed"))
    assert _cycle(changed) == "9 weeks" != _cycle(plain)
    again = load_scenario(DocumentText(plan(), "again"))
    assert (_cycle(again), again.inputs_hash) == (_cycle(plain), plain.inputs_hash)
    assert read_document(found.file, found.display).data == before


def _cycle(project: Project) -> str:
    return project.catalogs["power"].supplies["large-power-transformer"].line.cycle[0].value.text


def test_a_file_that_was_changed_is_read_anew(tmp_path):
    file = tmp_path / "x.yaml"
    text = plan()
    file.write_text(text)
    assert load_scenario(file).scenario.name == "x"
    file.write_text(text.replace('"x"', '"other"'))
    assert load_scenario(file).scenario.name == "other"
