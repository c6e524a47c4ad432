"""What a search for priorities and dates finds is played so exactly, and is never worse than the plan as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from buildsim.analysis.milestones import milestone_ticks
from buildsim.engine.reference.simulate import simulate
from buildsim.leveling.replay import leveled, movable
from buildsim.leveling.search import Search
from buildsim.network.codes import TICKS_PER_DAY, UNSET
from buildsim.network.network import Network
from buildsim.sampling.draw import planned

from .conftest import scenarios

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
Compile = Callable[[dict[str, Any]], Network]


def worth(network: Network) -> int:
    ticks = milestone_ticks(network, simulate(network, planned(network)))
    return int(np.minimum(ticks, network.horizon).sum())


def stated(network: Network, before: Network) -> dict[str, Any]:
    """A scenario's ``leveling`` that says what a leveled network has."""
    table, said = network.activities, {}
    for a in movable(network):
        row: dict[str, Any] = {"priority": int(table.priority[a])}
        tick = int(table.not_before[a])
        if tick not in (UNSET, before.activities.not_before[a]):
            row["not_before"] = (date.fromisoformat("2026-01-05") + timedelta(days=tick // TICKS_PER_DAY)).isoformat()
        said[table.name[a].partition("#")[0]] = row
    return said


@LAWS
@given(document=scenarios())
def test_what_is_found_is_played_exactly_and_is_never_worse(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    search = Search(network, simulate, range(len(network.milestones.name)))
    assert search.given == worth(network)
    found = search.run(24, seed=1)
    assert found is not None
    assert worth(leveled(network, found.candidate)) == found.value
    tidied = leveled(network, search.tidied(found))
    assert worth(tidied) <= found.value
    again = compiled({**document, "leveling": stated(tidied, network)})
    assert worth(again) == worth(tidied)
    assert again.activities.priority.tolist() == tidied.activities.priority.tolist()
    assert again.activities.not_before.tolist() == tidied.activities.not_before.tolist()
