"""The shipped catalogs, sites and scenarios as tables: what there is, and where every number comes from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.studies import catalogs as rows
from buildsim.studies.chain import ChainRow
from buildsim.studies.listings import ScenarioSummary, SiteSummary, scenario_list, site_list
from buildsim.studies.rows import document, frame
from buildsim.studies.sources import SourceRow, source_list


class Catalog:
    """A catalog as it was known on a day, as tidy tables; made by `catalog`."""

    def __init__(self, view: rows.CatalogView) -> None:
        self._view = view

    def __repr__(self) -> str:
        return f"<Catalog {self._view.name}, as known on {self._view.as_of}>"

    @property
    def supplies(self) -> pd.DataFrame:
        """A row per supply: its capacity or lead time that day, inputs, yields, market."""
        return frame(self._view.supplies, rows.SupplyRow)

    @property
    def pools(self) -> pd.DataFrame:
        """A row per pool: its capacity that day and what the market holds."""
        return frame(self._view.pools, rows.PoolRow)

    @property
    def calendars(self) -> pd.DataFrame:
        """A row per calendar."""
        return frame(self._view.calendars, rows.CalendarRow)

    @property
    def activities(self) -> pd.DataFrame:
        """A row per activity of each ``template``, in order."""
        table = frame((each for template in self._view.templates for each in template.activities), rows.ActivityRow)
        names = [template.name for template in self._view.templates for _ in template.activities]
        table.insert(0, "template", pd.Series(names, dtype="str"))
        return table

    @property
    def risks(self) -> pd.DataFrame:
        """A row per risk."""
        return frame(self._view.risks, rows.RiskRow)

    @property
    def disruptions(self) -> pd.DataFrame:
        """A row per disruption."""
        return frame(self._view.disruptions, rows.DisruptionRow)

    @property
    def chains(self) -> pd.DataFrame:
        """A row per rated supply and input: what one unit and one MW of IT take of everything upstream."""
        return frame(self._view.chains, ChainRow)

    @property
    def values(self) -> pd.DataFrame:
        """A row per number that was known that day, with its source or assumption."""
        return frame(self._view.values, rows.ValueRow)

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim catalog show --json`."""
        return document(self._view)


def catalogs() -> pd.DataFrame:
    """A row per shipped catalog: what it holds, and how many of its numbers are ``sourced`` and ``assumed``."""
    return frame(rows.catalog_list(), rows.CatalogSummary)


def catalog(ref: str | Path, *, as_of: date | str | None = None) -> Catalog:
    """A shipped catalog or a file, as known on a day; by default that of the newest date in it::

        chips = buildsim.catalog("chips", as_of="2024-06-01")
        chips.values.query("block == 'cowos-l'")[["field", "at", "value", "confidence"]]

    Raises InputError for a file with mistakes, UnknownNameError for a name that is not found.
    """
    return Catalog(rows.catalog_view(ref, date.fromisoformat(as_of) if isinstance(as_of, str) else as_of))


def sources(ref: str | Path | None = None) -> pd.DataFrame:
    """A row per source of one catalog, or of all: how many ``numbers`` rest on it, by confidence."""
    return frame(source_list(ref).sources, SourceRow)


def sites() -> pd.DataFrame:
    """A row per shipped site."""
    return frame(site_list(), SiteSummary)


def scenarios() -> pd.DataFrame:
    """A row per shipped scenario."""
    return frame(scenario_list(), ScenarioSummary)
