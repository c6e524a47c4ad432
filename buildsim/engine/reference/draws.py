"""One row of the samples as plain Python lists, with the working times of that replication."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from buildsim.engine.reference.plan import Plan
from buildsim.network.worktime import WorkTime
from buildsim.sampling.samples import Samples
from buildsim.sampling.worktimes import effective_worktimes


@dataclass(frozen=True, slots=True)
class Draws:
    """Everything random that a replication may ask for."""

    lengths: list[list[int]]
    """Working ticks per activity, one per crew size from the smallest."""
    smallest_crew: list[int]
    state: list[int]
    tie: list[int]
    lag: list[int]
    lead: list[int]
    quantity: list[int]
    cycle: list[int]
    lot_capacity: list[int]
    lot_yield: list[int]
    initial_capacity: list[int]
    """Per pool, from tick 0."""
    pool_steps: list[list[tuple[int, int]]]
    """Per pool, (tick, capacity) of the later steps."""
    worktime: list[WorkTime]
    """Effective working time per activity."""

    def length(self, activity: int, crew: int) -> int:
        """Working ticks of an activity with a crew (0 without a moldable need)."""
        return self.lengths[activity][crew - self.smallest_crew[activity] if crew else 0]

    def longest(self, activity: int) -> int:
        """Working ticks with the slowest crew."""
        return max(self.lengths[activity])


def row_of(plan: Plan, samples: Samples, row: int) -> Draws:
    """Unpack row ``row`` of the chunk."""
    network = plan.network
    columns = network.activities.column_ptr.tolist()
    length = samples.length[row].tolist()
    steps = []
    for pool in range(len(network.pools)):
        first, last = samples.pool_ptr[row, pool : pool + 2].tolist()
        steps.append(
            list(
                zip(
                    samples.pool_tick[first:last].tolist(),
                    samples.pool_capacity[first:last].tolist(),
                    strict=True,
                )
            )
        )
    return Draws(
        lengths=[length[first:last] for first, last in pairwise(columns)],
        smallest_crew=network.activities.mold_min.tolist(),
        state=samples.state[row].tolist(),
        tie=samples.tie[row].tolist(),
        lag=samples.lag[row].tolist(),
        lead=samples.lead[row].tolist(),
        quantity=samples.quantity[row].tolist(),
        cycle=samples.cycle[row].tolist(),
        lot_capacity=samples.lot_capacity[row].tolist(),
        lot_yield=samples.lot_yield[row].tolist(),
        initial_capacity=[each[0][1] for each in steps],
        pool_steps=[each[1:] for each in steps],
        worktime=effective_worktimes(network, samples, row, plan.calendars, plan.stops),
    )
