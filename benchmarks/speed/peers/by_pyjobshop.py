"""In PyJobShop, which hands the model to OR-Tools' CP-SAT: it looks for the shortest schedule and proves it."""

from __future__ import annotations

from dataclasses import dataclass

from pyjobshop import Model

from benchmarks.speed.peers.work import Work


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the solver found in its time."""

    makespan: int
    bound: int
    """No schedule is shorter."""


def shortest(work: Work, seconds: float) -> Schedule:
    """The best schedule found in so many seconds on one thread. RuntimeError if there is none."""
    model = Model()
    pools = [model.add_renewable(capacity=units) for units in work.capacity]
    tasks = [model.add_task(earliest_start=gate) for gate in work.gate]
    # a task without a need stands on a pool of its own of which it takes nothing
    none = model.add_renewable(capacity=0)
    for task, length, need, after in zip(tasks, work.length, work.need, work.after, strict=True):
        pool, units = (none, 0) if need is None else (pools[need[0]], need[1])
        model.add_mode(task, pool, duration=length, demands=units)
        for pred, from_start, lag in after:
            add = model.add_start_before_start if from_start else model.add_end_before_start
            add(tasks[pred], task, delay=lag)
    result = model.solve(solver="ortools", time_limit=seconds, display=False, num_workers=1)
    if not result.best.tasks:
        raise RuntimeError(f"no schedule in {seconds:g} s")
    return Schedule(int(result.objective), int(result.lower_bound))
