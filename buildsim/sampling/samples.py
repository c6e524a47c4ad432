"""Samples: every random quantity of a chunk of replications, drawn before an engine starts (semantics 21, 22)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from buildsim.network.network import F64, I8, I64, Bool


@dataclass(frozen=True, slots=True)
class Samples:
    """R replications: numbers ``first`` .. ``first + R - 1``. Ticks and quantities are int64, rounded half up once.

    ``base`` is kept unrounded and before risks, so that analyses can split work from the risks that stretched it.
    """

    first: int
    length: I64
    """(R, columns) Working ticks per activity and crew size, risks included; 0 where absent or an empty pass."""
    base: F64
    """(R, columns) The same before risks, unrounded."""
    state: I8
    """(R, activities) A ``State``."""
    tie: I64
    """(R, activities) Last part of the dispatch key: the index, or a drawn permutation's rank."""
    lag: I64
    """(R, links) Elapsed ticks, or open ticks of the lag's calendar."""
    lead: I64
    """(R, orders) Lead time in ticks; 0 for orders on lines."""
    quantity: I64
    """(R, orders) Smallest units."""
    cycle: I64
    """(R, supplies) Ticks from a lot's close to its arrival in stock."""
    lot_capacity: I64
    """(R, lots) Smallest units that may be started in each lot."""
    lot_yield: I64
    """(R, lots) Yield in ppm."""
    pool_ptr: I64
    """(R, pools + 1) Rows of the next two arrays; the first step of a pool is at or before tick 0."""
    pool_tick: I64
    pool_capacity: I64
    """Capacity from that tick on, net of the market's use, never negative."""
    window_ptr: I64
    """(R, disruptions + 1) Rows of the next two arrays: windows of each disruption, sorted and disjoint."""
    window_start: I64
    window_end: I64
    risk_struck: Bool
    """(R, risks)"""
    risk_factor: F64
    """(R, risks) Factor on the duration if struck."""
    risk_days: F64
    """(R, risks) Elapsed days added if struck."""

    def __len__(self) -> int:
        return len(self.length)

    def only(self, row: int) -> Samples:
        """One replication of the chunk, by its row."""
        shared = ("first", "pool_tick", "pool_capacity", "window_start", "window_end")
        rows = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in shared}
        one = {name: values[row : row + 1] for name, values in rows.items()}
        return replace(self, first=self.first + row, **one)
