"""What a backtest answers: a forecast of each build and, if it is asked for, how good these are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.bases import DEFAULT, Basis, LeftOut, left_out, shown
from buildsim.backtest.cases import Cases
from buildsim.backtest.comparison import Comparison, compare
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.groups import groups
from buildsim.backtest.scores import CaseScore, Score, summarize
from buildsim.backtest.shipped import Fitted, fitted
from buildsim.engine.select import EngineName
from buildsim.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """With what the forecasts were made, and whether those that are shown are cut."""

    replications: int
    seed: int
    engine: EngineName
    cut: bool
    basis: Basis = DEFAULT
    """Of the forecasts that are shown, and scored by group."""
    without: tuple[str, ...] = ()
    """Columns that were taken as not known."""


@dataclass(frozen=True, slots=True)
class Row:
    """The forecast of a build: days from its start, None beyond the horizon."""

    case: str
    p10: float | None
    p50: float | None
    p80: float | None
    p90: float | None
    reached: float
    """Share of the replications in which it is in service by the horizon."""


@dataclass(frozen=True, slots=True)
class OpenBuild:
    """A build that was seen not to be in service."""

    case: str
    days: float
    """From start to that day."""
    probability: float
    """That it takes longer than that, of all replications."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A fit to all finished builds of the file, and how well fits that leave out a campus are carried."""

    parameters: tuple[Fitted, ...]
    points: float
    """Effective number of the prior's points, the least of all fits."""
    replications: float
    """Effective number of a calibrated forecast's replications, the least of all."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all forecasts of builds with an outcome."""

    comparison: Comparison | None
    """None if no build is finished."""
    learned: Learned | None
    groups: Mapping[str, Mapping[str, Score]]
    """By attribute and group, on the basis that is shown, fitted without the own campus; cut."""
    open: tuple[OpenBuild, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts, and their scores if they were asked for."""

    asked: Asked
    forecasts: tuple[Row, ...]
    """In the order of the file."""
    scores: Scores | None
    warnings: tuple[str, ...]


def check_outcomes(cases: Cases) -> None:
    """Refuse to score builds of which nothing is known, before they are forecast. Raises InputError."""
    if all(outcome.days is None and outcome.open_days is None for outcome in cases.outcomes.values()):
        expected = "a column days, first_operational_date or not_operational_on that is not empty"
        raise InputError([Problem(cases.file, 1, 1, "", "no build in this file has an outcome to score", expected)])


def backtest(cases: Cases, forecasts: Sequence[Forecast], asked: Asked, *, score: bool) -> Backtest:
    """Put forecasts by the facts of all builds of the cases, in their order, beside what became of them."""
    bounds = {case: outcome.max_observable_days if asked.cut else None for case, outcome in cases.outcomes.items()}
    based = shown(cases.builds, forecasts, asked.basis)
    rows = tuple(_row(forecast, bounds[forecast.case]) for forecast in based)
    scores = _scores(cases, forecasts, based, asked.basis) if score else None
    return Backtest(asked, rows, scores, tuple(_warnings(cases, based, scores, asked.cut)))


def _row(forecast: Forecast, bound: float | None) -> Row:
    quantiles = forecast.cut(bound).quantiles()
    p10, p50, p80, p90 = (None if math.isinf(quantiles[percent]) else quantiles[percent] for percent in PERCENTS)
    return Row(forecast.case, p10, p50, p80, p90, forecast.share_reached())


def _scores(cases: Cases, forecasts: Sequence[Forecast], based: Sequence[Forecast], basis: Basis) -> Scores:
    still_open = tuple(
        OpenBuild(each.case, outcome.open_days, each.share_later(outcome.open_days))
        for each in based
        if (outcome := cases.outcomes[each.case]).open_days is not None and outcome.days is None
    )
    if all(cases.outcomes[build.case].days is None for build in cases.builds):
        return Scores(None, None, {}, still_open)
    found = left_out(cases.builds, cases.outcomes, forecasts)
    comparison = compare(cases.builds, cases.outcomes, found, basis)
    return Scores(comparison, _learned(found), _by_group(cases, comparison.bases[basis].cases), still_open)


def _learned(found: LeftOut) -> Learned:
    return Learned(tuple(fitted(found.fit.posterior)), found.fewest_points, found.fewest_replications)


def _by_group(cases: Cases, scored: Sequence[CaseScore]) -> dict[str, dict[str, Score]]:
    build = {each.case: each for each in cases.builds}
    by_group: dict[str, dict[str, list[CaseScore]]] = {}
    for each in scored:
        for attribute, group in groups(build[each.case], cases.outcomes[each.case]).items():
            by_group.setdefault(attribute, {}).setdefault(group, []).append(each)
    return {
        attribute: {group: summarize(found[group]) for group in sorted(found)} for attribute, found in by_group.items()
    }


def _warnings(cases: Cases, based: Sequence[Forecast], scores: Scores | None, cut: bool) -> Iterator[str]:
    if scores is not None and scores.comparison is not None and not scores.comparison.baselines:
        yield "too few finished builds on other campuses to fit a baseline to"
    bounds = {
        case: outcome.max_observable_days
        for case, outcome in cases.outcomes.items()
        if cut or (scores is not None and outcome.days is not None)
    }
    unbounded = [build.case for build in cases.builds if bounds.get(build.case, math.inf) is None]
    if unbounded:
        which = "any build" if len(unbounded) == len(cases.builds) else ", ".join(unbounded)
        yield f"not cut, since max_observable_days is not known: {which}"
    late = [
        each.case for each in based if (bound := bounds.get(each.case)) is not None and each.share_later(bound) == 1
    ]
    if late:
        which = ", ".join(late)
        yield f"no replication is within max_observable_days, so this bound stands for the forecast: {which}"
