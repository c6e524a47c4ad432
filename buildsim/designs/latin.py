"""Latin hypercubes (McKay, Beckman and Conover, Technometrics 21, 1979)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def latin_hypercube(points: int, factors: int, seed: int) -> npt.NDArray[np.float64]:
    """(points, factors) Points in the unit cube, one in each of ``points`` equal slices of every factor."""
    from scipy.stats.qmc import LatinHypercube

    drawn: npt.NDArray[np.float64] = LatinHypercube(factors, rng=np.random.default_rng(seed)).random(points)
    return drawn
