"""The forecast of one build: its days in every replication, and the same cut to what could be observed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from buildsim.analysis.milestones import PERCENTS, quantile_rank
from buildsim.network.network import F64, Bool

REPLICATIONS = 500
SEED = 7
"""What is played if nobody says otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What calibration may weigh replications by; shape (replications,) each."""

    luck: F64
    """Log of the factor of the build's pace in units of its spread: standard normal."""
    spread: F64
    """Standard deviation of that log in the plan."""
    order: F64
    """Which third of all orders went out: -1 early, 0 as usual, 1 late."""
    retrofit: Bool


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Days from the start of a build to its first hall in service."""

    case: str
    days: F64
    """Shape (replications,), at least one; NaN or infinite where the hall is not in service by the horizon."""
    traits: Traits | None = None
    """Of each replication; None if it was not played."""

    def quantiles(self) -> dict[int, float]:
        """Days by percent, the order statistics ceil(p n) as everywhere; infinite beyond the horizon."""
        ordered = np.sort(reached(self.days))
        return {percent: float(ordered[quantile_rank(len(ordered), percent) - 1]) for percent in PERCENTS}

    def cut(self, bound: float | None) -> Forecast:
        """The forecast of a build of which it is known that it was in service within ``bound`` days.

        Only replications within the bound count; if there is none, the bound is the forecast. None leaves all.
        """
        if bound is None:
            return self
        within = self.days[self.days <= bound]
        return Forecast(self.case, within if len(within) else np.array([bound]))

    def share_reached(self) -> float:
        """The share of the replications in which the hall is in service by the horizon."""
        return float(np.isfinite(self.days).mean())

    def share_later(self, days: float) -> float:
        """The share of the replications in which the hall is not in service within so many days."""
        return float((reached(self.days) > days).mean())


def reached(days: F64) -> F64:
    """The days with infinity where there are none."""
    return np.where(np.isnan(days), math.inf, days)
