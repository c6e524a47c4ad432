from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.studies.answer import Answer, answer_of
from buildsim.studies.run import run_scenario

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
horizon: 40 days
pools:
  crane: {capacity: 1}
sites:
  north:
    owner: one
    start: 2026-01-10
    activities:
      permit: {kind: permit, duration: "uniform(10, 30) days", milestone: first_power}
      lift: {duration: "pert(5, 10, 30) days", after: [permit], crew: {crane: 1}, milestone: first_gpu}
    records:
      first_power: {date: 2026-02-01, assumption: overheard}
  south:
    owner: one
    activities:
      lift: {duration: "uniform(20, 60) days", crew: {crane: 1}, milestone: first_gpu}
replications: 40
"""


@pytest.fixture(scope="session")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    file: Path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    file.write_text(SCENARIO)
    return answer_of(run_scenario(file))
