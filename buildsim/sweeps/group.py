"""All that is kept of a point: its rows, or why it cannot be run; committed whole, and once."""

from __future__ import annotations

from dataclasses import dataclass

from buildsim.network.network import I64
from buildsim.sweeps.rows import Heads, finishes, packed, statistics


@dataclass(frozen=True, slots=True)
class Group:
    """What is kept of a ``point``."""

    point: int
    error: str | None
    """Why it cannot be run."""
    replications: int
    statistics: bytes | None
    """A packed table, as is ``finishes``; None where there is an error."""
    finishes: bytes | None
    """None unless each replication is kept."""


def group_of(point: int, heads: Heads, finish: I64, *, keep_replications: bool) -> Group:
    """What is kept of a point that was played; ``finish`` are ticks of shape (replications, milestones)."""
    kept = packed(finishes(heads, finish)) if keep_replications else None
    return Group(point, None, len(finish), packed(statistics(heads, finish)), kept)


def failure(point: int, error: str) -> Group:
    """What is kept of a point that cannot be run."""
    return Group(point, error, 0, None, None)
