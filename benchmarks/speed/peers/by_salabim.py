"""In salabim: a component for each activity, a state for its start and one for its finish, a resource for each pool."""

from __future__ import annotations

from typing import Any

import salabim as sim

from benchmarks.speed.peers.work import Work

sim.yieldless(False)  # processes are generators, as in SimPy: the other way needs greenlets


class _Link(sim.Component):
    def setup(self, event: Any, lag: int, arrived: Any) -> None:
        self.event, self.lag, self.arrived = event, lag, arrived

    def process(self) -> Any:
        yield self.wait(self.event)
        yield self.hold(self.lag)
        self.arrived.set()


class _Activity(sim.Component):
    def setup(self, gate: int, waits: list[Any], need: Any, length: int, started: Any, finished: Any) -> None:
        self.gate, self.waits, self.need, self.length = gate, waits, need, length
        self.started, self.finished = started, finished
        self.tick = 0

    def process(self) -> Any:
        yield self.hold(self.gate)
        if self.waits:
            yield self.wait(*self.waits, all=True)
        if self.need is not None:
            yield self.request(self.need)
        self.started.set()
        yield self.hold(self.length)
        if self.need is not None:
            # a release serves at most one who waits where only the first is honoured: so unit by unit
            pool, units = self.need
            for _ in range(units):
                self.release((pool, 1))
        self.tick = int(self.env.now())
        self.finished.set()


def finishes(work: Work) -> list[int]:
    """The tick at which each activity finishes."""
    env = sim.Environment(trace=False)
    pools = [sim.Resource(capacity=units, honor_only_first=True, monitor=False, env=env) for units in work.capacity]
    started = [sim.State(monitor=False, env=env) for _ in work.length]
    finished = [sim.State(monitor=False, env=env) for _ in work.length]
    activities = []
    for number, length in enumerate(work.length):
        waits = []
        for pred, from_start, lag in work.after[number]:
            event = started[pred] if from_start else finished[pred]
            if lag:
                arrived = sim.State(monitor=False, env=env)
                _Link(event=event, lag=lag, arrived=arrived, env=env)
                event = arrived
            waits.append(event)
        need = work.need[number]
        activities.append(
            _Activity(
                gate=work.gate[number],
                waits=waits,
                need=None if need is None else (pools[need[0]], need[1]),
                length=length,
                started=started[number],
                finished=finished[number],
                env=env,
            )
        )
    env.run()
    return [each.tick for each in activities]
