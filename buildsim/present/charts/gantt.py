"""The Gantt chart: when each activity works as forecast, how sure that is, what it waits for, and what drives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from buildsim.network.codes import TICKS_PER_DAY
from buildsim.present import words
from buildsim.present.charts.data import inline, padded, shortening
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, by_date, day, panel_title, themed, titled

ROWS: Final = 40
"""Activities of a single site at most, unless its driving path has more."""
ROWS_OF_ALL: Final = 80
"""Activities of several sites together, in equal parts."""
FEWEST: Final = 8

_ROW: Final = 22
_LEGEND: Final = 400
"""Pixels that the legend takes in one line."""
_DRIVES, _OTHER, _WAIT = "work on the driving path", "other work", "mean wait before the start"
_DAYS: Final = [f"{end}_p{percent}" for end in ("start", "finish") for percent in (10, 50, 90)]


def gantt(
    schedule: pd.DataFrame,
    waits: pd.DataFrame,
    drivers: pd.DataFrame,
    path: pd.DataFrame,
    milestone: str,
    starts: Mapping[str, date],
    *,
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> Any:
    """A panel per site of ``starts``: a bar per activity from its P50 start to its P50 finish, first ones on top.

    Thin lines go from P10 to P90, above for the start and below for the finish; a thin grey bar before the start is
    as long as the mean wait. Activities on the driving path to ``milestone``, that of the P50's replication, are lit.
    Of many, those on it are shown and then those most often critical. A diamond has no length; what the P50 has
    beyond the horizon is left out.

    ``schedule``, ``waits`` and ``drivers`` are a run's tables of these names (days from the site's start), ``path``
    is `Study.path`, ``starts`` are the sites' starts.
    """
    most = ROWS if len(starts) == 1 else max(FEWEST, ROWS_OF_ALL // len(starts))
    rows = {site: _rows(schedule, waits, drivers, path, milestone, site, start, most) for site, start in starts.items()}
    instants = [table[[f"{name}_at" for name in _DAYS]].to_numpy().ravel() for table in rows.values()]
    dates = np.concatenate(instants)
    domain = padded(dates if len(dates) else starts.values())
    labels = min(280, 2 * width // 5)
    size = width - labels
    panels = {site: _panel(table, size, labels, domain, theme) for site, table in rows.items()}
    said = {site: _said(rows[site], int((schedule["site"] == site).sum())) for site in starts}
    title = f"Schedule to {words.milestone(milestone)}"
    how = "bars: P50; thin lines: P10 to P90, of the start above and of the finish below"
    if len(starts) == 1:
        (site,) = starts
        return themed(
            panels[site], theme, title=titled(site, f"{title[0].lower()}{title[1:]}", width), subtitle=[how, said[site]]
        )
    named = [each.properties(title=panel_title(site, said[site], width)) for site, each in panels.items()]
    return themed(alt.vconcat(*named), theme, title=title, subtitle=[how])


def _said(rows: pd.DataFrame, count: int) -> str:
    if len(rows) == count:
        return f"all {words.count(count, 'activity')}"
    return f"{len(rows)} of {words.count(count, 'activity')}: the driving path, then the most often critical"


def _rows(
    schedule: pd.DataFrame,
    waits: pd.DataFrame,
    drivers: pd.DataFrame,
    path: pd.DataFrame,
    milestone: str,
    site: str,
    start: date,
    most: int,
) -> pd.DataFrame:
    """The activities that are shown in the order of their starts, with their days and the instants of these."""
    table = schedule[(schedule["site"] == site) & schedule["start_p50"].notna() & schedule["finish_p50"].notna()]
    of = drivers[(drivers["site"] == site) & (drivers["milestone"] == milestone)]
    table = table[["activity", "stage", *_DAYS]].merge(of[["activity", "criticality"]], on="activity", how="left")
    steps = path[(path["site"] == site) & (path["milestone"] == milestone)]
    # what has no length has no step on a path; what is always critical is on this one too
    drives = table["activity"].isin(steps["activity"]) | (table["criticality"] == 1)
    table["group"] = np.where(drives, _DRIVES, _OTHER)
    ranked = table.sort_values(["criticality", "start_p50"], ascending=[False, True], kind="stable")
    driving = ranked["group"] == _DRIVES
    kept = pd.concat([ranked[driving], ranked[~driving].head(max(0, most - int(driving.sum())))])
    kept = kept.sort_values(["start_p50", "finish_p50", "activity"], ignore_index=True)

    kept["name"] = kept["activity"].str.removeprefix(f"{site}/")
    for name in _DAYS:
        kept[f"{name}_at"] = _instants(start, kept[name], name.startswith("finish"))
    waited = waits[(waits["site"] == site) & waits["activity"].isin(kept["activity"])]
    kept["wait_days"] = kept["activity"].map(waited.groupby("activity")["mean_days"].sum()).astype(float)
    kept["ready_at"] = _instants(start, kept["start_p50"] - kept["wait_days"], False)
    kept["waits_for"] = kept["activity"].map(_causes(waited))
    return kept


def _instants(start: date, days: pd.Series, finish: bool) -> pd.Series:
    """Instants that print as the dates of reports: that of a finish is its last worked minute."""
    ticks = (days * TICKS_PER_DAY).round() - (1 if finish else 0)
    found: pd.Series = pd.Timestamp(start) + pd.to_timedelta(ticks, unit="min")
    return found


def _causes(waits: pd.DataFrame) -> dict[str, str]:
    """What each activity waits for, longest first."""
    found: dict[str, str] = {}
    ordered = waits.sort_values("mean_days", ascending=False, kind="stable")
    for activity, cause, days in zip(ordered["activity"], ordered["cause"], ordered["mean_days"], strict=True):
        one = f"{words.category(cause)} {words.days(days)}"
        found[activity] = f"{found[activity]}, {one}" if activity in found else one
    return found


def _panel(rows: pd.DataFrame, width: int, labels: int, domain: list[str], theme: Theme) -> Any:
    base = alt.Chart(inline(rows)).encode(description="activity:N")
    y = alt.Y(
        "name:N",
        sort=list(rows["name"]),
        axis=alt.Axis(
            title=None,
            labelExpr=shortening(labels // 6, from_left=True),
            labelLimit=labels,
            labelColor=theme.ink,
            minExtent=labels,  # so that panels stand in line
            maxExtent=labels,
            domain=False,
            ticks=False,
            grid=False,
        ),
    )

    def x(name: str) -> alt.X:
        return by_date(name, domain, width)

    groups = [_DRIVES, _OTHER, _WAIT]
    color = alt.Color(
        "group:N",
        scale=alt.Scale(domain=groups, range=[theme.lit, theme.main, theme.wait]),
        title=None,
        legend=alt.Legend(columns=0 if width >= _LEGEND else 1),
    )
    tooltip: list[Any] = [
        "activity:N",
        "stage:N",
        *(day(f"{name}_at", name.replace("_p", " P").capitalize()) for name in _DAYS),
        alt.Tooltip("criticality:Q", format=".0%"),
        alt.Tooltip("wait_days:Q", format=",.1f", title="mean wait, days"),
        alt.Tooltip("waits_for:N", title="waits for"),
    ]
    wait = base.transform_filter("datum.wait_days > 0").mark_bar(height=3, color=theme.wait)
    work = base.transform_filter("datum.finish_p50 > datum.start_p50").mark_bar(height=7)
    event = base.transform_filter("datum.finish_p50 <= datum.start_p50").mark_point(
        shape="diamond", filled=True, opacity=1, size=60
    )
    layers = [
        wait.encode(x=x("ready_at"), x2="start_p50_at:T", y=y, color=alt.datum(_WAIT), tooltip=tooltip),
        work.encode(x=x("start_p50_at"), x2="finish_p50_at:T", y=y, color=color, tooltip=tooltip),
        event.encode(x=x("finish_p50_at"), y=y, color=color, tooltip=tooltip),
        *(
            base.mark_rule(color=theme.ink, strokeWidth=1, yOffset=off).encode(
                x=x(f"{end}_p10_at"), x2=f"{end}_p90_at:T", y=y, tooltip=tooltip
            )
            for end, off in (("start", -6), ("finish", 6))
        ),
    ]
    return alt.layer(*layers).properties(width=width, height=_ROW * max(1, len(rows)))
