"""Elementary effects: how far a value moves as one factor goes across its range, from many starting points.

Trajectories that change one factor at a time (Morris, Technometrics 33, 1991), with the mean of the absolute effects
(Campolongo, Cariboni and Saltelli, Environmental Modelling and Software 22, 2007). Both are SALib's (Herman and Usher,
Journal of Open Source Software, 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

GRID = 4
"""Levels of each factor on which trajectories run."""
RESAMPLES = 999


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Each of shape (factors,), in units of the value for the whole range of the factor."""

    mu: F64
    """Mean effect."""
    mu_star: F64
    """Mean of the absolute effects: how much the factor matters."""
    mu_star_conf: F64
    """Half the width of its 95% interval, by a bootstrap."""
    sigma: F64
    """Standard deviation of the effects: how much they depend on where the other factors, or it itself, stand."""


def trajectories(count: int, factors: int, seed: int) -> F64:
    """(count x (factors + 1), factors) Points in the unit cube, a trajectory after the other. Needs SALib."""
    from SALib.sample.morris import sample

    points: F64 = sample(_problem(factors), count, num_levels=GRID, seed=np.random.default_rng(seed))
    return points


def elementary_effects(points: F64, values: F64, seed: int) -> Effects:
    """The effects from the ``values`` at the ``points`` of `trajectories`. ValueError for values that are not finite.

    Needs SALib.
    """
    from SALib.analyze.morris import analyze

    if not np.isfinite(values).all():
        raise ValueError("every value must be finite")
    found = analyze(_problem(points.shape[1]), points, values, num_levels=GRID, num_resamples=RESAMPLES, seed=seed)
    return Effects(*(np.asarray(found[name], dtype=np.float64) for name in ("mu", "mu_star", "mu_star_conf", "sigma")))


def _problem(factors: int) -> dict[str, Any]:
    return {"num_vars": factors, "names": [str(i) for i in range(factors)], "bounds": [[0.0, 1.0]] * factors}
