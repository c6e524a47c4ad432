"""One thing in a process of its own, whose memory and start nothing else has touched: prints JSON.

`python -m benchmarks.speed.worker size|documents N` or `... worker first`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.speed.machine import peak_memory

COPIED = "xai-colossus-1"
"""The shipped site whose copies make documents of many sites."""

T = TypeVar("T")


def size(sites: int) -> dict[str, float]:
    """CPU seconds to generate, draw and play one replication of a network, and peak bytes."""
    from benchmarks.speed.networks import generate
    from benchmarks.speed.play import kernel
    from buildsim.sampling.draw import draw

    play, small = kernel(), generate(1)
    play(small, draw(small, 1, 0, 1))
    generating, network = _timed(lambda: generate(sites))
    drawing, samples = _timed(lambda: draw(network, 1, 0, 1))
    first, _ = _timed(lambda: play(network, samples))
    playing, _ = _timed(lambda: play(network, samples))
    return {"generate": generating, "draw": drawing, "first": first, "play": playing, "peak": peak_memory()}


def documents(sites: int) -> dict[str, float]:
    """CPU seconds to load and compile a scenario of so many copies of a shipped site, its activities and peak bytes."""
    from buildsim.compile.compile import compile_network
    from buildsim.datafiles import find
    from buildsim.loading.project import load_scenario

    text = find("sites", COPIED, None).file.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        names = [f"copy-{number}" for number in range(sites)]
        for name in names:
            copy = text.replace(f"\nsite: {COPIED}\n", f"\nsite: {name}\n", 1)
            (Path(folder) / f"{name}.yaml").write_text(copy, encoding="utf-8")
        scenario = Path(folder) / "many.yaml"
        facts = {"schema": 1, "name": "many", "start": "2024-01-01", "as_of": "2026-11-22", "horizon": "6 years"}
        scenario.write_text(json.dumps({**facts, "sites": names}), encoding="utf-8")
        loading, project = _timed(lambda: load_scenario(scenario))
        compiling, compiled = _timed(lambda: compile_network(project))
    activities = len(compiled.network.activities)
    return {"load": loading, "compile": compiling, "activities": activities, "peak": peak_memory()}


def first() -> dict[str, float]:
    """Wall seconds from importing the kernel to the end of its first replication: compiled, or loaded if it was."""
    from benchmarks.speed.networks import generate
    from buildsim.sampling.draw import draw

    network = generate(1)
    samples = draw(network, 1, 0, 1)
    began = time.perf_counter()
    from benchmarks.speed.play import kernel

    kernel()(network, samples)
    return {"wall": time.perf_counter() - began}


def _timed(task: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = task()
    return time.process_time() - began, result


def main(arguments: list[str]) -> None:
    """Do what is named and print it."""
    name, *numbers = arguments
    tasks: dict[str, Callable[..., dict[str, float]]] = {"size": size, "documents": documents, "first": first}
    print(json.dumps(tasks[name](*map(int, numbers))))


if __name__ == "__main__":
    main(sys.argv[1:])
