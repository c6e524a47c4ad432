"""`buildsim import`: writes a scenario that runs, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CHAIN = """\
projects                      :  1
jobs (incl. supersource/sink ):  3
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
PRECEDENCE RELATIONS:
   1        1          1           2
   2        1          1           3
   3        1          0
***
REQUESTS/DURATIONS:
  1      1     0       0
  2      1     6       1
  3      1     0       0
***
RESOURCEAVAILABILITIES:
    1
***
"""


@pytest.fixture(autouse=True)
def _fresh_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chain.sm").write_text(CHAIN)


def test_an_imported_instance_passes_the_check_and_runs(cli, tmp_path):
    done = cli("import", "chain.sm", "-o", "new/folder")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("wrote new/folder/chain.yaml\nnext: buildsim run new/folder/chain.yaml")
    assert cli("check", "new/folder/chain.yaml").out.startswith("ok new/folder/chain.yaml: scenario, 1 site")
    result = json.loads(cli("run", "new/folder/chain.yaml", "-n", "1", "--rule", "lst", "--json", "-").out)
    assert result["sites"]["chain"]["milestones"]["finish"]["p50_days"] == 6


def test_a_second_import_gives_the_same_bytes_in_the_same_place(cli, tmp_path):
    cli("import", "chain.sm")
    first = (tmp_path / "chain.yaml").read_bytes()
    (tmp_path / "chain.yaml").write_text("old")
    assert cli("import", "chain.sm").code == 0
    assert (tmp_path / "chain.yaml").read_bytes() == first
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chain.sm", "chain.yaml"]


def test_a_name_that_cannot_stand_is_made_valid_and_said(cli, tmp_path):
    (tmp_path / "My Plan.sm").write_text(CHAIN)
    done = cli("import", "My Plan.sm")
    assert (done.code, done.err) == (0, "note: 'My Plan' cannot be a name: the scenario is called my-plan\n")
    assert cli("check", "my-plan.yaml").code == 0


def test_nothing_is_written_for_a_bad_file(cli, tmp_path):
    (tmp_path / "bad.sm").write_text(CHAIN[:-40])
    (tmp_path / "bad.yaml").write_text("old")
    done = cli("import", "bad.sm", "-o", "out")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("bad.sm:14:17: the file ends within the section REQUESTS/DURATIONS:")
    assert not (tmp_path / "out").exists()


def test_multi_mode_is_refused_by_its_name(cli, tmp_path):
    (tmp_path / "plan.mm").write_text(CHAIN.replace("nonrenewable              :  0", "nonrenewable              :  2"))
    done = cli("import", "plan.mm")
    assert done.code == 2
    assert done.err.startswith("plan.mm:4:34: it has nonrenewable resources, as multi-mode instances (.mm) do")


def test_a_place_that_takes_no_files(cli, tmp_path):
    (tmp_path / "file").write_text("")
    done = cli("import", "chain.sm", "-o", "file/below")
    assert done.code == 2
    assert done.err.startswith("file/below:1:1: no folder can be made here")
    assert cli("import", "missing.sm").err.startswith("missing.sm:1:1: cannot be read")
