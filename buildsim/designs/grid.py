"""Designs that are made of the levels of factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]

AS_IS = -1
"""Stands for a factor that is left as it is."""


def grid(levels: Sequence[int]) -> I64:
    """(points, factors) Every combination of the levels, as indices; the last factor changes fastest."""
    return np.indices(levels, dtype=np.int64).reshape(len(levels), -1).T


def one_at_a_time(levels: Sequence[int]) -> I64:
    """(points, factors) First all factors as they are, then each level of each factor while the others are `AS_IS`."""
    factor = np.repeat(np.arange(len(levels)), levels)
    points = np.full((1 + len(factor), len(levels)), AS_IS, dtype=np.int64)
    points[np.arange(1, len(points)), factor] = np.concatenate([np.arange(count) for count in levels])
    return points
