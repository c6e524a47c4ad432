"""How long `buildsim bottlenecks` takes, part by part; run `python -m benchmarks.bottlenecks [SCENARIO] [-n N]`.

What is meant to hold on two cores with 200 replications: relief and cascade in about a minute, Shapley shares with
their pairs in about two. Seconds are of the clock, so keep the machine idle; the kernel is loaded before it is timed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from benchmarks.speed.machine import machine
from buildsim.compile.compile import compile_network
from buildsim.engine.select import select
from buildsim.loading.project import load_scenario
from buildsim.network.constraints import Constraint
from buildsim.sampling.draw import planned
from buildsim.studies.bottlenecks import shapley_shares
from buildsim.studies.candidates import candidates, removable, worth_asking
from buildsim.studies.cascade import cascade
from buildsim.studies.objective import objective
from buildsim.studies.plays import Plays
from buildsim.studies.relief import pairs, relief_curves, shadow_prices

PARTS = ("as it is", "relief", "shadow prices", "cascade", "Shapley shares", "pairs")


def timed(scenario: str, replications: int) -> dict[str, float]:
    """Seconds of each of the `PARTS`."""
    project = load_scenario(scenario)
    network = compile_network(project).network
    _, simulate = select("kernel")
    simulate(network, planned(network))
    goal = objective(network)
    plays = Plays(network, project.scenario.seed, replications, simulate, expected=1)
    seconds: dict[str, float] = {}

    def clocked(part: str, run: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = run()
        seconds[part] = time.perf_counter() - began
        return result

    base = clocked("as it is", plays.findings)
    found = candidates(network, base, goal)
    asked = [each.constraint for each in worth_asking(found)]
    players: tuple[Constraint, ...] = tuple(each.constraint for each in worth_asking(removable(found)))
    clocked("relief", lambda: relief_curves(plays, asked, goal, {}))
    clocked("shadow prices", lambda: shadow_prices(plays, project, asked, goal))
    clocked("cascade", lambda: cascade(plays, goal, base))
    clocked("Shapley shares", lambda: shapley_shares(plays, players, goal, project.scenario.seed))
    clocked("pairs", lambda: pairs(plays, players, goal))
    print(f"{scenario}: {len(asked)} constraints, {len(players)} of them removable players; {plays.played} plays")
    return seconds


def main() -> None:
    """Print the machine and the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", default="us-2026")
    parser.add_argument("-n", "--replications", type=int, default=200)
    asked = parser.parse_args()
    seconds = timed(asked.scenario, asked.replications)
    for name in PARTS:
        print(f"{name:16s} {seconds[name]:7.1f} s")
    print(f"{'all':16s} {sum(seconds.values()):7.1f} s with {asked.replications} replications")
    for name, value in machine().items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
