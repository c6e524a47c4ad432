from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.segments import segments
from buildsim.analysis.supply_labels import label_at, supply_pieces
from buildsim.network.codes import LIMIT_MAX_STOCK, LIMIT_OWN_CAPACITY, NONE, SupplyKind

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

OWN, FULL = LIMIT_OWN_CAPACITY, LIMIT_MAX_STOCK


def chain(case: Case) -> None:
    """Wafers (every 5) and stacks (every 10) go into chips (every 10), chips into racks (every 10)."""
    case.row("supplies", name="wafer", kind=SupplyKind.LINE, period=5, lots=range(8))
    case.row("supplies", name="stack", kind=SupplyKind.LINE, period=10, lots=range(4))
    case.row("supplies", name="chip", kind=SupplyKind.LINE, period=10, lots=range(4), input_supply=(0, 1))
    case.row("supplies", name="rack", kind=SupplyKind.LINE, period=10, lots=range(4), input_supply=(2,))
    limits = {"wafer": [OWN] * 8, "stack": [OWN, OWN, FULL, OWN], "chip": [OWN, 0, 1, 1], "rack": [0, 0, 0, FULL]}
    for lot, limit in enumerate(limit for name in ("wafer", "stack", "chip", "rack") for limit in limits[name]):
        case.draw("lot_limit", lot, limit)


def chunk_of(case: Case) -> Chunk:
    return Chunk.of(*case.all())


def order(case: Case, supply: int, tick: int, delivery: int, lot: int) -> list[tuple[str, int, int]]:
    placed = case.row("orders", name="s/a:o", supply=supply, consumer=NONE)
    case.activity("a")
    case.draw("order_tick", placed, tick)
    case.draw("delivery", placed, delivery)
    case.draw("order_lot", placed, lot)
    chunk = chunk_of(case)
    pieces = supply_pieces(chunk, np.array([0]), np.array([placed]))
    return [(each.category, each.start, each.end) for each in segments(pieces, chunk.lookup.labels, tick)]


def test_each_stretch_has_the_label_of_the_lot_at_its_end(case: Case) -> None:
    chain(case)
    # lot 1 waits for chips, whose own capacity binds; lot 2 for chips that wait for wafers; lot 3 for stacks,
    # which are held by their own cap; lot 4 is held by the cap on racks; then 7 ticks of cycle time
    assert order(case, 3, 3, 47, 19) == [
        ("supply:rack>chip", 3, 10),
        ("supply:rack>wafer", 10, 20),
        ("supply:rack>stack", 20, 30),
        ("supply:rack>max_stock", 30, 40),
        ("supply:rack>lead", 40, 47),
    ]


def test_equal_neighbours_are_one_stretch_even_before_the_first_lot(case: Case) -> None:
    chain(case)
    assert order(case, 0, -12, 35, 5) == [("supply:wafer", -12, 30), ("supply:wafer>lead", 30, 35)]


def test_an_order_at_a_lot_tick_waits_for_the_next_lot(case: Case) -> None:
    chain(case)
    assert order(case, 2, 10, 20, 13) == [("supply:chip>wafer", 10, 20)]


@pytest.mark.parametrize("lot", [NONE, 12])
def test_from_stock_or_from_a_lot_before_the_order_is_all_lead(case: Case, lot: int) -> None:
    chain(case)
    assert order(case, 2, 10, 14, lot) == [("supply:chip>lead", 10, 14)]


def test_an_input_without_a_lot_yet_is_limited_by_its_own_capacity(case: Case) -> None:
    case.row("supplies", name="slow", kind=SupplyKind.LINE, period=100, lots=range(1))
    case.row("supplies", name="fast", kind=SupplyKind.LINE, period=10, lots=range(4), input_supply=(0,))
    for lot, limit in enumerate([FULL, 0, 0, 0, 0]):
        case.draw("lot_limit", lot, limit)
    assert order(case, 1, 0, 20, 2) == [("supply:fast>slow", 0, 20)]


def test_the_label_at_a_tick_is_that_of_the_latest_lot(case: Case) -> None:
    chain(case)
    case.row("supplies", name="turbine", kind=SupplyKind.LEAD)
    case.activity("a")
    chunk = chunk_of(case)

    def label(supply: int, tick: int) -> str:
        return chunk.lookup.labels.category(label_at(chunk, 0, supply, tick))

    labels = [label(2, tick) for tick in (9, 10, 29, 30, 45)]
    assert labels == ["supply:chip", "supply:chip", "supply:chip>wafer", "supply:chip>stack", "supply:chip>stack"]
    assert label(4, 30) == "supply:turbine>lead"
