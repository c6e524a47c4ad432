"""Ends of work in the open ticks of calendars, for whole arrays; `WorkTime` does the same for one."""

from __future__ import annotations

import numpy as np

from buildsim.network.codes import NEVER, NONE
from buildsim.network.network import I64, Calendars


def ends_of(calendars: Calendars, calendar: I64, tick: I64, ticks: I64) -> I64:
    """One tick after the last of ``ticks`` open ticks from ``tick`` on, ``tick`` itself for zero; NEVER if too few.

    ``tick`` and ``ticks`` are of one shape, to which ``calendar`` broadcasts; NONE is around the clock.
    """
    end = tick + ticks
    if not (calendar != NONE).any():
        return end
    calendar = np.where(ticks != 0, calendar, NONE)
    for each in np.unique(calendar[calendar != NONE]).tolist():
        rows = slice(*calendars.ptr[each : each + 2].tolist())
        starts, ends = calendars.open_start[rows], calendars.open_end[rows]
        before = np.concatenate([[0], np.cumsum(ends - starts)])
        here = np.nonzero(calendar == each)
        interval = np.searchsorted(starts, tick[here], side="right") - 1
        # before the first interval nothing has been open
        within = np.where(interval < 0, 0, np.minimum(tick[here], ends[interval]) - starts[interval])
        goal = before[np.maximum(interval, 0)] + within + ticks[here]
        # the interval in which the goal-th open tick lies: the last one with fewer open ticks before it
        last = np.searchsorted(before[:-1], goal, side="left") - 1
        end[here] = np.where(goal > before[-1], NEVER, starts[last] + goal - before[last])
    return end
