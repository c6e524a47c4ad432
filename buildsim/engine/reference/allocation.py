"""Allocation rules: how a line's stock goes to open orders (semantics 19). Each is idempotent within an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from buildsim.network.codes import UNSET, Allocation

PPM = 1_000_000


@dataclass(slots=True)
class OpenOrder:
    """An order that has entered a line's queue and is not yet filled."""

    order: int
    tick: int
    owner: int
    priority: int
    reserved_from: int
    open: int

    @property
    def key(self) -> tuple[int, int]:
        """FIFO's key: order tick, then order index."""
        return self.tick, self.order


@dataclass(slots=True)
class Stock:
    """Good units of a line, what arrived at this instant and the remainders carried between allocations."""

    units: int
    arrived: int = 0
    """Arrivals not yet split by shares."""
    carry: dict[int, int] = field(default_factory=dict)
    """Owner's remainder in ppm of a unit."""


def allocate(rule: Allocation, stock: Stock, queue: list[OpenOrder], shares: dict[int, int], now: int) -> None:
    """Fill the open orders of one line; ``queue`` is in FIFO order, ``shares`` in ppm by owner.

    Reserved slots are served first from their date, then the rule applies to what is left.
    """
    arrived, stock.arrived = stock.arrived, 0
    _in_turn(stock, (entry for entry in queue if entry.reserved_from != UNSET and entry.reserved_from <= now))
    if rule is Allocation.PRO_RATA:
        _pro_rata(stock, [entry for entry in queue if entry.open])
    elif rule is Allocation.PRIORITY:
        _in_turn(stock, sorted(queue, key=lambda entry: (entry.priority, *entry.key)))
    else:
        if rule is Allocation.SHARES and arrived:
            _by_shares(stock, min(arrived, stock.units), queue, shares)
        _in_turn(stock, queue)


def _in_turn(stock: Stock, queue: Iterable[OpenOrder]) -> None:
    """Fill one after the other, the last one partially."""
    for entry in queue:
        if not stock.units:
            return
        given = min(entry.open, stock.units)
        entry.open -= given
        stock.units -= given


def _by_shares(stock: Stock, arrived: int, queue: list[OpenOrder], shares: dict[int, int]) -> None:
    """Each owner's orders in turn up to floor(share x arrived + carry); the remainder of the quota is carried."""
    for owner, ppm in shares.items():
        quota, stock.carry[owner] = divmod(ppm * arrived + stock.carry.get(owner, 0), PPM)
        purse = Stock(min(quota, stock.units))
        stock.units -= purse.units
        _in_turn(purse, (entry for entry in queue if entry.owner == owner))
        stock.units += purse.units


def _pro_rata(stock: Stock, queue: list[OpenOrder]) -> None:
    """By open quantity: floors, then the largest remainders, ties by key; everything when there is enough."""
    wanted = sum(entry.open for entry in queue)
    if stock.units >= wanted:
        _in_turn(stock, queue)
        return
    available = stock.units
    remainders = []
    for entry in queue:
        given, remainder = divmod(available * entry.open, wanted)
        remainders.append((-remainder, entry.key, entry))
        entry.open -= given
        stock.units -= given
    for _, _, entry in sorted(remainders, key=lambda row: row[:2])[: stock.units]:
        entry.open -= 1
        stock.units -= 1
