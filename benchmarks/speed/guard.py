"""Is anything slower than at the last release? Ratios of times, paired within one process; no seconds.

Each figure is a time over that of a fixed workload measured in the same rounds: compiled and array code over a sort and
a search in numpy, Python code over a loop over a heap of Python objects. A slow minute of the machine so hits both.
`guard.json` keeps the figures of the last release. Counts of instructions would be steadier, but virtual machines, such
as those that run checks, often do not give them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.speed.machine import machine
from benchmarks.speed.networks import generate
from benchmarks.speed.play import kernel, reference
from benchmarks.speed.rounds import interleaved, ratio
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.reduce import Reduction
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import draw

KEPT: Final = Path(__file__).with_name("guard.json")
TOLERANCE: Final = 1.35
"""How much more than kept a figure may be: the noise of a shared machine's medians, seen to stay below a quarter."""
ROUNDS: Final = 15
SITES: Final = 10
REPLICATIONS: Final = 32


@dataclass(frozen=True, slots=True)
class Slower:
    """A figure beyond its tolerance."""

    name: str
    kept: float
    now: float

    def __str__(self) -> str:
        return f"{self.name}: {self.now / self.kept:.2f} times the last release's ({self.now:.3g}, was {self.kept:.3g})"


def figures(rounds: int = ROUNDS, sites: int = SITES, replications: int = REPLICATIONS) -> dict[str, float]:
    """Each figure, smaller is faster."""
    network = generate(sites)
    samples = draw(network, 1, 0, replications)
    one = samples.only(0)
    project = load_scenario("quickstart")
    fast, slow, lookup = kernel(), reference(), Lookup(network)
    outcome = fast(network, samples)
    seconds = interleaved(
        {
            "numpy": _array_work,
            "python": _python_work,
            "kernel": partial(fast, network, samples),
            "drawing": lambda: draw(network, 1, 0, replications),
            "reduction": lambda: Reduction(network).add(Chunk(lookup, samples, outcome)),
            "reference engine": partial(slow, network, one),
            "compile": lambda: compile_network(project),
        },
        rounds,
    )
    above = {
        "numpy": ("kernel", "drawing", "reduction"),
        "python": ("reference engine", "compile"),
    }
    found = {
        f"{name} / {work} workload": ratio(seconds[name], seconds[work]).median
        for work, names in above.items()
        for name in names
    }
    found["kernel / reference engine"] = ratio(seconds["kernel"], seconds["reference engine"], 1 / replications).median
    return found


def slower(kept: Mapping[str, float], now: Mapping[str, float], tolerance: float = TOLERANCE) -> list[Slower]:
    """What got slower by more than the tolerance. KeyError if a figure was not kept."""
    return [Slower(name, kept[name], value) for name, value in now.items() if value > tolerance * kept[name]]


def guard(write: bool, file: Path = KEPT) -> int:
    """Compare with what is kept, or keep anew; 1 if anything is slower in two measurements out of two."""
    now = figures()
    if write:
        file.write_text(json.dumps({"machine": machine(), "figures": now}, indent=2) + "\n", encoding="utf-8")
        print(f"kept {len(now)} figures in {file.name}")
        return 0
    kept = json.loads(file.read_text(encoding="utf-8"))
    found = slower(kept["figures"], now)
    if found:
        print("slower, measured again:", *found, sep="\n  ")
        found = slower(kept["figures"], figures(2 * ROUNDS))
    for name, value in now.items():
        print(f"{name}: {value:.3g}, kept {kept['figures'][name]:.3g}")
    if not found:
        print(f"nothing is slower than {TOLERANCE:g} times what it was at {kept['machine']['commit']}")
        return 0
    print(f"slower by more than {TOLERANCE - 1:.0%} than at {kept['machine']['commit']}:", *found, sep="\n  ")
    print(f"kept on {kept['machine']['processor']}; if this is meant, `python -m benchmarks.speed --guard --write`")
    return 1


def _array_work() -> None:
    values = np.random.default_rng(1).integers(0, 1 << 40, 400_000)
    np.searchsorted(np.sort(values), values[::2])


def _python_work() -> None:
    heap: list[tuple[int, int]] = []
    seen: dict[int, list[int]] = {}
    tick = 1
    for number in range(40_000):
        tick = (tick * 1103515245 + 12345) % 2147483648
        heappush(heap, (tick, number))
        if number % 2:
            first, owner = heappop(heap)
            seen.setdefault(owner % 97, []).append(first)
