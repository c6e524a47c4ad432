"""`buildsim schema`: the published JSON Schemas, on stdout or in a file."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from buildsim.schema.published import Kind


@pytest.mark.parametrize("kind", Kind)
def test_it_prints_the_schema(cli, kind):
    done = cli("schema", kind)
    assert (done.code, done.err) == (0, "")
    printed = json.loads(done.out)
    Draft202012Validator.check_schema(printed)
    assert printed["title"] == f"buildsim {kind}"


def test_it_writes_the_same_to_a_file(cli, tmp_path):
    file = tmp_path / "site.json"
    assert cli("schema", "site", "-o", file).out == f"wrote {file}\n"
    assert file.read_text("utf-8") == cli("schema", "site").out


def test_refusals(cli, tmp_path):
    done = cli("schema", "sites")
    assert (done.code, done.out) == (2, "")
    assert "'sites'" in done.err
    assert cli("schema", "site", "-o", tmp_path / "nowhere" / "x.json").code == 2
