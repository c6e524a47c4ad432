"""The schedule as a table per site: the activities that drive a milestone first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.result import SiteResult, StudyResult
from buildsim.present import words
from buildsim.present.bands import Bands
from buildsim.present.caveats import warning_lines
from buildsim.studies.detail import Tables
from buildsim.studies.headline import key_milestone

HOW_TO_READ: Final = (
    "On path: share of the replications in which the activity lies on the driving path. Cruciality: correlation of its "
    "duration with the milestone. SSI: spread of its duration times on path, over the spread of the milestone. Float: "
    "days it may slip before the end of its site, or its deadline, does; as planned, waits for crews left out. P90: "
    "90% chance of finishing on or before that date."
)
_WORTH_SAYING: Final = 0.05  # mean days of a wait
_HEADS: Final = ("activity", "on path", "cruc.", "SSI", "float", "start P50", "finish P50", "finish P90", "planned")


def schedule_report(result: StudyResult, tables: Tables, milestone: str | None, shown: int | None) -> RenderableType:
    """A table per site that the tables have; with ``shown``, only so many activities, the most critical first.

    ``milestone`` is what they are sorted by; None stands for each site's key milestone.
    """
    title = f"{result.scenario}: schedule, {words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [Text(title, style="bold"), Text(HOW_TO_READ, style="dim")]
    for name in dict.fromkeys(tables["schedule"]["site"]):
        site = result.sites[name]
        driven = milestone or (key_milestone(site.milestones) if site.milestones else None)
        parts += ["", *_site(name, site, tables, driven, shown)]
    return Group(*parts, *warning_lines(result))


def _site(
    name: str, site: SiteResult, tables: Tables, milestone: str | None, shown: int | None
) -> Iterator[RenderableType]:
    yield Text(f"{name}, start {site.start}, {_driven(site, milestone)}", style="bold reverse")
    if milestone is not None and milestone not in site.milestones:
        others = f"It has {', '.join(site.milestones)}. " if site.milestones else ""
        yield Text(f"{others}Its activities are by their start.", style="dim")
    rows = ranked(tables, name, milestone)
    listed = rows if shown is None else rows.head(shown)
    cells = [(_own_name(row["activity"], name), *_cells(row, site.start)) for row in listed.to_dict("records")]
    yield Bands(_HEADS, cells, least=20, fold=True)
    if len(listed) < len(rows):
        yield Text(f"{words.count(len(rows) - len(listed), 'activity')} more; --all shows them.", style="dim")
    waits = tables["waits"]
    waits = waits[(waits["site"] == name) & (waits["mean_days"] >= _WORTH_SAYING)]
    if len(waits):
        yield ""
        yield from _waits(name, waits.sort_values("mean_days", ascending=False, kind="stable"), shown)


def _driven(site: SiteResult, milestone: str | None) -> str:
    if milestone is None:
        return "no milestone"
    has = milestone in site.milestones
    return f"driving {words.milestone(milestone)}" if has else f"without a milestone {milestone}"


def _waits(name: str, waits: pd.DataFrame, shown: int | None) -> Iterator[RenderableType]:
    yield Text("Longest waits, mean days", style="bold")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    listed = waits if shown is None else waits.head(shown // 2)
    for row in listed.to_dict("records"):
        cause = Text(words.clean(words.category(row["cause"])))
        grid.add_row(f"{row['mean_days']:,.1f}", cause, Text(_own_name(row["activity"], name)))
    yield grid
    if len(listed) < len(waits):
        yield Text(f"{words.count(len(waits) - len(listed), 'wait')} more; --all shows them.", style="dim")


def ranked(tables: Tables, site: str, milestone: str | None) -> pd.DataFrame:
    """The schedule of a site beside its drivers of a milestone, by criticality, then by P50 start."""
    rows, drivers = tables["schedule"], tables["drivers"]
    rows = rows[rows["site"] == site]
    drivers = drivers[(drivers["site"] == site) & (drivers["milestone"] == milestone)]
    rows = rows.merge(drivers.drop(columns=["site", "milestone"]), on="activity", how="left")
    return rows.sort_values(["criticality", "start_p50"], ascending=[False, True], kind="stable", na_position="last")


def _cells(row: dict[Any, Any], start: date) -> Iterator[str]:
    yield "" if pd.isna(row["criticality"]) else words.percent(row["criticality"])
    for column in ("cruciality", "ssi"):
        yield "" if pd.isna(row[column]) else f"{row[column]:z.2f}"
    yield "" if pd.isna(row["total_float"]) else f"{row['total_float']:,.0f}"
    never = row["present"] == 0
    yield "" if never else _date(row["start_p50"], start, words.start_date)
    yield "" if never else _date(row["finish_p50"], start, words.finish_date)
    yield "" if never else _date(row["finish_p90"], start, words.finish_date)
    yield "" if pd.isna(row["planned_finish"]) else _date(row["planned_finish"], start, words.finish_date)


def _date(days: float, start: date, of: Any) -> str:
    return words.BEYOND if pd.isna(days) else words.day(of(start, days))


def _own_name(activity: str, site: str) -> str:
    return words.clean(activity.removeprefix(f"{site}/"))
