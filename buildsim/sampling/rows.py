"""Arrays with one row per replication and ragged rows: a lookup by rows, and packing into flat arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from buildsim.network.network import I64, Bool


def count_until(ticks: I64, at: I64) -> I64:
    """How many entries of each sorted row of ``ticks`` (R, n) are <= each entry of that row of ``at`` (R, m).

    ``np.searchsorted`` for every row at once; entries are >= 0.
    """
    rows, width = ticks.shape
    if ticks.size == 0 or at.size == 0:
        return np.zeros(at.shape, dtype=np.int64)
    # Shifting each row beyond the one before makes one sorted array of all.
    stride = max(int(ticks.max()), int(at.max())) + 1
    row = np.arange(rows, dtype=np.int64)[:, np.newaxis]
    found = np.searchsorted((ticks + row * stride).ravel(), (at + row * stride).ravel(), side="right")
    counts: I64 = found.reshape(at.shape) - row * width
    return counts


def pack(rows: int, keep: Sequence[Bool], *columns: Sequence[I64]) -> tuple[I64, tuple[I64, ...]]:
    """Flat arrays of the entries to keep, by row, then by item, and the (R, items + 1) pointers into them.

    ``keep`` has a mask (R, n) for each item, with n of its own; each column has arrays of the same shapes.
    """
    counts = np.zeros((rows, len(keep)), dtype=np.int64)
    for item, mask in enumerate(keep):
        counts[:, item] = mask.sum(axis=1)
    ends = np.concatenate([[0], np.cumsum(counts)])
    first = np.arange(rows, dtype=np.int64)[:, np.newaxis] * len(keep)
    pointers: I64 = ends[first + np.arange(len(keep) + 1)]
    kept = np.hstack([np.zeros((rows, 0), dtype=np.bool_), *keep])
    none = np.zeros((rows, 0), dtype=np.int64)
    return pointers, tuple(np.hstack([none, *column])[kept] for column in columns)
