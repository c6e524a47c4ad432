"""The date of a finish: that of its last worked tick (semantics 1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from buildsim.network.codes import TICKS_PER_DAY, UNSET


def finish_day(tick: Any, origin: int = UNSET) -> Any:
    """The day, counted from that of tick 0, on which a finish at ``tick`` is dated: not before that of ``origin``.

    ``tick`` is a number, an array or a series; NaN stays NaN.
    """
    return np.maximum(tick - 1, origin) // TICKS_PER_DAY


def finish_date(tick: int | None, start: date, origin: int = UNSET) -> date | None:
    """The date of a finish, None for None; ``start`` is the date of tick 0."""
    return None if tick is None else start + timedelta(days=int(finish_day(tick, origin)))
