"""A share of the replications and how far off it may be."""

from __future__ import annotations

from scipy.special import betaincinv

from buildsim.analysis.milestones import CONFIDENCE


def exact_interval(successes: int, n: int) -> tuple[float, float]:
    """The exact interval of a proportion at `CONFIDENCE` (Clopper and Pearson, Biometrika 26, 1934)."""
    tail = (1 - CONFIDENCE) / 2
    low = betaincinv(successes, n - successes + 1, tail) if successes > 0 else 0.0
    high = betaincinv(successes + 1, n - successes, 1 - tail) if successes < n else 1.0
    return float(low), float(high)
