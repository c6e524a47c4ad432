"""Orders: placed at a date or by an activity, delivered after a lead time or from a line's stock (semantics 19)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from buildsim.engine.reference.allocation import OpenOrder
from buildsim.engine.reference.clock import Clock
from buildsim.engine.reference.draws import Draws
from buildsim.engine.reference.supplies import Market
from buildsim.network.codes import NONE, UNSET, SupplyKind
from buildsim.network.network import Network


class OrderBook:
    """All orders of a replication; ``look_at`` is told of each consumer that got something."""

    def __init__(
        self, network: Network, draws: Draws, clock: Clock, market: Market, look_at: Callable[[int], None]
    ) -> None:
        self._network, self._draws, self._clock = network, draws, clock
        self._market, self._look_at = market, look_at
        count = len(network.orders)
        self.order_tick, self.delivery = [UNSET] * count, [UNSET] * count
        self.order_lot = [NONE] * count
        self._undelivered = [0] * len(network.activities)
        for consumer in network.orders.consumer.tolist():
            if consumer != NONE:
                self._undelivered[consumer] += 1

    def complete(self, activity: int) -> bool:
        """True when every order of the activity has been delivered whole."""
        return self._undelivered[activity] == 0

    def place_after(self, order: int, tick: int) -> None:
        """The placing activity's event at ``tick``: the order follows after its offset."""
        placed = tick + int(self._network.orders.offset[order])
        self._clock.now_or_later(placed, partial(self.place, order, placed))

    def place(self, order: int, tick: int) -> None:
        """The order enters with the key of ``tick``, which may lie before zero."""
        table = self._network.orders
        supply = int(table.supply[order])
        self.order_tick[order] = tick
        actual = int(table.delivered[order])
        if actual != UNSET or self._network.supplies.kind[supply] == SupplyKind.LEAD:
            delivery = actual if actual != UNSET else tick + self._draws.lead[order]
            self._clock.now_or_later(delivery, partial(self._deliver, order, delivery))
        elif self._draws.quantity[order] == 0:
            self._deliver(order, self._clock.now)
        else:
            entry = OpenOrder(
                order=order,
                tick=tick,
                owner=int(table.owner[order]),
                priority=int(table.priority[order]),
                reserved_from=int(table.reserved_from[order]),
                open=self._draws.quantity[order],
            )
            self._market.enter(supply, entry)

    def withdraw(self, order: int) -> None:
        """A market order loses patience."""
        self._market.withdraw(int(self._network.orders.supply[order]), order)

    def filled(self, order: int, lot: int) -> None:
        """A line's stock has filled the order; ``lot`` arrived at this tick, or NONE."""
        self.order_lot[order] = lot
        self._deliver(order, self._clock.now)

    def _deliver(self, order: int, tick: int) -> None:
        self.delivery[order] = tick
        consumer = int(self._network.orders.consumer[order])
        if consumer != NONE:
            self._undelivered[consumer] -= 1
            self._look_at(consumer)
