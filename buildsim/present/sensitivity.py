"""The report of a sensitivity analysis: what drives a milestone, the most important first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.paired import Paired
from buildsim.analysis.rank import largest_by_chance
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.influence import Bar, Effect, Method, Rank, Sensitivity, Share
from buildsim.studies.sensitivity import HIGH, LOW, REST

HOW: Final[dict[Method, str]] = {
    "rank": "rank correlation",
    "tornado": "how far each moves the mean, in days",
    "morris": "elementary effects, in days",
    "sobol": "shares of the variance",
}
_MEANT: Final[dict[Method, str]] = {
    "rank": (
        "Spearman's rank correlation with the days, from -1 to 1: above 0 the milestone is later where the input is "
        "larger. In brackets 95% intervals."
    ),
    "tornado": (
        "By how many days the mean moves with one held at its lower and at its upper end, all else as it is: each "
        "replication against its twin, below 0 is earlier. In brackets 95% intervals."
    ),
    "morris": (
        "What a step across the whole range moves: on average (mu), in size (mu*) with a 95% interval, and how much "
        "that depends on the rest (sigma)."
    ),
    "sobol": (
        "Share of the variance that goes with one alone (first) and with it and all its interactions (total). In "
        "brackets 95% intervals of a bootstrap."
    ),
}
_INPUTS: Final = (
    (r"risk:(.*):strike", "whether {} strikes"),
    (r"risk:(.*):days", "days of {}"),
    (r"disruption:(.*):strike", "whether {} strikes"),
    (r"disruption:(.*):gap", "when {} comes"),
    (r"disruption:(.*):duration", "how long {} lasts"),
    (r"branch:(.*)", "whether {}"),
    (r"rework:(.*)", "rework of {}"),
    (r"factor:site:(.*)", "what all of {} has in common"),
    (r"factor:(.*)", "common factor: {}"),
    (r"(.*):labor", "labor of {}"),
    (r"(.*):lead", "lead time of {}"),
    (r"(.*):duration", "duration of {}"),
    (r"(.*):capacity", "capacity of {}"),
    (r"(.*):cycle", "cycle of {}"),
    (r"(?:market/)?(.*):demand", "market's demand for {}"),
)
"""What the streams of random numbers are called, and what they are."""


def sensitivity_report(result: Sensitivity) -> RenderableType:
    """What drives the milestone, by one method."""
    parts: list[RenderableType] = [
        Text(words.clean(f"{result.scenario}: what drives {about(result)}"), style="bold"),
        Text(words.clean(_asked(result))),
        Text(_MEANT[result.method], style="dim"),
        "",
        _rows(result),
    ]
    if (hidden := result.inputs - sum(row.input != REST for row in result.rows)) > 0:
        parts.append(Text(f"of {result.inputs:,}; the other {hidden:,} are not shown", style="dim"))
    if result.method == "rank":
        parts.append(Text(_by_chance(result), style="dim"))
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow"), *(Text(f"- {words.clean(w)}") for w in result.warnings)]
    return Group(*parts)


def sensitivity_text(result: Sensitivity, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(sensitivity_report(result), width)


def about(result: Sensitivity) -> str:
    """The milestone, and where."""
    goal = result.objective
    where = goal.sites[0] if len(goal.sites) == 1 else f"mean of {words.count(len(goal.sites), 'site')}"
    return f"{words.milestone(goal.milestone)}, {where}"


def named(result: Sensitivity, name: str) -> str:
    """An input in words; a path as it is."""
    if result.ranges:
        return name
    found = ((re.fullmatch(pattern, name), text) for pattern, text in _INPUTS)
    return next((text.format(match[1]) for match, text in found if match is not None), name)


def ends(result: Sensitivity) -> tuple[str, str]:
    """Where the two bars of a tornado are."""
    return ("at the lower", "at the higher") if result.ranges else (f"at P{100 * LOW:.0f}", f"at P{100 * HIGH:.0f}")


def _asked(result: Sensitivity) -> str:
    """What was played, and what came of it."""
    times = f"{words.count(result.replications, 'replication')}, seed {result.seed}"
    if result.points:
        times = f"{words.count(result.points, 'point')} of {times}"
    spread = (
        "standard deviation between points" if result.points and result.method != "tornado" else "standard deviation"
    )
    text = f"{times}: {words.days(result.days)} on average, {spread} {words.days(result.sd)}"
    if result.unreached:
        text += f"; not reached by the horizon in {words.percent(result.unreached)}, where that counts"
    return text


def _by_chance(result: Sensitivity) -> str:
    """How much of the ranks may be nothing."""
    count = result.points or result.replications
    bound = largest_by_chance(result.inputs, count)
    return (
        f"Chance alone takes one of {words.count(result.inputs, 'unrelated input')} beyond {bound:.2f} to either side "
        f"in at most 5% of runs of {count:,}."
    )


def _rows(result: Sensitivity) -> Table:
    headings: dict[Method, tuple[str, ...]] = {
        "rank": ("rank\ncorrelation", "95%"),
        "tornado": ends(result),
        "morris": ("mu", "mu*", "95%", "sigma"),
        "sobol": ("first", "95%", "total", "95%"),
    }
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", overflow="fold")
    between = bool(result.ranges)
    if between:
        table.add_column("from")
        table.add_column("to")
    for heading in headings[result.method]:
        table.add_column(heading, justify="right")
    for row in result.rows:
        written = map(words.clean, result.ranges[row.input]) if between else ()
        table.add_row(Text(words.clean(named(result, row.input)), style="bold"), *written, *_cells(row))
    return table


def _cells(row: Rank | Bar | Effect | Share) -> Iterator[str]:
    if isinstance(row, Rank):
        yield from (f"{row.rho:+.2f}", f"({row.low:+.2f}, {row.high:+.2f})")
    elif isinstance(row, Bar):
        yield from map(_moved, (row.low, row.high))
    elif isinstance(row, Effect):
        yield from (words.move(row.mu), f"{row.mu_star:,.1f}")
        yield from (f"({row.mu_star_low:,.1f}, {row.mu_star_high:,.1f})", f"{row.sigma:,.1f}")
    else:
        yield from (_share(row.first), f"({_share(row.first_low)}, {_share(row.first_high)})")
        yield from (_share(row.total), f"({_share(row.total_low)}, {_share(row.total_high)})")


def _share(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # no negative zero


def _moved(change: Paired) -> str:
    interval = "" if change.low is None else f" ({words.move(change.low)}, {words.move(change.high)})"
    return f"{words.move(change.mean)}{interval}"
