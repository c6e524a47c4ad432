"""What a wait for an order is called: the limit of the lots that had to be made before it was filled (semantics 20)."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.ranges import ranges
from buildsim.analysis.segments import Pieces
from buildsim.network.codes import LIMIT_MAX_STOCK, LIMIT_OWN_CAPACITY, LOT_UNPLAYED, NONE, SupplyKind
from buildsim.network.network import I64, Network


def supply_pieces(chunk: Chunk, row: I64, order: I64) -> Pieces:
    """The waits of delivered orders from their placing to their delivery, a piece per label.

    The arguments are of one length; the pieces are in the order of these, those of one in forward order. They belong
    to the order's consumer (NONE for the market's) and name the order as their subject.
    """
    network, outcome = chunk.lookup.network, chunk.outcome
    supply, consumer = network.orders.supply[order], network.orders.consumer[order]
    placed, filling = outcome.order_tick[row, order], outcome.order_lot[row, order]
    # a lead time has no period
    period = np.maximum(network.supplies.period[supply], 1)
    last = np.where(filling == NONE, 0, filling - network.supplies.lot_ptr[supply] + 1)
    first = np.maximum(placed // period + 1, 1)
    whose, lot = ranges(first, last + 1)
    end = lot * period[whose]
    start = np.where(lot == first[whose], placed[whose], end - period[whose])
    lots = Pieces(whose, consumer[whose], _lot_labels(chunk, row[whose], supply[whose], lot), start, end, order[whose])
    made = np.where(last >= first, last * period, placed)
    lead = Pieces.one_each(consumer, chunk.lookup.labels.lead[supply], made, outcome.delivery[row, order], order)
    return Pieces.joined([_merged(lots), lead]).in_order()


def label_at(chunk: Chunk, row: int, supply: int, tick: int) -> int:
    """The label of what limits a supply at ``tick``: that of its latest lot, or ``>lead`` for a lead time."""
    network = chunk.lookup.network
    if network.supplies.kind[supply] == SupplyKind.LEAD:
        return int(chunk.lookup.labels.lead[supply])
    one = np.array([supply])
    return int(_lot_labels(chunk, np.array([row]), one, _latest_lots(network, one, np.array([tick])))[0])


def _merged(pieces: Pieces) -> Pieces:
    """Neighbours of one order and label as one piece."""
    whose, label = pieces.whose, pieces.label
    new = np.append(True, (whose[1:] != whose[:-1]) | (label[1:] != label[:-1]))[: len(whose)]
    ends = pieces.end[np.append(new[1:], True)[: len(whose)]]
    return pieces.where(new)._replace(end=ends)


def _lot_labels(chunk: Chunk, row: I64, product: I64, lot: I64) -> I64:
    """What limited lots (counted from 1) of supplies, through limiting inputs to the one that binds."""
    supplies, labels = chunk.lookup.network.supplies, chunk.lookup.labels
    supply, limit = product.copy(), _limits(chunk, row, product, lot)
    on = np.flatnonzero(limit >= 0)
    while len(on):
        tick = lot[on] * supplies.period[supply[on]]
        supply[on] = supplies.input_supply[supplies.input_ptr[supply[on]] + limit[on]]
        lot = lot.copy()
        lot[on] = _latest_lots(chunk.lookup.network, supply[on], tick)
        limit[on] = _limits(chunk, row[on], supply[on], lot[on])
        on = on[limit[on] >= 0]
    found = np.where(limit == LIMIT_MAX_STOCK, labels.max_stock[product], labels.capacity[product])
    by_input = supply != product
    found[by_input] = labels.limited(product[by_input], supply[by_input])
    return found


def _latest_lots(network: Network, supply: I64, tick: I64) -> I64:
    """The latest lots of supplies at ticks; 0 where there is none yet."""
    supplies = network.supplies
    lots = supplies.lot_ptr[supply + 1] - supplies.lot_ptr[supply]
    latest: I64 = np.minimum(tick // np.maximum(supplies.period[supply], 1), lots)
    return latest


def _limits(chunk: Chunk, row: I64, supply: I64, lot: I64) -> I64:
    """The recorded limits of lots; the own capacity where no lot has been played yet."""
    limit = np.full(len(lot), LIMIT_OWN_CAPACITY)
    made = lot >= 1
    limit[made] = chunk.outcome.lot_limit[
        row[made], chunk.lookup.network.supplies.lot_ptr[supply[made]] + lot[made] - 1
    ]
    limit[limit == LOT_UNPLAYED] = LIMIT_OWN_CAPACITY
    return limit
