"""The ramp: how much is online over time, as a fan from P10 to P90, of all sites together and of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present.charts.data import columns, inline, padded
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, by_date, day, panel_title, themed, titled
from buildsim.studies.ramp import words_of

_PANEL: Final = 280
_AXIS: Final = 62


def ramp_fan(
    ramp: pd.DataFrame, sites: Sequence[str], measure: str = "mw", *, theme: Theme = LIGHT, width: int = WIDTH
) -> Any:
    """A panel per name of ``sites``, the first one over all others: P50 and P10 to P90 by date.

    ``ramp`` is the table of this name of a run, in which `all sites` stands for their sum; ``measure`` is one of
    `MEASURES` of `buildsim.studies.ramp`. Amounts are those at the dates of the table and drawn as staying so until
    the next: nothing is online before it is known to be. Dates are shared, amounts are not: each panel has its own
    scale.
    """
    names = ["date", *(f"{measure}_p{percent}" for percent in (10, 50, 90))]
    tables = {site: ramp.loc[ramp["site"] == site, names] for site in sites}
    domain = padded(ramp.loc[ramp["site"].isin(sites), "date"])
    first, *others = sites
    title = f"{words_of(measure)} online"
    how = ["line: P50; band: P10 to P90"]
    top = _panel(tables[first], measure, (width - _AXIS, 280), domain, theme)
    if not others:
        return themed(top, theme, title=titled(first, title, width), subtitle=how)
    side_by_side, panel = columns(len(others), width, least=_PANEL)
    top = top.properties(title=panel_title(first, _said(tables[first], measure), width))
    small = [
        _panel(tables[site], measure, (panel - _AXIS, 110), domain, theme).properties(
            title=panel_title(site, _said(tables[site], measure), panel)
        )
        for site in others
    ]
    return themed(alt.vconcat(top, alt.concat(*small, columns=side_by_side)), theme, title=title, subtitle=how)


def _said(table: pd.DataFrame, measure: str) -> str:
    last = table[table[f"{measure}_p50"].notna()].tail(1)
    if not len(last):
        return "not known"
    return f"P50 {last[f'{measure}_p50'].iloc[0]:,.0f} by {last['date'].iloc[0]:%Y-%m-%d}"


def _panel(table: pd.DataFrame, measure: str, size: tuple[int, int], domain: list[str], theme: Theme) -> Any:
    width, height = size
    base = alt.Chart(inline(table))
    x = by_date("date", domain, width)
    low, middle, high = (f"{measure}_p{percent}" for percent in (10, 50, 90))
    ticks = max(3, height // 40)
    axis = alt.Axis(
        title=None,
        format="~s" if measure in ("gpus", "h100e") else ",d",
        tickCount=ticks,
        minExtent=_AXIS - 20,  # so that panels stand in line
    )
    band = base.mark_area(interpolate="step-after", color=theme.main, opacity=0.3).encode(
        x=x, y=alt.Y(f"{low}:Q", axis=axis, scale=alt.Scale(nice=ticks)), y2=f"{high}:Q"
    )
    tooltip = [
        day("date"),
        *(alt.Tooltip(f"{n}:Q", format=",.1f") for n in table.columns[1:]),
    ]
    line = base.mark_line(interpolate="step-after", color=theme.main, strokeWidth=2).encode(
        x=x, y=alt.Y(f"{middle}:Q"), tooltip=tooltip
    )
    return alt.layer(band, line).properties(width=width, height=height)
