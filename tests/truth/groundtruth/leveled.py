"""PSPLIB instances as the search for priorities and dates leaves them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, select
from buildsim.importing.psplib import read, scenario_text
from buildsim.leveling.replay import leveled
from buildsim.leveling.search import Search
from buildsim.loading.project import load_scenario
from buildsim.network.codes import TICKS_PER_DAY, UNSET
from buildsim.sampling.draw import planned
from groundtruth.schedule import Dated, dated


@dataclass(frozen=True, slots=True)
class LeveledInstance:
    """What was found: the makespan by the search itself, and the schedule that an engine plays in the end."""

    makespan: float
    dated: Dated
    schedules: int
    dates: int
    """Not-before dates that it cannot do without."""


def level_instance(file: Path, schedules: int, seed: int, engine: EngineName) -> LeveledInstance:
    """Search an instance; nothing that is played after the search makes the makespan shorter."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "instance.yaml")
        scenario.write_text(scenario_text(read(file), "instance", file.name))
        network = compile_network(load_scenario(scenario)).network
    _, simulate = select(engine)
    search = Search(network, simulate, [0])
    found = search.run(schedules, seed)
    assert found is not None
    tidied = search.tidied(found)
    better = leveled(network, tidied)
    outcome = simulate(better, planned(better))
    return LeveledInstance(
        makespan=found.value / TICKS_PER_DAY,
        dated=dated(better, outcome),
        schedules=found.schedules,
        dates=int((tidied.not_before != UNSET).sum()),
    )
