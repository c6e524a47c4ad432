"""How every picture looks: colours, fonts, axes; light and dark.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), which remain apart for the colour-blind; on
the dark ground the blue and the vermilion are lightened, since the originals are too dark there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import altair as alt
import pandas as pd

from buildsim.present.charts.data import shortened

WIDTH: Final = 900
"""Pixels across, unless another width is asked for."""

MONTH: Final = "%b %Y"

_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture, by what they stand for."""

    ground: str
    ink: str
    faint: str
    """Second lines, axis labels."""
    grid: str
    main: str
    lit: str
    """What drives: path, outliers."""
    wait: str
    box: str
    hot: str
    """Grounds of text: of what never drives and of what always does."""
    blue: str
    sky: str
    green: str
    orange: str
    yellow: str
    vermilion: str
    purple: str
    grey: str

    def kind(self, kind: str) -> str:
        """The colour of a category's kind, such as ``work``."""
        return {
            "work": self.blue,
            "permit": self.purple,
            "utility": self.orange,
            "supply": self.vermilion,
            "pool": self.green,
            "risk": self.yellow,
            "disruption": self.yellow,
            "actual": self.sky,
        }.get(kind, self.grey)


LIGHT: Final = Theme(
    ground="#ffffff",
    ink="#1f2328",
    faint="#59636e",
    grid="#e4e7eb",
    main="#0072b2",
    lit="#d55e00",
    wait="#b0b7bf",
    box="#f3f5f7",
    hot="#f7ae7c",
    blue="#0072b2",
    sky="#56b4e9",
    green="#009e73",
    orange="#e69f00",
    yellow="#d9c400",
    vermilion="#d55e00",
    purple="#cc79a7",
    grey="#8c959f",
)
DARK: Final = Theme(
    ground="#14181d",
    ink="#e6edf3",
    faint="#9aa5b1",
    grid="#2b323b",
    main="#56b4e9",
    lit="#ff8a3d",
    wait="#5b6672",
    box="#232a32",
    hot="#8f430f",
    blue="#56b4e9",
    sky="#2f7fb8",
    green="#1fc296",
    orange="#e69f00",
    yellow="#f0e442",
    vermilion="#ff8a3d",
    purple="#e29ac2",
    grey="#8c959f",
)


def themed(chart: Any, theme: Theme, *, title: str, subtitle: Sequence[str] = ()) -> Any:
    """The chart with its title and the theme's colours and fonts; nothing is left to a viewer's own theme.

    ``chart`` is any Altair chart that stands alone. The title is what a screen reader says of it too.
    """
    text = {"color": theme.ink, "subtitleColor": theme.faint}
    axis = {
        "domainColor": theme.grid,
        "gridColor": theme.grid,
        "labelColor": theme.faint,
        "tickColor": theme.grid,
        "titleColor": theme.faint,
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
    }
    config = {
        "background": theme.ground,
        "font": _FONT,
        "padding": 16,
        "axis": axis,
        "legend": {
            "labelColor": theme.ink,
            "titleColor": theme.faint,
            "titleFontWeight": "normal",
            "labelFontSize": 11,
            "titleFontSize": 11,
            "orient": "top",
            "columns": 0,
            "offset": 8,
        },
        "title": {**text, "anchor": "start", "fontSize": 13, "subtitleFontSize": 11, "offset": 8},
        "text": {"color": theme.ink, "fontSize": 11},
        "view": {"stroke": None},
        "concat": {"spacing": 24},
    }
    heading = alt.TitleParams(title, subtitle=list(subtitle), fontSize=16, subtitleFontSize=12, offset=16)
    return chart.properties(title=heading, description=title, config=config)


def titled(site: str, text: str, width: int) -> str:
    """The title of a picture of one site, whose name is cut if it is too long."""
    return f"{shortened(site, max(16, width // 9 - len(text)))}: {text}"


def panel_title(name: str, said: str, width: int) -> alt.TitleParams:
    """The heading of one of several panels, ``width`` pixels wide: its name, and in small what is said of it."""
    return alt.TitleParams(shortened(name, max(12, width // 8)), subtitle=said)


def by_date(field: str, domain: Sequence[str], width: int) -> alt.X:
    """Dates from left to right over ``width`` pixels: as many months or years as there is room to name."""
    first, last = (pd.Timestamp(each) for each in domain)
    room = max(3, width // 52) + 0.5
    months = (last - first).days / 30.4
    step = next((step for step in (1, 2, 3, 6) if months / step <= room), 12 * ceil(months / 12 / room))
    axis: dict[str, Any] = {"format": "%Y-%m-%d", "tickCount": max(2, width // 100)}
    if months >= 2:
        unit = {"interval": "month", "step": step} if step < 12 else {"interval": "year", "step": step // 12}
        axis = {"format": MONTH, "tickCount": unit}
    scale = alt.Scale(type="utc", domain=list(domain), nice=False)
    return alt.X(f"{field}:T", scale=scale, axis=alt.Axis(grid=True, labelOverlap=True, **axis), title=None)


def day(field: str, title: str | None = None) -> alt.Tooltip:
    """A date under the pointer."""
    return alt.Tooltip(f"{field}:T", timeUnit="utcyearmonthdate", format="%Y-%m-%d", title=title or field)
