"""Why a run that went on until its P80s were known closely enough ended where it did, in words."""

from __future__ import annotations

from buildsim.present import words
from buildsim.studies.converge import Convergence, Target


def convergence_notes(found: Convergence, replications: int) -> list[str]:
    """How many replications it took, then what is to be said of each target that is not known so closely."""
    played = words.count(replications, "replication")
    narrow = sum(target.state == "narrow" for target in found.targets)
    summary = (
        f"{played}: the 95% interval of P80 is at most {found.days:g} days wide for "
        f"{narrow} of {words.count(len(found.targets), 'milestone')}"
    )
    return [summary, *(_said(target, replications) for target in found.targets if target.state != "narrow")]


def _said(target: Target, replications: int) -> str:
    name = f"{target.site}: {words.milestone(target.milestone)}"
    if target.state == "beyond":
        return f"{name} has its P80 beyond the horizon, so no number of replications gives it a date"
    after = f"after {words.count(replications, 'replication')}, the most that are played"
    if target.width_days is None:
        return f"{name}: the interval of its P80 reaches beyond the horizon {after}"
    return f"{name}: the interval of its P80 is still {words.days(target.width_days)} wide {after}"
