"""Runs of consecutive positions, as pointers into tables give them, laid end to end."""

from __future__ import annotations

import numpy as np

from buildsim.network.network import I64


def ranges(first: I64, last: I64) -> tuple[I64, I64]:
    """All positions of the half-open ranges [first, last), which are of one length: whose each is, and the position."""
    count = np.maximum(last - first, 0)
    whose = np.repeat(np.arange(len(count)), count)
    return whose, first[whose] + np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)
