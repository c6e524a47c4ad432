from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from buildsim.analysis.blocked import blocked_at_horizon
from buildsim.analysis.chunk import Chunk
from buildsim.network.codes import CALENDAR_BLOCKER, LIMIT_OWN_CAPACITY, LinkType, Placement, State, SupplyKind

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

HORIZON = 100


def blocked(case: Case, activity: int) -> str:
    case.horizon = HORIZON
    milestone = case.milestone("finish", activity)
    return blocked_at_horizon(Chunk.of(*case.all()), 0, milestone)


def test_the_lowest_link_that_has_not_left_leads_to_its_predecessor(case: Case) -> None:
    done, late, other, end = (case.activity(name) for name in ("done", "late", "other", "end"))
    for predecessor in (done, late, other):
        case.link(predecessor, end)
    case.play(done, 0, 0, 10)
    case.play(late, 0, 5)
    case.play(other, 0, 5)
    assert blocked(case, end) == "work:late"


def test_a_start_is_enough_for_a_start_link(case: Case) -> None:
    a, b, end = (case.activity(name) for name in ("a", "b", "end"))
    case.link(a, end, LinkType.SS)
    case.link(b, end)
    case.play(a, 0, 5)
    case.play(b, 0, 5)
    assert blocked(case, end) == "work:b"


def test_a_lag_beyond_the_horizon(case: Case) -> None:
    a, end = case.activity("a"), case.activity("end")
    case.link(a, end, lag=20)
    case.play(a, 0, 0, 90)
    assert blocked(case, end) == "lag:end"


@pytest.mark.parametrize(("count", "expected"), [(1, "constraint:date"), (2, "work:b"), (3, "work:b")])
def test_a_join_that_is_met_is_passed_over(case: Case, count: int, expected: str) -> None:
    a, b, c = (case.activity(name) for name in ("a", "b", "c"))
    end = case.activity("end", join_all=False, join_count=count, not_before=HORIZON + 1)
    for predecessor in (a, b, c):
        case.link(predecessor, end)
    case.play(a, 0, 0, 10)
    case.play(b, 0, 0)
    case.play(c, 0, 0)
    assert blocked(case, end) == expected


def test_an_absent_branch_makes_a_join_unreachable(case: Case) -> None:
    a, absent = case.activity("a"), case.activity("absent")
    end = case.activity("end", join_all=False, join_count=2)
    case.link(a, end)
    case.link(absent, end)
    case.play(a, 0, 0, 10)
    case.play(absent, 0, 0, 0)
    case.draw("state", absent, State.ABSENT)
    assert blocked(case, end) == "constraint:join"


def test_an_open_order_is_called_by_what_limits_its_supply(case: Case) -> None:
    case.row("supplies", name="wafer", kind=SupplyKind.LINE, period=40, lots=range(2))
    case.row("supplies", name="chip", kind=SupplyKind.LINE, period=40, lots=range(2), input_supply=(0,))
    for lot, limit in enumerate([LIMIT_OWN_CAPACITY, LIMIT_OWN_CAPACITY, LIMIT_OWN_CAPACITY, 0]):
        case.draw("lot_limit", lot, limit)
    a = case.activity("rack")
    filled, waiting = (case.row("orders", name=name, supply=1, consumer=a) for name in ("filled", "waiting"))
    case.draw("delivery", filled, 40)
    case.draw("order_tick", waiting, 10)
    assert blocked(case, a) == "supply:chip>wafer"


def test_an_open_order_with_a_lead_time(case: Case) -> None:
    case.row("supplies", name="turbine", kind=SupplyKind.LEAD)
    a = case.activity("set")
    case.draw("order_tick", case.row("orders", name="o", supply=0, consumer=a), 10)
    assert blocked(case, a) == "supply:turbine>lead"


@pytest.mark.parametrize(("event", "expected"), [(-1, "work:design"), (95, "lag:set")])
def test_an_order_that_is_not_placed_leads_to_who_places_it(case: Case, event: int, expected: str) -> None:
    case.row("supplies", name="turbine")
    design, a = case.activity("design"), case.activity("set")
    placement = {"placement": Placement.ON_FINISH, "activity": design, "offset": 10}
    case.row("orders", name="o", supply=0, consumer=a, **placement)
    case.play(design, 0, 0, event)
    assert blocked(case, a) == expected


def test_an_order_dated_after_the_horizon(case: Case) -> None:
    case.row("supplies", name="turbine")
    a = case.activity("set")
    case.row("orders", name="o", supply=0, consumer=a, placement=Placement.DATED, offset=HORIZON + 1)
    assert blocked(case, a) == "constraint:order"


def test_a_site_that_starts_after_the_horizon(case: Case) -> None:
    case.site(start=HORIZON + 1)
    assert blocked(case, case.activity("dig")) == "constraint:site-start"


def test_one_that_waits_is_blocked_by_its_last_row(case: Case) -> None:
    case.row("calendars", name="days", open_start=(150,), open_end=(200,))
    crane, crew = case.pool("crane"), case.pool("crew")
    a, b = case.activity("lift"), case.activity("dig", calendar=0)
    case.play(a, 0)
    case.wait(a, 0, 60, crew)
    case.wait(a, 60, HORIZON, crane)
    case.play(b, 50)
    case.wait(b, 50, HORIZON, CALENDAR_BLOCKER)
    assert blocked(case, a) == "pool:crane"
    case.rows["milestones"].clear()
    assert blocked(case, b) == "calendar:days"


@pytest.mark.parametrize("start", [-1, 20])
def test_one_that_is_stopped_at_the_horizon(case: Case, start: int) -> None:
    a = case.activity("lift")
    case.row("disruptions", name="storm", stop_activity=(a,))
    case.windows[0, 0] = [(90, 120)]
    case.play(a, 95 if start < 0 else 10, start)
    assert blocked(case, a) == "disruption:storm"


def test_one_at_work_is_its_own_category(case: Case) -> None:
    a = case.activity("permit", kind="permit")
    case.play(a, 0, 0)
    assert blocked(case, a) == "permit:permit"


@pytest.mark.parametrize(("end", "expected"), [(-1, "work:a"), (80, "lag:b")])
def test_one_whose_finish_waits_leads_to_what_stretches_it(case: Case, end: int, expected: str) -> None:
    a, b = case.activity("a"), case.activity("b")
    case.link(a, b, LinkType.FF, lag=30)
    case.play(a, 0, 0, end)
    case.play(b, 0, 0, 10, finish=-1)
    assert blocked(case, b) == expected
