"""Two threads against one, beside what the machine gives two processes that know nothing of each other.

T1 is the wall time of a chunk on one thread, T2 on two threads, C that of two processes which each play the chunk on
one thread at once, from the word go to the later answer. Then the kernel's speed-up is T1 / T2, the control's is
2 T1 / C, and their ratio is C / (2 T2).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks.speed.lines import Line, at_least
from benchmarks.speed.networks import generate
from benchmarks.speed.play import kernel
from benchmarks.speed.rounds import figure, interleaved, ratio
from buildsim.sampling.draw import draw

SITES: Final = 10
REPLICATIONS: Final = 512
QUICK: Final = 128


def measure(quick: bool) -> list[Line]:
    """Speed-up of two threads, of the control, and their ratio."""
    replications = QUICK if quick else REPLICATIONS
    alone, together = _task(replications, 1), _task(replications, 2)
    alone()
    together()
    processes = get_context("spawn")
    pipes, players = [], []
    for _ in range(2):
        ours, theirs = processes.Pipe()
        player = processes.Process(target=_player, args=(theirs, replications), daemon=True)
        player.start()
        pipes.append(ours)
        players.append(player)
    for pipe in pipes:
        pipe.recv()  # it is ready
    seconds = interleaved(
        {"one": alone, "two": together, "control": lambda: _all_play(pipes)}, 5 if quick else 21, time.perf_counter
    )
    for pipe, player in zip(pipes, players, strict=True):
        pipe.send(False)
        player.join()
    how = f"wall, medians; {replications} replications of {SITES} generated sites"
    return [
        Line("two threads / one: speed-up T1 / T2", ratio(seconds["one"], seconds["two"]), "x", how),
        Line(
            "control, two processes of one thread each: speed-up 2 T1 / C",
            ratio(seconds["one"], seconds["control"], 2),
            "x",
            how,
        ),
        Line(
            "share of the control's speed-up that threads reach: C / (2 T2)",
            ratio(seconds["control"], seconds["two"], 0.5),
            "x",
            how,
            bound=at_least(0.9),
        ),
        Line("one thread: T1", figure(seconds["one"]), "s", how),
    ]


def _task(replications: int, threads: int) -> Callable[[], object]:
    network = generate(SITES)
    samples, play = draw(network, 1, 0, replications), kernel(threads)
    return lambda: play(network, samples)


def _player(pipe: Connection[Any, Any], replications: int) -> None:
    """A process of the control: plays once, then whenever it is told to, until it is told not to."""
    play = _task(replications, 1)
    play()
    pipe.send(True)
    while pipe.recv():
        play()
        pipe.send(True)


def _all_play(pipes: list[Connection[Any, Any]]) -> None:
    for pipe in pipes:
        pipe.send(True)
    for pipe in pipes:
        pipe.recv()
