"""What every detail of a run obeys, on random networks with every feature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.analysis.chunk import Chunk
from buildsim.engine.reference.simulate import simulate
from buildsim.network.network import Network
from buildsim.sampling.draw import planned
from buildsim.studies.detail import Detail, Subject
from buildsim.studies.runner_up import RunnerUpDetail
from buildsim.studies.schedule import ScheduleDetail

from .conftest import REPLICATIONS, play, scenarios


@pytest.mark.parametrize("make", [ScheduleDetail, RunnerUpDetail])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=scenarios(), cut=st.integers(1, REPLICATIONS - 1), backward=st.booleans())
def test_tables_do_not_depend_on_how_replications_are_split(
    make: Callable[[Subject], Detail],
    compiled: Callable[[dict[str, Any]], Network],
    document: dict[str, Any],
    cut: int,
    backward: bool,
) -> None:
    network = compiled(document)
    plan = planned(network)
    subject = Subject(cast("Any", None), network, plan, simulate(network, plan))
    whole, parts = make(subject), make(subject)
    whole.add(Chunk.of(network, *play(network)))
    chunks = [(0, cut), (cut, REPLICATIONS - cut)]
    for first, count in reversed(chunks) if backward else chunks:
        parts.add(Chunk.of(network, *play(network, first, count)))
    together, apart = whole.tables(), parts.tables()
    assert together.keys() == apart.keys()
    for name, table in together.items():
        pd.testing.assert_frame_equal(table, apart[name], check_exact=True)
