"""Kept results: what the folder holds, and that loading gives it back or refuses."""

from __future__ import annotations

import json
from hashlib import sha256

import pandas as pd
import pytest

from buildsim.analysis.result import to_json
from buildsim.errors import InputError
from buildsim.studies.answer import to_document
from buildsim.studies.store import is_result, load, save

TABLES = ("attribution", "criticality", "finishes", "milestones", "paths")


@pytest.fixture
def kept(answer, tmp_path):
    save(answer, tmp_path / "kept")
    return tmp_path / "kept"


def test_the_manifest_identifies_the_run_and_its_files(answer, kept):
    manifest = json.loads((kept / "manifest.json").read_text())
    files = manifest.pop("files")
    assert manifest == {
        "format": "buildsim-result-1",
        "scenario": "small",
        "inputs_hash": answer.result.inputs_hash,
        "seed": 1,
        "replications": 40,
        "engine": {"asked": "auto", "used": "reference"},
        "versions": dict(answer.result.versions),
    }
    assert set(files) == {"result.json", *(f"{name}.parquet" for name in TABLES)}
    assert {path.name for path in kept.iterdir()} == {"manifest.json", *files}
    for name, stated in files.items():
        data = (kept / name).read_bytes()
        assert stated == {"sha256": sha256(data).hexdigest(), "bytes": len(data)}


def test_the_same_answer_gives_the_same_bytes(answer, kept, tmp_path):
    save(answer, tmp_path / "again")
    for file in kept.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_loading_gives_it_back(answer, kept):
    loaded = load(kept)
    assert to_document(loaded) == to_document(answer)
    assert loaded.evidence == answer.evidence
    assert loaded.engine_used == "reference"
    pd.testing.assert_frame_equal(loaded.finishes, answer.finishes)


def test_keys_that_a_later_version_added_are_passed_over(answer, kept):
    document = to_document(answer)
    document["later"] = document["sites"]["north"]["later"] = 1
    document["sites"]["north"]["milestones"]["first_gpu"]["later"] = 1
    data = json.dumps(document).encode()
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest["files"]["result.json"]["sha256"] = sha256(data).hexdigest()
    (kept / "result.json").write_bytes(data)
    (kept / "manifest.json").write_text(json.dumps(manifest))
    assert to_json(load(kept).result) == to_json(answer.result)


def test_finishes_are_tidy_and_agree_with_the_result(answer):
    finishes = answer.finishes
    assert list(finishes.columns) == ["replication", "site", "milestone", "days", "reached"]
    assert len(finishes) == 40 * 3
    assert finishes["days"].isna().equals(~finishes["reached"])
    south = finishes.query("site == 'south'")
    milestone = answer.result.sites["south"].milestones["first_gpu"]
    assert 0 < milestone.reached < 1
    assert south["reached"].mean() == milestone.reached
    assert south["days"].mean() == pytest.approx(milestone.mean_days)
    assert sorted(finishes.query("milestone == 'first_power'")["days"])[19] == pytest.approx(
        answer.result.sites["north"].milestones["first_power"].p50_days
    )


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("manifest.json", "{", "not the manifest of a result of this version"),
        ("manifest.json", '{"format": "buildsim-result-9", "files": {}}', "not the manifest"),
        ("result.json", "{}", "not the file that the manifest lists"),
        ("finishes.parquet", "", "not the file that the manifest lists"),
    ],
)
def test_changed_results_are_refused(kept, file, text, said):
    (kept / file).write_text(text)
    with pytest.raises(InputError, match=said):
        load(kept)


def test_incomplete_results_are_refused(kept):
    (kept / "result.json").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        load(kept)


def test_only_results_and_empty_folders_are_replaced(answer, kept, tmp_path):
    save(answer, kept)
    (tmp_path / "empty").mkdir()
    save(answer, tmp_path / "empty")
    assert is_result(tmp_path / "empty")
    (kept / "notes.md").write_text("mine")
    with pytest.raises(InputError, match=r"holds other files too: notes\.md"):
        save(answer, kept)
    with pytest.raises(InputError, match="holds no kept result"):
        save(answer, tmp_path)
    assert (kept / "notes.md").read_text() == "mine"
