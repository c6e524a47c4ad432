"""Tables without lines: names on the left, numbers on the right, under faint heads."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text


def grid(heads: Sequence[str]) -> Table:
    """A table of a column of names, broken where it is narrow, and columns of numbers; its first row are the heads."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    for _ in heads[1:]:
        table.add_column(justify="right")
    table.add_row(*(Text(head, style="dim") for head in heads))
    return table
