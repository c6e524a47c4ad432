"""On what a forecast rests: the facts alone, or also what became of other builds, in one of two ways.

Forecasts that are shown rest on the shipped calibration, whatever the file says of outcomes. Those that are scored are
fitted to the finished builds of the file's other campuses, as the baselines are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from buildsim.backtest.baselines import finished
from buildsim.backtest.calibration import Fit, calibrated, effective, evidence, predictive_weights, weighed
from buildsim.backtest.cases import Build, Outcome
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.reference_class import corrected, ratios
from buildsim.backtest.shipped import shipped

Basis = Literal["facts", "calibrated", "reference-class"]
BASES: tuple[Basis, ...] = get_args(Basis)
DEFAULT: Basis = "facts"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Forecasts of all finished builds on each basis, each fitted to the other campuses."""

    forecasts: Mapping[Basis, Sequence[Forecast]]
    fit: Fit
    """To all of them, for what it says of the parameters; no forecast here rests on it."""
    fewest_points: float
    """Effective number of the prior's points behind a fit, the least of all."""
    fewest_replications: float
    """Effective number of a calibrated forecast's replications, the least of all."""


def shown(builds: Sequence[Build], forecasts: Sequence[Forecast], basis: Basis) -> Sequence[Forecast]:
    """Forecasts by the facts, put on a basis by the shipped calibration."""
    if basis == "calibrated":
        posterior = shipped().posterior()
        return [calibrated(each, posterior) for each in forecasts]
    if basis == "reference-class":
        found = shipped().ratios()
        return [corrected(each, found.of(build)) for build, each in zip(builds, forecasts, strict=True)]
    return forecasts


def left_out(builds: Sequence[Build], outcomes: Mapping[str, Outcome], forecasts: Sequence[Forecast]) -> LeftOut:
    """Forecasts of the finished builds on every basis; ``forecasts`` are those of all builds by the facts."""
    by_case = {each.case: each for each in forecasts}
    known = finished(builds, outcomes)
    facts = [by_case[each.build.case] for each in known]
    says = evidence(known, facts)
    fits = {campus: says.fit(without=campus) for campus in set(says.campuses)}
    by_fit, by_class = [], []
    replications = []
    for each, forecast in zip(known, facts, strict=True):
        posterior = fits[each.build.campus].posterior
        weights = predictive_weights(forecast, posterior)
        by_fit.append(weighed(forecast, weights))
        replications.append(effective(weights))
        others = [pair for pair in zip(known, facts, strict=True) if pair[0].build.campus != each.build.campus]
        found = ratios([other for other, _ in others], [other for _, other in others])
        by_class.append(corrected(forecast, found.of(each.build)))
    return LeftOut(
        forecasts={"facts": facts, "calibrated": by_fit, "reference-class": by_class},
        fit=says.fit(),
        fewest_points=min(fit.points for fit in fits.values()),
        fewest_replications=min(replications),
    )
