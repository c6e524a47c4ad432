"""What a scenario answered: the result, what it rests on, and every finish, fresh from a run or read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from buildsim.analysis.result import StudyResult, to_json
from buildsim.network.codes import NEVER, TICKS_PER_DAY
from buildsim.studies import evidence, reliance
from buildsim.studies.converge import Convergence
from buildsim.studies.detail import Tables
from buildsim.studies.evidence import SiteEvidence
from buildsim.studies.reliance import Reliance
from buildsim.studies.run import Run

if TYPE_CHECKING:
    import pandas as pd

FINISH_COLUMNS = ("replication", "site", "milestone", "days", "reached")


@dataclass(frozen=True, eq=False)
class Answer:
    """Everything that can be shown or kept of a study."""

    result: StudyResult
    evidence: Mapping[str, SiteEvidence]
    """By site."""
    tabulate_finishes: Callable[[], pd.DataFrame]
    """Makes `finishes`, when somebody asks: pandas takes long to import, and a report needs no tables."""
    engine_used: str
    tables: Tables
    """Details by name, none if they were not asked for."""
    reliance: Reliance | None = None
    """What the spreads rest on, if it was asked for."""
    convergence: Convergence | None = None
    """Why it ended, if it was to end once its P80s were known closely enough."""

    @cached_property
    def finishes(self) -> pd.DataFrame:
        """A row per replication and milestone; days from the site's start, NaN where not reached."""
        return self.tabulate_finishes()


def answer_of(run: Run, rests_on: Reliance | None = None) -> Answer:
    """The answer of a run, with what its spreads rest on if that was asked for."""
    return Answer(
        run.result,
        evidence.evidence(run.project),
        partial(_finishes, run),
        run.engine_used,
        run.tables,
        rests_on,
        run.convergence,
    )


def to_document(answer: Answer) -> dict[str, Any]:
    """The JSON data of ``run --json``: the result, and per site its real dates and counts of facts.

    What the spreads rest on stands under ``evidence``, if it was asked for.
    """
    document = to_json(answer.result)
    for name, site in document["sites"].items():
        site.update(evidence.to_json(answer.evidence[name]))
    if answer.reliance is not None:
        document["evidence"] = reliance.to_json(answer.reliance)
    return document


def json_text(answer: Answer) -> str:
    """The text of ``run --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(answer), indent=2, allow_nan=False) + "\n"


def _finishes(run: Run) -> pd.DataFrame:
    import pandas as pd

    network, findings = run.network, run.findings
    milestones = network.milestones
    count, width = findings.finish.shape
    origin = network.sites.start[milestones.site]
    reached = findings.finish != NEVER
    days = np.where(reached, (findings.finish - origin) / TICKS_PER_DAY, np.nan)
    columns = (
        np.repeat(findings.number, width),
        [network.sites.name[site] for site in milestones.site] * count,
        [*milestones.name] * count,
        days.ravel(),
        reached.ravel(),
    )
    return pd.DataFrame(dict(zip(FINISH_COLUMNS, columns, strict=True)))
