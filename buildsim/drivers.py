"""The Python face of sensitivity: what drives a milestone, of the uncertain inputs or of values at paths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.engine.select import EngineName
from buildsim.loading.overrides import as_overrides
from buildsim.present.sensitivity import sensitivity_text
from buildsim.studies import influence
from buildsim.studies.influence import Bar, to_document
from buildsim.sweeps.sensitivity import ask

COLUMNS = {
    "rank": ["input", "rho", "low", "high"],
    "tornado": ["input", *(f"{end}_{name}" for end in ("low", "high") for name in ("days", "ci_low", "ci_high"))],
    "morris": ["input", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma"],
    "sobol": ["input", "first", "first_low", "first_high", "total", "total_low", "total_high"],
}


class Sensitivity:
    """What drives a milestone, by one method. Made by `sensitivity`."""

    def __init__(self, result: influence.Sensitivity) -> None:
        self._result = result

    def __repr__(self) -> str:
        result = self._result
        return f"<Sensitivity of {result.scenario}: {result.objective.milestone}, {result.method}>"

    @property
    def result(self) -> influence.Sensitivity:
        """The result as plain frozen data."""
        return self._result

    @property
    def table(self) -> pd.DataFrame:
        """A row per input or path, the most important first.

        Of ``rank`` its correlation ``rho`` with the bounds of its 95% interval; of a ``tornado`` the days by which the
        mean moves with it at its lower and at its higher end, with theirs; of ``morris`` and ``sobol`` as
        `Sweep.indices`.
        """
        columns = COLUMNS[self._result.method]
        rows = [
            (row.input, *_moved(row.low), *_moved(row.high))
            if isinstance(row, Bar)
            else tuple(getattr(row, name) for name in columns)
            for row in self._result.rows
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the scenario's files."""
        return self._result.warnings

    def plot(self, *, dark: bool = False, width: int | None = None) -> Any:
        """The picture of `buildsim sensitivity --plot`, an Altair chart.

        Raises InputError for a width below 360 pixels or without the extra ``charts``.
        """
        from buildsim.present.charts.extra import require_charts

        require_charts("sensitivity")
        from buildsim.present.charts.sensitivity import draw

        return draw(self._result, dark=dark, width=width)

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim sensitivity --json`."""
        return to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim sensitivity` as text without colour, ``width`` columns wide."""
        return sensitivity_text(self._result, width)


def sensitivity(
    scenario: str | Path,
    method: str = "rank",
    *,
    paths: Mapping[str, tuple[Any, Any]] | None = None,
    samples: int | None = None,
    workers: int | None = None,
    site: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    set: Mapping[str, Any] | None = None,
    variant: str | None = None,
    most: int | None = None,
) -> Sensitivity:
    """Ask what drives a milestone, averaged over sites, by ``rank``, ``tornado``, ``morris`` or ``sobol``::

        buildsim.sensitivity("us-2026", "sobol", engine="kernel").table
        lead = "catalogs.power.supplies.padmount-transformer.lead"
        buildsim.sensitivity("quickstart", "tornado", paths={lead: ("65 weeks", "130 weeks")}).table

    It is about the uncertain inputs, of which at most ``most`` are told of (12), or about values at ``paths`` between a
    lower and a higher one, with so many ``samples`` (points of ``rank``, trajectories, base samples) on as many
    ``workers``; a script that asks about paths needs ``if __name__ == "__main__":``, as for `sweep`. The rest is as in
    `run`. Raises InputError with all mistakes in files and arguments, UnknownNameError for a name that is not found.
    """
    return Sensitivity(
        ask(
            scenario,
            method,
            ranges=paths,
            samples=samples,
            workers=workers,
            site=site,
            milestone=milestone,
            replications=replications,
            seed=seed,
            engine=engine,
            overrides=as_overrides(set),
            variant=variant,
            most=most,
        )
    )


def _moved(change: Paired) -> tuple[float | None, ...]:
    return change.mean, change.low, change.high
