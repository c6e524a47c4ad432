"""Pictures of bottlenecks: the ladder, what each step of relief gains, and who owes how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.network.constraints import Constraint
from buildsim.present import words
from buildsim.present.bottlenecks import constraint
from buildsim.present.charts.data import inline, shortening
from buildsim.present.charts.extra import check_width
from buildsim.present.charts.theme import DARK, LIGHT, WIDTH, Theme, themed, titled
from buildsim.present.charts.waterfall import KINDS
from buildsim.studies.bottlenecks import Bottlenecks
from buildsim.studies.options import choose
from buildsim.studies.relief import IMPROVEMENTS, REMOVED

_ROW: Final = 26
_LABELS: Final = 200
"""Pixels left of the marks, for the constraints; less in a narrow picture."""
_VALUES: Final = 60
"""Pixels right of the longest bar, for its days."""
_PLANNED, _REMAINS = "as planned", "what remains"


def ladder(result: Bottlenecks, *, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """A bar per rung, from the days before a constraint is removed to those after, down to what remains."""
    level = result.cascade.start
    rows: list[tuple[Any, ...]] = [(0, _PLANNED, _PLANNED, 0.0, level, f"{level:,.1f}", "")]
    for order, rung in enumerate(result.cascade.rungs, start=1):
        after = level if rung.gain.after is None else rung.gain.after
        mark = "only together" if rung.only_together else words.move(after - level)
        then = constraint(rung.next) if rung.next is not None else "nothing more"
        rows.append((order, constraint(rung.removed), _kind(rung.removed), after, level, mark, then))
        level = after
    rows.append((len(rows), _REMAINS, _REMAINS, 0.0, level, f"{level:,.1f}", ""))
    table = pd.DataFrame(rows, columns=["order", "rung", "group", "begin", "end", "days", "then"])
    size, y = _size(width), _rows("rung", theme, width)
    # what a rung is about is its difference, so the axis need not begin at 0 where that would hide it
    low = min(float(table["begin"].iloc[1:-1].min()), level) if len(rows) > 2 else 0.0
    first = max(0.0, low - 0.5 * (result.cascade.start - low)) if result.cascade.start > low else 0.0
    table.loc[table["begin"] == 0.0, "begin"] = first
    table["right"] = table[["begin", "end"]].max(axis=1)
    scale = alt.Scale(domain=[first, float(table["right"].max())], nice=False, zero=False)
    x = alt.X("begin:Q", scale=scale, axis=alt.Axis(title="days", tickCount=max(2, size // 70)))
    tooltip = ["rung:N", alt.Tooltip("days:N"), alt.Tooltip("then:N", title="then binds")]
    base = alt.Chart(inline(table))
    bars = base.mark_bar(height=_ROW * 0.6).encode(x=x, x2="end:Q", y=y, color=_colours(table, theme), tooltip=tooltip)
    values = base.mark_text(align="left", dx=4).encode(
        x=alt.X("right:Q", scale=scale), y=y, text="days:N", tooltip=tooltip
    )
    drawn = alt.layer(bars, values).properties(width=size, height=_ROW * len(table))
    said = "mean days, as one constraint after the other is removed" + (
        "; the axis does not begin at 0" if first else ""
    )
    return themed(drawn, theme, title=_title(result, "the ladder", width), subtitle=[said])


def relief(result: Bottlenecks, *, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """A row per constraint: the days that each step of relief gains, with the interval of the largest step."""
    rows = [
        (constraint(each.constraint), each.step, *_gain(each.gain), each.gain.more) for each in result.curves.objective
    ]
    table = pd.DataFrame(rows, columns=["constraint", "step", "days", "low", "high", "worse"])
    order = list(dict.fromkeys(table.sort_values("days", ascending=False, kind="stable")["constraint"]))
    size, y = _size(width), _rows("constraint", theme, width, order)
    steps = [*IMPROVEMENTS, REMOVED]
    shades = [theme.grid, theme.sky, theme.main, theme.lit]
    color = alt.Color("step:N", scale=alt.Scale(domain=steps, range=shades), title=None, legend=alt.Legend(columns=4))
    axis = alt.Axis(title="days gained", tickCount=max(2, size // 70))
    tooltip = [
        "constraint:N",
        "step:N",
        *(alt.Tooltip(f"{name}:Q", format=",.1f") for name in ("days", "low", "high")),
        alt.Tooltip("worse:Q", format=".0%", title="got worse"),
    ]
    base, largest = alt.Chart(inline(table)), alt.Chart(inline(table.groupby("constraint", sort=False).tail(1)))
    drawn = alt.layer(
        alt.Chart(inline(pd.DataFrame({"zero": [0.0]}))).mark_rule(color=theme.faint).encode(x="zero:Q"),
        base.mark_line(color=theme.wait).encode(x=alt.X("days:Q", axis=axis), y=y, detail="constraint:N"),
        largest.mark_rule(color=theme.faint).encode(x="low:Q", x2="high:Q", y=y),
        base.mark_point(filled=True, size=70, opacity=1, stroke=theme.faint, strokeWidth=0.6).encode(
            x="days:Q", y=y, fill=color, tooltip=tooltip
        ),
    ).properties(width=size + _VALUES, height=_ROW * max(1, len(order)))
    said = "days gained by each step; the line through the largest is its 95% interval"
    return themed(drawn, theme, title=_title(result, "relief", width), subtitle=[said])


def shares(result: Bottlenecks, *, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """A bar per constraint: its Shapley share of the days that all cost together, with twice its standard error."""
    players, found = result.shapley.players, result.shapley.shares
    rows = [
        (constraint(player), _kind(player), days, days - 2 * se, days + 2 * se, f"{days:,.1f}")
        for player, days, se in zip(players, found.parts, found.se, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["constraint", "group", "days", "low", "high", "said"])
    table = table.sort_values("days", ascending=False, kind="stable")
    size, y = _size(width), _rows("constraint", theme, width, list(table["constraint"]))
    axis = alt.Axis(title="days", tickCount=max(2, size // 70))
    tooltip = ["constraint:N", alt.Tooltip("said:N", title="days")]
    base = alt.Chart(inline(table))
    drawn = alt.layer(
        base.mark_bar(height=_ROW * 0.6).encode(
            x=alt.X("days:Q", axis=axis), y=y, color=_colours(table, theme), tooltip=tooltip
        ),
        base.mark_rule(color=theme.ink).encode(x="low:Q", x2="high:Q", y=y),
        base.mark_text(align="left", dx=6).encode(x="high:Q", y=y, text="said:N"),
    ).properties(width=size, height=_ROW * max(1, len(table)))
    said = f"of {words.days(found.total)} that all cost together (Shapley); lines: two standard errors"
    return themed(drawn, theme, title=_title(result, "who owes how much", width), subtitle=[said])


_PICTURES: Final[Mapping[str, Callable[..., Any]]] = {"ladder": ladder, "relief": relief, "shares": shares}


def draw(result: Bottlenecks, name: str, *, dark: bool = False, width: int | None = None) -> Any:
    """A picture as an Altair chart: the ``ladder``, the ``relief``, or the ``shares``.

    Raises UnknownNameError for another name, InputError for too narrow a picture.
    """
    choose("picture", name, tuple(_PICTURES))
    check_width(width)
    return _PICTURES[name](result, theme=DARK if dark else LIGHT, width=width or WIDTH)


def _title(result: Bottlenecks, what: str, width: int) -> str:
    goal = result.objective
    text = f"{words.milestone(goal.milestone)}, {what}"
    if len(goal.sites) == 1:
        return titled(goal.sites[0], text, width)
    return titled(goal.owner or result.scenario, text, width)


def _kind(of: Constraint) -> str:
    return KINDS[of.kind]


def _gain(change: Paired) -> tuple[float | None, ...]:
    return tuple(None if each is None else 0.0 - each for each in (change.mean, change.high, change.low))


def _labels(width: int) -> int:
    return _LABELS if width >= 2 * _LABELS + _VALUES else width // 3


def _size(width: int) -> int:
    return max(120, width - _labels(width) - _VALUES - 32)


def _rows(field: str, theme: Theme, width: int, order: list[str] | None = None) -> alt.Y:
    labels = _labels(width)
    axis = alt.Axis(
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
    return alt.Y(f"{field}:N", sort=order if order is not None else alt.SortField("order"), axis=axis)


def _colours(table: pd.DataFrame, theme: Theme) -> alt.Color:
    """By kind; the whole is not in the legend, its bar says what it is."""
    kinds = {group: theme.kind(kind) for kind, group in KINDS.items()}
    whole = {_PLANNED: theme.ink, _REMAINS: theme.grey}
    shown = list(dict.fromkeys(table["group"]))
    named = [group for group in shown if group in kinds]
    legend = alt.Legend(values=named, columns=2) if named else None
    scale = alt.Scale(domain=shown, range=[{**kinds, **whole}[group] for group in shown])
    return alt.Color("group:N", scale=scale, title=None, legend=legend)
