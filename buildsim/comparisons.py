"""The Python face of comparisons: plans against a first one, and which edits make the difference, as tidy tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.engine.select import EngineName
from buildsim.present.charts.kinds import difference_picture
from buildsim.present.comparison import comparison_text
from buildsim.studies.comparison import ComparisonResult, comparison
from buildsim.studies.comparison_rows import difference_table, edit_table, explained_table, to_document
from buildsim.studies.options import check_options


class Comparison:
    """Plans against a first one, one row per observation; made by `compare`."""

    def __init__(self, result: ComparisonResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        plans = ", ".join(each.head.plan for each in self._result.differences)
        return f"<Comparison of {plans} with {self._result.first.plan}>"

    @property
    def result(self) -> ComparisonResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def differences(self) -> pd.DataFrame:
        """A row per plan, site and milestone: the paired difference in days; below 0 is earlier than in the first."""
        return difference_table(self._result)

    @property
    def explained(self) -> pd.DataFrame:
        """A row per plan, site, milestone and edit: its ``days``, which sum to the difference, and their ``se``.

        ``before`` and ``after`` are JSON, none where nothing is stated or the edit is of several values.
        """
        return explained_table(self._result)

    @property
    def edits(self) -> pd.DataFrame:
        """A row per plan, edit and value in it, as JSON; ``joined`` says why several values are one edit."""
        return edit_table(self._result)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the files of all plans."""
        return self._result.warnings

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim compare --json`."""
        return to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim compare` as text without colour, ``width`` columns wide."""
        return comparison_text(self._result, width)

    def plot(self, *, dark: bool = False, width: int | None = None) -> Any:
        """The waterfall of edits as `buildsim compare --plot` draws it, an Altair chart; ``width`` is in pixels.

        Raises InputError where the extra ``charts`` is missing, or nothing is explained.
        """
        return difference_picture(self._result, dark=dark, width=width)


def compare(
    first: str | Path,
    *others: str | Path,
    site: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    explain: bool = True,
) -> Comparison:
    """Compare plans with a first one, replication by replication, and say which edits make how many of the days::

        found = buildsim.compare("us-2026", "my-plan.yaml@two-shifts", milestone="first_gpu")
        found.explained.pivot_table("days", "edit", ["plan", "site"])

    A plan is a file or the name of a shipped scenario, with ``@VARIANT`` for a variant of it. ``None`` stands for what
    the first one says, and for all sites and milestones. Raises InputError with all mistakes in files and arguments,
    UnknownNameError for a name that is not found.
    """
    check_options(replications, seed, engine, None)
    return Comparison(
        comparison(
            (first, *others),
            site=site,
            milestone=milestone,
            replications=replications,
            seed=seed,
            engine=engine,
            explained=explain,
        )
    )
