"""How the forecasts of finished builds compare: on each basis, with simple baselines, and among well-known cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from buildsim.backtest.baselines import baselines
from buildsim.backtest.bases import Basis, LeftOut
from buildsim.backtest.cases import Build, Outcome
from buildsim.backtest.forecast import Forecast
from buildsim.backtest.scores import CaseScore, Gain, Score, gain, score_case, summarize


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of the forecasts of some cases, cut to what could be observed and as they are."""

    cut: Score
    uncut: Score


@dataclass(frozen=True, slots=True)
class Gains:
    """By how much some forecasts beat others, both cut; None where no case is left."""

    every: Gain
    confirmed: Gain | None
    """Of cases whose date is confirmed."""
    kept: Gain | None
    """Of cases that are not known to have been redesigned."""


@dataclass(frozen=True, slots=True)
class OnBasis:
    """The forecasts on one basis, fitted without the own campus."""

    scores: Judged
    cases: tuple[CaseScore, ...]
    """In the order of the file; cut."""
    over_best: Gains | None
    """Over the best baseline; None if there is none."""
    over_facts: Gains


@dataclass(frozen=True, slots=True)
class Against:
    """A baseline on the same cases, and by how much the forecasts that are shown beat it; both are cut."""

    scores: Judged
    gain: Gain


@dataclass(frozen=True, slots=True)
class Comparison:
    """All forecasts of the same finished builds."""

    bases: Mapping[Basis, OnBasis]
    baselines: Mapping[str, Against]
    """Empty if too few builds are finished."""
    best: str | None
    """The baseline with the least loss, cut, on these cases."""


def compare(builds: Sequence[Build], outcomes: Mapping[str, Outcome], found: LeftOut, basis: Basis) -> Comparison:
    """Compare the forecasts of at least one finished build; gains over each baseline are those of one basis."""
    campus = {build.case: build.campus for build in builds}
    judged = {each: _judged(forecasts, outcomes) for each, forecasts in found.forecasts.items()}
    theirs = {name: _judged(forecasts, outcomes) for name, forecasts in baselines(builds, outcomes).items()}
    best = min(theirs, key=lambda name: _loss(theirs[name][1]), default=None)

    def gains(ours: Sequence[CaseScore], others: Sequence[CaseScore]) -> Gains:
        pairs = list(zip(ours, others, strict=True))

        def among(kept: Sequence[tuple[CaseScore, CaseScore]]) -> Gain | None:
            if not kept:
                return None
            left, right = zip(*kept, strict=True)
            return gain(left, right, [campus[each.case] for each in left])

        every = gain(ours, others, [campus[each.case] for each in ours])
        confirmed = among([pair for pair in pairs if outcomes[pair[0].case].confirmed])
        return Gains(every, confirmed, among([pair for pair in pairs if not outcomes[pair[0].case].redesign]))

    on_basis = {
        each: OnBasis(
            scores,
            tuple(cut),
            None if best is None else gains(cut, theirs[best][1]),
            gains(cut, judged["facts"][1]),
        )
        for each, (scores, cut) in judged.items()
    }
    against = {
        name: Against(scores, gain(judged[basis][1], cut, [campus[each.case] for each in cut]))
        for name, (scores, cut) in theirs.items()
    }
    return Comparison(on_basis, against, best)


def _judged(forecasts: Sequence[Forecast], outcomes: Mapping[str, Outcome]) -> tuple[Judged, list[CaseScore]]:
    cut, uncut = [], []
    for each in forecasts:
        outcome = outcomes[each.case]
        assert outcome.days is not None
        cut.append(score_case(each.cut(outcome.max_observable_days), outcome.days))
        uncut.append(score_case(each, outcome.days))
    return Judged(summarize(cut), summarize(uncut)), cut


def _loss(cases: Sequence[CaseScore]) -> float:
    return sum(each.pinball for each in cases)
