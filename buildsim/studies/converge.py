"""How many replications: batch by batch, until the P80 of the milestones asked for is known closely enough.

After each batch the rule looks at all replications so far and at nothing else, so the same seed stops at the same
count on every machine, and a run with that many replications from the start gives the same result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from buildsim.analysis.convergence import State, Width, expected_replications, width
from buildsim.errors import UnknownNameError, nearest
from buildsim.network.network import I64, Network
from buildsim.studies.headline import key_milestone

BATCH = 256
"""Replications after which it is looked whether they are enough; a constant, since the count depends on it."""
MAX_REPLICATIONS = 100_000
"""After which it ends in any case, unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class Until:
    """When a run ends: once the 95% interval of each P80 is at most so wide, or after the most replications."""

    days: float
    most: int = MAX_REPLICATIONS
    milestone: str | None = None
    """Of each site that has it; None: the key milestone of each site."""


@dataclass(frozen=True, slots=True)
class Target:
    """A milestone whose P80 was asked for, as it stood when the run ended."""

    site: str
    milestone: str
    state: State
    """``beyond`` the horizon is not waited for; ``wide`` means that the most replications were reached."""
    width_days: float | None
    """Of the 95% interval of its P80; None where a bound lies beyond the horizon, or replications are too few."""


TARGET_COLUMNS = tuple(field.name for field in fields(Target))


@dataclass(frozen=True, slots=True)
class Convergence:
    """Why a run ended after so many replications."""

    days: float
    """The width that was asked for."""
    most: int
    targets: tuple[Target, ...]


class StopRule:
    """Says after each batch whether to go on; raises UnknownNameError for a milestone that no site has."""

    def __init__(self, network: Network, until: Until) -> None:
        self.until = until
        self._targets = _targets(network, until.milestone)

    def batch(self, done: int) -> int:
        """How many replications to play next."""
        return min(BATCH, self.until.most - done)

    def widths(self, finish: I64) -> list[Width]:
        """Those of the targets, from ``finish`` ticks of shape (replications, milestones)."""
        return [width(finish[:, milestone], self.until.days) for _, _, milestone in self._targets]

    def stops(self, finish: I64) -> bool:
        """True if no target is wide any longer, or the most replications are reached."""
        return len(finish) >= self.until.most or all(each.state != "wide" for each in self.widths(finish))

    def expected(self, finish: I64) -> int:
        """About how many replications it will take in all, for a progress bar."""
        done = len(finish)
        needed = max(expected_replications(each, done, self.until.days) for each in self.widths(finish))
        return self.until.most if needed >= self.until.most else math.ceil(needed / BATCH) * BATCH

    def convergence(self, finish: I64) -> Convergence:
        """Where the targets stand."""
        targets = tuple(
            Target(site, name, found.state, found.days)
            for (site, name, _), found in zip(self._targets, self.widths(finish), strict=True)
        )
        return Convergence(self.until.days, self.until.most, targets)


def to_json(found: Convergence) -> dict[str, Any]:
    """What the manifest of a kept result says."""
    return {**asdict(found), "targets": [asdict(target) for target in found.targets]}


def from_json(data: Mapping[str, Any]) -> Convergence:
    """What ``to_json`` wrote."""
    return Convergence(data["days"], data["most"], tuple(Target(**target) for target in data["targets"]))


def _targets(network: Network, asked: str | None) -> list[tuple[str, str, int]]:
    """Site, name and index of each milestone that is asked for."""
    by_site: dict[str, dict[str, int]] = {name: {} for name in network.sites.name}
    for milestone, name in enumerate(network.milestones.name):
        by_site[network.sites.name[network.milestones.site[milestone]]][name] = milestone
    if asked is None:
        return [(site, key_milestone(own), own[key_milestone(own)]) for site, own in by_site.items() if own]
    found = [(site, asked, own[asked]) for site, own in by_site.items() if asked in own]
    if not found:
        valid = tuple(dict.fromkeys(network.milestones.name))
        raise UnknownNameError(
            f"there is no milestone called '{asked}'", f"one of {', '.join(valid)}", nearest(asked, valid)
        )
    return found
