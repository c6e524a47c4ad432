"""Without pools, supplies and calendars, and with all joins, the engine is a CPM forward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings

from buildsim.engine.reference.simulate import simulate
from buildsim.network.codes import UNSET, LinkType
from buildsim.network.network import Network
from buildsim.sampling.draw import draw

from .conftest import scenarios


def forward_pass(network: Network, length: list[int], lag: list[int]) -> tuple[list[int], list[int]]:
    """Early starts and finishes by repeated relaxation over all links, in no particular order."""
    links, table = network.links, network.activities
    start = [
        max(int(network.sites.start[site]), 0, 0 if date == UNSET else int(date))
        for site, date in zip(table.site, table.not_before, strict=True)
    ]
    finish = [begin + days for begin, days in zip(start, length, strict=True)]
    changed = True
    while changed:
        changed = False
        for link, (pred, succ, kind) in enumerate(zip(links.pred, links.succ, links.type, strict=True)):
            event = (start if kind in (LinkType.SS, LinkType.SF) else finish)[pred] + lag[link]
            if kind in (LinkType.FS, LinkType.SS) and event > start[succ]:
                start[succ] = event
                finish[succ] = max(finish[succ], event + length[succ])
                changed = True
            if kind in (LinkType.FF, LinkType.SF) and event > finish[succ]:
                finish[succ] = event
                changed = True
    return start, finish


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=scenarios(plain=True))
def test_engine_equals_cpm(compiled: Callable[[dict[str, Any]], Network], document: dict[str, Any]) -> None:
    network = compiled(document)
    samples = draw(network, 3, 0, 2)
    outcome = simulate(network, samples)
    for row in range(2):
        start, finish = forward_pass(network, samples.length[row].tolist(), samples.lag[row].tolist())
        assert outcome.start[row].tolist() == start
        assert outcome.finish[row].tolist() == finish
