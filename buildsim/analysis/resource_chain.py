"""The resource chain: the driving path that goes on, at a grant, to whoever held the crew (semantics 16)."""

from __future__ import annotations

from buildsim.analysis.lookup import Lookup
from buildsim.analysis.path import site_start
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.analysis.walk import Walk
from buildsim.network.codes import NONE
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


def resource_chain(network: Network, samples: Samples, outcome: Outcome, row: int, milestone: int) -> list[Segment]:
    """The chain of milestone ``milestone`` in row ``row`` of a chunk, contiguous and in forward order.

    Where a start waited for units that another activity freed, the wait after the release stays and the chain
    goes on with the releaser's work, across sites. It begins at a gate that has no predecessor, or at the
    scenario's tick 0 (or the site's own start, if that is earlier). Empty where the milestone was not reached.
    """
    activity = int(network.milestones.activity[milestone])
    run = Replication.of(samples, outcome, row)
    if run.finish[activity] == NONE:
        return []
    origin = min(0, site_start(network, milestone))
    return Walk(Lookup(network), run, origin, through_pools=True).from_finish(activity)
