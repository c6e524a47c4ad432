"""What a wait for an order is called: the limit of the lots that had to be made before it was filled (semantics 20)."""

from __future__ import annotations

from dataclasses import replace

from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.network.codes import LIMIT_MAX_STOCK, LIMIT_OWN_CAPACITY, LOT_UNPLAYED, NONE, SupplyKind
from buildsim.network.network import Network


def supply_pieces(network: Network, run: Replication, order: int) -> list[Segment]:
    """The wait of a delivered order from its placing to its delivery, in forward order, one segment per label.

    The segments belong to the order's consumer (NONE for the market's) and name the order as their subject.
    """
    supply = int(network.orders.supply[order])
    pieces: list[Segment] = []

    def add(label: str, start: int, end: int) -> None:
        if pieces and pieces[-1].name == label:
            pieces[-1] = replace(pieces[-1], end=end)
        elif start < end:
            pieces.append(Segment(int(network.orders.consumer[order]), "supply", label, start, end, order))

    at = run.order_tick[order]
    filling = run.order_lot[order]
    if filling != NONE:
        period = int(network.supplies.period[supply])
        last = filling - int(network.supplies.lot_ptr[supply]) + 1
        for lot in range(max(at // period + 1, 1), last + 1):
            add(lot_label(network, run.lot_limit, supply, lot), at, lot * period)
            at = lot * period
    add(f"{network.supplies.name[supply]}>lead", at, run.delivery[order])
    return pieces


def label_at(network: Network, lot_limit: list[int], supply: int, tick: int) -> str:
    """The label of what limits a supply at ``tick``: that of its latest lot, or ``>lead`` for a lead time."""
    if network.supplies.kind[supply] == SupplyKind.LEAD:
        return f"{network.supplies.name[supply]}>lead"
    return lot_label(network, lot_limit, supply, _latest_lot(network, supply, tick))


def lot_label(network: Network, lot_limit: list[int], supply: int, lot: int) -> str:
    """What limited lot ``lot`` (counted from 1) of a supply, through limiting inputs to the one that binds."""
    supplies = network.supplies
    product, limit = supply, _limit(network, lot_limit, supply, lot)
    while limit >= 0:
        tick = lot * int(supplies.period[supply])
        supply = int(supplies.input_supply[int(supplies.input_ptr[supply]) + limit])
        lot = _latest_lot(network, supply, tick)
        limit = _limit(network, lot_limit, supply, lot)
    name = supplies.name[product]
    if supply != product:
        return f"{name}>{supplies.name[supply]}"
    return f"{name}>max_stock" if limit == LIMIT_MAX_STOCK else name


def _latest_lot(network: Network, supply: int, tick: int) -> int:
    lots = int(network.supplies.lot_ptr[supply + 1] - network.supplies.lot_ptr[supply])
    return min(tick // int(network.supplies.period[supply]), lots) if lots else 0


def _limit(network: Network, lot_limit: list[int], supply: int, lot: int) -> int:
    """The recorded limit of a lot; its own capacity where no lot has been played yet."""
    if lot < 1:
        return LIMIT_OWN_CAPACITY
    limit = lot_limit[int(network.supplies.lot_ptr[supply]) + lot - 1]
    return LIMIT_OWN_CAPACITY if limit == LOT_UNPLAYED else limit
