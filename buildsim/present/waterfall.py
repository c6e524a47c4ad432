"""The waterfall of days: each category's mean days as a bar that begins where the one before it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from buildsim.present import words

ROWS = 12
"""Bars at most; the small rest is summed into one more."""

WIDEST = 60
"""Characters of the longest bar."""


class _Bar:
    """The stretch from ``begin`` to ``end`` of a whole, over the width of its cell, at least one character long."""

    def __init__(self, begin: float, end: float, whole: float) -> None:
        self._begin, self._end, self._whole = begin, end, whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, WIDEST)
        last = min(width, round(self._end / self._whole * width))
        first = max(0, min(round(self._begin / self._whole * width), last - 1, width - 1))
        mark = "#" if options.ascii_only else "█"
        yield Text(" " * first + mark * max(1, last - first), style="cyan")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(8, min(options.max_width, WIDEST))


def waterfall(mean_days: Mapping[str, float], criticality: Mapping[str, float], total: str) -> Table:
    """A row per category, largest first, and the sum of all in the last row, called ``total``.

    ``criticality`` is the share of replications on whose driving path a category lies.
    """
    whole = sum(mean_days.values())
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=38)
    table.add_column()
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", "", *(Text(head, style="dim") for head in ("days", "share", "on path")))
    begin = 0.0
    for label, value, on_path in _rows(mean_days, criticality):
        bar = _Bar(begin, begin + value, whole)
        table.add_row(label, bar, f"{value:,.1f}", words.percent(value / whole), on_path)
        begin += value
    table.add_row(total, _Bar(0.0, whole, whole), f"{whole:,.1f}", "100%", "", style="bold")
    return table


def _rows(mean_days: Mapping[str, float], criticality: Mapping[str, float]) -> Iterator[tuple[str, float, str]]:
    items = list(mean_days.items())
    shown = items if len(items) <= ROWS + 1 else items[:ROWS]
    for name, value in shown:
        yield words.category(name), value, words.percent(criticality[name])
    rest = items[len(shown) :]
    if rest:
        yield f"{len(rest)} smaller ones", sum(value for _, value in rest), ""
