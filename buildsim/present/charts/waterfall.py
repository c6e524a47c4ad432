"""The waterfall of days: from a site's start to the mean of a milestone, category by category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present import words
from buildsim.present.charts.data import columns, inline, shortening
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, panel_title, themed, titled
from buildsim.present.waterfall import ROWS

ROW: Final = 20
"""Pixels from one bar to the next."""
LABELS: Final = 210
"""Pixels left of the bars, for the categories."""
VALUES: Final = 56
"""Pixels right of the longest bar, for its days."""
_CHARACTERS: Final = 36
_LEGEND: Final = 75
"""Pixels that a kind takes in the legend, on average."""
PANEL: Final = 440
"""Pixels that a panel needs beside another one."""

KINDS: Final = {
    "work": "work",
    "permit": "permits",
    "utility": "utility",
    "supply": "supplies",
    "pool": "waiting for crews",
    "risk": "risks",
    "disruption": "risks",
    "actual": "as it happened",
}
"""What a bar's colour stands for, by the kind of its category; all others are ``other``."""

_OTHER: Final = "other"
_TOTAL: Final = "mean"


def waterfall(
    attribution: pd.DataFrame,
    milestone: str,
    sites: Sequence[str],
    *,
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> Any:
    """A panel per site: each category's mean days as a bar that begins where the one before it ended, then the mean.

    ``attribution`` is the table of this name (`Study.attribution`), largest first; the small rest is summed into one
    bar. A site that never reaches the milestone has no bars.
    """
    side_by_side, panel = columns(len(sites), width, least=PANEL)
    rows = {site: _bars(attribution, site, milestone) for site in sites}
    longest = max((table["end"].max() for table in rows.values() if len(table)), default=1.0)
    size = max(120, panel - LABELS - VALUES)
    shown = sorted({group for table in rows.values() for group in table["group"]}, key=[*_groups(theme)].index)
    legend = 0 if width - LABELS >= _LEGEND * len(shown) else 2
    panels = {site: _panel(table, size, longest, shown, legend, theme) for site, table in rows.items()}
    title, subtitle = words.milestone(milestone), "mean days by category, from the start of the site"
    if len(sites) == 1:
        return themed(panels[sites[0]], theme, title=titled(sites[0], title, width), subtitle=[subtitle])
    named = [
        each.properties(title=panel_title(site, _said(rows[site]), size + LABELS)) for site, each in panels.items()
    ]
    return themed(alt.concat(*named, columns=side_by_side), theme, title=title, subtitle=[subtitle])


def _said(bars: pd.DataFrame) -> str:
    return words.days(bars["end"].max()) if len(bars) else words.BEYOND


def _bars(attribution: pd.DataFrame, site: str, milestone: str) -> pd.DataFrame:
    """A row per bar, from top to bottom: ``category`` in words, ``begin`` and ``end`` in days, ``mean_days``."""
    of = attribution[(attribution["site"] == site) & (attribution["milestone"] == milestone)]
    names, days = list(of["category"]), list(of["mean_days"])
    most = len(of) if len(of) <= ROWS + 1 else ROWS
    found = [
        (words.category(name), KINDS.get(name.partition(":")[0], _OTHER), value)
        for name, value in zip(names[:most], days[:most], strict=True)
    ]
    if most < len(of):
        found.append((f"{len(of) - most} smaller ones", _OTHER, sum(days[most:])))
    rows, begin = [], 0.0
    for order, (label, group, value) in enumerate(found):
        rows.append((order, label, group, begin, begin + value, value))
        begin += value
    if rows:
        rows.append((len(rows), words.milestone(milestone), _TOTAL, 0.0, begin, begin))
    return pd.DataFrame(rows, columns=["order", "category", "group", "begin", "end", "mean_days"])


def _groups(theme: Theme) -> dict[str, str]:
    """The colour of each group, in the order of the legend."""
    colours = {group: theme.kind(kind) for kind, group in KINDS.items()}
    return {**colours, _OTHER: theme.grey, _TOTAL: theme.ink}


def names_left(field: str, theme: Theme, *, from_left: bool = False) -> alt.Y:
    """The names of bars, from top to bottom in the order of the field ``order``; ``from_left`` as in `shortening`."""
    return alt.Y(
        f"{field}:N",
        sort=alt.SortField("order"),
        axis=alt.Axis(
            title=None,
            labelExpr=shortening(_CHARACTERS, from_left=from_left),
            labelLimit=LABELS,
            labelColor=theme.ink,
            minExtent=LABELS,  # so that panels stand in line
            maxExtent=LABELS,
            domain=False,
            ticks=False,
            grid=False,
        ),
    )


def _panel(bars: pd.DataFrame, width: int, longest: float, shown: Sequence[str], legend: int, theme: Theme) -> Any:
    colours = _groups(theme)
    y = names_left("category", theme)
    x = alt.X(
        "begin:Q",
        scale=alt.Scale(domain=[0, longest], nice=False),
        axis=alt.Axis(title="days", tickCount=max(2, width // 50)),
    )
    color = alt.Color(
        "group:N",
        scale=alt.Scale(domain=list(shown), range=[colours[group] for group in shown]),
        title=None,
        legend=alt.Legend(columns=legend),
    )
    tooltip = ["category:N", alt.Tooltip("mean_days:Q", format=",.1f", title="mean days")]
    base = alt.Chart(inline(bars))
    drawn = base.mark_bar(height=ROW * 0.7).encode(x=x, x2="end:Q", y=y, color=color, tooltip=tooltip)
    values = base.mark_text(align="left", dx=4).encode(
        x=alt.X("end:Q"), y=y, text=alt.Text("mean_days:Q", format=",.1f"), tooltip=tooltip
    )
    return alt.layer(drawn, values).properties(width=width, height=ROW * max(1, len(bars)))
