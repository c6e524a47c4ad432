"""Pictures of a sweep: a heat map of two factors, and a tornado of all."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present.charts.data import inline, shortened, shortening
from buildsim.present.charts.extra import check_width
from buildsim.present.charts.theme import DARK, LIGHT, WIDTH, Theme, themed
from buildsim.present.sweep import AS_IS, HOW, about, bare, named, shown
from buildsim.studies.options import choose
from buildsim.sweeps.factors import FactorColumn
from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.summary import VALUE, Subject, crossed, effects, swings

_ROW: Final = 34
_CELL: Final = 44
_LABELS: Final = 190
"""Pixels left of the marks; less in a narrow picture."""
_SIDES: Final = 84
"""Pixels on either side of the bars, for their levels; less in a narrow picture."""


def heat_map(
    result: SweepResult,
    of: Subject,
    x: str | None = None,
    y: str | None = None,
    *,
    dark: bool = False,
    width: int | None = None,
) -> Any:
    """A cell per pair of levels of two factors, with the mean value over all others; an Altair chart.

    Without ``x`` and ``y`` they are the two that move the value most. Raises UnknownNameError for a factor that the
    sweep does not have, or one where it has only one; InputError for too narrow a picture.
    """
    check_width(width)
    theme, across = DARK if dark else LIGHT, width or WIDTH
    first, second = _two(result, of, x, y)
    table = crossed(of, first, second)
    levels = {name: [bare(level, each) for level in table[each.name]] for name, each in (("x", first), ("y", second))}
    cells = pd.DataFrame(
        {**levels, "value": table[VALUE], "text": [shown(each, of.statistic) for each in table[VALUE]]}
    )
    cells["text"] = cells["text"].where(cells["value"].notna(), "beyond")
    orders = {name: _order(cells[name], each) for name, each in (("x", first), ("y", second))}
    labels = _left(across)
    size = max(140, across - labels - 32)
    colour = _colour(cells["value"], of, theme)
    base = alt.Chart(inline(cells)).encode(
        x=alt.X(
            "x:N", sort=orders["x"], axis=_axis(named(first), theme, labelAngle=0, labelLimit=size // len(orders["x"]))
        ),
        y=alt.Y("y:N", sort=orders["y"], axis=_axis(named(second), theme, labelLimit=labels - 24)),
    )
    tooltip = [
        alt.Tooltip("x:N", title=first.name),
        alt.Tooltip("y:N", title=second.name),
        alt.Tooltip("text:N", title=HOW[of.statistic]),
    ]
    strong = f"datum.value !== null && datum.value > {_middle(cells['value'])!r}"
    drawn = alt.layer(
        base.mark_rect(stroke=theme.ground, strokeWidth=2, color=theme.box).encode(tooltip=tooltip),
        base.transform_filter("datum.value !== null")
        .mark_rect(stroke=theme.ground, strokeWidth=2)
        .encode(color=colour, tooltip=tooltip),
        base.mark_text(fontSize=11 if size / len(orders["x"]) > 50 else 9).encode(
            text="text:N", color=alt.condition(strong, alt.value(theme.ground), alt.value(theme.ink))
        ),
    ).properties(width=size, height=_CELL * len(orders["y"]))
    return themed(drawn, theme, title=_title(result, across), subtitle=_subtitle(of, across))


def tornado(result: SweepResult, of: Subject, *, dark: bool = False, width: int | None = None) -> Any:
    """A bar per factor from the least to the most of the mean values at its levels; an Altair chart.

    Raises InputError for too narrow a picture.
    """
    check_width(width)
    theme, across = DARK if dark else LIGHT, width or WIDTH
    table = swings(effects(of, result.factors))
    by_name = {factor.name: factor for factor in result.factors}
    factors = [by_name[each] for each in table["factor"]]
    ends = {name: map(bare, table[name], factors) for name in ("least_level", "most_level")}
    table = table.assign(
        **{name: list(levels) for name, levels in ends.items()},
        factor=[named(each) for each in factors],
        said=[
            f"{shown(a, of.statistic)} to {shown(b, of.statistic)}"
            for a, b in zip(table["least"], table["most"], strict=True)
        ],
    )
    labels = _left(across)
    size = max(120, across - labels - 32)
    low, high = float(table["least"].min()), float(table["most"].max())
    sides = min(_SIDES, size // 4)
    room = max(high - low, 1e-9) * sides / (size - 2 * sides)
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    base = alt.Chart(inline(table)).encode(
        y=alt.Y(
            "factor:N", sort=None, axis=_axis(None, theme, labelLimit=labels - 8, labelExpr=shortening(labels // 6))
        )
    )
    axis = alt.Axis(
        title=HOW[of.statistic], tickCount=max(2, size // 90), format=".0%" if of.statistic == "reached" else ",.0f"
    )
    tooltip = [
        "factor:N",
        alt.Tooltip("least_level:N", title="least at"),
        alt.Tooltip("most_level:N", title="most at"),
        "said:N",
    ]
    end: dict[str, Any] = {"fontSize": 10, "color": theme.faint, "limit": sides - 6}
    drawn = alt.layer(
        base.mark_bar(height=_ROW * 0.5, color=theme.main).encode(
            x=alt.X("least:Q", scale=scale, axis=axis), x2="most:Q", tooltip=tooltip
        ),
        base.mark_text(align="right", dx=-5, **end).encode(x=alt.X("least:Q", scale=scale), text="least_level:N"),
        base.mark_text(align="left", dx=5, **end).encode(x=alt.X("most:Q", scale=scale), text="most_level:N"),
    ).properties(width=size, height=_ROW * max(1, len(table)))
    return themed(drawn, theme, title=_title(result, across), subtitle=_subtitle(of, across))


def _two(result: SweepResult, of: Subject, x: str | None, y: str | None) -> tuple[FactorColumn, FactorColumn]:
    """The two factors that are crossed."""
    by_name = {factor.name: factor for factor in result.factors}
    widest = [*swings(effects(of, result.factors))["factor"], *by_name]
    for asked in (x, y):
        if asked is not None:
            choose("factor", asked, tuple(by_name))
    names = [each for each in dict.fromkeys(widest) if each not in (x, y)]
    first = x if x is not None else choose("second factor", names.pop(0) if names else "", tuple(by_name))
    second = y if y is not None else choose("second factor", names.pop(0) if names else "", tuple(by_name))
    return by_name[first], by_name[second]


def _order(labels: pd.Series, factor: FactorColumn) -> list[str]:
    """Levels as the file has them, numbers by size."""
    present = list(dict.fromkeys(labels))
    if not factor.numeric:
        return [AS_IS, *factor.levels] if AS_IS in present else [each for each in factor.levels if each in present]
    return sorted(present, key=lambda each: float("-inf") if each == AS_IS else float(each.split()[0]))


def _colour(values: pd.Series, of: Subject, theme: Theme) -> alt.Color:
    known = values.dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    legend = alt.Legend(
        title=None, gradientLength=160, format=".0%" if of.statistic == "reached" else ",.0f", tickCount=3
    )
    scale = alt.Scale(domain=[low, high if high > low else low + 1], range=[theme.box, theme.main])
    return alt.Color("value:Q", scale=scale, legend=legend)


def _middle(values: pd.Series) -> float:
    """Above it a cell is so strong that its text must be of the ground's colour."""
    known = values.dropna()
    return float(known.min() + 0.55 * (known.max() - known.min())) if len(known) else 0.0


def _axis(title: str | None, theme: Theme, **more: Any) -> alt.Axis:
    return alt.Axis(title=title, labelColor=theme.ink, domain=False, ticks=False, grid=False, **more)


def _left(across: int) -> int:
    return _LABELS if across >= 3 * _LABELS else across // 3


def _title(result: SweepResult, across: int) -> str:
    return shortened(result.title or result.name, max(20, across // 9))


def _subtitle(of: Subject, across: int) -> list[str]:
    said = about(of)
    return [said] if len(said) * 6.5 < across - 32 else said.split(": ", 1)
