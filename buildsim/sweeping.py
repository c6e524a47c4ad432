"""The Python face of sweeps: play many points of a scenario, load what was kept, look at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.engine.select import EngineName
from buildsim.present.sweep import sweep_text
from buildsim.studies.options import check_options, check_workers
from buildsim.studies.store import require_pyarrow
from buildsim.sweeps.document import to_document
from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.summary import Subject, crossed, effects, indices, subject


class Sweep:
    """A finished sweep. Made by `sweep` and `load_sweep`.

    Its summaries are of one number of each point: a ``statistic`` (``mean``, ``p10``, ``p50``, ``p80``, ``p90`` or
    ``reached``) of a ``milestone`` (the first GPU, else the last), of a ``site`` or averaged over all that have it.
    They raise UnknownNameError for names that the sweep does not have.
    """

    def __init__(self, result: SweepResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        result = self._result
        return f"<Sweep {result.name} of {result.scenario}: {len(result.points)} points, {result.failed} failed>"

    @property
    def result(self) -> SweepResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def points(self) -> pd.DataFrame:
        """A row per point: its factors, ``status``, ``error`` and ``replications``."""
        return self._result.points.copy()

    @property
    def results(self) -> pd.DataFrame:
        """A row per point, site and milestone: its factors, and the columns of `Study.milestones`."""
        return self._result.results.copy()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the scenario's files."""
        return self._result.warnings

    def values(self, **of: Any) -> pd.DataFrame:
        """A row per point that was run: its factors and the ``value``, NaN where it lies beyond the horizon."""
        return self._of(of).table.copy()

    def effects(self, **of: Any) -> pd.DataFrame:
        """A row per factor and level: the mean ``value`` of its points, and how many lie ``beyond`` the horizon."""
        return effects(self._of(of), self._result.factors)

    def crossed(self, x: str, y: str, **of: Any) -> pd.DataFrame:
        """A row per pair of levels of two factors: the mean ``value`` over all others."""
        by_name = {factor.name: factor for factor in self._result.factors}
        return crossed(self._of(of), by_name[x], by_name[y])

    def indices(self, **of: Any) -> pd.DataFrame | None:
        """A row per factor: Sobol indices or elementary effects with their intervals; None for other designs, and
        where a point failed or lies beyond the horizon.
        """
        return indices(self._result, self._of(of))

    def heat_map(
        self, x: str | None = None, y: str | None = None, *, dark: bool = False, width: int | None = None, **of: Any
    ) -> Any:
        """Two factors against each other as an Altair chart, else those two that move the value most.

        Raises InputError for a width below 360 pixels or without the extra ``charts``.
        """
        return _charts().heat_map(self._result, self._of(of), x, y, dark=dark, width=width)

    def tornado(self, *, dark: bool = False, width: int | None = None, **of: Any) -> Any:
        """How far each factor moves the value, as an Altair chart; raises as `heat_map`."""
        return _charts().tornado(self._result, self._of(of), dark=dark, width=width)

    def to_json(self, **of: Any) -> dict[str, Any]:
        """The data of `buildsim sweep --json`."""
        return to_document(self._result, self._of(of))

    def report(self, width: int = 100, **of: Any) -> str:
        """The report of `buildsim sweep` as text without colour, ``width`` columns wide."""
        return sweep_text(self._result, self._of(of), width)

    def _of(self, of: dict[str, Any]) -> Subject:
        return subject(self._result, **of)


def sweep(
    file: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    engine: EngineName = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Play a sweep, a file or the name of a shipped one, and keep its dataset in the folder ``out``::

        found = buildsim.sweep("quick", "results/quick")
        found.effects(milestone="first_gpu", statistic="p50")

    What was stopped goes on, and what is finished is only read. ``workers`` are processes of this machine, as a
    default one a core, ``scheduler`` is the address of a Dask scheduler in their place; ``progress`` is called with
    the points that are done and all. A script that calls this needs ``if __name__ == "__main__":``, since each worker
    begins by importing it. Raises InputError with all mistakes in files and arguments, UnknownNameError for a name
    that is not found.
    """
    from buildsim.sweeps.sweep import run_sweep

    require_pyarrow(Path(out))
    check_options(None, None, engine, None)
    check_workers(workers, scheduler)
    done = run_sweep(file, Path(out), workers=workers, scheduler=scheduler, engine=engine, progress=progress)
    return Sweep(done)


def load_sweep(folder: str | Path) -> Sweep:
    """The finished sweep that a folder holds. Raises InputError."""
    from buildsim.sweeps.sweep import load_result

    require_pyarrow(Path(folder))
    return Sweep(load_result(Path(folder)))


def _charts() -> Any:
    from buildsim.present.charts.extra import require_charts

    require_charts("sweep")
    from buildsim.present.charts import sweep as charts

    return charts
