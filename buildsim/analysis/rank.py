"""Rank correlations with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from buildsim.network.network import F64

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class RankCorrelations:
    """Spearman's coefficients, each of shape (inputs,), with the bounds of their 95% intervals.

    The interval is Fisher's, with the variance of Bonett and Wright (Sample size requirements for estimating Pearson,
    Kendall and Spearman correlations, Psychometrika 65, 2000). All are 0 for what never varies.
    """

    rho: F64
    low: F64
    high: F64


def rank_correlations(inputs: F64, outcome: F64) -> RankCorrelations:
    """Those of ``inputs`` of shape (inputs, R) with an ``outcome`` of shape (R,); R at least 4 for an interval."""
    x, y = rankdata(inputs, axis=1), rankdata(outcome)
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean()
    size = np.sqrt((x**2).sum(axis=1) * (y**2).sum())
    rho = np.divide(x @ y, size, out=np.zeros(len(x)), where=size > 0)
    spread = np.sqrt((1 + rho**2 / 2) / max(len(outcome) - 3, 1e-9))
    middle = np.arctanh(np.clip(rho, -1 + 1e-15, 1 - 1e-15))
    bounds = (np.tanh(middle + sign * _Z95 * spread) for sign in (-1, 1))
    low, high = (np.where(size > 0, bound, 0.0) for bound in bounds)
    return RankCorrelations(rho, low, high)


def largest_by_chance(inputs: int, count: int) -> float:
    """How large a correlation one of so many unrelated ``inputs`` reaches in at most 5% of runs of ``count``
    replications (Bonferroni's bound, with Fisher's transformation).
    """
    return float(np.tanh(ndtri(1 - 0.025 / max(inputs, 1)) / np.sqrt(max(count - 3, 1))))
