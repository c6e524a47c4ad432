"""Two plans played with the same random numbers, and what differs between them at each site they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.idle import Idle, IdleTally
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.paired import Paired, paired
from buildsim.analysis.reduce import Findings, Reduction
from buildsim.analysis.result import Shares
from buildsim.engine.select import Engine
from buildsim.network.codes import NEVER, TICKS_PER_DAY
from buildsim.network.network import F64, Network
from buildsim.sampling.draw import Sampler
from buildsim.studies.play import Progress, play

IdleUnit = Literal["GPU-days", "rack-days"]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A network that was played, and what a comparison needs of all replications."""

    network: Network
    findings: Findings
    idle: Idle


@dataclass(frozen=True, slots=True)
class IdleChange:
    """How long racks lie delivered and not yet being set up."""

    unit: IdleUnit
    change: Paired


@dataclass(frozen=True, slots=True)
class Binding:
    """Mean days per category on the driving paths to a milestone, largest first."""

    before: Shares
    after: Shares


@dataclass(frozen=True, slots=True)
class SiteChange:
    """What a change does to a site; the mappings are by milestone, for those that are there before and after."""

    milestones: Mapping[str, Paired]
    """Differences in days of the date; ``before`` and ``after`` in days from the site's start before the change.

    One that is reached in one run only counts in the other one as reached at the horizon.
    """
    binding: Mapping[str, Binding]
    idle: IdleChange | None
    """None: it orders no racks, before or after."""


def played(network: Network, simulate: Engine, seed: int, count: int, progress: Progress | None = None) -> Played:
    """Play a network; two with the same seed and count can be compared replication by replication."""
    reduction, idle, lookup = Reduction(network), IdleTally(network), Lookup(network)
    for samples, outcome in play(Sampler(network, seed), count, simulate, progress):
        reduction.add(Chunk(lookup, samples, outcome))
        idle.add(samples, outcome)
    return Played(network, reduction.result(), idle.result())


def compare(before: Played, after: Played) -> dict[str, SiteChange]:
    """The change of each site that both have, in the order of the first; both have the same replications."""
    theirs = {name: site for site, name in enumerate(after.network.sites.name)}
    return {
        name: _site(before, after, site, theirs[name])
        for site, name in enumerate(before.network.sites.name)
        if name in theirs
    }


def _site(before: Played, after: Played, site: int, other: int) -> SiteChange:
    start = _dates(before.network, before.network.sites.start[site : site + 1])[0]
    first, second = milestones_of(before.network, site), milestones_of(after.network, other)
    horizons = (horizon_date(before.network), horizon_date(after.network))
    common = {name: (milestone, second[name]) for name, milestone in first.items() if name in second}
    return SiteChange(
        milestones={
            name: paired(
                finish_dates(before, own), finish_dates(after, their), unit=TICKS_PER_DAY, origin=start, beyond=horizons
            )
            for name, (own, their) in common.items()
        },
        binding={
            name: Binding(before.findings.tallies[own].mean_days(), after.findings.tallies[their].mean_days())
            for name, (own, their) in common.items()
        },
        idle=_idle(before.idle, after.idle, site, other),
    )


def milestones_of(network: Network, site: int) -> dict[str, int]:
    """Indices of a site's milestones by their names."""
    return {
        name: milestone
        for milestone, name in enumerate(network.milestones.name)
        if network.milestones.site[milestone] == site
    }


def finish_dates(run: Played, milestone: int) -> F64:
    """(n,) Ticks of the calendar, NaN where the milestone is not reached."""
    ticks = run.findings.finish[:, milestone]
    found: F64 = np.where(ticks == NEVER, np.nan, _dates(run.network, ticks))
    return found


def dates_or_horizon(network: Network, ticks: np.typing.NDArray[np.int64]) -> F64:
    """Finishes as ticks of the calendar, that of the horizon where they are NEVER."""
    return np.minimum(_dates(network, ticks), horizon_date(network))


def horizon_date(network: Network) -> float:
    """The horizon as a tick of the calendar."""
    return float(_dates(network, np.array([network.horizon]))[0])


def _dates(network: Network, ticks: np.typing.NDArray[np.int64]) -> F64:
    """Ticks since the scenario's start as ticks of the calendar, exact: variants may start on different days."""
    found: F64 = (ticks + network.start.toordinal() * TICKS_PER_DAY).astype(np.float64)
    return found


def _idle(before: Idle, after: Idle, site: int, other: int) -> IdleChange | None:
    if not (before.ordered[site] and after.ordered[other]):
        return None
    if before.in_gpus[site] and after.in_gpus[other]:
        return IdleChange("GPU-days", paired(before.gpu_days[:, site], after.gpu_days[:, other]))
    return IdleChange("rack-days", paired(before.rack_days[:, site], after.rack_days[:, other]))
