"""Sobol indices: what share of a variance goes with a factor alone, and what share with it and all its interactions.

The design evaluates matrices A, B and, for each factor, A with that factor's column of B (Saltelli, Annoni, Azzini,
Campolongo, Ratto and Tarantola, Computer Physics Communications 181, 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

RESAMPLES = 999
"""Of the bootstrap of the intervals."""


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Shares of the variance, each of shape (factors,), with the bounds of their intervals."""

    first: F64
    first_low: F64
    first_high: F64
    total: F64
    total_low: F64
    total_high: F64


def saltelli(base: int, factors: int, seed: int) -> F64:
    """(base x (factors + 2), factors) Points in the unit cube, of scrambled Sobol sequences.

    For each base sample: its point of A, its point of B, then A's with each factor of B's in turn. ValueError unless
    ``base`` is a power of 2, of which alone Sobol sequences are balanced.
    """
    from scipy.stats.qmc import Sobol

    if base < 1 or base & (base - 1):
        raise ValueError(f"the base samples must be a power of 2, got {base}")
    drawn = Sobol(2 * factors, rng=np.random.default_rng(seed)).random(base)
    a, b = drawn[:, :factors], drawn[:, factors:]
    points = np.repeat(a[:, np.newaxis, :], factors + 2, axis=1)
    points[:, 1] = b
    each = np.arange(factors)
    points[:, each + 2, each] = b
    return points.reshape(-1, factors)


def sobol_indices(values: F64, factors: int, seed: int, confidence: float = 0.95) -> Indices:
    """The indices from the ``values`` at the points of `saltelli`, by the estimators of Saltelli (2010) and Jansen.

    The intervals are of a bootstrap over base samples, drawn under ``seed``. All are 0 for a factor that never changes
    a value. ValueError for values that are not finite.
    """
    from scipy.stats import bootstrap

    if not np.isfinite(values).all():
        raise ValueError("every value must be finite")
    by_base = values.reshape(-1, factors + 2)
    f_a, f_b, f_ab = by_base[:, 0], by_base[:, 1], by_base[:, 2:].T
    rows = np.zeros((6, factors))
    matter = (f_ab != f_a).any(axis=1)
    if matter.any():
        # SciPy's own `sobol_indices` draws its resamples from NumPy's global generator
        def of(base: npt.NDArray[np.int64], axis: int = -1) -> F64:
            return _estimates(f_a[base], f_b[base], f_ab[matter][:, base])

        everything = np.arange(len(by_base))
        drawn = bootstrap(
            (everything,), of, n_resamples=RESAMPLES, confidence_level=confidence, rng=np.random.default_rng(seed)
        )
        found = [of(everything), *map(np.asarray, drawn.confidence_interval)]
        rows[:, matter] = [row[i] for i in (0, 1) for row in found]
    return Indices(*rows)


def _estimates(f_a: F64, f_b: F64, f_ab: F64) -> F64:
    """(2, factors, ...) First-order and total indices over the last axis; the middle of all is taken away, since it
    adds to the first one's error."""
    both = np.concatenate([f_a, f_b], axis=-1)
    variance = both.var(axis=-1)
    first = ((f_b - both.mean(axis=-1, keepdims=True)) * (f_ab - f_a)).mean(axis=-1) / variance
    total = ((f_a - f_ab) ** 2).mean(axis=-1) / (2 * variance)
    return np.stack([first, total])
