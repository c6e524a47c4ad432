"""Other people's libraries on the same networks, as far as they can say them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Final

import numpy as np

from benchmarks.speed.lines import Line
from benchmarks.speed.networks import Content, generate
from benchmarks.speed.peers.work import Work, work_of
from benchmarks.speed.play import kernel, reference
from benchmarks.speed.rounds import Figure, figure, interleaved, ratio
from buildsim.sampling.draw import draw, planned

SITES: Final = 10
REPLICATIONS: Final = 64
CONTENTS: Final = {Content.PRECEDENCE: "precedence", Content.QUEUES: "precedence and pools"}
SCHEDULED: Final = (1, 3)
"""Sites of the networks that the scheduler gets: it proves, others only play."""

INABILITIES: Final = (
    ("several pools granted together or not at all, crews of any size", "own code", "own code", "no"),
    ("waiting activities passed by smaller ones, by priority and rule", "own code", "part", "it decides itself"),
    ("calendars and stop windows that stretch work", "own code", "own code", "by breaks of resources"),
    ("a finish stretched by FF and SF links, joins of k of n", "own code", "own code", "idle tasks; no joins"),
    ("lead times and queues on production lines: lots, yields, shared inputs, quotas", "own code", "own code", "no"),
    ("equal answers at equal ticks, whatever order things are said in", "no", "no", "does not apply"),
    ("random lengths", "yes", "yes", "no: one deterministic schedule"),
    ("who waited for what, and what the driving path is", "own code", "own code", "no"),
    ("the shortest schedule, and the proof", "no", "no", "yes"),
)
"""What a model needs, and whether SimPy, salabim and PyJobShop have it: a reading of their interfaces, not tried."""


def measure(quick: bool) -> list[Line]:
    """SimPy and salabim against kernel and reference engine; PyJobShop's makespans beside ours."""
    return [*(line for content in CONTENTS for line in simulators(content, quick)), *scheduler(quick)]


def simulators(content: Content, quick: bool, sites: int = SITES) -> list[Line]:
    """CPU time of a replication, relative to the kernel, and how many finishes are equal to the tick."""
    network = generate(sites, content=content)
    many = draw(network, 1, 0, REPLICATIONS)
    one, work = many.only(0), work_of(network, many, 0)
    fast, slow = kernel(), reference()
    finish = fast(network, many).finish[0]
    peers = _simulators()
    seconds = interleaved(
        {
            "kernel": partial(fast, network, many),
            "reference engine": partial(slow, network, one),
            **{name: partial(play, work) for name, play in peers.items() if play is not None},
        },
        3 if quick else 9,
    )
    lines = []
    for name in ("reference engine", *peers):
        what = f"{CONTENTS[content]}, {sites} sites: {name} / kernel"
        if name not in seconds:
            lines.append(Line(what, None, "x", "not installed: pip install 'buildsim[bench]'"))
            continue
        how = f"CPU time of a replication, {1000 * figure(seconds[name]).median:,.1f} ms; "
        play = peers.get(name)
        if play is None:
            how += "the full semantics"
        else:
            how += f"{int((np.array(play(work)) == finish).sum()):,} of {len(finish):,} finishes equal to the tick"
        lines.append(Line(what, ratio(seconds[name], seconds["kernel"], REPLICATIONS), "x", how))
    return lines


def scheduler(quick: bool, sizes: tuple[int, ...] = SCHEDULED) -> list[Line]:
    """PyJobShop's makespan of the planned run over ours: 1 without pools; at most 1 with them, where it optimises."""
    lines = []
    for content, name in CONTENTS.items():
        for sites in sizes:
            what = f"{name}, {sites} site{'s' if sites > 1 else ''}: PyJobShop's makespan / ours"
            if find_spec("pyjobshop") is None:
                lines.append(Line(what, None, "x", "not installed: pip install 'buildsim[bench]'"))
                continue
            from benchmarks.speed.peers.by_pyjobshop import Schedule, shortest

            network = generate(sites, content=content)
            plan = planned(network)
            work, play = work_of(network, plan, 0), kernel()
            ours = int(play(network, plan).finish.max())
            found: list[Schedule] = []
            limit = 10.0 if quick else 60.0
            solve = partial(_keep, found, partial(shortest, work, limit))
            seconds = interleaved({"solver": solve, "kernel": partial(play, network, plan)}, 1)
            best = found[-1]
            proof = "proven shortest" if best.bound == best.makespan else f"no shorter than {best.bound / ours:.4f}"
            how = f"{proof}; CPU time {seconds['solver'][0]:.2f} s against {1000 * seconds['kernel'][0]:.2f} ms"
            share = best.makespan / ours
            lines.append(Line(what, Figure(share, share, share), "x", how))
    return lines


def _keep(kept: list[object], task: Callable[[], object]) -> None:
    kept.append(task())


def _simulators() -> dict[str, Callable[[Work], list[int]] | None]:
    from benchmarks.speed.peers import by_simpy

    found: dict[str, Callable[[Work], list[int]] | None] = {"SimPy": by_simpy.finishes, "salabim": None}
    if find_spec("salabim") is not None:
        from benchmarks.speed.peers import by_salabim

        found["salabim"] = by_salabim.finishes
    return found
