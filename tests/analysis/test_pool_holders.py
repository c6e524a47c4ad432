from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.analysis.pool_holders import PoolHoldersTally

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

DAY = 1440
Q1, Q2 = 91, 91  # days of the first two quarters of 2024


def test_units_count_for_the_quarters_in_which_they_are_held_and_for_their_holder(case: Case) -> None:
    case.horizon = (Q1 + Q2) * DAY
    case.site("north")
    south = case.site("south")
    crew = case.pool("crew", 10)
    case.rows["pools"][crew]["market"] = -1
    before = case.activity("a", need_pool=(crew,), need_units=(3,))
    moldable = case.activity("b", site=south, mold_pool=crew, mold_min=1, mold_max=9)
    endless = case.activity("c", site=south, need_pool=(crew,), need_units=(1,))
    case.activity("d", need_pool=(crew,), need_units=(7,))  # never starts
    case.play(before, -20 * DAY, -20 * DAY, 91 * DAY)
    case.play(moldable, 81 * DAY, 81 * DAY, 101 * DAY, crew=4)
    case.play(endless, 172 * DAY, 172 * DAY)
    network, samples, outcome = case.all()
    tally = PoolHoldersTally(network)
    tally.add(samples, outcome)
    found = tally.result()
    assert found.quarters.name == ("2024Q1", "2024Q2")
    assert found.held[0, crew].tolist() == [3, 0]
    assert found.held[south, crew].tolist() == [4 * 10 / Q1, (4 * 10 + 1 * 10) / Q2]
    assert found.capacity[crew].tolist() == [10, 10]
    with pytest.raises(ValueError, match="added twice"):
        tally.add(samples, outcome)


def test_capacity_follows_its_steps_in_every_replication(case: Case) -> None:
    case.horizon = (Q1 + 10) * DAY
    case.replications = 2
    case.site()
    for _ in range(2):
        case.rows["pools"][case.pool("crew", 0)]["market"] = -1
    case.activity("a")
    network, samples, outcome = case.all()
    steps = {
        "pool_ptr": [[0, 3, 4], [4, 5, 6]],
        "pool_tick": [0, 45 * DAY, 96 * DAY, 0, 0, 0],
        "pool_capacity": [8, 2, 50, 1, 6, 3],
    }
    for field, value in steps.items():
        object.__setattr__(samples, field, np.array(value))
    tally = PoolHoldersTally(network)
    tally.add(samples, outcome)
    first, second = tally.result().capacity
    assert first.tolist() == [((8 * 45 + 2 * 46) / Q1 + 6) / 2, ((2 * 5 + 50 * 5) / 10 + 6) / 2]
    assert second.tolist() == [2, 2]
