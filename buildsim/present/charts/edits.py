"""The waterfall of edits: from the mean of a milestone in one plan to that in another one, edit by edit."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present import words
from buildsim.present.charts.data import columns, inline
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, panel_title, themed
from buildsim.present.charts.waterfall import LABELS, PANEL, ROW, VALUES, names_left

_MEAN: Final = "mean"
_EARLIER: Final = "earlier"
_LATER: Final = "later"
_ROOM: Final = 0.06
"""Of the days shown, left and right of the bars."""


def edit_waterfall(
    explained: pd.DataFrame,
    differences: pd.DataFrame,
    first: str,
    milestone: str,
    *,
    theme: Theme = LIGHT,
    width: int = WIDTH,
) -> Any:
    """A panel per plan and site: the mean in the ``first`` plan, a bar for the days of each edit, the other mean.

    ``explained`` and ``differences`` are the tables of these names (`Comparison`); bars come largest first, and sites
    that nothing moves are left out beside others. Since the days shown do not begin at 0, means are marks, not bars.
    """
    of = explained[explained["milestone"] == milestone]
    of = of if of["days"].eq(0).all() else of[of["days"].ne(0)]
    pairs = list(dict.fromkeys(zip(of["plan"], of["site"], strict=True)))
    side_by_side, panel = columns(len(pairs), width, least=PANEL)
    size = max(120, panel - LABELS - VALUES)
    panels = []
    for plan, site in pairs:
        days, dates = (_only(table, plan, site, milestone) for table in (explained, differences))
        named = days.assign(edit=days["edit"].str.removeprefix(f"sites.{site}."))
        rows = _bars(named, dates, first, plan)
        said = f"{plan}: {words.move(float(rows['days'].iloc[1:-1].sum()))} days"
        panels.append(_panel(rows, size, theme).properties(title=panel_title(site, said, size + LABELS)))
    title = f"{words.milestone(milestone)}: which edits make the difference"
    subtitle = ["mean days from the start of the site,", f"from {first} to the other plan"]
    return themed(alt.concat(*panels, columns=side_by_side), theme, title=title, subtitle=subtitle)


def _only(table: pd.DataFrame, plan: str, site: str, milestone: str) -> pd.DataFrame:
    return table[(table["plan"] == plan) & (table["site"] == site) & (table["milestone"] == milestone)]


def _bars(explained: pd.DataFrame, difference: pd.DataFrame, first: str, plan: str) -> pd.DataFrame:
    """A row per mark from top to bottom, in days from the start of the site, with its ``text`` at the ``right``."""
    before, after = (float(difference[name].iloc[0]) for name in ("before", "after"))
    largest = explained.reindex(explained["days"].abs().sort_values(ascending=False, kind="stable").index)
    rows: list[tuple[str, str, float, float, float, str]] = [(first, _MEAN, before, before, before, f"{before:,.1f}")]
    begin = before
    for edit, days in zip(largest["edit"], largest["days"], strict=True):
        group = _LATER if days > 0 else _EARLIER
        rows.append((edit, group, begin, begin + days, days, words.move(days)))
        begin += days
    rows.append((plan, _MEAN, after, after, after, f"{after:,.1f}"))
    found = pd.DataFrame(rows, columns=["edit", "group", "begin", "end", "days", "text"])
    return found.assign(order=range(len(found)), right=found[["begin", "end"]].max(axis=1))


def _panel(rows: pd.DataFrame, width: int, theme: Theme) -> Any:
    low, high = float(rows[["begin", "end"]].min().min()), float(rows["right"].max())
    room = max((high - low) * _ROOM, 0.5)
    x = alt.X(
        "begin:Q",
        scale=alt.Scale(domain=[low - room, high + room], nice=False, zero=False),
        axis=alt.Axis(title="days", tickCount=max(2, width // 70)),
    )
    y = names_left("edit", theme, from_left=True)
    shown = [group for group in (_EARLIER, _LATER) if (rows["group"] == group).any()]
    colours = {_EARLIER: theme.green, _LATER: theme.vermilion}
    color = alt.Color("group:N", scale=alt.Scale(domain=shown, range=[colours[group] for group in shown]), title=None)
    tooltip = ["edit:N", alt.Tooltip("days:Q", format="+,.2f", title="days")]
    edits = alt.Chart(inline(rows[rows["group"] != _MEAN]))
    means = alt.Chart(inline(rows[rows["group"] == _MEAN]))
    bars = edits.mark_bar(height=ROW * 0.7).encode(x=x, x2="end:Q", y=y, color=color, tooltip=tooltip)
    ticks = means.mark_tick(thickness=3, height=ROW * 0.8, opacity=1, color=theme.ink).encode(x=x, y=y)
    texts = (
        alt.Chart(inline(rows))
        .mark_text(align="left", dx=5)
        .encode(x=alt.X("right:Q"), y=y, text="text:N", tooltip=tooltip)
    )
    return alt.layer(bars, ticks, texts).properties(width=width, height=ROW * len(rows))
