"""Supplies: production lines with lots, inputs and stock, and the orders that wait for them (semantics 17-20)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field

from buildsim.engine.reference.allocation import PPM, OpenOrder, Stock, allocate
from buildsim.network.codes import (
    LIMIT_MAX_STOCK,
    LIMIT_OWN_CAPACITY,
    LOT_UNPLAYED,
    NONE,
    UNSET,
    Allocation,
    SupplyKind,
)
from buildsim.network.network import Supplies


@dataclass(frozen=True, slots=True)
class Input:
    """One line of a bill of materials in smallest units."""

    supply: int
    need: int
    share_ppm: int


@dataclass(slots=True)
class Line:
    """A production line in one replication."""

    index: int
    first_lot: int
    """Column of its lot 1."""
    lots: int
    period: int
    cycle: int
    max_stock: int
    rule: Allocation
    inputs: list[Input]
    shares: dict[int, int]
    stock: Stock
    in_process: int = 0
    yield_carry: int = 0
    arrived_at: int = NONE
    arrived_lot: int = NONE
    queue: list[OpenOrder] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lot:
    """What a production run started: good units reach the stock at ``arrival``."""

    line: Line
    column: int
    started: int
    good: int
    arrival: int


class Market:
    """All lines of a replication: lots in, orders out."""

    def __init__(self, supplies: Supplies, cycle: list[int], capacity: list[int], lot_yield: list[int]) -> None:
        self._capacity = capacity
        self._yield = lot_yield
        self.lot_limit = [LOT_UNPLAYED] * len(capacity)
        self.lot_started = [0] * len(capacity)
        self.lines: dict[int, Line] = {}
        for index in supplies.order.tolist():
            if supplies.kind[index] == SupplyKind.LINE:
                self.lines[index] = _line(supplies, index, cycle[index])
        self.periods = sorted({line.period for line in self.lines.values()})
        """The distinct periods of the lines in ticks."""
        self._lots_announced = False
        self._unsettled: set[int] = set()
        """Lines with an arrival or a new order since their last allocation."""

    def announce_lots(self) -> None:
        """Lots of some lines close at this tick: they are produced in its phase (b)."""
        self._lots_announced = True

    def enter(self, supply: int, entry: OpenOrder) -> None:
        """An order joins its line's queue."""
        insort(self.lines[supply].queue, entry, key=lambda each: each.key)
        self._unsettled.add(supply)

    def withdraw(self, supply: int, order: int) -> None:
        """An unfilled order gives up; it keeps what it got (semantics 19)."""
        line = self.lines[supply]
        line.queue = [entry for entry in line.queue if entry.order != order]

    def arrive(self, lot: Lot, tick: int) -> None:
        """A lot reaches the stock."""
        line = lot.line
        line.in_process -= lot.started
        line.stock.units += lot.good
        line.stock.arrived += lot.good
        line.arrived_at, line.arrived_lot = tick, lot.column
        self._unsettled.add(line.index)

    def produce(self, tick: int) -> list[Lot]:
        """Phase (b): the lots that close at this tick, in two sweeps over the lines in topological order."""
        if not self._lots_announced:
            return []
        self._lots_announced = False
        closing = [line for line in self.lines.values() if tick % line.period == 0 and tick // line.period <= line.lots]
        columns = {line.index: line.first_lot + tick // line.period - 1 for line in closing}
        left = {line.index: self._capacity[columns[line.index]] for line in closing}
        quotas: dict[tuple[int, int], int] = {}
        started = dict.fromkeys(left, 0)
        for quota_sweep in (True, False):
            for line in closing:
                if quota_sweep:
                    self._set_quotas(line, quotas)
                limits = self._limits(line, left[line.index], quotas if quota_sweep else {})
                amount = min(limits.values())
                if not quota_sweep:
                    # of equal limits: own capacity, then the lowest input, then the cap
                    self.lot_limit[columns[line.index]] = next(
                        label for label, limit in limits.items() if limit == amount
                    )
                self._consume(line, amount)
                left[line.index] -= amount
                started[line.index] += amount
        return [self._close(line, columns[line.index], started[line.index], tick) for line in closing]

    def allocate(self, tick: int, delivered: Callable[[int, int], None]) -> bool:
        """Give stock to open orders; ``delivered(order, lot column or NONE)`` for each filled one.

        Returns True if any order was delivered: partial fills change nothing that others see.
        """
        any_delivered = False
        for index in sorted(self._unsettled):
            line = self.lines[index]
            allocate(line.rule, line.stock, line.queue, line.shares, tick)
            filled = [entry for entry in line.queue if not entry.open]
            if filled:
                line.queue = [entry for entry in line.queue if entry.open]
                any_delivered = True
            for entry in filled:
                delivered(entry.order, line.arrived_lot if line.arrived_at == tick else NONE)
        self._unsettled.clear()
        return any_delivered

    def _set_quotas(self, product: Line, quotas: dict[tuple[int, int], int]) -> None:
        """Quotas of an input's products, set when the first of them is reached (semantics 18)."""
        for entry in product.inputs:
            if entry.share_ppm == UNSET or (product.index, entry.supply) in quotas:
                continue
            stock = self.lines[entry.supply].stock.units
            users = [
                (line.index, each.share_ppm)
                for line in sorted(self.lines.values(), key=lambda line: line.index)
                for each in line.inputs
                if each.supply == entry.supply and each.share_ppm != UNSET
            ]
            floors = [divmod(stock * ppm, PPM) for _, ppm in users]
            spare = sum(ppm for _, ppm in users) * stock // PPM - sum(whole for whole, _ in floors)
            by_remainder = sorted(range(len(users)), key=lambda row: (-floors[row][1], users[row][0]))
            for rank, row in enumerate(by_remainder):
                quotas[users[row][0], entry.supply] = floors[row][0] + (1 if rank < spare else 0)

    def _limits(self, line: Line, left: int, quotas: dict[tuple[int, int], int]) -> dict[int, int]:
        """What each limit allows to start, in the order in which equal ones are named."""
        limits = {LIMIT_OWN_CAPACITY: left}
        for position, entry in enumerate(line.inputs):
            stock = self.lines[entry.supply].stock.units
            limits[position] = min(stock, quotas.get((line.index, entry.supply), stock)) // entry.need
        if line.max_stock != UNSET:
            limits[LIMIT_MAX_STOCK] = max(0, line.max_stock - line.stock.units - line.in_process)
        return limits

    def _consume(self, line: Line, amount: int) -> None:
        line.in_process += amount
        for entry in line.inputs:
            self.lines[entry.supply].stock.units -= amount * entry.need

    def _close(self, line: Line, column: int, started: int, tick: int) -> Lot:
        self.lot_started[column] = started
        good, line.yield_carry = divmod(started * self._yield[column] + line.yield_carry, PPM)
        return Lot(line, column, started, good, tick + line.cycle)


def _line(supplies: Supplies, index: int, cycle: int) -> Line:
    inputs = range(int(supplies.input_ptr[index]), int(supplies.input_ptr[index + 1]))
    shares = range(int(supplies.share_ptr[index]), int(supplies.share_ptr[index + 1]))
    first_lot, end_lot = supplies.lot_ptr[index : index + 2].tolist()
    return Line(
        index=index,
        first_lot=first_lot,
        lots=end_lot - first_lot,
        period=int(supplies.period[index]),
        cycle=cycle,
        max_stock=int(supplies.max_stock[index]),
        rule=Allocation(int(supplies.allocation[index])),
        inputs=[
            Input(
                int(supplies.input_supply[row]),
                int(supplies.input_need[row]),
                int(supplies.input_share_ppm[row]),
            )
            for row in inputs
        ],
        shares={int(supplies.share_owner[row]): int(supplies.share_ppm[row]) for row in shares},
        stock=Stock(int(supplies.initial_stock[index])),
    )
