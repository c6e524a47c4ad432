"""What a study of changes is about: one milestone, its time averaged over sites (semantics 23, 26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from buildsim.errors import UnknownNameError
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64, I64, Network
from buildsim.studies.headline import key_milestone
from buildsim.studies.options import choose


@dataclass(frozen=True, slots=True)
class Objective:
    """The mean over sites of min(T, H), the days from the site's start to a milestone or to the horizon."""

    milestone: str
    owner: str | None
    """Whose sites they are; None: anybody's."""
    sites: tuple[str, ...]
    columns: tuple[int, ...]
    """The sites' milestones, by index."""
    origin: I64
    """(sites) Their starts."""
    horizon: int

    def days(self, finish: I64) -> F64:
        """(replications,) From the ticks (replications, milestones) at which milestones are reached, NEVER if not."""
        until = np.minimum(finish[:, self.columns], self.horizon) - self.origin
        mean: F64 = until.mean(axis=1) / TICKS_PER_DAY
        return mean


def objective(
    network: Network, *, site: str | None = None, owner: str | None = None, milestone: str | None = None
) -> Objective:
    """A milestone of one site, of an owner's sites or of all; by default the first GPU, else the last.

    Sites without it are left out. Raises UnknownNameError with the nearest name.
    """
    names = network.sites.name
    if site is not None:
        names = (choose("site", site, names),)
    if owner is not None:
        own = tuple(network.owners[each] for each in network.sites.owner.tolist())
        choose("owner with a site", owner, tuple(dict.fromkeys(own)))
        names = tuple(name for name in names if own[network.sites.name.index(name)] == owner)
        if not names:
            raise UnknownNameError(f"{site} is not a site of {owner}", "a site of that owner", None)
    there = [i for i, at in enumerate(network.milestones.site.tolist()) if network.sites.name[at] in names]
    found = tuple(dict.fromkeys(network.milestones.name[i] for i in there))
    asked = choose("milestone", milestone if milestone is not None else key_milestone(found), found)
    columns = tuple(i for i in there if network.milestones.name[i] == asked)
    at = network.milestones.site[list(columns)]
    sites: Sequence[str] = [network.sites.name[each] for each in at.tolist()]
    return Objective(asked, owner, tuple(sites), columns, network.sites.start[at], network.horizon)
