"""What a backtest answers: a forecast of each build and, if it is asked for, how good these are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.baselines import baselines
from buildsim.backtest.cases import Cases, Outcome
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.groups import groups
from buildsim.backtest.scores import CaseScore, Gain, Score, gain, score_case, summarize
from buildsim.engine.select import EngineName
from buildsim.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """With what the forecasts were made, and whether those that are shown are cut."""

    replications: int
    seed: int
    engine: EngineName
    cut: bool


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
class Judged:
    """The scores of the forecasts of some cases, cut to what could be observed and as they are."""

    cut: Score
    uncut: Score


@dataclass(frozen=True, slots=True)
class Against:
    """A baseline on the same cases, and by how much it is beaten; both are cut."""

    scores: Judged
    gain: Gain


@dataclass(frozen=True, slots=True)
class OpenBuild:
    """A build that was seen not to be in service."""

    case: str
    days: float
    """From start to that day."""
    probability: float
    """That it takes longer than that, of all replications."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all forecasts of builds with an outcome."""

    overall: Judged | None
    """None if no build is finished."""
    groups: Mapping[str, Mapping[str, Score]]
    """By attribute and group; cut."""
    baselines: Mapping[str, Against]
    """Empty if too few builds are finished."""
    cases: tuple[CaseScore, ...]
    """In the order of the file; cut."""
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
    """Put forecasts of all builds of the cases, in their order, beside what became of them."""
    bounds = {case: outcome.max_observable_days if asked.cut else None for case, outcome in cases.outcomes.items()}
    rows = tuple(_row(forecast, bounds[forecast.case]) for forecast in forecasts)
    scores = _scores(cases, forecasts) if score else None
    return Backtest(asked, rows, scores, tuple(_warnings(cases, scores, asked.cut)))


def _row(forecast: Forecast, bound: float | None) -> Row:
    quantiles = forecast.cut(bound).quantiles()
    p10, p50, p80, p90 = (None if math.isinf(quantiles[percent]) else quantiles[percent] for percent in PERCENTS)
    return Row(forecast.case, p10, p50, p80, p90, forecast.share_reached())


def _scores(cases: Cases, forecasts: Sequence[Forecast]) -> Scores:
    finished = [each for each in forecasts if cases.outcomes[each.case].days is not None]
    still_open = tuple(
        OpenBuild(each.case, outcome.open_days, each.share_later(outcome.open_days))
        for each in forecasts
        if (outcome := cases.outcomes[each.case]).open_days is not None and outcome.days is None
    )
    if not finished:
        return Scores(None, {}, {}, (), still_open)
    judged, cut = _judged(finished, cases.outcomes)
    build = {each.case: each for each in cases.builds}
    campuses = [build[each.case].campus for each in finished]
    against = {}
    for name, theirs in baselines(cases.builds, cases.outcomes).items():
        scores, their_cut = _judged(theirs, cases.outcomes)
        against[name] = Against(scores, gain(cut, their_cut, campuses))
    by_group: dict[str, dict[str, list[CaseScore]]] = {}
    for each in cut:
        for attribute, group in groups(build[each.case], cases.outcomes[each.case]).items():
            by_group.setdefault(attribute, {}).setdefault(group, []).append(each)
    summaries = {
        attribute: {group: summarize(found[group]) for group in sorted(found)} for attribute, found in by_group.items()
    }
    return Scores(judged, summaries, against, tuple(cut), still_open)


def _judged(forecasts: Iterable[Forecast], outcomes: Mapping[str, Outcome]) -> tuple[Judged, list[CaseScore]]:
    cut, uncut = [], []
    for each in forecasts:
        outcome = outcomes[each.case]
        assert outcome.days is not None
        cut.append(score_case(each.cut(outcome.max_observable_days), outcome.days))
        uncut.append(score_case(each, outcome.days))
    return Judged(summarize(cut), summarize(uncut)), cut


def _warnings(cases: Cases, scores: Scores | None, cut: bool) -> Iterator[str]:
    if scores is not None and scores.overall is not None and not scores.baselines:
        yield "too few finished builds on other campuses to fit a baseline to"
    unbounded = [
        build.case
        for build in cases.builds
        if (outcome := cases.outcomes[build.case]).max_observable_days is None
        and (cut or (scores is not None and outcome.days is not None))
    ]
    if unbounded:
        which = "any build" if len(unbounded) == len(cases.builds) else ", ".join(unbounded)
        yield f"not cut, since max_observable_days is not known: {which}"
