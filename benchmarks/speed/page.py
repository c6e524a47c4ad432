"""The page docs/performance.md, its figures as CSV, and the same table for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.speed.lines import UNKNOWN, Line, number
from benchmarks.speed.peer_lines import INABILITIES

HEAD = ("measured", "figure", "rounds", "bound", "", "aim", "")

INTRODUCTION = """\
# Performance

How fast buildsim is, where and how that was measured. `python -m benchmarks.speed` writes this page and
[performance.csv](performance.csv); no figure is written by hand. `--quick` takes a few minutes, `--only NAME` measures
one part and prints it.
"""

METHOD = """\
## How

What is compared runs in turn, round by round, every other round in the opposite order; a ratio is taken within each
round. Figures are medians over rounds, beside them the lowest and the highest round. Times are processor time of all
threads unless they say wall time, since the machine may be shared; compare ratios, not seconds, across machines. A
*bound* has to hold, an *aim* is striven for.

An *event* is a finish of an activity, a delivery of an order, a step of a pool's capacity or a lot of a production
line. They are counted in what both engines return (`benchmarks/speed/events.py`), so both have the same; what the
reference engine's clock does besides is none. *Generated* networks of any number of sites of 80 activities are made in
code (`benchmarks/speed/networks.py`), without documents and without `compile`.
"""

TITLES = {
    "engines": "Engines alone",
    "command": "The whole command",
    "walls": "A thousand replications",
    "starts": "Start",
    "sizes": "Growth and memory",
    "documents": "Many sites from documents",
    "threads": "Two threads",
    "peers": "Other libraries",
}

NOTES = {
    "engines": "One thread, a compiled shipped scenario; loading, compiling and drawing are not counted.",
    "command": "Start, loading and compile drop out in the difference of two run lengths.",
    "walls": "`--engine kernel`, everything in the caches; on as many threads as the command takes.",
    "sizes": "Generated networks of all features, one thread.",
    "documents": "Copies of a shipped site, each a file, loaded and compiled as anybody's scenario.",
    "threads": "T1 and T2: wall time on one thread and on two. C: that of two processes at once, of one thread each, "
    "with the work of T1 each. The control shows what the machine gives to two that share nothing.",
    "peers": "Generated networks with what the others can say: activities, links from finish or start to start, lags, "
    "and pools that serve strictly in turn. All get the same drawn lengths. SimPy has a process for each activity and "
    "a container for each pool, salabim a component and a resource, PyJobShop a task, given to OR-Tools' CP-SAT on one "
    "thread; drawing is not counted. Who grants at request, not at the end of the instant, may serve two that come at "
    "the same tick in another order, which moves all behind them. PyJobShop optimises, which no dispatch rule does: "
    "its time is not for the same work.",
}


def page(parts: Mapping[str, Sequence[Line]], machine: Mapping[str, str], quick: bool) -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    if quick:
        lines.append("**These are figures of `--quick`: few rounds, small sizes. They are a first look.**\n")
    lines += ["## Where\n", _table(("", ""), machine.items()), METHOD, _summary(parts)]
    for name, measured in parts.items():
        lines += [f"## {TITLES[name]}\n"]
        if name in NOTES:
            lines.append(f"{NOTES[name]}\n")
        lines.append(_table((*HEAD, "how"), ([*cells(line), line.how] for line in measured)))
        if name == "peers":
            lines += [
                "What a plan needs, and whether the library has it; *own code*: a user can write it in Python. This is "
                "a reading of the libraries' interfaces; it was not tried.\n",
                _table(("", "SimPy", "salabim", "PyJobShop"), INABILITIES),
            ]
    return "\n".join(lines)


def csv_text(parts: Mapping[str, Sequence[Line]]) -> str:
    """One row a figure, unrounded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("part", "what", "median", "low", "high", "unit", "bound", "holds", "aim", "met", "how"))
    for name, measured in parts.items():
        for line in measured:
            figure = ("", "", "") if line.figure is None else (line.figure.median, line.figure.low, line.figure.high)
            writer.writerow((name, line.what, *figure, line.unit, *_limits(line), line.how))
    return text.getvalue()


def cells(line: Line) -> list[str]:
    """As it is printed, without how it was measured."""
    if line.figure is None:
        return [line.what, UNKNOWN, "", *_limits(line)]
    figure = line.figure
    spread = "" if figure.low == figure.high else f"{number(figure.low)} to {number(figure.high)}"
    return [line.what, f"{number(figure.median)} {line.unit}", spread, *_limits(line)]


def _limits(line: Line) -> list[str]:
    found = []
    for limit in (line.bound, line.aim):
        found += ["", ""] if limit is None else [str(limit), limit.verdict(line.figure)]
    return found


def _summary(parts: Mapping[str, Sequence[Line]]) -> str:
    judged = [line for measured in parts.values() for line in measured if line.bound or line.aim]
    return f"## Goals\n\n{_table(HEAD, (cells(line) for line in judged))}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
