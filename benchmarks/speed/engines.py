"""The engines alone, on one thread, on the scenario that the goals name."""

from __future__ import annotations

from typing import Final

from benchmarks.speed.events import count_events
from benchmarks.speed.lines import Line, at_least, at_most
from benchmarks.speed.play import kernel, reference, require_equal
from benchmarks.speed.rounds import figure, interleaved, ratio
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.reduce import Reduction
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import draw

SCENARIO: Final = "us-2026"
CHUNK: Final = 64
"""Replications that the kernel plays at a time, as many as a run does."""


def measure(quick: bool) -> list[Line]:
    """Kernel against reference per replication, and what a run does around its engine."""
    rounds = 3 if quick else 9
    network = compile_network(load_scenario(SCENARIO)).network
    many = draw(network, 1, 0, CHUNK)
    one = many.only(0)
    fast, slow, lookup = kernel(), reference(), Lookup(network)
    outcome = fast(network, many)
    require_equal(fast(network, one), slow(network, one))
    seconds = interleaved(
        {
            "kernel": lambda: fast(network, many),
            "reference": lambda: slow(network, one),
            "draw": lambda: draw(network, 1, 0, CHUNK),
            "reduce": lambda: Reduction(network).add(Chunk(lookup, many, outcome)),
        },
        rounds,
    )
    kernel_events = count_events(network, many, outcome)
    reference_events = count_events(network, one, slow(network, one)).total
    per_replication = 1000 / CHUNK
    counted = ", ".join(
        f"{count / CHUNK:,.0f} {name}"
        for name, count in (
            ("finishes", kernel_events.finishes),
            ("deliveries", kernel_events.deliveries),
            ("steps", kernel_events.steps),
            ("lots", kernel_events.lots),
        )
    )
    speed = ratio(seconds["reference"], seconds["kernel"], CHUNK)
    return [
        Line(
            f"`{SCENARIO}`: reference engine / kernel, per replication",
            speed,
            "x",
            f"CPU time of {CHUNK} replications by the kernel and 1 by the reference engine; outcomes equal",
            bound=at_least(100),
            aim=at_least(300),
        ),
        Line(
            f"`{SCENARIO}`: reference engine per event",
            figure(seconds["reference"], 1e6 / reference_events),
            "µs",
            f"{reference_events:,} events in the replication",
            bound=at_most(100),
        ),
        Line(
            f"`{SCENARIO}`: kernel per event",
            figure(seconds["kernel"], 1e9 / kernel_events.total),
            "ns",
            f"per replication {counted}",
        ),
        Line(f"`{SCENARIO}`: kernel", figure(seconds["kernel"], per_replication), "ms", "per replication"),
        Line(f"`{SCENARIO}`: drawing", figure(seconds["draw"], per_replication), "ms", "per replication"),
        Line(f"`{SCENARIO}`: reduction", figure(seconds["reduce"], per_replication), "ms", "per replication"),
        Line(f"`{SCENARIO}`: reference engine", figure(seconds["reference"], 1000), "ms", "per replication"),
    ]
