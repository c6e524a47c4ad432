"""Integer codes of the network's columns, shared by compile, sampling, the engines and the analyses."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final

TICKS_PER_DAY: Final = 1440
"""A tick is one minute (semantics 1)."""

NONE: Final = -1
"""No index, and the value of an outcome's field whose event was not played (semantics 23)."""

UNSET: Final = -(2**62)
"""No tick: ticks may be negative (orders and actuals before zero), so -1 cannot mean "none" in a network."""

NEVER: Final = 2**62
"""A tick after every horizon."""


class Rule(IntEnum):
    """Dispatch rule of a scenario (semantics 12): what orders the activities that wait for pools."""

    FIFO = 0
    LFT = 1
    LST = 2
    LEAST_SLACK = 3
    INDEX = 4


class LinkType(IntEnum):
    """Precedence relation (semantics 6): predecessor's event, then successor's."""

    FS = 0
    SS = 1
    FF = 2
    SF = 3


class WorkKind(IntEnum):
    """The activity's tag: the kind under which its own work is reported (semantics 25)."""

    WORK = 0
    PERMIT = 1
    UTILITY = 2


class SupplyKind(IntEnum):
    """A supply is a lead time or a production line (semantics 17, 19)."""

    LEAD = 0
    LINE = 1


class Allocation(IntEnum):
    """How a line's stock is split between open orders (semantics 19)."""

    FIFO = 0
    PRIORITY = 1
    PRO_RATA = 2
    SHARES = 3


class Placement(IntEnum):
    """When an order is placed (semantics 19)."""

    DATED = 0
    ON_START = 1
    ON_FINISH = 2


class State(IntEnum):
    """What sampling decided about an activity in a replication (semantics 10)."""

    PRESENT = 0
    ABSENT = 1
    EMPTY_PASS = 2


class StartCause(IntEnum):
    """The gate that made an activity ready (semantics 7); ``ACTUAL``: an actual start that no link explains."""

    LINK = 0
    ORDER = 1
    DATE = 2
    SITE_START = 3
    ACTUAL = 4


class Flaw(IntFlag):
    """What speaks against the facts that a random quantity rests on (semantics 28); 0: nothing."""

    ASSUMED = 1
    """An assumption, no source."""
    UNSTATED = 2
    """Nothing says where it comes from, as in an inline site."""
    WEAK = 4
    """A source, but of low confidence."""
    STALE = 8
    """Known more than two years before ``as_of``, or used after its ``valid_to``."""
    EXTRAPOLATED = 16
    """Used before it was known, or outside its validity."""


CALENDAR_BLOCKER: Final = -1
"""Ledger blocker of the wait [ready, first open tick]; blockers >= 0 are pools (semantics 5, 15)."""

OWN_WORK: Final = -1
"""Finish cause: the activity's own end of work; causes >= 0 are links (semantics 6)."""

LIMIT_OWN_CAPACITY: Final = -1
"""What limited a lot (semantics 17): its own capacity; limits >= 0 count the line's inputs."""

LIMIT_MAX_STOCK: Final = -2
"""What limited a lot: the room under ``max_stock``."""

LOT_UNPLAYED: Final = -3
"""A lot whose tick was not played."""
