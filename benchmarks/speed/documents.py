"""Many sites from documents, through loading and compile: a scenario of copies of a shipped site."""

from __future__ import annotations

from collections.abc import Sequence
from json import loads
from math import log
from typing import Final

from benchmarks.speed.lines import Line, at_most
from benchmarks.speed.machine import MB, ask
from benchmarks.speed.rounds import Figure
from benchmarks.speed.worker import COPIED

GOAL: Final = 10_000
SIZES: Final = (1, 10, 100, 1000, GOAL)
QUICK: Final = (1, 10, 100)
PATIENCE: Final = 200.0
"""CPU seconds that a size may be expected to take, else it and all larger ones are left out."""


def measure(quick: bool, sizes: tuple[int, ...] | None = None) -> list[Line]:
    """CPU time to load and to compile, size by size, as long as the next one is to be expected in time."""
    lines: list[Line] = []
    taken: list[tuple[int, float]] = []
    for sites in sizes or (QUICK if quick else SIZES):
        if taken and expected(taken, sites) > PATIENCE:
            break
        used = loads(ask(["-m", "benchmarks.speed.worker", "documents", str(sites)]))
        taken.append((sites, used["load"] + used["compile"]))
        how = (
            f"CPU time of compile, {used['activities']:,.0f} activities, peak {used['peak'] / MB:,.0f} MB; "
            f"loading takes another {used['load']:.1f} s"
        )
        bound = at_most(60) if sites == GOAL else None
        value = used["compile"]
        lines.append(Line(f"{sites:,} x `{COPIED}`: compile", Figure(value, value, value), "s", how, bound=bound))
    last, seconds = taken[-1]
    if last < GOAL:
        whole = expected(taken, GOAL)
        why = f"{last:,} sites took {seconds:.0f} s to load and compile; as it grows {GOAL:,} would take {whole:,.0f} s"
        lines.append(Line(f"{GOAL:,} x `{COPIED}`: compile", None, "s", why, bound=at_most(60)))
    return lines


def expected(taken: Sequence[tuple[int, float]], sites: int) -> float:
    """CPU seconds to expect of so many sites, after what fewer have taken, as (sites, seconds) in order of size.

    What the first size took is what a start takes. The rest grows from one size to the next by a power of the sites,
    at least in proportion to them, and is taken to go on so.
    """
    start = taken[0][1] if len(taken) > 1 else 0.0
    last, rest = taken[-1][0], taken[-1][1] - start
    power = 1.0
    if len(taken) > 2:
        earlier, before = taken[-2][0], taken[-2][1] - start
        power = max(power, log(rest / before) / log(last / earlier)) if rest > before > 0 else power
    return start + rest * (sites / last) ** power
