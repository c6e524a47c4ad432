"""Orders: placed at a date or by an activity, delivered after a lead time or from a line's stock (semantics 19)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from buildsim.engine.reference.allocation import OpenOrder
from buildsim.engine.reference.clock import Clock
from buildsim.engine.reference.draws import Draws
from buildsim.engine.reference.plan import Plan
from buildsim.engine.reference.supplies import Market
from buildsim.network.codes import NONE, UNSET


class OrderBook:
    """All orders of a replication; ``look_at`` is told of each consumer that got something."""

    def __init__(self, plan: Plan, draws: Draws, clock: Clock, market: Market, look_at: Callable[[int], None]) -> None:
        self._facts, self._draws, self._clock = plan.order_facts, draws, clock
        self._market, self._look_at = market, look_at
        count = len(plan.order_facts)
        self.order_tick, self.delivery = [UNSET] * count, [UNSET] * count
        self.order_lot = [NONE] * count
        self._entries: dict[int, OpenOrder] = {}
        self._undelivered = [len(orders) for orders in plan.orders]

    @property
    def order_open(self) -> list[int]:
        """What each order on a line lacks, or lacked when it was withdrawn; 0 for all others."""
        return [self._entries[order].open if order in self._entries else 0 for order in range(len(self.delivery))]

    def complete(self, activity: int) -> bool:
        """True when every order of the activity has been delivered whole."""
        return self._undelivered[activity] == 0

    def place_after(self, order: int, tick: int) -> None:
        """The placing activity's event at ``tick``: the order follows after its offset."""
        placed = tick + self._facts[order].offset
        self._clock.now_or_later(placed, partial(self.place, order, placed))

    def place(self, order: int, tick: int) -> None:
        """The order enters with the key of ``tick``, which may lie before zero."""
        facts = self._facts[order]
        self.order_tick[order] = tick
        if facts.delivered != UNSET or not facts.on_line:
            delivery = facts.delivered if facts.delivered != UNSET else tick + self._draws.lead[order]
            self._clock.now_or_later(delivery, partial(self._deliver, order, delivery))
        elif self._draws.quantity[order] == 0:
            self._deliver(order, self._clock.now)
        else:
            entry = OpenOrder(
                order, tick, facts.owner, facts.priority, facts.reserved_from, self._draws.quantity[order]
            )
            self._entries[order] = entry
            self._market.enter(facts.supply, entry)

    def withdraw(self, order: int) -> None:
        """A market order loses patience."""
        self._market.withdraw(self._facts[order].supply, order)

    def filled(self, order: int, lot: int) -> None:
        """A line's stock has filled the order; ``lot`` arrived at this tick, or NONE."""
        self.order_lot[order] = lot
        self._deliver(order, self._clock.now)

    def _deliver(self, order: int, tick: int) -> None:
        self.delivery[order] = tick
        consumer = self._facts[order].consumer
        if consumer != NONE:
            self._undelivered[consumer] -= 1
            self._look_at(consumer)
