from __future__ import annotations

from typing import TYPE_CHECKING

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path
from buildsim.network.codes import CALENDAR_BLOCKER, Placement, StartCause

if TYPE_CHECKING:
    from tests.analysis.conftest import Case


def path(case: Case) -> list[tuple[str, int, int]]:
    return [(segment.category, segment.start, segment.end) for segment in driving_path(Chunk.of(*case.all()), 0, 0)]


def one_activity(case: Case, length: int, base: float, **columns: object) -> int:
    activity = case.activity("dig", **columns)
    case.milestone("finish", activity)
    case.draw("base", activity, base)
    case.play(activity, 0, 0, length)
    return activity


def test_risks_take_their_shares_in_order(case: Case) -> None:
    # 100 -> times 1.5 is 150 -> and a tenth of a day of 240 working ticks is 174
    one_activity(case, 174, 100.0, day_scale=240)
    for name in ("leak", "theft", "fire"):
        case.row("risks", name=name, target_activity=(0,))
    case.strike(0, factor=1.5)
    case.strike(2, days=0.1)
    assert path(case) == [("work:dig", 0, 100), ("risk:leak", 100, 150), ("risk:fire", 150, 174)]


def test_shares_of_risks_run_in_working_time(case: Case) -> None:
    case.row("calendars", name="days", open_start=(0, 20, 40), open_end=(10, 30, 50))
    one_activity(case, 45, 15.0, calendar=0)
    case.row("risks", name="leak", target_activity=(0,))
    case.strike(0, factor=25 / 15)
    assert path(case) == [("work:dig", 0, 25), ("risk:leak", 25, 45)]


def test_a_risk_that_shortens_has_no_share_and_rounding_stays_inside(case: Case) -> None:
    one_activity(case, 8, 10.0)
    for name in ("leak", "luck"):
        case.row("risks", name=name, target_activity=(0,))
    case.strike(0, factor=1.05)
    case.strike(1, factor=0.75)
    assert path(case) == [("work:dig", 0, 8)]


def test_the_crew_that_was_granted_chooses_the_base(case: Case) -> None:
    crew = case.pool("crew", 8)
    activity = one_activity(case, 30, 40.0, column_scale=(1.0, 1.0), mold_pool=crew, mold_min=2, mold_max=3)
    case.draw("base", activity + 1, 20.0)
    case.draw("crew", activity, 3)
    case.row("risks", name="leak", target_activity=(0,))
    case.strike(0, factor=1.5)
    assert path(case) == [("work:dig", 0, 20), ("risk:leak", 20, 30)]


def test_what_has_finished_in_fact_is_not_split_by_what_was_drawn(case: Case) -> None:
    one_activity(case, 30, 20.0, actual_start=0, actual_finish=30)
    case.row("risks", name="leak", target_activity=(0,))
    case.strike(0, factor=1.5)
    assert path(case) == [("work:dig", 0, 30)]


def test_ticks_inside_a_stop_window_belong_to_the_lowest_disruption(case: Case) -> None:
    case.row("calendars", name="days", open_start=(10,), open_end=(100,))
    crane = case.pool("crane")
    a = case.activity("lift", calendar=0)
    case.play(a, 0, 30, 60)
    case.wait(a, 0, 10, CALENDAR_BLOCKER)
    case.wait(a, 10, 30, crane)
    case.milestone("finish", a)
    for name in ("storm", "strike", "elsewhere"):
        case.row("disruptions", name=name, stop_activity=() if name == "elsewhere" else (a,))
    case.windows[0, 0] = [(20, 25), (55, 80)]
    case.windows[0, 1] = [(8, 12), (23, 28)]
    case.windows[0, 2] = [(40, 50)]
    assert path(case) == [
        ("calendar:days", 0, 8),
        ("disruption:strike", 8, 12),
        ("pool:crane", 12, 20),
        ("disruption:storm", 20, 25),
        ("disruption:strike", 25, 28),
        ("pool:crane", 28, 30),
        ("work:lift", 30, 55),
        ("disruption:storm", 55, 60),
    ]


def test_risks_stretch_around_a_stop(case: Case) -> None:
    # 10 ticks of work and 6 of the leak, with a stop from 8 to 20
    one_activity(case, 28, 10.0)
    case.row("risks", name="leak", target_activity=(0,))
    case.strike(0, factor=1.6)
    case.row("disruptions", name="storm", stop_activity=(0,))
    case.windows[0, 0] = [(8, 20)]
    assert path(case) == [
        ("work:dig", 0, 8),
        ("disruption:storm", 8, 20),
        ("work:dig", 20, 22),
        ("risk:leak", 22, 28),
    ]


def test_supplies_and_lags_are_not_split(case: Case) -> None:
    case.row("supplies", name="panel")
    a, b = case.activity("fit"), case.activity("test")
    order = case.row("orders", name="s/fit:panels", supply=0, consumer=a, placement=Placement.DATED)
    case.draw("order_tick", order, 0)
    case.draw("delivery", order, 20)
    link = case.link(a, b, lag=10)
    case.play(a, 20, 20, 30, cause=StartCause.ORDER, by=order)
    case.play(b, 40, 40, 50, cause=StartCause.LINK, by=link)
    case.milestone("finish", b)
    case.row("disruptions", name="storm", stop_activity=(a, b))
    case.windows[0, 0] = [(5, 15), (32, 38)]
    assert path(case) == [
        ("supply:panel>lead", 0, 20),
        ("work:fit", 20, 30),
        ("lag:test", 30, 40),
        ("work:test", 40, 50),
    ]
