"""Working time: what an activity's calendar, less the stop windows that hit it, makes of durations (semantics 5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from buildsim.network.codes import NEVER
from buildsim.network.network import Calendars


class WorkTime:
    """Open ticks as sorted, disjoint half-open intervals; the empty constructor is open around the clock.

    Beyond the last interval nothing is open: a duration that does not fit ends at ``NEVER``.
    """

    __slots__ = ("_cumulative", "_ends", "_starts")

    def __init__(self, starts: Sequence[int] = (-NEVER,), ends: Sequence[int] = (NEVER,)) -> None:
        self._starts = list(starts)
        self._ends = list(ends)
        self._cumulative = [0]
        for start, end in zip(self._starts, self._ends, strict=True):
            self._cumulative.append(self._cumulative[-1] + end - start)

    @classmethod
    def of(cls, calendars: Calendars, index: int) -> WorkTime:
        """The bare calendar ``index`` of a network; a negative index is around the clock."""
        if index < 0:
            return cls()
        rows = slice(int(calendars.ptr[index]), int(calendars.ptr[index + 1]))
        return cls(calendars.open_start[rows].tolist(), calendars.open_end[rows].tolist())

    def without(self, windows: Sequence[tuple[int, int]]) -> WorkTime:
        """This working time less the stop windows [start, end), which may overlap."""
        if not windows:
            return self
        starts, ends = list(self._starts), list(self._ends)
        for cut_from, cut_to in windows:
            # the intervals that the window touches, replaced by what is left of the first and the last of them
            low, high = bisect_right(ends, cut_from), bisect_left(starts, cut_to)
            if low >= high:
                continue
            left = [(starts[low], cut_from)] if starts[low] < cut_from else []
            left += [(cut_to, ends[high - 1])] if cut_to < ends[high - 1] else []
            starts[low:high] = [start for start, _ in left]
            ends[low:high] = [end for _, end in left]
        return WorkTime(starts, ends)

    def mirrored(self) -> WorkTime:
        """The same with time running backwards: tick t is the end of tick -t."""
        return WorkTime([-end for end in reversed(self._ends)], [-start for start in reversed(self._starts)])

    def next_open(self, tick: int) -> int:
        """The first open tick at or after ``tick``, or ``NEVER``."""
        row = bisect_right(self._starts, tick) - 1
        if row >= 0 and tick < self._ends[row]:
            return tick
        return self._starts[row + 1] if row + 1 < len(self._starts) else NEVER

    def end_of(self, tick: int, ticks: int) -> int:
        """One tick after the last of ``ticks`` open ticks from ``tick`` on; ``tick`` itself for zero."""
        if ticks == 0:
            return tick
        goal = self._open_before(tick) + ticks
        if goal > self._cumulative[-1]:
            return NEVER
        # the interval in which the goal-th open tick lies: the last one with fewer open ticks before it
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._cumulative[middle] < goal:
                low = middle
            else:
                high = middle - 1
        return self._starts[low] + goal - self._cumulative[low]

    def between(self, start: int, end: int) -> int:
        """Open ticks in [start, end)."""
        return self._open_before(end) - self._open_before(start)

    def _open_before(self, tick: int) -> int:
        row = bisect_right(self._starts, tick) - 1
        if row < 0:
            return 0
        return self._cumulative[row] + min(tick, self._ends[row]) - self._starts[row]
