from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from buildsim.cli.main import main

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
pools:
  crane: {capacity: 1}
sites:
  north:
    owner: one
    deadline: 2026-04-01
    activities:
      permit: {kind: permit, duration: "uniform(10, 30) days", milestone: first_power}
      lift: {duration: "pert(5, 10, 30) days", after: [permit], crew: {crane: 1}}
      racks: {duration: 4 days, after: [lift], milestone: first_gpu}
  south:
    owner: one
    activities:
      lift: {duration: "uniform(20, 60) days", crew: {crane: 1}, milestone: first_gpu}
replications: 40
seed: 7
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a scenario file in the current folder, which is fresh."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SCENARIO)
    return "small.yaml"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs the command line in this process."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Done(code, *capsys.readouterr())

    return run
