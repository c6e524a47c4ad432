from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path
from buildsim.network.codes import CALENDAR_BLOCKER, LinkType, Placement, StartCause

if TYPE_CHECKING:
    from tests.analysis.conftest import Case


def path(case: Case, origin: int | None = None) -> list[tuple[str, int, int]]:
    segments = driving_path(Chunk.of(*case.all()), 0, 0, origin)
    return [(segment.category, segment.start, segment.end) for segment in segments]


def test_links_and_their_lags(case: Case) -> None:
    a, b, c = case.activity("dig"), case.activity("pour", kind="permit"), case.activity("cure")
    first = case.link(a, b, lag=3)
    second = case.link(b, c, LinkType.SS, lag=4)
    case.play(a, 0, 0, 10)
    case.play(b, 13, 13, 30, cause=StartCause.LINK, by=first)
    case.play(c, 17, 17, 40, cause=StartCause.LINK, by=second)
    case.milestone("finish", c)
    assert path(case) == [("work:dig", 0, 10), ("lag:pour", 10, 13), ("lag:cure", 13, 17), ("work:cure", 17, 40)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LinkType.FF, [("work:a", 0, 10), ("lag:b", 10, 16)]),
        (LinkType.SF, [("lag:b", 0, 16)]),
    ],
)
def test_a_stretched_finish_follows_its_link(case: Case, kind: LinkType, expected: list[tuple[str, int, int]]) -> None:
    a, b = case.activity("a"), case.activity("b")
    link = case.link(a, b, kind, lag=6 if kind == LinkType.FF else 16)
    case.play(a, 0, 0, 10)
    case.play(b, 2, 2, 5, 16, finish_by=link)
    case.milestone("finish", b)
    assert path(case) == expected


def test_waits_are_the_rows_of_the_ledger(case: Case) -> None:
    case.row("calendars", name="days", open_start=(5, 25), open_end=(15, 100))
    crane, crew = case.pool("crane"), case.pool("crew")
    a = case.activity("lift", calendar=0)
    case.play(a, 0, 30, 40)
    case.wait(a, 0, 5, CALENDAR_BLOCKER)
    case.wait(a, 5, 12, crew)
    case.wait(a, 12, 30, crane)
    case.milestone("finish", a)
    assert path(case) == [
        ("calendar:days", 0, 5),
        ("pool:crew", 5, 12),
        ("pool:crane", 12, 30),
        ("work:lift", 30, 40),
    ]


def test_a_workday_lag_counts_open_ticks_and_the_data_date_holds_the_rest(case: Case) -> None:
    case.row("calendars", name="days", open_start=(0, 20), open_end=(10, 30))
    a, b = case.activity("a"), case.activity("b", calendar=0)
    link = case.link(a, b, lag=5, calendar=0)
    case.play(a, 0, 0, 8)
    # two open ticks up to 10, three from 20 on; the data date is 27
    case.play(b, 27, 27, 29, cause=StartCause.LINK, by=link)
    case.milestone("finish", b)
    assert path(case) == [("work:a", 0, 8), ("lag:b", 8, 23), ("actual:b", 23, 27), ("work:b", 27, 29)]


def test_a_drawn_lag_that_contradicts_an_actual_start_ends_there(case: Case) -> None:
    a, b = case.activity("a"), case.activity("b")
    link = case.link(a, b, lag=50)
    case.play(a, 0, 0, 8)
    case.play(b, 12, 12, 20, cause=StartCause.LINK, by=link)
    case.milestone("finish", b)
    assert path(case) == [("work:a", 0, 8), ("lag:b", 8, 12), ("work:b", 12, 20)]


def test_a_dated_order_closes_with_a_constraint(case: Case) -> None:
    case.row("supplies", name="panel")
    a = case.activity("fit")
    order = case.row("orders", name="s/fit:panels", supply=0, consumer=a, placement=Placement.DATED, offset=6)
    case.draw("order_tick", order, 6)
    case.draw("delivery", order, 20)
    case.play(a, 22, 22, 30, cause=StartCause.ORDER, by=order)
    case.milestone("finish", a)
    assert path(case) == [
        ("constraint:order", 0, 6),
        ("supply:panel>lead", 6, 20),
        ("actual:fit", 20, 22),
        ("work:fit", 22, 30),
    ]


@pytest.mark.parametrize("placed_on", [Placement.ON_START, Placement.ON_FINISH])
def test_an_order_goes_on_to_the_activity_that_placed_it(case: Case, placed_on: Placement) -> None:
    case.row("supplies", name="panel")
    a, b = case.activity("design"), case.activity("fit")
    order = case.row("orders", name="s/fit:panels", supply=0, consumer=b, placement=placed_on, activity=a, offset=3)
    event = 4 if placed_on == Placement.ON_START else 9
    case.draw("order_tick", order, event + 3)
    case.draw("delivery", order, 40)
    case.play(a, 4, 4, 9)
    case.play(b, 40, 40, 50, cause=StartCause.ORDER, by=order)
    case.rows["activities"][a]["not_before"] = 4
    case.draw("start_cause_kind", a, StartCause.DATE)
    case.milestone("finish", b)
    work = [("work:design", 4, 9)] if placed_on == Placement.ON_FINISH else []
    assert path(case) == [
        ("constraint:date", 0, 4),
        *work,
        ("lag:fit", event, event + 3),
        ("supply:panel>lead", event + 3, 40),
        ("work:fit", 40, 50),
    ]


def test_an_order_before_the_origin_is_clipped(case: Case) -> None:
    case.site(start=100)
    case.row("supplies", name="panel")
    a = case.activity("fit")
    order = case.row("orders", name="s/fit:panels", supply=0, consumer=a, placement=Placement.DATED)
    case.draw("order_tick", order, -50)
    case.draw("delivery", order, 120)
    case.play(a, 120, 120, 130, cause=StartCause.ORDER, by=order)
    case.milestone("finish", a)
    assert path(case) == [("supply:panel>lead", 100, 120), ("work:fit", 120, 130)]
    [supply, _] = driving_path(Chunk.of(*case.all()), 0, 0)
    assert supply.cut == 150


def test_the_start_of_the_site_is_the_origin_unless_another_is_given(case: Case) -> None:
    case.site(start=100)
    a = case.activity("dig")
    case.play(a, 100, 100, 130)
    case.milestone("finish", a)
    assert path(case) == [("work:dig", 100, 130)]
    assert path(case, origin=40) == [("constraint:site-start", 40, 100), ("work:dig", 100, 130)]
    assert path(case, origin=110) == [("work:dig", 110, 130)]


def test_the_data_date_after_the_site_start_is_actual(case: Case) -> None:
    a = case.activity("dig")
    case.play(a, 30, 30, 35)
    case.milestone("finish", a)
    assert path(case) == [("actual:dig", 0, 30), ("work:dig", 30, 35)]


def test_an_actual_start_that_nothing_explains(case: Case) -> None:
    a = case.activity("dig", actual_start=30)
    case.play(a, 30, 30, 35, cause=StartCause.ACTUAL)
    case.milestone("finish", a)
    assert path(case) == [("actual:dig", 0, 30), ("work:dig", 30, 35)]


def test_an_unreached_milestone_and_one_before_the_origin_have_no_path(case: Case) -> None:
    a = case.activity("dig")
    case.play(a, 0, 0)
    case.milestone("finish", a)
    assert path(case) == []
    case.play(a, 0, 0, 35)
    assert path(case, origin=35) == []


def test_zero_length_activities_carry_the_path_and_do_not_appear(case: Case) -> None:
    a, b, c = case.activity("a"), case.activity("gate"), case.activity("c")
    first, second = case.link(a, b), case.link(b, c)
    case.play(a, 0, 0, 10)
    case.play(b, 10, 10, 10, cause=StartCause.LINK, by=first)
    case.play(c, 10, 10, 12, cause=StartCause.LINK, by=second)
    case.milestone("finish", c)
    assert path(case) == [("work:a", 0, 10), ("work:c", 10, 12)]


@given(data=st.data())
def test_segments_partition_the_time_to_the_milestone(case_type: type[Case], data: st.DataObject) -> None:
    """A random chain of activities with lags, waits, risks and stops: contiguous, from the origin to the finish."""
    case = case_type()
    ticks = st.integers(0, 12)
    crane = case.pool("crane")
    at, before = data.draw(ticks), -1
    count = data.draw(st.integers(1, 6))
    for number in range(count):
        activity = case.activity(f"a{number}")
        cause, by = StartCause.SITE_START, -1
        if before >= 0:
            cause, by = StartCause.LINK, case.link(before, activity, lag=data.draw(ticks))
            at += case.values["lag"][0, by]
        start = at + data.draw(ticks)
        end = start + data.draw(ticks)
        case.play(activity, at, start, end, cause=cause, by=by)
        case.wait(activity, at, start, crane)
        case.draw("base", activity, data.draw(st.floats(0, 20)))
        at, before = end, activity
    targets = st.lists(st.integers(0, count - 1), unique=True)
    for number in range(2):
        case.strike(
            case.row("risks", name=f"r{number}", target_activity=data.draw(targets)),
            data.draw(st.floats(0.5, 2)),
            data.draw(st.floats(0, 0.01)),
        )
        case.row("disruptions", name=f"d{number}", stop_activity=data.draw(targets))
        start = data.draw(st.integers(0, 60))
        case.windows[0, number] = [(start, start + data.draw(ticks))]
    case.milestone("finish", before)
    origin = data.draw(st.integers(-5, 40))
    segments = driving_path(Chunk.of(*case.all()), 0, 0, origin)
    assert sum(segment.ticks for segment in segments) == max(at - origin, 0)
    assert all(segment.ticks > 0 for segment in segments)
    assert all(one.end == other.start for one, other in pairwise(segments))
    if segments:
        assert (segments[0].start, segments[-1].end) == (origin, at)
