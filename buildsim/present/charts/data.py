"""Tables as the data of a chart, and what of them a picture has room for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import ceil
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from buildsim.analysis.finish_date import finish_day
from buildsim.network.codes import TICKS_PER_DAY

ELLIPSIS: Final = "…"


def inline(table: pd.DataFrame) -> alt.InlineData:
    """The rows as they are: numbers unrounded, dates in ISO form and UTC, null for what is missing.

    They are given as values and not as a frame, which Altair refuses beyond 5,000 rows.
    """
    return alt.InlineData(values=[dict(zip(table.columns, row, strict=True)) for row in _rows(table)])


def finish_dates(start: date, days: pd.Series) -> pd.Series:
    """The dates of finishes, so many days after ``start``: that of the last worked minute, as reports print it."""
    ticks = (days * TICKS_PER_DAY).round()
    found: pd.Series = pd.Timestamp(start) + pd.to_timedelta(finish_day(ticks, 0), unit="D")
    return found


def shortened(text: str, most: int) -> str:
    """The text, cut in the middle if it has more than ``most`` characters; the end, which tells more, stays longer."""
    if len(text) <= most:
        return text
    tail = 2 * most // 3
    return text[: most - tail - len(ELLIPSIS)] + ELLIPSIS + text[len(text) - tail :]


def shortening(most: int, *, from_left: bool = False) -> str:
    """What `shortened` does, as an expression for the labels of an axis, whose values stay whole.

    With ``from_left`` all of the room goes to the end: of paths, whose last parts alone tell one from the other.
    """
    text = "datum.label"
    tail = most - len(ELLIPSIS) if from_left else 2 * most // 3
    head = most - tail - len(ELLIPSIS)
    return f"length({text}) > {most} ? slice({text}, 0, {head}) + '{ELLIPSIS}' + slice({text}, -{tail}) : {text}"


def columns(panels: int, width: int, least: int) -> tuple[int, int]:
    """In how many columns so many panels stand that need ``least`` pixels, and how wide each is."""
    most = max(1, min(panels, width // least))
    side_by_side = ceil(panels / ceil(panels / most))  # rows as full as can be
    return side_by_side, width // side_by_side


def padded(dates: Iterable[Any], share: float = 0.03) -> list[str]:
    """First and last of the dates with some room beside them, as the domain of an axis."""
    found = pd.to_datetime(pd.Series(list(dates))).dropna()
    first, last = found.min(), found.max()
    room = max((last - first) * share, pd.Timedelta(days=1))
    return [_plain(first - room), _plain(last + room)]


def _rows(table: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return zip(*([_plain(value) for value in table[name]] for name in table.columns), strict=True)


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, date):  # a day is the same day in whatever time zone it is drawn
        return f"{pd.Timestamp(value).isoformat()}Z"
    return value.item() if isinstance(value, np.generic) else value
