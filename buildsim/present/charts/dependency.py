"""The dependency graph: what follows what, and how often each is what drives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import networkx as nx
import pandas as pd

from buildsim.present import words
from buildsim.present.charts.collapse import Group, collapsed
from buildsim.present.charts.data import inline, shortened
from buildsim.present.charts.layers import layered
from buildsim.present.charts.theme import LIGHT, WIDTH, Theme, themed

_BOX: Final = (132, 44)
_STEP: Final = (142, 74)
"""Pixels from one box to the next, and from one row to the next."""
_ACROSS: Final = 3
"""Boxes in a row of one of several sites."""
_GAP: Final = 40
"""Pixels between the graphs of sites."""
_HEADING: Final = 46
"""Pixels from the name of a site to the middle of its first boxes."""
_LINES: Final = {1: (0, 0, 0), 2: (-6, 8, 0), 3: (-12, 2, 14)}
"""Pixels below the middle of a box of its lines of text, by how many there are."""


def dependency_graph(graph: nx.MultiDiGraph[str], *, title: str, theme: Theme = LIGHT, width: int = WIDTH) -> Any:
    """A box per activity, or per stage where there are more activities than can be read, each below what it follows.

    ``graph`` is that of `buildsim.studies.graph`. Links that follow from others are left out, dashed ones go back to
    something above. Where criticality is known, a box is the darker the more often it lies on the driving path.
    """
    kind, small = collapsed(graph)
    boxes, lines, headings = _drawing(small, width)
    known = boxes["criticality"].notna().any()
    across = [float(boxes["left"].min()) - 8, float(boxes["right"].max()) + 8]
    down = [float(min(boxes["top"].min(), headings["y"].min())) - 12, float(boxes["bottom"].max()) + 8]

    def x(name: str) -> alt.X:
        return alt.X(f"{name}:Q", scale=alt.Scale(domain=across, nice=False), axis=None)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", scale=alt.Scale(domain=down, nice=False, reverse=True), axis=None)

    curves = (
        alt.Chart(inline(lines))
        .mark_line(interpolate="basis", strokeWidth=1.2, color=theme.faint, opacity=0.8)
        .encode(
            x=x("x"),
            y=y("y"),
            order="step:O",
            detail="edge:N",
            strokeDash=alt.StrokeDash(
                "back:N", scale=alt.Scale(domain=[False, True], range=[[1, 0], [4, 3]]), legend=None
            ),
        )
    )
    heads = (
        alt.Chart(inline(lines[(lines["step"] == 3) & ~lines["back"]].assign(tip=lambda table: table["y"] - 4)))
        .mark_point(shape="triangle-down", filled=True, size=36, color=theme.faint, opacity=1)
        .encode(x=x("x"), y=y("tip"))
    )
    base = alt.Chart(inline(boxes)).encode(
        tooltip=["name:N", alt.Tooltip("count:Q", title="activities"), alt.Tooltip("criticality:Q", format=".0%")]
    )
    fill: Any = (
        alt.Color(
            "criticality:Q",
            scale=alt.Scale(domain=[0, 1], range=[theme.box, theme.hot], interpolate="rgb"),
            title="on the driving path",
            legend=alt.Legend(format="%", values=[0, 0.5, 1], gradientLength=120, gradientThickness=10),
        )
        if known
        else alt.value(theme.box)
    )
    rect = base.mark_rect(stroke=theme.faint, strokeWidth=0.8, cornerRadius=4).encode(
        x=x("left"), x2="right:Q", y=y("top"), y2="bottom:Q", color=fill
    )
    texts = [
        base.mark_text(color=theme.ink, fontSize=size).encode(x=x("x"), y=y(f"{name}_y"), text=f"{name}:N")
        for name, size in (("first", 11), ("second", 9), ("third", 9))
    ]
    named = (
        alt.Chart(inline(headings))
        .mark_text(color=theme.ink, fontSize=13, fontWeight="bold", align="left")
        .encode(x=x("x"), y=y("y"), text="site:N")
    )
    drawn = alt.layer(curves, heads, rect, *texts, named).properties(
        width=across[1] - across[0], height=down[1] - down[0]
    )
    said = f"{words.count(graph.number_of_nodes(), 'activity')}; boxes: {kind}"
    return themed(drawn, theme, title=title, subtitle=[said])


def _drawing(graph: nx.DiGraph[Group], width: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Boxes, points of lines, and headings: sites side by side as far as ``width`` goes, then below each other."""
    sites: dict[str, list[Group]] = {}
    for node in graph:
        sites.setdefault(node[1], []).append(node)
    several = len(sites) > 1
    across = _ACROSS if several else max(2, width // _STEP[0])
    block = across * _STEP[0] + _GAP
    abreast = max(1, (width + _GAP) // block)
    boxes: list[dict[str, Any]] = []
    lines: list[tuple[int, int, float, float, bool]] = []
    headings: list[tuple[str, float, float]] = []
    top = lowest = 0.0
    for number, (site, nodes) in enumerate(sites.items()):
        column = number % abreast
        if number and column == 0:
            top = lowest + _BOX[1] / 2 + _GAP
        layout = layered(graph.subgraph(nodes), across)
        if several:
            headings.append((shortened(site, across * _STEP[0] // 8), column * block, top))
        x, y = column * block + (block - _GAP) / 2, top + (_HEADING if several else 0)
        place = {node: (x + at * _STEP[0], y + row * _STEP[1]) for node, (at, row) in layout.place.items()}
        boxes += [_box(node, graph.nodes[node], at) for node, at in place.items()]
        for a, b in layout.down:
            lines += _points(len(lines), place[a], place[b], back=False)
        for a, b in layout.up:
            lines += _points(len(lines), place[a], place[b], back=True)
        lowest = max(lowest, *(at for _, at in place.values()))
    return (
        pd.DataFrame(boxes).astype({"criticality": "float64"}),
        pd.DataFrame(lines, columns=["edge", "step", "x", "y", "back"]).astype({"back": "bool"}),
        pd.DataFrame(headings, columns=["site", "x", "y"]),
    )


def _box(node: Group, data: Mapping[str, Any], at: tuple[float, float]) -> dict[str, Any]:
    label, site, part = node
    x, y = at
    share = data["criticality"]
    said = [words.count(data["count"], "activity")] if data["count"] > 1 else []
    said += [f"{words.percent(share)} on path"] if share is not None else []
    texts = [shortened(label, _BOX[0] // 6), shortened(part, _BOX[0] // 5), ", ".join(said)]
    lines = [text for text in texts if text]
    offsets = _LINES[len(lines)]
    return {
        "name": "/".join(text for text in (site, part, label) if text),
        **{key: next(iter(lines[n : n + 1]), "") for n, key in enumerate(("first", "second", "third"))},
        **{f"{key}_y": y + offsets[n] for n, key in enumerate(("first", "second", "third"))},
        "count": data["count"],
        "criticality": share,
        "x": x,
        "y": y,
        "left": x - _BOX[0] / 2,
        "right": x + _BOX[0] / 2,
        "top": y - _BOX[1] / 2,
        "bottom": y + _BOX[1] / 2,
    }


def _points(
    edge: int, of: tuple[float, float], to: tuple[float, float], back: bool
) -> list[tuple[int, int, float, float, bool]]:
    """Four points of the curve from the lower side of a box to the upper side of another; the other way if ``back``."""
    side = -1 if back else 1
    first, last = of[1] + side * _BOX[1] / 2, to[1] - side * _BOX[1] / 2
    bend = side * (_STEP[1] - _BOX[1])
    points = [(of[0], first), (of[0], first + bend), (to[0], last - bend), (to[0], last)]
    return [(edge, step, x, y, back) for step, (x, y) in enumerate(points)]
