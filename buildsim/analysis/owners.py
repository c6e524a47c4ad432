"""An owner's milestones: the earliest of its sites for ``first_*``, the last of them for any other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.network.network import I64, Network


@dataclass(frozen=True, slots=True)
class OwnerMilestone:
    """A milestone name over the sites of one owner that have it."""

    owner: int
    name: str
    members: tuple[int, ...]
    """Milestones of the network, in its order."""
    origin: int
    """Tick of the owner's earliest site start, from which its days count."""

    @property
    def earliest(self) -> bool:
        """Whether one site is enough."""
        return self.name.startswith("first_")

    def attained_by(self, finish: I64) -> I64:
        """(replications,) The member that decides it, the lowest on ties; ``finish`` is as below."""
        columns = finish[:, list(self.members)]
        decisive = columns.argmin(axis=1) if self.earliest else columns.argmax(axis=1)
        members: I64 = np.array(self.members)[decisive]
        return members

    def finish(self, finish: I64) -> I64:
        """Its ticks, of shape (replications,), from those of all milestones, (replications, milestones).

        They are NEVER where not reached.
        """
        columns: I64 = finish[:, list(self.members)]
        decided: I64 = columns.min(axis=1) if self.earliest else columns.max(axis=1)
        return decided


def owner_milestones(network: Network) -> tuple[OwnerMilestone, ...]:
    """The milestones of every owner that has a site, by owner, then in the order of the network."""
    names = network.milestones.name
    owner_of = network.sites.owner[network.milestones.site].tolist()
    found = []
    for owner in sorted(set(owner_of)):
        own = [milestone for milestone, by in enumerate(owner_of) if by == owner]
        origin = int(network.sites.start[network.sites.owner == owner].min())
        for name in dict.fromkeys(names[milestone] for milestone in own):
            members = tuple(milestone for milestone in own if names[milestone] == name)
            found.append(OwnerMilestone(owner, name, members, origin))
    return tuple(found)
