"""A picture of a sensitivity analysis: a bar or two for each input, with 95% intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.present.charts.data import inline, shortening
from buildsim.present.charts.extra import check_width
from buildsim.present.charts.theme import DARK, LIGHT, WIDTH, Theme, themed, titled
from buildsim.present.sensitivity import HOW, about, ends, named
from buildsim.studies.influence import Bar, Effect, Rank, Sensitivity, Share

_ROW: Final = 30
_LABELS: Final = 300
"""Pixels left of the bars; less in a narrow picture."""
ALONE: Final = "alone"
WITH_ALL: Final = "with its interactions"


def draw(result: Sensitivity, *, dark: bool = False, width: int | None = None) -> Any:
    """The rows of one method as an Altair chart, the most important on top.

    Raises InputError for too narrow a picture.
    """
    check_width(width)
    theme, across = DARK if dark else LIGHT, width or WIDTH
    table = pd.DataFrame(_bars(result), columns=["input", "what", "value", "low", "high"])
    order = list(dict.fromkeys(table["input"]))
    labels = _LABELS if across >= 2.5 * _LABELS else across * 2 // 5
    size = across - labels - 32
    kinds = list(dict.fromkeys(table["what"]))
    # two bars of a tornado lead from the mean to either side, two shares of a variance begin at the same end
    beside = isinstance(result.rows[0], Share) if result.rows else False
    y = alt.Y("input:N", sort=order, axis=_axis(labels, theme))
    axis = alt.Axis(title=HOW[result.method], tickCount=max(2, size // 80))
    base = alt.Chart(inline(table)).encode(y=y)
    if beside:
        base = base.encode(yOffset=alt.YOffset("what:N", sort=kinds))
    color = alt.Color(
        "what:N",
        scale=alt.Scale(domain=kinds, range=[theme.main, theme.lit][: len(kinds)]),
        title=None,
        legend=alt.Legend() if len(kinds) > 1 else None,
    )
    tooltip = ["input:N", "what:N", *(alt.Tooltip(f"{each}:Q", format=",.2f") for each in ("value", "low", "high"))]
    thick = _ROW * (0.36 if beside else 0.56)
    drawn = alt.layer(
        base.mark_bar(height=thick, opacity=0.9).encode(x=alt.X("value:Q", axis=axis), color=color, tooltip=tooltip),
        base.transform_filter("isValid(datum.low)").mark_rule(color=theme.ink).encode(x="low:Q", x2="high:Q"),
        alt.Chart(inline(pd.DataFrame({"value": [0.0]}))).mark_rule(color=theme.faint).encode(x="value:Q"),
    ).properties(width=size, height=_ROW * max(1, len(order)))
    goal = result.objective
    what = "what drives it"
    title = titled(goal.sites[0] if len(goal.sites) == 1 else result.scenario, what, across)
    return themed(drawn, theme, title=title, subtitle=[about(result)])


def _bars(result: Sensitivity) -> Iterator[tuple[str, str, float | None, float | None, float | None]]:
    """Input, what its bar is, how long it is, and its interval."""
    for row in result.rows:
        name = named(result, row.input)
        if isinstance(row, Rank):
            yield name, "", row.rho, row.low, row.high
        elif isinstance(row, Effect):
            yield name, "", row.mu_star, row.mu_star_low, row.mu_star_high
        elif isinstance(row, Share):
            yield name, ALONE, row.first, row.first_low, row.first_high
            yield name, WITH_ALL, row.total, row.total_low, row.total_high
        else:
            yield from _both(name, row, ends(result))


def _both(
    name: str, row: Bar, said: tuple[str, str]
) -> Iterator[tuple[str, str, float | None, float | None, float | None]]:
    moved: tuple[Paired, Paired] = (row.low, row.high)
    for what, change in zip(said, moved, strict=True):
        yield name, what, change.mean, change.low, change.high


def _axis(labels: int, theme: Theme) -> alt.Axis:
    return alt.Axis(
        title=None,
        labelExpr=shortening(labels // 6),
        labelLimit=labels,
        labelColor=theme.ink,
        minExtent=labels,
        maxExtent=labels,
        domain=False,
        ticks=False,
        grid=False,
    )
