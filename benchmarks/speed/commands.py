"""The whole command, as a user meets it: what a replication adds to it, how long it takes, and how it starts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from json import loads
from typing import Final

from benchmarks.speed.lines import Line, at_least, at_most
from benchmarks.speed.machine import Usage, ask, run
from benchmarks.speed.play import kernel
from benchmarks.speed.rounds import Figure, figure, ratio
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.reduce import Reduction
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import draw

SCENARIO: Final = "us-2026"
WALLS: Final = {"us-2026": 5.0, "quickstart": 2.0}
"""Seconds that `run -n 1000` is to take, by scenario."""


def per_replication(quick: bool) -> list[Line]:
    """CPU time of a run that is due to its replications: the difference of a long and a short one."""
    lengths = {"kernel": (64, 320), "reference": (12, 24)} if quick else {"kernel": (64, 1024), "reference": (16, 32)}
    run(_arguments(SCENARIO, 1, "kernel"))  # compiles if it has to
    more = {engine: _played(long) - _played(short) for engine, (short, long) in lengths.items()}
    added: dict[str, list[float]] = {engine: [] for engine in lengths}
    for _ in range(1 if quick else 3):
        for engine, (short, long) in lengths.items():
            less, all_of_it = (run(_arguments(SCENARIO, count, engine)).cpu for count in (short, long))
            added[engine].append((all_of_it - less) / more[engine])
    how = "; ".join(f"`--engine {engine}`: -n {long} less -n {short}" for engine, (short, long) in lengths.items())
    return [
        Line(
            f"`run {SCENARIO}`: reference engine / kernel, per added replication",
            ratio(added["reference"], added["kernel"]),
            "x",
            f"CPU time of whole processes, {how}; over all that is played more, medians' paths too",
            bound=at_least(50),
            aim=at_least(100),
        ),
        Line(f"`run {SCENARIO}`: an added replication, kernel", figure(added["kernel"], 1000), "ms", "CPU time"),
        Line(f"`run {SCENARIO}`: an added replication, reference", figure(added["reference"], 1000), "ms", "CPU time"),
    ]


def walls(quick: bool) -> list[Line]:
    """How long a thousand replications take, once everything is in the caches."""
    lines = []
    for scenario, seconds in WALLS.items():
        arguments = _arguments(scenario, 1000, "kernel")
        run(_arguments(scenario, 1, "kernel"))
        used = [run(arguments) for _ in range(1 if quick else 5)]
        lines.append(
            Line(
                f"`buildsim {' '.join(arguments[2:])}`, warm",
                figure([each.wall for each in used]),
                "s",
                f"wall; CPU time {figure([each.cpu for each in used]).median:.1f} s",
                aim=at_most(seconds),
            )
        )
    return lines


def starts(quick: bool) -> list[Line]:
    """Cold and warm: without and with compiled code and bytecode."""
    rounds = 1 if quick else 5
    lines = [_compilation(rounds)]
    for arguments in (("--help",), ("check", "quickstart"), ("run", "quickstart", "-n", "1")):
        command = ("-m", "buildsim", *arguments)
        cold = [_cold(command) for _ in range(1 if quick else 3)]
        run(command)
        warm = [run(command) for _ in range(3 * rounds)]
        name = f"`buildsim {' '.join(arguments)}`"
        lines += [
            Line(f"{name}, cold", _wall(cold), "s", "wall; no bytecode of any library, no compiled kernel"),
            Line(
                f"{name}, warm", _wall(warm), "s", f"wall; CPU time {figure([each.cpu for each in warm]).median:.2f} s"
            ),
        ]
    return lines


def _compilation(rounds: int) -> Line:
    """The first replication of a new user: compilation and all that is imported for it."""
    cold, warm = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for times in (cold, warm):
                answer = loads(ask(["-m", "benchmarks.speed.worker", "first"], {"XDG_CACHE_HOME": cache}))
                times.append(answer["wall"])
    return Line(
        "kernel's first replication, nothing compiled",
        figure(cold),
        "s",
        f"wall, from importing the kernel to the end of one replication; {figure(warm).median:.2f} s the second time",
        bound=at_most(45),
        aim=at_most(10),
    )


def _played(count: int) -> int:
    """How many replications so long a run plays: also those of the milestones' medians once more, for their paths.

    With few replications the medians are far fewer than with many, so the difference of two lengths has them in it.
    """
    project = load_scenario(SCENARIO)
    network = compile_network(project).network
    samples = draw(network, project.scenario.seed, 0, count)
    reduction = Reduction(network)
    reduction.add(Chunk(Lookup(network), samples, kernel()(network, samples)))
    findings = reduction.result()
    again = {findings.percentile_replication(milestone) for milestone in range(len(network.milestones.name))}
    return count + len(again - {None})


def _arguments(scenario: str, count: int, engine: str) -> list[str]:
    return ["-m", "buildsim", "run", scenario, "-n", str(count), "--engine", engine]


def _cold(command: Sequence[str]) -> Usage:
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as bytecode:
        environment: Mapping[str, str] = {"XDG_CACHE_HOME": cache, "PYTHONPYCACHEPREFIX": bytecode}
        return run(command, environment)


def _wall(used: Sequence[Usage]) -> Figure:
    return figure([each.wall for each in used])
