"""Delay attribution and criticality: which categories the driving paths of the replications consist of.

Criticality is the index of Van Slyke (Monte Carlo methods and the PERT problem, 1963), the share of replications
in which a thing lies on the critical path, taken here per category over the driving path of one milestone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import I64


@dataclass(slots=True)
class Tally:
    """Sums over the replications of one milestone; addition is in integers, so its order does not matter."""

    reached: int = 0
    ticks: Counter[str] = field(default_factory=Counter)
    """Per category: ticks on the driving paths."""
    critical: Counter[str] = field(default_factory=Counter)
    """Per category: replications whose path has a tick of it."""
    blocked: Counter[str] = field(default_factory=Counter)
    """Per category: replications that it kept from the milestone up to the horizon."""

    def add_paths(self, categories: Sequence[str], ticks: I64) -> None:
        """Count replications that reached the milestone, by the ticks of each category on their paths.

        ``ticks`` is of shape (paths, categories).
        """
        self.reached += len(ticks)
        totals, counts = ticks.sum(axis=0).tolist(), (ticks > 0).sum(axis=0).tolist()
        for category, total, count in zip(categories, totals, counts, strict=True):
            if count:
                self.ticks[category] += total
                self.critical[category] += count

    def add_blocked(self, category: str) -> None:
        """Count a replication that did not reach the milestone."""
        self.blocked[category] += 1

    def mean_days(self) -> dict[str, float]:
        """Mean days per category over the replications that reached the milestone, largest first."""
        return {name: ticks / self.reached / TICKS_PER_DAY for name, ticks in _largest_first(self.ticks)}

    def criticality(self) -> dict[str, float]:
        """Share of the replications that reached the milestone whose path has the category, largest first."""
        return {name: count / self.reached for name, count in _largest_first(self.critical)}

    def blocked_at_horizon(self) -> dict[str, float]:
        """Share of all replications per category that blocks them, largest first; with ``reached`` they sum to 1."""
        count_all = self.reached + self.blocked.total()
        return {name: count / count_all for name, count in _largest_first(self.blocked)}


def _largest_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
