"""How cost and memory grow with the size of a network."""

from __future__ import annotations

from functools import partial
from json import loads
from typing import Final

from benchmarks.speed.events import count_events
from benchmarks.speed.lines import Line, at_most
from benchmarks.speed.machine import MB, ask
from benchmarks.speed.networks import generate
from benchmarks.speed.play import kernel, reference, require_equal
from benchmarks.speed.rounds import Figure, figure, interleaved, ratio
from buildsim.sampling.draw import draw

SIZES: Final = {1: 256, 10: 64, 100: 16, 1000: 2, 10_000: 1}
"""Replications that are played at a time, by the number of sites."""
QUICK: Final = {1: 64, 10: 32, 100: 4, 1000: 1}
ONE: Final = 10
"""Sites of the size at which an event has a goal, and from which growth counts."""
LARGEST: Final = 10_000
COMPARED: Final = 100
"""Up to so many sites the reference engine plays too."""


def measure(quick: bool, sizes: dict[int, int] | None = None) -> list[Line]:
    """Cost of an event at each size, growth, and the largest size's time and memory."""
    sizes = sizes or (QUICK if quick else SIZES)
    networks = {sites: generate(sites) for sites in sizes}
    samples = {sites: draw(networks[sites], 1, 0, count) for sites, count in sizes.items()}
    fast, slow = kernel(), reference()
    events, compared = {}, {}
    for sites, network in networks.items():
        outcome = fast(network, samples[sites])
        events[sites] = count_events(network, samples[sites], outcome).total
        if sites <= COMPARED:
            compared[sites] = samples[sites].only(0)
            require_equal(fast(network, compared[sites]), slow(network, compared[sites]))

    seconds = interleaved(
        {
            **{f"{sites}": partial(fast, networks[sites], samples[sites]) for sites in sizes},
            **{f"{sites} reference": partial(slow, networks[sites], one) for sites, one in compared.items()},
        },
        3 if quick else 7,
    )
    lines = []
    for sites, count in sizes.items():
        own = seconds[f"{sites}"]
        lines.append(
            Line(
                f"{_sites(sites)}: kernel per event",
                figure(own, 1e9 / events[sites]),
                "ns",
                f"CPU time; {events[sites] / count:,.0f} events in a replication, {count} at a time",
                bound=at_most(400) if sites == ONE else None,
                aim=at_most(200) if sites == ONE else None,
            )
        )
        if sites in compared:
            lines.append(
                Line(
                    f"{_sites(sites)}: reference engine / kernel, per replication",
                    ratio(seconds[f"{sites} reference"], own, count),
                    "x",
                    "CPU time, engines alone; outcomes equal",
                )
            )
    lines += [_growth(sites, seconds, events) for sites in sizes if sites > ONE]
    if LARGEST not in sizes:
        lines.append(_growth(LARGEST, seconds, events))
    for sites in sizes:
        lines += _alone(sites)
    if LARGEST not in sizes:
        lines += [
            Line(f"{_sites(LARGEST)}: one replication", None, "s", "left out by --quick", bound=at_most(5)),
            Line(f"{_sites(LARGEST)}: peak memory", None, "MB", "left out by --quick", bound=at_most(8000)),
        ]
    return lines


def _growth(sites: int, seconds: dict[str, list[float]], events: dict[int, int]) -> Line:
    what = f"an event at {sites:,} sites / at {ONE}"
    bound = at_most(3) if sites == LARGEST else None
    if sites not in events:
        return Line(what, None, "x", "left out by --quick", bound=bound)
    grown = ratio(seconds[f"{sites}"], seconds[f"{ONE}"], events[ONE] / events[sites])
    return Line(what, grown, "x", "kernel, CPU time per event", bound=bound)


def _alone(sites: int) -> list[Line]:
    """In a process of its own."""
    used = loads(ask(["-m", "benchmarks.speed.worker", "size", str(sites)]))
    largest = sites == LARGEST
    lines = [
        Line(
            f"{_sites(sites)}: peak memory",
            _one(used["peak"] / MB),
            "MB",
            "of a process that generates, draws and plays one replication; libraries and compiled code too",
            bound=at_most(8000) if largest else None,
        )
    ]
    if largest:
        lines += [
            Line(
                f"{_sites(sites)}: one replication",
                _one(used["play"]),
                "s",
                "CPU time of the kernel, in a process of its own",
                bound=at_most(5),
            ),
            Line(
                f"{_sites(sites)}: first replication",
                _one(used["first"]),
                "s",
                "CPU time; the kernel packs a network once",
            ),
            Line(f"{_sites(sites)}: drawing of one replication", _one(used["draw"]), "s", "CPU time"),
            Line(
                f"{_sites(sites)}: network made in code",
                _one(used["generate"]),
                "s",
                "CPU time of the generator of `benchmarks/speed/networks.py`, without documents and without `compile`",
            ),
        ]
    return lines


def _sites(count: int) -> str:
    return f"{count:,} site" if count == 1 else f"{count:,} sites"


def _one(value: float) -> Figure:
    return Figure(value, value, value)
