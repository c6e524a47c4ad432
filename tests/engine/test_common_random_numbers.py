"""Another site or activity shifts nobody's draws: variants are compared under common random numbers."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from buildsim.network.network import Network
from buildsim.sampling.draw import draw
from buildsim.sampling.samples import Samples

from .conftest import scenarios


def by_name(network: Network, samples: Samples) -> dict[str, Any]:
    """Every draw of activities, links' lags, orders and lines under a name that does not depend on its index."""
    table, links = network.activities, network.links
    found: dict[str, Any] = {}
    for activity, name in enumerate(table.name):
        first, last = table.column_ptr[activity : activity + 2].tolist()
        found[name] = samples.length[:, first:last].tolist(), samples.state[:, activity].tolist()
    for link in range(len(links)):
        key = f"{table.name[links.pred[link]]} {links.type[link]} {table.name[links.succ[link]]}"
        found[key] = samples.lag[:, link].tolist()
    for order, name in enumerate(network.orders.name):
        found[name] = samples.lead[:, order].tolist(), samples.quantity[:, order].tolist()
    for supply, name in enumerate(network.supplies.name):
        found[f"{name}:cycle"] = samples.cycle[:, supply].tolist()
    for row, name in enumerate(network.risks.name):
        found[name] = samples.risk_struck[:, row].tolist(), samples.risk_factor[:, row].tolist()
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=scenarios())
def test_no_two_variables_share_a_stream(
    compiled: Callable[[dict[str, Any]], Network], document: dict[str, Any]
) -> None:
    keys = [(variable.name, variable.occurrence) for variable in compiled(document).variables]
    assert len(set(keys)) == len(keys)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=scenarios())
def test_more_sites_and_activities_leave_the_other_draws_equal(
    compiled: Callable[[dict[str, Any]], Network], document: dict[str, Any]
) -> None:
    larger = deepcopy(document)
    south = {"activities": {"x": {"duration": "uniform(1, 9) days"}}}
    larger["sites"] = {"another": south, **larger["sites"]}
    larger["sites"]["north"]["activities"]["later"] = {"duration": "uniform(1, 9) days", "after": ["a0"]}
    small, large = compiled(document), compiled(larger)
    before = by_name(small, draw(small, 11, 2, 4))
    after = by_name(large, draw(large, 11, 2, 4))
    # a plain network's finish joins what has no successor, which the new activity changes
    kept = {name for name in before if "finish" not in name}
    assert kept <= set(after)
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    assert not np.array_equal(after["another/x"][0], after["north/later"][0])
