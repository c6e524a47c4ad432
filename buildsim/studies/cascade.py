"""The cascade: what binds next when a bottleneck is gone, and how far that gets a plan (semantics 26)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from buildsim.analysis.paired import Paired, paired
from buildsim.analysis.reduce import Findings
from buildsim.network.constraints import Constraint
from buildsim.studies.candidates import MOST, Candidate, candidates, removable, worth_asking
from buildsim.studies.objective import Objective
from buildsim.studies.plays import Plays, Removed

MOST_RUNGS: Final = 12


@dataclass(frozen=True, slots=True)
class Rung:
    """One constraint removed after all those before it."""

    removed: Constraint
    gain: Paired
    """Of the objective, in days, against the rung before: below 0 is earlier."""
    next: Constraint | None
    """What most days are spent on then; None: nothing that can be removed."""
    only_together: bool
    """True: no constraint alone gained anything here, and this was the one most days are spent on."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """The ladder, and what is left when it ends for its length."""

    start: float
    """Mean days of the objective in the plan as it is."""
    rungs: tuple[Rung, ...]
    rest: tuple[Candidate, ...]
    """What still could be removed after the last rung."""


def cascade(plays: Plays, objective: Objective, findings: Findings, most: int = MOST) -> Cascade:
    """Remove what gains most, again and again, until no removable wait is left; ``findings`` are the plan's own."""
    removed: list[Constraint] = []
    rungs: list[Rung] = []
    left = removable(candidates(plays.network, findings, objective))
    now = objective.days(findings.finish)
    start = float(now.mean())
    while left and len(rungs) < MOST_RUNGS:
        # what is rarely critical is looked at once nothing else is left
        asked = worth_asking(left, most) or left[:most]
        plays.prepare(_with(removed, each) for each in asked)
        gains = {each: paired(now, objective.days(plays.without(_with(removed, each)))) for each in asked}
        best = min(asked, key=lambda each: _mean(gains[each]))
        only_together = _mean(gains[best]) >= 0
        if only_together:
            best = asked[0]
        removed.append(best.constraint)
        findings = plays.findings(frozenset(removed))
        left = removable(candidates(plays.network, findings, objective, removed))
        now = objective.days(findings.finish)
        rungs.append(Rung(best.constraint, gains[best], left[0].constraint if left else None, only_together))
    return Cascade(start, tuple(rungs), tuple(left))


def _with(removed: list[Constraint], candidate: Candidate) -> Removed:
    return frozenset([*removed, candidate.constraint])


def _mean(gain: Paired) -> float:
    return 0.0 if gain.mean is None else gain.mean
