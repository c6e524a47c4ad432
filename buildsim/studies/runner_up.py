"""The second path to each milestone and the merges on its driving path, as tables."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.milestones import PERCENTS, percentile
from buildsim.analysis.runner_up import RunnerUpReduction, mean_slack_days
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.studies.detail import Subject, Tables

RUNNER_UP, RUNNER_UP_PATH, MERGES = "runner_up", "runner_up_path", "merges"
CLOSE: Final = (7, 30)
"""Days within which a runner-up is called close."""
RUNNER_UP_COLUMNS: Final = (
    "site",
    "milestone",
    "reached",
    *(f"float_p{percent}" for percent in PERCENTS),
    *(f"within_{days}" for days in CLOSE),
)
PATH_COLUMNS: Final = ("site", "milestone", "category", "share")
MERGE_COLUMNS: Final = (
    "site",
    "milestone",
    "activity",
    "event",
    "gates",
    "share",
    "closest",
    "mean_slack_days",
    "bias_days",
)


class RunnerUpDetail:
    """Makes the tables `RUNNER_UP`, `RUNNER_UP_PATH` and `MERGES`; shares and percentiles are over what is reached.

    ``runner_up``: a row per milestone with the percentiles of the runner-up's float in days, NaN where so many
    replications have no second path, and the shares in which it is less than 7 and 30 days behind.
    ``runner_up_path``: the share in which the runner-up has a category before it joins the driving path, largest first.
    ``merges``: a row per start or finish that is ever a merge on a milestone's driving path, the most frequent first.
    """

    def __init__(self, subject: Subject) -> None:
        self._network = subject.network
        self._reduction = RunnerUpReduction(subject.network)

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._reduction.add(chunk)

    def tables(self) -> Tables:
        """The tables of all chunks so far; ValueError if there is none."""
        return {RUNNER_UP: self._runner_up(), RUNNER_UP_PATH: self._path(), MERGES: self._merges()}

    def _names(self, milestone: int) -> tuple[str, str]:
        milestones = self._network.milestones
        return self._network.sites.name[milestones.site[milestone]], milestones.name[milestone]

    def _runner_up(self) -> pd.DataFrame:
        floats, rows = self._reduction.floats(), []
        for milestone, tally in enumerate(self._reduction.tallies):
            # one that is not reached has no float; where there is no second path it is infinite
            known = np.sort(floats[:, milestone])[: tally.reached]
            ticks = [percentile(known, percent) if tally.reached else None for percent in PERCENTS]
            close = [
                np.nan if not tally.reached else int((known < days * TICKS_PER_DAY).sum()) / tally.reached
                for days in CLOSE
            ]
            days = [np.nan if tick is None else tick / TICKS_PER_DAY for tick in ticks]
            rows.append((*self._names(milestone), tally.reached / len(floats), *days, *close))
        numbers = dict.fromkeys(RUNNER_UP_COLUMNS[2:], "float64")
        return pd.DataFrame(rows, columns=list(RUNNER_UP_COLUMNS)).astype(numbers)

    def _path(self) -> pd.DataFrame:
        rows = [
            (*self._names(milestone), category, count / tally.reached)
            for milestone, tally in enumerate(self._reduction.tallies)
            for category, count in sorted(tally.on_path.items(), key=lambda item: (-item[1], item[0]))
        ]
        return pd.DataFrame(rows, columns=list(PATH_COLUMNS)).astype({"share": "float64"})

    def _merges(self) -> pd.DataFrame:
        merges, bias = self._reduction.merges, self._reduction.bias_days()
        rows = []
        for milestone, tally in enumerate(self._reduction.tallies):
            slack = mean_slack_days(tally)
            found = np.flatnonzero(tally.merged > 0)
            for place in found[np.argsort(-tally.merged[found], kind="stable")].tolist():
                rows.append(
                    (
                        *self._names(milestone),
                        self._network.activities.name[merges.activity[place]],
                        "finish" if merges.at_finish[place] else "start",
                        int(merges.count[place]),
                        int(tally.merged[place]) / tally.reached,
                        int(tally.closest[place]) / tally.reached,
                        slack[place],
                        bias[place],
                    )
                )
        numbers = {**dict.fromkeys(MERGE_COLUMNS[5:], "float64"), "gates": "int64"}
        return pd.DataFrame(rows, columns=list(MERGE_COLUMNS)).astype(numbers)
