"""Shares as whole choices: a table of shares becomes one of zeros and ones of which no row or column is far off."""

from __future__ import annotations

import numpy as np

from buildsim.network.network import F64, Bool

_TINY = 1e-9
"""What is nearer to a whole number is one."""


def rounded(shares: F64, rng: np.random.Generator) -> F64:
    """Zeros and ones, each a one with the probability that stands in its place; shape (rows, columns) as ``shares``.

    Rows must sum to 1 and do so still; columns come to the whole number below or above their sum. While a cell is not
    whole there is a loop of such cells along rows and columns; what is added to one is taken from the next, up or down
    by chance, so that each is right on average and one becomes whole (Cox, A constructive procedure for unbiased
    controlled rounding, Journal of the American Statistical Association 82, 1987). Loops run between rows that stand
    side by side, as far as they can, so that the choices are spread evenly over the rows.
    """
    sums = _snapped(shares.sum(axis=0))
    table = _snapped(np.vstack([shares, np.ceil(sums) - sums]))  # the last row makes all columns whole
    while (unsettled := (table > 0) & (table < 1)).any():
        rows, columns = np.array(_loop(unsettled)).T
        cells = table[rows, columns]
        room = np.where(np.arange(len(cells)) % 2 == 0, 1 - cells, cells)
        up, down = room.min(), (1 - room).min()
        step = up if rng.random() * (up + down) < down else -down
        signs = np.where(np.arange(len(cells)) % 2 == 0, 1.0, -1.0)
        table[rows, columns] = _snapped(cells + step * signs)
    return table[:-1]


def _loop(unsettled: Bool) -> list[tuple[int, int]]:
    """Cells between which steps along a column and along a row alternate, from the last back to the first.

    Sums are whole, so no row and no column has a single unsettled cell: a walk never ends before it meets one again.
    """
    cells: list[tuple[int, int]] = []
    met: dict[tuple[int, int], int] = {}
    at, along = int(np.argmax(unsettled.any(axis=1))), 0
    came_from = -1
    while (along, at) not in met:
        met[along, at] = len(cells)
        line = unsettled[at] if along == 0 else unsettled[:, at]
        to = next(int(other) for other in np.flatnonzero(line) if other != came_from)
        cells.append((at, to) if along == 0 else (to, at))
        came_from, at, along = at, to, 1 - along
    return cells[met[along, at] :]


def _snapped(values: F64) -> F64:
    whole = np.round(values)
    return np.where(np.abs(values - whole) < _TINY, whole, values)
