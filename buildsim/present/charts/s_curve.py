"""S-curves: how likely a milestone is reached by each date, site by site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from buildsim.present import words
from buildsim.present.charts.data import columns, finish_dates, inline, padded
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, by_date, day, panel_title, themed, titled

MARKS = {"P50": "circle", "P80": "square", "planned": "diamond"}
"""What is marked on a curve, and the shape of the mark."""

_AXIS = 62
"""Pixels left of a panel's plot."""
_PANEL = 280
"""Pixels that one of several panels needs at least."""


def s_curve(
    finishes: pd.DataFrame,
    milestones: pd.DataFrame,
    milestone: str,
    starts: Mapping[str, date],
    *,
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> Any:
    """A panel per site of ``starts``, dates shared: share of replications that have reached ``milestone`` by a date.

    ``finishes`` and ``milestones`` are the tables of these names (`Study.finishes`, `Study.milestones`), ``starts``
    are the sites' own starts. P50, P80 and the planned date, with its probability, are marked on the curve; those
    beyond the horizon are named in the panel's heading only. A curve ends below 100% where not all replications
    reach the milestone.
    """
    curves = {site: _curve(finishes, site, milestone, start) for site, start in starts.items()}
    marks = {site: _marks(milestones, site, milestone, start) for site, start in starts.items()}
    dates = pd.concat([table["date"] for table in (*curves.values(), *marks.values())])
    # where nobody gets there the plots are empty, from the first start on
    domain = padded(dates if dates.notna().any() else starts.values())
    side_by_side, panel = columns(len(starts), width, least=_PANEL)
    size = panel - _AXIS, 320 if len(starts) == 1 else 150
    panels = {site: _panel(curves[site], marks[site], size, domain, theme) for site in starts}
    title, subtitle = words.milestone(milestone), "chance of being there by a date"
    if len(starts) == 1:
        (site,) = starts
        return themed(panels[site], theme, title=titled(site, title, width), subtitle=[subtitle, _said(marks[site])])
    named = [each.properties(title=panel_title(site, _said(marks[site]), panel)) for site, each in panels.items()]
    return themed(alt.concat(*named, columns=side_by_side), theme, title=title, subtitle=[subtitle])


def _curve(finishes: pd.DataFrame, site: str, milestone: str, start: date) -> pd.DataFrame:
    """A row per distinct ``days`` that was drawn: its ``date`` and the ``probability`` of no more than that."""
    of = finishes[(finishes["site"] == site) & (finishes["milestone"] == milestone)]
    counts = of["days"].value_counts().sort_index()  # NaN, beyond the horizon, is left out
    days = counts.index.to_series().reset_index(drop=True).astype(float)
    probability = counts.cumsum().reset_index(drop=True) / max(1, len(of))
    return pd.DataFrame({"days": days, "date": finish_dates(start, days), "probability": probability})


def _marks(milestones: pd.DataFrame, site: str, milestone: str, start: date) -> pd.DataFrame:
    """``P50``, ``P80`` and ``planned``, with days, date and how likely no later."""
    row = milestones[(milestones["site"] == site) & (milestones["milestone"] == milestone)].iloc[0]
    planned = pd.Series([row["deterministic_days"]], dtype=float)
    rows = [
        ("P50", row["p50_days"], row["p50"], 0.5),
        ("P80", row["p80_days"], row["p80"], 0.8),
        ("planned", planned[0], finish_dates(start, planned)[0], row["deterministic_probability"]),
    ]
    return pd.DataFrame(rows, columns=["mark", "days", "date", "probability"])


def _panel(curve: pd.DataFrame, marks: pd.DataFrame, size: tuple[int, int], domain: Sequence[str], theme: Theme) -> Any:
    width, height = size
    x = by_date("date", domain, width)
    y = alt.Y(
        "probability:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", title=None, values=[0, 0.25, 0.5, 0.75, 1]),
    )
    tooltip = [
        day("date"),
        alt.Tooltip("days:Q", format=",.1f"),
        alt.Tooltip("probability:Q", format=".1%"),
    ]
    line = (
        alt.Chart(inline(curve))
        .mark_line(interpolate="step-after", color=theme.main, strokeWidth=2)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    names = list(MARKS)
    shape = alt.Shape("mark:N", scale=alt.Scale(domain=names, range=list(MARKS.values())), title=None)
    color = alt.Color("mark:N", scale=alt.Scale(domain=names, range=[theme.ink, theme.lit, theme.green]), title=None)
    shown = marks[marks["date"].notna()]
    points = (
        alt.Chart(inline(shown))
        .mark_point(filled=True, opacity=1, size=70)
        .encode(x=x, y=y, shape=shape, color=color, tooltip=["mark:N", *tooltip])
    )
    rules = alt.Chart(inline(shown)).mark_rule(strokeDash=[3, 3]).encode(x=x, y=y, y2=alt.datum(0), color=color)
    return alt.layer(rules, line, points).properties(width=width, height=height)


def _said(marks: pd.DataFrame) -> str:
    days = [words.BEYOND if pd.isna(at) else f"{at:%Y-%m-%d}" for at in marks["date"]]
    return ", ".join(f"{mark} {at}" for mark, at in zip(marks["mark"], days, strict=True))
