from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from buildsim.analysis.open_time import ends_of
from buildsim.network.codes import NONE
from buildsim.network.worktime import WorkTime

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

GAPS = st.lists(st.integers(1, 9), min_size=2, max_size=12)
"""Lengths of closed and open time in turn."""


@given(
    calendars=st.lists(GAPS, min_size=1, max_size=3),
    asked=st.lists(st.tuples(st.integers(-1, 2), st.integers(-5, 60), st.integers(0, 40)), min_size=1),
)
def test_ends_are_those_of_one_at_a_time(
    case_type: type[Case], calendars: list[list[int]], asked: list[tuple[int, int, int]]
) -> None:
    case = case_type()
    for gaps in calendars:
        edges = list(accumulate(gaps))
        count = len(edges) // 2
        case.row("calendars", name="week", open_start=edges[: 2 * count : 2], open_end=edges[1 : 2 * count : 2])
    table = case.network().calendars
    calendar, tick, ticks = (np.array(column) for column in zip(*asked, strict=True))
    calendar = np.where(calendar < len(calendars), calendar, NONE)
    one_at_a_time = [
        WorkTime.of(table, index).end_of(start, length)
        for index, start, length in zip(calendar.tolist(), tick.tolist(), ticks.tolist(), strict=True)
    ]
    assert ends_of(table, calendar, tick, ticks).tolist() == one_at_a_time
    whole = np.broadcast_to(tick, (2, len(tick)))
    assert ends_of(table, calendar, whole, np.broadcast_to(ticks, whole.shape)).tolist() == [one_at_a_time] * 2
