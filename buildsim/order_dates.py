"""The Python face of order dates: by when each long-lead item must be ordered, as tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.engine.select import EngineName
from buildsim.loading.overrides import as_overrides
from buildsim.present.calendar import calendar
from buildsim.present.charts.kinds import order_picture
from buildsim.present.order_by import order_by_text
from buildsim.studies.options import check_options, check_order_options
from buildsim.studies.order_by import LEAST_LEAD_DAYS, RISK, OrderByResult
from buildsim.studies.order_by import order_by as run_order_by
from buildsim.studies.order_by_rows import item_table, seen_table, to_document


class OrderDates:
    """The latest safe order date of each item that is still to be ordered; made by `order_by`."""

    def __init__(self, result: OrderByResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        return f"<OrderDates of {self._result.scenario}: {len(self._result.items)} items>"

    @property
    def result(self) -> OrderByResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def items(self) -> pd.DataFrame:
        """A row per item, those with the longest lead first: ``planned`` and ``latest`` date, ``margin_days``.

        ``latest`` is NaT where any date within the horizon is safe. ``month_days`` is what another month of waiting
        costs on average, from ``month_low`` to ``month_high`` with 95% confidence.
        """
        return item_table(self._result)

    @property
    def seen(self) -> pd.DataFrame:
        """A row per item and date that the search looked at: ``late_share``, the share that is late then."""
        return seen_table(self._result)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What these numbers cannot say, and what is to be said of the files."""
        return self._result.warnings

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim order-by --json`."""
        return to_document(self._result)

    def to_ics(self) -> bytes:
        """The dates as an iCalendar file, as of `buildsim order-by --ics`.

        Raises InputError where the extra ``calendar`` is missing.
        """
        return calendar(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim order-by` as text without colour, ``width`` columns wide."""
        return order_by_text(self._result, width)

    def plot(self, *, dark: bool = False, width: int | None = None) -> Any:
        """The picture of `buildsim order-by --plot`, an Altair chart.

        Raises InputError where the extra ``charts`` is missing, or there is no item to draw.
        """
        return order_picture(self._result, dark=dark, width=width)


def order_by(
    scenario: str | Path,
    *,
    risk: float = RISK,
    site: str | None = None,
    milestone: str | None = None,
    items: Sequence[str] = (),
    least_lead_days: float = LEAST_LEAD_DAYS,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    variant: str | None = None,
    set: Mapping[str, Any] | None = None,
) -> OrderDates:
    """By when a scenario's long-lead items must be ordered so that the milestone is seldom later for it::

        dates = buildsim.order_by("my-plan.yaml", risk=0.1)
        dates.items[["site", "item", "planned", "latest", "margin_days", "month_days"]]

    Seldom is in at most a share ``risk`` of the replications, later than with the earliest order. ``items`` names
    some whatever their lead, else those of at least ``least_lead_days`` are answered; the rest is as in `run`.

    Raises InputError with all mistakes in files and arguments, UnknownNameError for a name that is not found.
    """
    check_options(replications, seed, engine, None)
    check_order_options(risk, least_lead_days)
    return OrderDates(
        run_order_by(
            scenario,
            risk=risk,
            site=site,
            milestone=milestone,
            items=items,
            least_lead_days=least_lead_days,
            replications=replications,
            seed=seed,
            engine=engine,
            overrides=as_overrides(set),
            variant=variant,
        )
    )
