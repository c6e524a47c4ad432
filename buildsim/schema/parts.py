"""The parts that catalogs, sites and scenarios are made of: calendars, pools, supplies, activities, risks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from buildsim.quantity import Quantity, QuantityError
from buildsim.schema.base import (
    Date,
    Fact,
    Model,
    Name,
    Probability,
    Provenance,
    Source,
    Text,
    Whole,
    curve,
    facts,
    quantity,
)

Facts = tuple[Fact, ...]
Pattern = Annotated[str, Field(min_length=1, max_length=200)]
"""A name with * and ?, matched against full names such as site/phase/hall/activity."""


class Closed(Model):
    """A window in which nothing is open, both dates included."""

    first: Date
    last: Date


class Calendar(Provenance):
    """Open hours of a working week, less holidays and closed windows (semantics 5)."""

    days: str = Field("mon-sun", description="Open weekdays: `mon-fri`, or a list such as `mon,wed,fri`.")
    hours: str = Field("00:00-24:00", description='Shift hours in quotes: "07:00-12:00, 13:00-17:30".')
    holidays: Annotated[tuple[Date, ...], Field(strict=False)] = Field((), description="Closed dates.")
    closed: Annotated[tuple[Closed, ...], Field(strict=False)] = Field((), description="Closed windows.")
    productivity: Annotated[float, Field(gt=0, le=2, strict=False)] = Field(
        1.0, description="Output per open hour against a normal hour: below 1 for long overtime."
    )


class Inflow(Provenance):
    """One way in which a pool grows: so many units more each month, up to a limit (semantics 14)."""

    start: Date = Field(alias="from", description="The day on which the call goes out, or the training begins.")
    lag: Annotated[Facts, facts("days")] | None = Field(None, description="From then until the first come.")
    rate: Annotated[Facts, facts("rate")] = Field(description="Units that come then, and with each month after it.")
    limit: Annotated[Facts, facts("count", "1")] = Field(description="Units that come in all.")


class Pool(Provenance):
    """Renewable units such as electricians, reviewers or test crews (semantics 12-16)."""

    unit: Name = Field("crew", description="What is counted.")
    capacity: Annotated[Facts, curve("count", "1")] = Field(description="Units; each point holds from its date on.")
    growth: dict[Name, Inflow] = Field(default_factory=dict, description="Units that come besides, by name.")
    market: Annotated[Facts, curve("count", "1")] | None = Field(
        None, description="Units that the rest of the market holds."
    )
    uncertainty: Annotated[Facts, facts("1")] | None = Field(None, description="Factor on the capacity, drawn once.")
    market_uncertainty: Annotated[Facts, facts("1")] | None = Field(None, description="Factor on the market's use.")
    bypass: bool = Field(True, description="False: nobody starts past a waiting activity that does not fit.")


class Input(Model):
    """One line of a bill of materials."""

    need: Annotated[Quantity, quantity("count")] = Field(description="Units of the input per unit started.")
    share: Probability | None = Field(None, description="Share of the input's stock set aside for this product.")


class Market(Model):
    """The rest of the market as ordinary orders, one a lot (semantics 19)."""

    demand: Annotated[Facts, curve("rate")] | None = Field(None, description="Units ordered per time.")
    backlog: Annotated[Facts, curve("count")] | None = Field(
        None, description="Units on order when the scenario starts: the latest point by then."
    )
    patience: Annotated[Quantity, quantity("days")] | None = Field(
        None, description="After this an open market order is withdrawn."
    )
    uncertainty: Annotated[Facts, facts("1")] | None = Field(None, description="Factor on the demand, drawn once.")
    priority: Whole = 0


class Line(Model):
    """A production line: lots with capacity, cycle time, yield and inputs (semantics 17, 18)."""

    capacity: Annotated[Facts, curve("rate")] = Field(description="Units that can be started per time.")
    interpolate: Literal["step", "linear"] = Field("step", description="Between the points of the capacity.")
    uncertainty: Annotated[Facts, facts("1")] | None = Field(None, description="Factor on the capacity, drawn once.")
    period: Annotated[Quantity, quantity("days")] = Field(description="Time between lots.")
    cycle: Annotated[Facts, facts("days")] | None = Field(None, description="From a lot's close to stock.")
    yields: Annotated[Facts, curve("1")] | None = Field(None, description="Share of what is started that is good.")
    inputs: dict[Name, Input] = Field(default_factory=dict, description="Bill of materials: supply and need.")
    initial_stock: Annotated[Facts, facts("count")] | None = None
    max_stock: Annotated[Facts, facts("count")] | None = Field(None, description="Bound of stock and work in process.")
    allocation: Literal["fifo", "priority", "pro_rata", "shares"] = "fifo"
    shares: dict[Name, Probability] = Field(default_factory=dict, description="Owners' shares of what arrives.")


class Supply(Provenance):
    """Something made or slotted and then consumed: a lead time, or a production line."""

    unit: Name = Field(description="The count noun in which it is ordered, such as rack or wafer.")
    grain: Annotated[int, Field(ge=1, le=10**6)] = Field(
        1, description="Smallest units in one unit: 1000 lets a product need a thousandth of a wafer."
    )
    it: Annotated[Facts, facts("MW IT")] | None = Field(None, description="Rating: IT power of one unit, as of a rack.")
    gpus: Annotated[Facts, facts("gpu")] | None = Field(None, description="Rating: GPUs in one unit.")
    h100e: Annotated[Facts, facts("H100e")] | None = Field(
        None, description="Rating: as many H100s have the dense 8-bit speed of one unit."
    )
    lead: Annotated[Facts, facts("days")] | None = Field(None, description="From order to delivery, by order date.")
    line: Line | None = None
    market: Market | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Supply:
        if (self.lead is None) == (self.line is None):
            raise QuantityError("a supply is a lead time or a line", expected="one of `lead` and `line`")
        if self.market is not None and self.line is None:
            raise QuantityError("a lead time knows no market", expected="`line`, or no `market`")
        return self


class Crew(Model):
    """A moldable need: as many as are free at the grant, between min and max (semantics 9)."""

    min: Annotated[Quantity, quantity("count", "1")]
    max: Annotated[Quantity, quantity("count", "1")]
    productivity: Annotated[
        dict[Annotated[int, Field(ge=1, strict=False)], Annotated[float, Field(gt=0, le=2, strict=False)]],
        Field(strict=False),
    ] = Field(default_factory=dict, description="Output per head by crew size (in quotes), linear between; 1 if empty.")


def _crew_form(value: Any) -> str:
    return "moldable" if isinstance(value, (dict, Crew)) else "fixed"


FixedOrMoldable = Annotated[
    Annotated[Quantity, quantity("count", "1"), Tag("fixed")] | Annotated[Crew, Tag("moldable")],
    Discriminator(_crew_form),
]


class Order(Model):
    """What an activity needs delivered before it can start (semantics 19)."""

    supply: Name
    quantity: Annotated[Facts, facts("count")] = Field(description="Units, also `per rack` or `per MW facility`.")
    place: str | None = Field(
        None,
        description="When it is placed: a date, an offset from the site's start (`-52 weeks`), or "
        "`ACTIVITY start|finish + 2 weeks`; default the site's start.",
    )
    priority: Whole = 0
    reserved_from: Date | None = Field(None, description="A reserved slot: served first from this date.")


class Retest(Model):
    """A test or permit that may fail and be repeated (semantics 10)."""

    probability: Probability = Field(description="Probability that a pass fails.")
    passes: Annotated[int, Field(ge=1, le=20)] = Field(description="Passes at most; the last one succeeds.")


class Activity(Model):
    """An activity: a duration, or labor done by a crew; with neither, a milestone of length 0."""

    stage: Name | None = Field(None, description="Under what its days are reported; default its own name.")
    kind: Literal["work", "permit", "utility"] = "work"
    duration: Annotated[Facts, facts("days", "workdays", "workhours")] | None = Field(
        None, description="Length; elapsed units on a working calendar count its ordinary weeks."
    )
    labor: Annotated[Facts, facts("labor-hours")] | None = Field(None, description="Work done by its moldable crew.")
    crew: dict[Name, FixedOrMoldable] = Field(
        default_factory=dict, description="Units of each pool, fixed or {min, max}; at most one of the latter."
    )
    calendar: Name | None = Field(None, description="Working calendar; default around the clock.")
    after: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        (), description="Predecessors: `NAME [FS|SS|FF|SF] [+ LAG]`; `*/NAME` means that activity of every hall."
    )
    join: Literal["all", "any"] | Annotated[int, Field(ge=1)] = Field(
        "all", description="How many FS/SS predecessors must have come: all, any, or k."
    )
    not_before: Date | None = None
    orders: dict[Name, Order] = Field(default_factory=dict)
    priority: Whole = Field(0, description="Smaller is served first where a pool is short.")
    branch: Name | None = Field(None, description="Exists only if this branch of its template is drawn.")
    retest: Retest | None = None
    learning: Annotated[float, Field(gt=0, le=1, strict=False)] | None = Field(
        None, description="Duration factor per doubling of the halls done, such as 0.93."
    )
    milestone: Name | None = Field(None, description="Report its finish under this name.")
    note: Text | None = None


class Risk(Provenance):
    """A risk: strikes all its targets in a replication or none (semantics 22)."""

    probability: Probability
    factor: Annotated[Facts, facts("1")] | None = Field(None, description="Factor on the whole duration.")
    days: Annotated[Facts, facts("days")] | None = Field(None, description="Elapsed days added.")
    targets: Annotated[tuple[Pattern, ...], Field(strict=False, min_length=1)] = Field(
        description="Activities by full name with wildcards, or `stage:NAME`."
    )
    note: Text | None = None


class Disruption(Provenance):
    """A window in calendar time that stops work or scales capacity (semantics 22)."""

    start: Date | None = Field(None, description="First day of a dated one.")
    per_year: Annotated[float, Field(ge=0, le=366, strict=False)] | None = Field(
        None, description="Rate of a random one."
    )
    probability: Probability = Field(1.0, description="That a dated one happens.")
    duration: Annotated[Facts, facts("days")]
    stops: Annotated[tuple[Pattern, ...], Field(strict=False)] = Field((), description="Activities that stand still.")
    capacity: dict[Name, Probability] = Field(
        default_factory=dict, description="Factor on the capacity of pools and lines meanwhile."
    )
    note: Text | None = None

    @model_validator(mode="after")
    def _dated_or_rate(self) -> Disruption:
        if (self.start is None) == (self.per_year is None):
            raise QuantityError("a disruption has a date or a rate", expected="one of `start` and `per_year`")
        return self


class Correlation(Model):
    """Variables that move together: z = sqrt(rho) F + sqrt(1 - rho) e (semantics 21)."""

    rho: Annotated[float, Field(ge=0, lt=1, strict=False)]
    targets: Annotated[tuple[Pattern, ...], Field(strict=False, min_length=1)] = Field(
        description="Activities, `stage:NAME`, `supply:NAME` or `pool:NAME`, with wildcards."
    )


class Branch(Model):
    """A part of a template that exists with a probability (semantics 10)."""

    probability: Probability


class Template(Provenance):
    """A strategy as a template of activities, expanded once per site, phase or hall."""

    per: Literal["site", "phase", "hall"]
    branches: dict[Name, Branch] = Field(default_factory=dict)
    activities: dict[Name, Activity]
    note: Text | None = None


class Definitions(Model):
    """Named things that activities use and that strike them."""

    calendars: dict[Name, Calendar] = Field(default_factory=dict)
    pools: dict[Name, Pool] = Field(default_factory=dict)
    supplies: dict[Name, Supply] = Field(default_factory=dict)
    risks: dict[Name, Risk] = Field(default_factory=dict)
    disruptions: dict[Name, Disruption] = Field(default_factory=dict)
    correlate: dict[Name, Correlation] = Field(default_factory=dict, description="Common factors by name.")


class Region(Definitions):
    """What only the sites of a region use and suffer: its crews, suppliers and weather."""


class Parts(Definitions):
    """What catalogs, sites and scenarios may all define; a name means its nearest definition."""

    sources: dict[Name, Source] = Field(default_factory=dict)
    regions: dict[Name, Region] = Field(
        default_factory=dict, description="Definitions for the sites that name this `region`."
    )
