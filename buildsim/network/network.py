"""The compiled, immutable network: activities, links, orders, pools, supplies, calendars as flat arrays with names.

Everything an engine may know about a scenario is here; what is random refers to a variable and is drawn by
``buildsim.sampling``. Times are int64 ticks (minutes) since the scenario's start. A field ``x_ptr`` of length
``n + 1`` says that row ``i`` owns the half-open range ``x_ptr[i]:x_ptr[i+1]`` of the arrays named beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from buildsim.distribution import Distribution
from buildsim.network.codes import Flaw, Rule

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


class Grounds(NamedTuple):
    """What a random quantity rests on (semantics 28)."""

    flaws: Flaw
    """What speaks against its facts: of several, whatever speaks against any."""
    file: int
    """Index into ``Network.files``: where it is stated."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One random quantity: its stream is keyed by (seed, ``name``, ``occurrence``) (semantics 21)."""

    name: str
    """Full name, such as ``site/phase/hall/activity:duration``."""
    occurrence: int
    distribution: Distribution
    factor: int
    """Index of the common factor it is correlated with, or NONE."""
    rho: float
    """Correlation with that factor: z = sqrt(rho) F + sqrt(1 - rho) e."""
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Sites:
    """Site plans."""

    name: tuple[str, ...]
    owner: I64
    """Index into ``Network.owners``."""
    start: I64
    """Tick of the site's own start: a date gate of each of its activities (semantics 2)."""
    deadline: I64
    """Tick of the deadline, or UNSET."""


@dataclass(frozen=True, slots=True)
class Activities:
    """Activities in document order; every array has one entry per activity unless said."""

    name: tuple[str, ...]
    """Full name ``site/phase/hall/activity``; pass k > 1 of a rework chain ends in ``#k``."""
    site: I64
    category: I64
    """Index into ``Network.categories``: what its own work is reported as."""
    calendar: I64
    """Index into ``Network.calendars``, or NONE for around the clock."""
    join_count: I64
    """How many FS/SS links must be known: all of them, 1 for ``any``, k for k-of-n (semantics 8)."""
    join_all: Bool
    """True where the join is ``all``: then links from absent branches count."""
    not_before: I64
    """Date gate in ticks, or UNSET."""
    priority: I64
    """Smaller is served first (semantics 12)."""
    rule_value: I64
    """Static value of the scenario's rule (LFT, LST, slack or index), unused for FIFO."""
    position: I64
    """Position in the topological order of links and order edges, ties by index."""
    variable: I64
    """Variable of its duration or labor, or NONE for length 0."""
    column_ptr: I64
    """(n+1) Its columns of lengths: one, or one per crew size mold_min..mold_max."""
    column_scale: F64
    """(columns) Ticks of working time per unit of the variable at that crew size."""
    day_scale: F64
    """Working ticks that one elapsed day means for it (1440 around the clock): unit of a risk's days."""
    branch: I64
    """Index of the branch it belongs to, or NONE."""
    rework: I64
    """Index of the rework chain it is a pass of, or NONE."""
    rework_pass: I64
    """Which pass, counted from 1; 0 outside a chain."""
    need_ptr: I64
    need_pool: I64
    need_units: I64
    """Fixed needs, by pool index."""
    mold_pool: I64
    """Pool of the moldable need, or NONE."""
    mold_min: I64
    mold_max: I64
    actual_start: I64
    """Actual start tick, or UNSET."""
    actual_finish: I64
    """Actual finish tick, or UNSET."""
    actual_cause_kind: I64
    actual_cause: I64
    """Start cause of an activity with an actual start, settled at compile (semantics 11)."""
    actual_crew: I64
    """Crew of a started moldable activity (0 elsewhere)."""
    actual_elapsed: I64
    """Working ticks spent from the actual start to the data date, for a started activity."""
    remaining_variable: I64
    """Variable of the remaining duration given by hand (unit: ticks of work), or NONE."""

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Links:
    """Precedence links in document order of the successors (semantics 6)."""

    pred: I64
    succ: I64
    type: I64
    """A ``LinkType``."""
    lag_variable: I64
    """Variable of the lag, or NONE for lag 0."""
    lag_scale: F64
    """Ticks per unit of the lag's variable."""
    lag_calendar: I64
    """Calendar whose open ticks the lag counts (the successor's), or NONE for elapsed time."""

    def __len__(self) -> int:
        return len(self.pred)


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in document order, the market's among them (semantics 19)."""

    name: tuple[str, ...]
    supply: I64
    owner: I64
    """Index into ``Network.owners``."""
    quantity: I64
    """Smallest units of the supply."""
    quantity_variable: I64
    """Variable of a factor on the quantity, or NONE."""
    consumer: I64
    """Activity gated by it, or NONE for the market."""
    priority: I64
    placement: I64
    """A ``Placement``."""
    activity: I64
    """Placing activity, or NONE for a dated order."""
    offset: I64
    """Order tick of a dated order; ticks after the activity's event otherwise (>= 0)."""
    withdraw: I64
    """Tick at which it is withdrawn if still open (patience), or UNSET."""
    reserved_from: I64
    """From this tick it is served first (a reserved slot), or UNSET."""
    lead_variable: I64
    """Variable of the lead time in days (lead-time kind), or NONE."""
    delivered: I64
    """Tick of an actual delivery, or UNSET."""

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Curves:
    """Dated curves: points (tick, value); before the first point its value holds, after the last the last."""

    ptr: I64
    tick: I64
    value: F64
    linear: Bool
    """(curves) True: linear between points; False: each value holds from its tick on."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Renewable units (semantics 14): capacity = max(0, floor(curve x factors) - market's use)."""

    name: tuple[str, ...]
    capacity: I64
    """Index of the capacity's step curve (units)."""
    capacity_variable: I64
    """Variable of a factor on the capacity, or NONE."""
    market: I64
    """Index of the step curve of the market's use (units), or NONE."""
    market_variable: I64
    """Variable of a factor on the market's use, or NONE."""
    bypass: Bool
    """False: a waiting activity that fails shuts the pool for the rest of the pass (semantics 13)."""

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Supplies:
    """Lead-time supplies and production lines (semantics 17-20); quantities in smallest units."""

    name: tuple[str, ...]
    kind: I64
    """A ``SupplyKind``; all fields below are for lines."""
    allocation: I64
    """An ``Allocation``."""
    capacity: I64
    """Index of the capacity curve (smallest units per day), or NONE."""
    capacity_variable: I64
    """Variable of a factor on the capacity, or NONE."""
    yield_curve: I64
    """Index of the step curve of the yield (a share, 0..1), or NONE for 1."""
    yield_variable: I64
    """Variable of a factor on the yield, or NONE."""
    cycle_variable: I64
    """Variable of the cycle time in days, or NONE for 0."""
    period: I64
    """Ticks between lots; lots close at k x period, k >= 1."""
    lot_ptr: I64
    """(n+1) Lots within the horizon: lot k of supply s is column ``lot_ptr[s] + k - 1``."""
    initial_stock: I64
    max_stock: I64
    """Upper bound of stock and work in process, or UNSET."""
    input_ptr: I64
    input_supply: I64
    input_need: I64
    """Smallest units of the input per smallest unit started."""
    input_share_ppm: I64
    """Stated share of the input's stock for this product, or UNSET where the input has no quotas."""
    share_ptr: I64
    share_owner: I64
    share_ppm: I64
    """Owners' shares of arrivals under ``Allocation.SHARES``."""
    order: I64
    """Supply indices in topological order, inputs first."""
    racks: F64
    """Racks in one smallest unit, which is what rated supplies are: 0 without a rating. No engine needs it."""
    gpus: F64
    """GPUs in one smallest unit, 0 where no rating says."""

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Calendars:
    """Working calendars (semantics 5) as sorted, disjoint open intervals [start, end)."""

    name: tuple[str, ...]
    ptr: I64
    open_start: I64
    open_end: I64


@dataclass(frozen=True, slots=True)
class Branches:
    """Branches (semantics 10): all activities of a branch are absent with probability 1 - p."""

    name: tuple[str, ...]
    probability: F64
    flaws: I64
    """Of the probability, as in ``Grounds``; so in the tables below."""
    file: I64


@dataclass(frozen=True, slots=True)
class Reworks:
    """Rework chains (semantics 10): each pass fails with the probability; the last one cannot."""

    name: tuple[str, ...]
    probability: F64
    flaws: I64
    file: I64


@dataclass(frozen=True, slots=True)
class Risks:
    """Risks (semantics 22): one uniform and one impact for all targets."""

    name: tuple[str, ...]
    probability: F64
    flaws: I64
    file: I64
    factor_variable: I64
    """Variable of the factor on the duration, or NONE for 1."""
    days_variable: I64
    """Variable of the days added, or NONE for 0."""
    target_ptr: I64
    target_activity: I64


@dataclass(frozen=True, slots=True)
class Disruptions:
    """Exogenous windows in calendar time (semantics 22)."""

    name: tuple[str, ...]
    start: I64
    """Tick of a dated one, or UNSET for a rate."""
    per_year: F64
    """Rate of a Poisson process of windows, 0 for a dated one."""
    probability: F64
    """Probability that a dated one happens."""
    flaws: I64
    """Of the rate or the probability."""
    file: I64
    duration_variable: I64
    """Variable of the length in days; a rate's j-th window uses occurrence j."""
    stop_ptr: I64
    stop_activity: I64
    """Activities that it stops."""
    pool_ptr: I64
    pool_index: I64
    pool_factor: F64
    supply_ptr: I64
    supply_index: I64
    supply_factor: F64
    """Factors on the capacities of pools and lines while it lasts."""


@dataclass(frozen=True, slots=True)
class Milestones:
    """Named activities whose finish is reported."""

    name: tuple[str, ...]
    site: I64
    activity: I64


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Network:
    """A compiled scenario."""

    scenario: str
    start: date
    """Tick zero: midnight at the beginning of this date."""
    horizon: int
    """Last tick that is played."""
    data_tick: int
    """The data date (0 unless given): nothing without actuals starts before it (semantics 11)."""
    rule: Rule
    ties_drawn: bool
    owners: tuple[str, ...]
    """Owners of sites and of market orders."""
    categories: tuple[str, ...]
    """``kind:name`` of the activities' own work."""
    factors: tuple[str, ...]
    """Names of the common factors' streams."""
    files: tuple[str, ...]
    """The scenario, its sites and catalogs, as in ``catalog labor``: where what is random is stated."""
    variables: tuple[Variable, ...]
    sites: Sites
    activities: Activities
    links: Links
    orders: Orders
    curves: Curves
    pools: Pools
    supplies: Supplies
    calendars: Calendars
    branches: Branches
    reworks: Reworks
    risks: Risks
    disruptions: Disruptions
    milestones: Milestones
