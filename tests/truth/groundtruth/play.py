"""A scenario document in, played replications out, on any engine."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import numpy as np

from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, select
from buildsim.loading.project import load_scenario
from buildsim.network.codes import TICKS_PER_DAY, StartCause
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.draw import draw, planned

ENGINES: tuple[EngineName, ...] = tuple(
    name for name in get_args(EngineName) if name != "auto" and (name != "kernel" or find_spec("numba") is not None)
)
"""The engines that are installed: the kernel needs its compiler."""

START = "2026-01-05"
SEED = 1
CHUNK = 500
LONGEST = "200 years"
_FIELDS = ("ready", "start", "finish", "start_cause_kind", "start_cause", "order_tick", "delivery")


@dataclass(frozen=True, slots=True)
class Played:
    """R replications of a network; times are ticks, (R, activities) or (R, orders)."""

    network: Network
    ready: I64
    start: I64
    finish: I64
    start_cause_kind: I64
    start_cause: I64
    order_tick: I64
    delivery: I64

    @property
    def total(self) -> F64:
        """(R) Days until everything is finished."""
        return self.finish.max(axis=1) / TICKS_PER_DAY

    def columns(self, *names: str) -> list[int]:
        """Where activities of the only site stand."""
        index = {name.partition("/")[2]: i for i, name in enumerate(self.network.activities.name)}
        return [index[name] for name in names]

    def days(self, field: str, *names: str) -> F64:
        """(R, names) Days of one of ``ready``, ``start``, ``finish``."""
        ticks: I64 = getattr(self, field)
        return ticks[:, self.columns(*names)] / TICKS_PER_DAY

    def on_driving_path(self) -> Bool:
        """(R, activities) What the engine's causes lead to from the site's only milestone back."""
        on_path = np.zeros(self.finish.shape, dtype=bool)
        on_path[:, self.network.milestones.activity[0]] = True
        rows = np.arange(len(on_path))
        for activity in np.argsort(self.network.activities.position)[::-1]:
            by_link = on_path[:, activity] & (self.start_cause_kind[:, activity] == StartCause.LINK)
            on_path[rows[by_link], self.network.links.pred[self.start_cause[by_link, activity]]] = True
        return on_path

    def without_float(self) -> Bool:
        """(R, activities) Whose total float is zero: a backward pass over finish-to-start links, ties included."""
        late = np.repeat(self.finish.max(axis=1)[:, np.newaxis], self.finish.shape[1], axis=1)
        links = self.network.links
        work = self.finish - self.start
        for activity in np.argsort(self.network.activities.position)[::-1]:
            for pred in links.pred[links.succ == activity]:
                late[:, pred] = np.minimum(late[:, pred], late[:, activity] - work[:, activity])
        return late == self.finish


def scenario(activities: dict[str, Any], *, horizon: str = "10 years", **parts: Any) -> dict[str, Any]:
    """A document with one site ``s``; ``parts`` are further keys of the scenario."""
    document = {"schema": 1, "name": "truth", "start": START, "horizon": horizon}
    return {**document, "sites": {"s": {"activities": activities}}, **parts}


def compiled(document: dict[str, Any]) -> Network:
    """The network of a document, through a file as a user's would be (JSON is YAML)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "truth.yaml")
        file.write_text(json.dumps(document))
        return compile_network(load_scenario(file)).network


def play(network: Network, engine: EngineName, count: int) -> Played:
    """Play ``count`` replications of a network; what the reference engine plays, the others must play equally."""
    _, simulate = select(engine)
    others = [select(name)[1] for name in ENGINES if engine == "reference" and name != engine]
    outcomes = []
    for first in range(0, count, CHUNK):
        samples = draw(network, SEED, first, min(CHUNK, count - first))
        outcomes.append(simulate(network, samples))
        for twin in (other(network, samples) for other in others):
            for field in _FIELDS:
                assert np.array_equal(getattr(outcomes[-1], field), getattr(twin, field)), (field, first)
    return Played(network, *(np.concatenate([getattr(each, field) for each in outcomes]) for field in _FIELDS))


def planned_total(network: Network, engine: EngineName) -> float:
    """Days that everything takes as planned, without chance."""
    _, simulate = select(engine)
    return float(simulate(network, planned(network)).finish.max() / TICKS_PER_DAY)
