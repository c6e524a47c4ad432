"""The outcome of a chunk of replications: written by an engine, followed (never guessed) by the analyses."""

from __future__ import annotations

from dataclasses import dataclass

from buildsim.network.network import I64


@dataclass(frozen=True, slots=True)
class Ledger:
    """Waits after ready, in canonical order: replication, activity, sequence of closing (semantics 15)."""

    replication: I64
    """Row of the chunk, 0-based."""
    activity: I64
    start: I64
    end: I64
    blocker: I64
    """Pool index, or CALENDAR_BLOCKER."""

    def __len__(self) -> int:
        return len(self.activity)


@dataclass(frozen=True, slots=True)
class Outcome:
    """R replications of one network: arrays of shape (R, activities), (R, orders) or (R, lots).

    Ticks are int64; a field whose event was not played is NONE (-1). Two engines agree when every array is equal.
    """

    first: int
    """Number of the first replication of the chunk."""
    ready: I64
    start: I64
    end_of_work: I64
    finish: I64
    start_cause_kind: I64
    """A ``StartCause``."""
    start_cause: I64
    """Link index or order index of the start cause; NONE for dates and site starts."""
    finish_cause: I64
    """Link index, or OWN_WORK (also where the finish was not played)."""
    crew: I64
    """Units of the moldable pool granted; 0 elsewhere."""
    freed_by: I64
    """Activity whose release of the last blocker let it start, or NONE (semantics 16)."""
    freed_at: I64
    """Tick of that release, or NONE."""
    order_tick: I64
    """Tick at which the order was placed, or UNSET (it may lie before zero)."""
    delivery: I64
    """Tick at which the whole order was delivered, or UNSET."""
    order_lot: I64
    """Column of the lot whose arrival filled the order, or NONE (from stock, a lead time, not delivered)."""
    order_open: I64
    """Smallest units that an order on a line still lacked when it was withdrawn or at the end; else 0."""
    lot_limit: I64
    """What limited each lot: an input's position in the line's list, LIMIT_* or LOT_UNPLAYED (semantics 20)."""
    lot_started: I64
    """Smallest units that each lot started, 0 if it was not played (semantics 17)."""
    ledger: Ledger

    def __len__(self) -> int:
        return len(self.ready)
