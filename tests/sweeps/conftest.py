from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

YARD = """\
schema: 1
name: yard
start: 2026-01-05
replications: 40
seed: 3
pools: {crane: {capacity: 1}}
sites:
  s:
    activities:
      dig: {duration: "uniform(10, 30) days"}
      lift: {duration: "uniform(15, 25) days", after: [dig], crew: {crane: 1}}
      weld: {duration: 10 days, after: [dig], crew: {crane: 1}}
      end: {duration: 0 days, after: [lift, weld], milestone: done}
"""

GRID = """\
schema: 1
sweep: cranes
scenario: yard.yaml
factors:
  cranes: {path: pools.crane.capacity, values: [1, 2]}
  dig: {path: sites.s.activities.dig.duration, values: [5 days, 2 weeks, "uniform(10, 30) days"]}
  order:
    alternatives:
      together: {}
      weld-first: {set: {sites.s.activities.lift.after: [dig, weld]}}
design: grid
"""


@pytest.fixture(scope="session")
def yard() -> str:
    """The scenario that the sweeps vary."""
    return YARD


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sweep beside the scenario that it varies, and gives its path."""

    def written(text: str = GRID, *, scenario: str = YARD) -> Path:
        (tmp_path / "yard.yaml").write_text(scenario)
        name = next(line.removeprefix("sweep: ") for line in text.splitlines() if line.startswith("sweep: "))
        file = tmp_path / f"{name}.yaml"
        file.write_text(text)
        return file

    return written
