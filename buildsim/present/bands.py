"""Tables that are wider than the line: what has no room stands below, beside the same names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Bands:
    """A table of ``rows``, whose first cell is a name, under ``heads``, in as many bands as the line asks for.

    No number is ever cut. Columns go down to the next band ``together`` at a time, ``gap`` blanks part them, and each
    is ``narrowest`` wide at least. Rather than having a second
    band, names are cut to ``least`` columns, or with ``fold`` broken.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    gap: int = 2
    together: int = 1
    narrowest: int = 1
    least: int = 30
    fold: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = [max(_width(cell) for cell in column) for column in zip(self.heads, *self.rows, strict=True)]
        takes = [0, *(max(width, self.narrowest) + self.gap for width in wide[1:])]
        room = options.max_width - min(wide[0], self.least)
        if sum(takes) > room:  # there are several bands anyway, so names need not be narrow
            room = options.max_width - min(wide[0], options.max_width // 2)
        for index, band in enumerate(self._bands(takes, room)):
            if index:
                yield ""
            name = min(wide[0], max(1, options.max_width - sum(takes[column] for column in band)))
            yield self._table(band, name)

    def _bands(self, takes: Sequence[int], room: int) -> Iterator[list[int]]:
        """The columns of each band: as many as there is room for, one lot at least."""
        band: list[int] = []
        for first in range(1, len(takes), self.together):
            lot = list(range(first, min(first + self.together, len(takes))))
            if band and sum(takes[column] for column in [*band, *lot]) > room:
                yield band
                band = []
            band += lot
        yield band

    def _table(self, band: Sequence[int], name: int) -> Table:
        table = Table.grid(padding=(0, self.gap, 0, 0))
        table.add_column(no_wrap=not self.fold, overflow="fold" if self.fold else "ellipsis", width=name)
        for _ in band:
            table.add_column(justify="right", no_wrap=True, min_width=self.narrowest)
        table.add_row(*(Text(self.heads[column], style="dim") for column in (0, *band)))
        for row in self.rows:
            table.add_row(*(Text(row[column]) for column in (0, *band)))
        return table


def _width(cell: str) -> int:
    return max((cell_len(line) for line in cell.split("\n")), default=0)
