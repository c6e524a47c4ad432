"""The outside view: all replications of a build times how far forecasts of its kind were off.

The factor is the median of real days over the P50 of the facts among finished builds of the same class, retrofits or
new builds; the P50 is cut to what could be observed, as the real days are. Kahneman and Tversky, Intuitive prediction:
biases and corrective procedures, TIMS Studies in Management Science 12, 1979; Flyvbjerg, From Nobel Prize to project
management: getting risks right, Project Management Journal 37(3), 2006.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from buildsim.backtest.baselines import FEWEST, Finished
from buildsim.backtest.cases import Build
from buildsim.backtest.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Ratios:
    """Real days over forecast days, by class; 1 where too few builds are finished."""

    retrofit: float
    new: float
    every: float
    """Of all builds, for those whose class is not known or has too few of them."""

    def of(self, build: Build) -> float:
        """The ratio of a build's class."""
        if build.retrofit is None:
            return self.every
        return self.retrofit if build.retrofit else self.new


def ratios(known: Sequence[Finished], forecasts: Sequence[Forecast]) -> Ratios:
    """The ratios of finished builds and their forecasts by the facts, in the same order."""
    found = [
        (each.build.retrofit, each.days / p50)
        for each, forecast in zip(known, forecasts, strict=True)
        if math.isfinite(p50 := forecast.cut(each.bound).quantiles()[50])
    ]
    every = _median([ratio for _, ratio in found], 1.0)
    retrofit, new = (_median([ratio for of, ratio in found if of is kind], every) for kind in (True, False))
    return Ratios(retrofit, new, every)


def corrected(forecast: Forecast, ratio: float) -> Forecast:
    """The forecast with all days times the ratio."""
    return replace(forecast, days=forecast.days * ratio, traits=None)


def _median(found: Sequence[float], fallback: float) -> float:
    return float(np.median(found)) if len(found) >= FEWEST else fallback
