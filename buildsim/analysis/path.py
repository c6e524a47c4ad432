"""The driving path: what made a milestone finish when it did, back to the start of its site (semantics 2, 24)."""

from __future__ import annotations

from buildsim.analysis.lookup import Lookup
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.analysis.walk import Walk
from buildsim.network.codes import NONE
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples


def driving_path(
    network: Network, samples: Samples, outcome: Outcome, row: int, milestone: int, origin: int | None = None
) -> list[Segment]:
    """The segments of milestone ``milestone`` in row ``row`` of a chunk, contiguous and in forward order.

    They partition [origin, finish] exactly in ticks; ``origin`` is the start of the milestone's own site unless
    given. Empty where the milestone was not reached or finished by the origin.
    """
    if origin is None:
        origin = site_start(network, milestone)
    return path_of(Lookup(network), Replication.of(samples, outcome, row), milestone, origin)


def path_of(lookup: Lookup, run: Replication, milestone: int, origin: int) -> list[Segment]:
    """``driving_path`` for callers that hold on to the lookup and the replication."""
    activity = int(lookup.network.milestones.activity[milestone])
    return Walk(lookup, run, origin).from_finish(activity) if run.finish[activity] != NONE else []


def site_start(network: Network, milestone: int) -> int:
    """The tick at which the site of a milestone starts."""
    return int(network.sites.start[network.milestones.site[milestone]])
