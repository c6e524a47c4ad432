"""A scenario that stands in no file finds what is shipped and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.project import DocumentText, load_scenario

TEXT = """\
schema: 1
name: posted
start: 2026-01-05
base: {base}
sites:
  here:
    catalogs: [{catalog}]
    activities: {{a: {{duration: 3 days, milestone: done}}}}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.yaml").write_text(TEXT.format(base="quickstart", catalog="power"))
    (tmp_path / "secret.yaml").write_text("schema: 1\ncatalog: secret\ntitle: Not for you\n")
    return tmp_path


def test_shipped_names_are_found(place):
    project = load_scenario(DocumentText(TEXT.format(base="quickstart", catalog="power")))
    assert (project.scenario.name, list(project.sites), "power" in project.catalogs) == ("posted", ["here"], True)


@pytest.mark.parametrize(
    ("base", "catalog", "said"),
    [
        ("./other.yaml", "power", "scenario:4:7: base: what is shipped knows no paths"),
        ("other.yaml", "power", "scenario:4:7: base: what is shipped knows no paths"),
        ("other", "power", 'scenario:4:7: base: nothing among the scenarios is called "other"'),
        ("quickstart", "secret", 'nothing among the catalogs is called "secret"'),
        ("quickstart", "../secret", "looks like a path"),
    ],
)
def test_no_file_is_read(place, base, catalog, said):
    with pytest.raises(InputError) as refusal:
        compile_network(load_scenario(DocumentText(TEXT.format(base=base, catalog=catalog))))
    assert said in str(refusal.value)
