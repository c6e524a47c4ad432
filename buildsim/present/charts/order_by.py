"""Order dates: by when each item must be ordered beside when it is planned, and what another month costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present import words
from buildsim.present.charts.data import inline, padded, shortening
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, by_date, day, panel_title, themed
from buildsim.studies.order_by import OrderDate

_ROW: Final = 24
_LABELS: Final = 190
"""Pixels left of the dates, for the items."""
_CHARACTERS: Final = 32
_LEAST: Final = 120
"""Pixels of the narrower panel, that of the costs."""


def order_dates(rows: Sequence[OrderDate], *, risk: float, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """Two panels with a row per item, those that cost most first: dates, and days that another month costs.

    A line leads from the planned to the latest safe date, a point without a line is an item that is safe at any time;
    the thin line through a bar is the 95% interval of the mean.
    """
    table = _table(rows)
    costs = max(_LEAST, (width - _LABELS) // 3)
    dates = max(_LEAST, width - _LABELS - costs - 24)
    timeline = _timeline(table, dates, theme).properties(title=panel_title("Order dates", _said(rows), dates + _LABELS))
    tornado = _costs(table, costs, theme).properties(title=panel_title("A month more", "days later, mean", costs))
    subtitle = [f"safe: later than with the earliest order in at most {words.percent(risk)} of the replications"]
    return themed(alt.hconcat(timeline, tornado), theme, title="Order by", subtitle=subtitle)


def _said(rows: Sequence[OrderDate]) -> str:
    names = dict.fromkeys(words.milestone(row.milestone) for row in rows)
    return f"for {', '.join(names)}"


def _table(rows: Sequence[OrderDate]) -> pd.DataFrame:
    """A row per item, from top to bottom."""
    several = len({row.site for row in rows}) > 1
    data = [
        {
            "label": f"{row.site}: {row.item}" if several else row.item,
            "earliest": row.earliest,
            "planned": row.planned,
            "latest": row.latest,
            "margin": row.margin_days,
            "cost": None if row.month is None else row.month.mean,
            "low": None if row.month is None else row.month.low,
            "high": None if row.month is None else row.month.high,
        }
        for row in rows
    ]
    return pd.DataFrame(data).sort_values("cost", ascending=False, kind="stable", na_position="last")


def _y(table: pd.DataFrame, theme: Theme, labels: bool) -> alt.Y:
    axis = alt.Axis(
        title=None,
        labels=labels,
        labelExpr=shortening(_CHARACTERS),
        labelLimit=_LABELS,
        labelColor=theme.ink,
        minExtent=_LABELS if labels else 0,
        maxExtent=_LABELS if labels else 0,
        domain=False,
        ticks=False,
        grid=True,
    )
    return alt.Y("label:N", scale=alt.Scale(domain=list(table["label"])), axis=axis)


def _timeline(table: pd.DataFrame, width: int, theme: Theme) -> Any:
    domain = padded([*table["planned"], *table["latest"], *table["earliest"]])
    y = _y(table, theme, labels=True)
    base = alt.Chart(inline(table))
    tooltip = ["label:N", day("planned"), day("latest", "latest safe"), alt.Tooltip("margin:Q", title="margin, days")]
    line = base.transform_filter("isValid(datum.planned) && isValid(datum.latest)")
    spans = line.mark_rule(strokeWidth=3, color=theme.wait).encode(
        x=by_date("planned", domain, width), x2="latest", y=y
    )
    shown = {"planned": ("planned", "circle", theme.main), "latest": ("latest safe", "diamond", theme.lit)}
    names, shapes, colours = zip(*shown.values(), strict=True)
    color = alt.Color("what:N", scale=alt.Scale(domain=names, range=colours), title=None)
    shape = alt.Shape("what:N", scale=alt.Scale(domain=names, range=shapes), title=None)
    dots = [
        base.transform_filter(f"isValid(datum.{field})")
        .transform_calculate(what=f"'{name}'")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=by_date(field, domain, width), y=y, color=color, shape=shape, tooltip=tooltip)
        for field, (name, _, _) in shown.items()
    ]
    return alt.layer(spans, *dots).properties(width=width, height=_ROW * len(table))


def _costs(table: pd.DataFrame, width: int, theme: Theme) -> Any:
    y = _y(table, theme, labels=False)
    base = alt.Chart(inline(table)).transform_filter("isValid(datum.cost)")
    tooltip = ["label:N", *(alt.Tooltip(f"{each}:Q", format=",.1f") for each in ("cost", "low", "high"))]
    axis = alt.Axis(title="days", tickCount=max(2, width // 50))
    bars = base.mark_bar(height=_ROW * 0.6, color=theme.lit).encode(x=alt.X("cost:Q", axis=axis), y=y, tooltip=tooltip)
    ranges = base.mark_rule(color=theme.ink).encode(x=alt.X("low:Q", axis=axis), x2="high:Q", y=y)
    return alt.layer(bars, ranges).properties(width=width, height=_ROW * len(table))
