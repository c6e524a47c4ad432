"""Working time against a count of single ticks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from buildsim.network.codes import NEVER
from buildsim.network.worktime import WorkTime

SPAN = 60


@st.composite
def intervals(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Sorted, disjoint, not touching intervals within [0, SPAN)."""
    edges = sorted(draw(st.sets(st.integers(0, SPAN), max_size=10)))
    return list(zip(edges[::2], edges[1::2], strict=False))


windows = st.lists(
    st.tuples(st.integers(-5, SPAN + 5), st.integers(0, 15)).map(lambda w: (w[0], w[0] + w[1])), max_size=4
)


def open_ticks(open_time: list[tuple[int, int]], closed: list[tuple[int, int]]) -> set[int]:
    ticks = {tick for start, end in open_time for tick in range(start, end)}
    return ticks - {tick for start, end in closed for tick in range(start, end)}


@given(open_time=intervals(), closed=windows, tick=st.integers(-5, SPAN + 5), length=st.integers(0, 20))
def test_all_questions_agree_with_single_ticks(
    open_time: list[tuple[int, int]], closed: list[tuple[int, int]], tick: int, length: int
) -> None:
    work = WorkTime([start for start, _ in open_time], [end for _, end in open_time]).without(closed)
    ticks = sorted(open_ticks(open_time, closed))
    coming = [each for each in ticks if each >= tick]
    assert work.next_open(tick) == (coming[0] if coming else NEVER)
    expected = tick if length == 0 else coming[length - 1] + 1 if len(coming) >= length else NEVER
    assert work.end_of(tick, length) == expected
    assert work.between(tick, tick + length) == sum(tick <= each < tick + length for each in ticks)


@given(closed=windows, tick=st.integers(-5, SPAN + 5), length=st.integers(1, 20))
def test_around_the_clock_less_windows(closed: list[tuple[int, int]], tick: int, length: int) -> None:
    end = WorkTime().without(closed).end_of(tick, length)
    shut = open_ticks([(-5, 4 * SPAN)], []) - open_ticks([(-5, 4 * SPAN)], closed)
    coming = [each for each in range(tick, tick + 3 * SPAN) if each not in shut]
    assert end == coming[length - 1] + 1


def test_mirrored_what_was_the_end_is_the_start() -> None:
    hours = WorkTime([0, 20], [8, 28])
    back = hours.mirrored()
    assert (back.next_open(-30), back.next_open(-21), back.next_open(-15)) == (-28, -21, -8)
    assert back.end_of(-22, 4) == -6  # as from 6 to 22
    assert back.mirrored().end_of(6, 4) == hours.end_of(6, 4) == 22
