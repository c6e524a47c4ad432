"""In SimPy: a process for each activity, an event for its start and one for its finish, a container for each pool."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from benchmarks.speed.peers.work import Work


def finishes(work: Work) -> list[int]:
    """The tick at which each activity finishes."""
    env = simpy.Environment()
    pools = [simpy.Container(env, capacity=units, init=units) for units in work.capacity]
    started = [env.event() for _ in work.length]
    finished = [env.event() for _ in work.length]
    ticks = [0] * len(work.length)

    def link(event: simpy.Event, lag: int) -> Generator[simpy.Event, None, None]:
        yield event
        yield env.timeout(lag)

    def activity(number: int) -> Generator[simpy.Event, None, None]:
        waits: list[simpy.Event] = []
        for pred, from_start, lag in work.after[number]:
            event = started[pred] if from_start else finished[pred]
            waits.append(env.process(link(event, lag)) if lag else event)
        yield env.all_of([env.timeout(work.gate[number]), *waits])
        need = work.need[number]
        if need is not None:
            yield pools[need[0]].get(need[1])
        started[number].succeed()
        yield env.timeout(work.length[number])
        if need is not None:
            yield pools[need[0]].put(need[1])
        ticks[number] = int(env.now)
        finished[number].succeed()

    for number in range(len(work.length)):
        env.process(activity(number))
    env.run()
    return ticks
