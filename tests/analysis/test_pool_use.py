from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from buildsim.analysis.pool_use import PoolUse

if TYPE_CHECKING:
    from tests.analysis.conftest import Case


def test_crews_hold_their_units_from_start_to_end_of_work_within_the_time_looked_at(case: Case) -> None:
    crew = case.pool("crew", 10)
    before, moldable, endless = case.activity("a"), case.activity("b"), case.activity("c")
    case.rows["activities"][before] |= {"need_pool": (crew,), "need_units": (3,)}
    case.rows["activities"][moldable] |= {"mold_pool": crew, "mold_min": 1, "mold_max": 9}
    case.rows["activities"][endless] |= {"need_pool": (crew,), "need_units": (1,)}
    case.play(before, -20, -20, 10)
    case.play(moldable, 10, 10, 20, 40, crew=4)
    case.play(endless, 30, 30)
    network, samples, outcome = case.all()
    use = PoolUse(network)
    use.add(samples, outcome)
    # 3 x 10, 4 x 10 and 1 x 10 of 10 x 40 unit-ticks
    assert use.shares() == [80 / 400]


def test_capacity_follows_its_steps_and_nothing_offered_is_no_use(case: Case) -> None:
    crew = case.pool("crew", 10)
    case.pool("none", 0)
    a = case.activity("a", need_pool=(crew,), need_units=(2,))
    case.play(a, 0, 0, 40)
    network, samples, outcome = case.all()
    for field, value in (("pool_ptr", [[0, 3, 4]]), ("pool_tick", [-5, 10, 90, 0]), ("pool_capacity", [8, 2, 50, 0])):
        object.__setattr__(samples, field, np.array(value))
    use = PoolUse(network)
    use.add(samples, outcome)
    assert use.shares() == [2 * 40 / (8 * 10 + 2 * 30), 0.0]
