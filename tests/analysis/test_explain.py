from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from buildsim.analysis.explain import span, why
from buildsim.analysis.segments import Segment
from buildsim.network.codes import SupplyKind

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

WEEK = 7 * 1440


def segment(kind: str, name: str, *, activity: int = 0, ticks: int = 10, subject: int = -1, cut: int = 0) -> Segment:
    return Segment(activity, kind, name, 0, ticks, subject, cut)


@pytest.fixture
def built(case: Case) -> Case:
    electricians, crane = case.pool("electricians-abilene"), case.pool("crane")
    case.activity("wire", need_pool=(crane, electricians), need_units=(1, 40))
    case.activity("fit", mold_pool=electricians, mold_min=8, mold_max=40, need_pool=(crane,), need_units=(2,))
    case.row("supplies", name="racks", kind=SupplyKind.LINE)
    case.row("supplies", name="turbine", kind=SupplyKind.LEAD)
    case.row("orders", name="s/wire:racks", supply=0)
    case.row("orders", name="s/wire:turbine", supply=1)
    return case


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        (segment("work", "wire"), "own work"),
        (segment("permit", "air"), "the permit's own time"),
        (segment("utility", "energize"), "the utility's own time"),
        (segment("pool", "electricians-abilene", subject=0), "waited for electricians-abilene (40 needed)"),
        (
            segment("pool", "electricians-abilene", subject=0, activity=1),
            "waited for electricians-abilene (at least 8 needed)",
        ),
        (segment("pool", "crane", subject=1, activity=1), "waited for crane (2 needed)"),
        (segment("calendar", "day-shift"), "closed by the calendar day-shift"),
        (segment("supply", "racks", subject=0), "racks: its own capacity was the limit"),
        (segment("supply", "racks>HBM3E", subject=0), "racks: HBM3E was the limiting input"),
        (segment("supply", "racks>max_stock", subject=0), "racks: its stock was full"),
        (segment("supply", "racks>lead", subject=0, ticks=1440), "racks: 1 day from its lot to delivery"),
        (
            segment("supply", "turbine>lead", subject=1, ticks=52 * WEEK, cut=20 * WEEK),
            "72 weeks from order to delivery",
        ),
        (segment("lag", "fit", subject=0), "lag after s/wire"),
        (segment("constraint", "date"), "not before its date"),
        (segment("constraint", "site-start"), "the site starts later"),
        (segment("constraint", "order", subject=1), "until the date of the order s/wire:turbine"),
        (segment("risk", "leak"), "struck by leak"),
        (segment("disruption", "storm"), "stopped by storm"),
        (segment("actual", "fit"), "as the actual dates and the data date have it"),
    ],
)
def test_a_phrase_for_each_kind(built: Case, given: Segment, phrase: str) -> None:
    assert why(built.network(), given) == phrase


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        (60, "1 hour"),
        (90, "1.5 hours"),
        (1440, "1 day"),
        (27 * 1440, "27 days"),
        (4 * WEEK, "4 weeks"),
        (45_000, "4.5 weeks"),
    ],
)
def test_lengths_of_time(ticks: int, words: str) -> None:
    assert span(ticks) == words
