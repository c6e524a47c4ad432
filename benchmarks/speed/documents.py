"""Many sites from documents, through loading and compile: a scenario of copies of a shipped site."""

from __future__ import annotations

from json import loads
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
    lines, before = [], 0.0
    last = 0
    for sites in sizes or (QUICK if quick else SIZES):
        if last and before * sites / last > PATIENCE:
            break
        used = loads(ask(["-m", "benchmarks.speed.worker", "documents", str(sites)]))
        before, last = used["load"] + used["compile"], sites
        how = (
            f"CPU time of compile, {used['activities']:,.0f} activities, peak {used['peak'] / MB:,.0f} MB; "
            f"loading takes another {used['load']:.1f} s"
        )
        bound = at_most(60) if sites == GOAL else None
        value = used["compile"]
        lines.append(Line(f"{sites:,} x `{COPIED}`: compile", Figure(value, value, value), "s", how, bound=bound))
    if last < GOAL:
        whole = before * GOAL / last
        why = (
            f"{last:,} sites took {before:.0f} s to load and compile; in proportion {GOAL:,} would take {whole:,.0f} s"
        )
        lines.append(Line(f"{GOAL:,} x `{COPIED}`: compile", None, "s", why, bound=at_most(60)))
    return lines
