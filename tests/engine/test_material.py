"""Material is conserved: started = good + scrap, and what was good is delivered, consumed or in stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings

from buildsim.engine.reference.draws import row_of
from buildsim.engine.reference.plan import unpack
from buildsim.engine.reference.replication import Replication
from buildsim.engine.reference.supplies import Lot
from buildsim.network.codes import UNSET
from buildsim.network.network import Network
from buildsim.sampling.draw import draw

from .conftest import scenarios

PPM = 1_000_000


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=scenarios())
def test_material_is_conserved(compiled: Callable[[dict[str, Any]], Network], document: dict[str, Any]) -> None:
    network = compiled(document)
    plan, samples = unpack(network), draw(network, 5, 0, 1)
    replication = Replication(plan, row_of(plan, samples, 0))
    lots: list[Lot] = []
    produce = replication.market.produce

    def recording(tick: int) -> list[Lot]:
        closed = produce(tick)
        lots.extend(closed)
        return closed

    replication.market.produce = recording  # type: ignore[method-assign]
    asked: Counter[int] = Counter()
    enter = replication.market.enter

    def counting(supply: int, entry: Any) -> None:
        asked[supply] += entry.open
        enter(supply, entry)

    replication.market.enter = counting  # type: ignore[method-assign]
    given_back: Counter[int] = Counter()
    withdraw = replication.market.withdraw

    def dropping(supply: int, order: int) -> None:
        given_back[supply] += sum(each.open for each in replication.market.lines[supply].queue if each.order == order)
        withdraw(supply, order)

    replication.market.withdraw = dropping  # type: ignore[method-assign]
    replication.run()

    consumed: Counter[int] = Counter()
    for lot in lots:
        assert lot.started <= samples.lot_capacity[0, lot.column]
        for entry in lot.line.inputs:
            consumed[entry.supply] += lot.started * entry.need
    for index, line in replication.market.lines.items():
        own = [lot for lot in lots if lot.line is line]
        # the yield's carry is less than a unit: good units are its exact running floor
        exact = sum(lot.started * int(samples.lot_yield[0, lot.column]) for lot in own)
        assert sum(lot.good for lot in own) == exact // PPM
        arrived = sum(lot.started for lot in own) - line.in_process
        assert arrived >= 0
        in_transit = sum(lot.good for lot in own if lot.arrival > replication.now)
        open_units = sum(entry.open for entry in line.queue)
        delivered = asked[index] - open_units - given_back[index]
        initial = int(network.supplies.initial_stock[index])
        good = sum(lot.good for lot in own)
        assert initial + good == delivered + consumed[index] + line.stock.units + in_transit
        assert line.stock.units >= 0
        if line.max_stock != UNSET and initial <= line.max_stock:
            assert line.stock.units + line.in_process <= line.max_stock
