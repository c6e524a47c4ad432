"""Pictures of how good forecasts of real builds are: intervals, reliability, and what a change brought."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from buildsim.present.charts.data import inline, shortening
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, themed

_ROW: Final = 18
_LABELS: Final = 190
_CHARACTERS: Final = 32

_INSIDE: Final = {"between P10 and P90": "circle", "before P10": "triangle-left", "after P90": "triangle-right"}
"""Where a real date lies, and the shape of its mark."""


def intervals(rows: pd.DataFrame, *, title: str, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """A line per build, fastest first: thin from P10 to P90, thick from P50 to P80, and when it was really ready.

    Columns: ``case``; ``p10``, ``p50``, ``p80``, ``p90`` and ``real`` in days from the start, infinite or NaN beyond
    the horizon; ``real`` is NaN for a build that is not ready yet. An interval that has no end runs to the edge.
    """
    percentiles = ["p10", "p50", "p80", "p90"]
    finite = rows[[*percentiles, "real"]].replace(np.inf, np.nan)
    edge = float(np.nanmax(finite.to_numpy(dtype=float))) * 1.05
    table = rows[["case"]].join(finite).join(finite[percentiles].fillna(edge).add_suffix("_drawn"))
    table["where"] = _where(rows)
    table = table.sort_values(["real", "p50", "case"], na_position="last")
    names = list(table["case"])

    y = alt.Y("case:N", sort=names, axis=_names(theme))
    x = alt.X("p10_drawn:Q", scale=alt.Scale(domain=[0, edge], nice=False), axis=alt.Axis(title="days from the start"))
    tooltip: list[Any] = [
        "case:N",
        *(alt.Tooltip(f"{name}:Q", format=",.0f") for name in (*percentiles, "real")),
        "where:N",
    ]
    base = alt.Chart(inline(table)).encode(y=y, tooltip=tooltip)
    whole = base.mark_rule(color=theme.wait, strokeWidth=2).encode(x=x, x2="p90_drawn:Q")
    upper = base.mark_bar(color=theme.main, height=7).encode(x=alt.X("p50_drawn:Q"), x2="p80_drawn:Q")
    # a scale of their own: the names of the places are no categories of the bars
    shown = [name for name in _INSIDE if name in set(table["where"])]
    colours = {name: theme.ink if name == next(iter(_INSIDE)) else theme.lit for name in _INSIDE}
    real = (
        alt.Chart(inline(table[table["real"].notna()]))
        .mark_point(filled=True, opacity=1, size=70)
        .encode(
            y=y,
            x=alt.X("real:Q"),
            shape=alt.Shape(
                "where:N", scale=alt.Scale(domain=shown, range=[_INSIDE[n] for n in shown]), title="really ready"
            ),
            color=alt.Color(
                "where:N", scale=alt.Scale(domain=shown, range=[colours[n] for n in shown]), title="really ready"
            ),
            tooltip=tooltip,
        )
    )
    count = int((table["where"] == next(iter(_INSIDE))).sum()), int(table["real"].notna().sum())
    drawn = alt.layer(whole, upper, real).properties(width=max(160, width - _LABELS), height=_ROW * len(table))
    said = ["thin: P10 to P90, thick: P50 to P80", f"{count[0]} of {count[1]} real dates lie between P10 and P90"]
    if finite[percentiles].isna().any(axis=None):
        said[0] += "; without an end: beyond the horizon"
    return themed(drawn, theme, title=title, subtitle=said)


def reliability(levels: pd.DataFrame, *, title: str, theme: Theme = LIGHT, width: int = 460) -> Any:
    """How many of the real dates came by a percentile, over how many should have, if the forecasts are honest.

    Columns: ``nominal`` and ``observed`` shares of 1; ``low`` and ``high`` bound the shares that chance alone would
    let be observed, the binomial interval around ``nominal``. With a column ``variant`` there is a line for each.
    """
    table = levels if "variant" in levels else levels.assign(variant="forecast")
    variants = list(dict.fromkeys(table["variant"]))
    share: Any = {"scale": alt.Scale(domain=[0, 1]), "axis": alt.Axis(format="%", tickCount=5)}
    x = alt.X("nominal:Q", title="should have come by then", **share)
    band = (
        alt.Chart(inline(table.drop_duplicates("nominal")))
        .mark_errorbar(ticks=True, color=theme.wait, thickness=2)
        .encode(x=x, y=alt.Y("low:Q", title="did come", **share), y2="high:Q")
    )
    even = (
        alt.Chart(inline(pd.DataFrame({"nominal": [0.0, 1.0], "observed": [0.0, 1.0]})))
        .mark_line(color=theme.faint, strokeDash=[4, 4], strokeWidth=1)
        .encode(x=x, y=alt.Y("observed:Q", title="did come"))
    )
    scale: Any = {"domain": variants}
    colours, shapes = [theme.main, theme.lit, theme.green, theme.purple], ["circle", "square", "diamond", "cross"]
    legend = alt.Legend() if len(variants) > 1 else None
    points = (
        alt.Chart(inline(table))
        .mark_point(filled=True, opacity=1, size=70)
        .encode(
            x=x,
            y=alt.Y("observed:Q", title="did come"),
            color=alt.Color("variant:N", scale=alt.Scale(**scale, range=colours), title=None, legend=legend),
            shape=alt.Shape("variant:N", scale=alt.Scale(**scale, range=shapes), title=None, legend=legend),
            tooltip=["variant:N", *(alt.Tooltip(f"{n}:Q", format=".0%") for n in ("nominal", "observed"))],
        )
    )
    lines = (
        alt.Chart(inline(table))
        .mark_line(strokeWidth=1.5)
        .encode(x=x, y="observed:Q", color=alt.Color("variant:N", scale=alt.Scale(**scale, range=colours)))
    )
    drawn = alt.layer(band, even, lines, points).properties(width=width - 80, height=width - 80)
    said = "dashed: as it should be; grey: where chance alone may put it (95%)"
    return themed(drawn, theme, title=title, subtitle=[said])


def before_after(variants: pd.DataFrame, *, title: str, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """The pinball loss of each variant, and beside it what it gains over the one that it is compared with.

    Columns: ``variant``; ``pinball`` in days; ``gain`` with its 95% interval ``gain_low`` to ``gain_high``, in days,
    above 0 where the variant is better, NaN for what is compared with nothing. Rows are drawn in their order.
    """
    names = list(variants["variant"])
    numbers = ["pinball", "gain", "gain_low", "gain_high"]
    tooltip = ["variant:N", *(alt.Tooltip(f"{name}:Q", format=",.1f") for name in numbers)]
    height, panel = 26 * len(names), max(140, (width - _LABELS - 24) // 2)
    base = alt.Chart(inline(variants[["variant", *numbers]]))
    y = alt.Y("variant:N", sort=names, axis=_names(theme))
    top = float(variants["pinball"].max()) * 1.15
    bar = base.mark_bar(color=theme.main, height=14).encode(
        x=alt.X("pinball:Q", title="pinball loss, days", scale=alt.Scale(domain=[0, top], nice=False)),
        y=y,
        tooltip=tooltip,
    )
    value = base.mark_text(align="left", dx=4).encode(x="pinball:Q", y=y, text=alt.Text("pinball:Q", format=",.1f"))
    bare = alt.Y("variant:N", scale=alt.Scale(domain=names), axis=None)
    compared = base.transform_filter("isValid(datum.gain)")
    span = compared.mark_rule(color=theme.faint, strokeWidth=2).encode(
        x=alt.X("gain_low:Q", title="gain, days"), x2="gain_high:Q", y=bare
    )
    point = compared.mark_point(filled=True, opacity=1, size=70, color=theme.lit).encode(
        x="gain:Q", y=bare, tooltip=tooltip
    )
    zero = alt.Chart(inline(pd.DataFrame({"gain": [0.0]}))).mark_rule(color=theme.ink).encode(x="gain:Q")
    left = alt.layer(bar, value).properties(width=panel, height=height)
    right = alt.layer(zero, span, point).properties(width=panel, height=height)
    said = "gain: above 0 is better, with its 95% interval"
    return themed(alt.hconcat(left, right), theme, title=title, subtitle=[said])


def _where(rows: pd.DataFrame) -> list[str | None]:
    """Where the real date lies, None if there is none."""
    inside, before, after = _INSIDE
    found = np.where(rows["real"] < rows["p10"], before, np.where(rows["real"] > rows["p90"], after, inside))
    return [None if missing else str(text) for text, missing in zip(found, rows["real"].isna(), strict=True)]


def _names(theme: Theme) -> alt.Axis:
    return alt.Axis(
        title=None,
        labelExpr=shortening(_CHARACTERS),
        labelLimit=_LABELS,
        labelColor=theme.ink,
        domain=False,
        ticks=False,
        grid=False,
    )
