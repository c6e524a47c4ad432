"""What a catalog holds and where every number in it comes from, as plain rows, as known on some day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from buildsim.loading.alone import read_alone, shipped_alone
from buildsim.loading.parts import Part, Where
from buildsim.schema.base import Fact, Provenance
from buildsim.schema.catalog import Catalog
from buildsim.schema.parts import (
    Activity,
    Calendar,
    Correlation,
    Crew,
    Disruption,
    Inflow,
    Pool,
    Risk,
    Supply,
    Template,
)
from buildsim.studies.chain import ChainRow, chains
from buildsim.studies.known import Known
from buildsim.studies.numbers import BLOCKS, Number, Origin, catalog_numbers, catalog_values

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CatalogSummary:
    """A catalog in one line; those of its regions are counted as well."""

    name: str
    title: str
    supplies: int
    pools: int
    templates: int
    risks: int
    """With disruptions."""
    sourced: int
    assumed: int
    newest_source: date | None


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """A supply; quantities as they are written, for the day of the view."""

    name: str
    unit: str
    capacity: str | None
    """Of a line: what it can start."""
    lead: str | None
    cycle: str | None
    yields: str | None
    inputs: Mapping[str, str]
    """What one unit that is started takes of other supplies."""
    demand: str | None
    """The market's."""
    backlog: str | None
    """The market's."""
    shares: Mapping[str, float]
    """Owners' shares of what arrives."""
    it: str | None
    """IT power of one unit."""
    gpus: str | None
    """GPUs in one unit."""
    h100e: str | None
    """H100-equivalents of one unit."""


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool on the day of the view."""

    name: str
    unit: str
    capacity: str
    growth: Mapping[str, str]
    """What comes besides, when and up to how much, by the inflow's name."""
    market: str | None


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar."""

    name: str
    days: str
    hours: str
    closed_days: int
    """Holidays and closed windows."""
    productivity: float


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity of a template."""

    name: str
    stage: str | None
    kind: str
    duration: str | None
    labor: str | None
    crew: Mapping[str, str]
    calendar: str | None
    after: tuple[str, ...]
    join: str | int
    orders: Mapping[str, str]
    """What is ordered and when, by the order's name."""
    retest: float | None
    """Probability that a pass fails."""
    learning: float | None
    branch: str | None
    milestone: str | None


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template with its activities in order."""

    name: str
    per: str
    branches: Mapping[str, float]
    """Their probabilities."""
    activities: tuple[ActivityRow, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk."""

    name: str
    probability: float
    factor: str | None
    days: str | None
    targets: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class DisruptionRow:
    """A disruption, dated or with a rate."""

    name: str
    start: date | None
    per_year: float | None
    probability: float
    duration: str
    stops: tuple[str, ...]
    capacity: Mapping[str, float]
    """Factors on the capacity of pools and lines."""
    note: str | None


@dataclass(frozen=True, slots=True)
class CorrelationRow:
    """A common factor."""

    name: str
    rho: float
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A number with its origin; a block without numbers of its own, such as a calendar, has one row without a value."""

    kind: str
    block: str
    field: str
    at: date | None
    valid_from: date | None
    valid_to: date | None
    value: str | None
    planned: float | None
    """In the fixed unit of ``dimension``."""
    dimension: str | None
    per: str | None
    later: bool
    """True if it was not known yet on that day and stands in, since nothing was."""
    note: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class CatalogView:
    """A catalog as it was known on a day; a region's blocks are called REGION/NAME."""

    name: str
    title: str
    as_of: date | None
    """None: no date is in it."""
    summary: CatalogSummary
    supplies: tuple[SupplyRow, ...]
    pools: tuple[PoolRow, ...]
    calendars: tuple[CalendarRow, ...]
    templates: tuple[TemplateRow, ...]
    risks: tuple[RiskRow, ...]
    disruptions: tuple[DisruptionRow, ...]
    correlate: tuple[CorrelationRow, ...]
    chains: tuple[ChainRow, ...]
    origins: Mapping[str, Mapping[str, Origin]]
    """Of the blocks that state one, by kind and name."""
    values: tuple[ValueRow, ...]


def catalog_list() -> tuple[CatalogSummary, ...]:
    """Every shipped catalog."""
    return tuple(_summary(part) for part in shipped_alone("catalog"))


def catalog_view(ref: str | Path, as_of: date | None = None) -> CatalogView:
    """A catalog, shipped or in a file, as known on a day; by default that of the newest date in it.

    Raises InputError and UnknownNameError.
    """
    part = read_alone("catalog", ref)
    catalog = _catalog(part)
    day = as_of or _newest(part)
    known = Known(part, day or date.max)
    return CatalogView(
        name=catalog.catalog,
        title=catalog.title,
        as_of=day,
        summary=_summary(part),
        supplies=tuple(_supply(name, body, known) for name, body in _blocks(part, "supplies", Supply)),
        pools=tuple(_pool(name, body, known) for name, body in _blocks(part, "pools", Pool)),
        calendars=tuple(_calendar(name, body) for name, body in _blocks(part, "calendars", Calendar)),
        templates=tuple(_template(name, body, known) for name, body in catalog.templates.items()),
        risks=tuple(_risk(name, body, known) for name, body in _blocks(part, "risks", Risk)),
        disruptions=tuple(_disruption(name, body, known) for name, body in _foreseen(part, known)),
        correlate=tuple(
            CorrelationRow(name, body.rho, body.targets) for name, body in _blocks(part, "correlate", Correlation)
        ),
        chains=chains(part, day),
        origins={kind: dict(_origins(part, kind)) for kind in BLOCKS},
        values=tuple(_values(part, known)),
    )


def _catalog(part: Part) -> Catalog:
    assert isinstance(part.model, Catalog)
    return part.model


def _blocks(part: Part, kind: str, _type: type[T]) -> Iterator[tuple[str, T]]:
    """The blocks of a kind, those of regions under their full names."""
    for region, _, holder in part.definitions():
        for name, body in getattr(holder, kind).items():
            yield (name if region is None else f"{region}/{name}"), body


def _summary(part: Part) -> CatalogSummary:
    catalog = _catalog(part)
    bases = Counter(number.basis for _, _, number in catalog_numbers(part))
    count = {kind: sum(1 for _ in _blocks(part, kind, object)) for kind in BLOCKS if kind != "templates"}
    return CatalogSummary(
        name=catalog.catalog,
        title=catalog.title,
        supplies=count["supplies"],
        pools=count["pools"],
        templates=len(catalog.templates),
        risks=count["risks"] + count["disruptions"],
        sourced=bases["source"],
        assumed=bases["assumption"],
        newest_source=max((source.date for source in catalog.sources.values() if source.date), default=None),
    )


def _newest(part: Part) -> date | None:
    """The newest date since when anything in the file was known."""
    known = (number.origin(part).known for _, _, number in catalog_numbers(part))
    return max((each for each in known if each is not None), default=None)


def _supply(name: str, body: Supply, known: Known) -> SupplyRow:
    line, market = body.line, body.market

    def text(facts: tuple[Fact, ...] | None, *, linear: bool = False) -> str | None:
        return _text(known, facts, body, linear=linear)

    return SupplyRow(
        name=name,
        unit=body.unit,
        capacity=text(line.capacity, linear=line.interpolate == "linear") if line else None,
        lead=text(body.lead),
        cycle=text(line.cycle) if line else None,
        yields=text(line.yields) if line else None,
        inputs={each: needed.need.text for each, needed in line.inputs.items()} if line else {},
        demand=text(market.demand) if market else None,
        backlog=text(market.backlog) if market else None,
        shares=dict(line.shares) if line else {},
        it=text(body.it),
        gpus=text(body.gpus),
        h100e=text(body.h100e),
    )


def _pool(name: str, body: Pool, known: Known) -> PoolRow:
    growth = {each: _inflow(inflow, body, known) for each, inflow in body.growth.items()}
    return PoolRow(name, body.unit, _text(known, body.capacity, body) or "", growth, _text(known, body.market, body))


def _inflow(inflow: Inflow, pool: Pool, known: Known) -> str:
    rate, limit, lag = (_text(known, facts, inflow, pool) for facts in (inflow.rate, inflow.limit, inflow.lag))
    return f"{rate}, {limit} in all, from {inflow.start}" + (f" + {lag}" if lag else "")


def _calendar(name: str, body: Calendar) -> CalendarRow:
    return CalendarRow(name, body.days, body.hours, len(body.holidays) + len(body.closed), body.productivity)


def _template(name: str, body: Template, known: Known) -> TemplateRow:
    branches = {branch: each.probability for branch, each in body.branches.items()}
    activities = (_activity(each, activity, body, known) for each, activity in body.activities.items())
    return TemplateRow(name, body.per, branches, tuple(activities), body.note)


def _activity(name: str, activity: Activity, template: Template, known: Known) -> ActivityRow:
    crew = {
        pool: f"{need.min.text} to {need.max.text}" if isinstance(need, Crew) else need.text
        for pool, need in activity.crew.items()
    }
    orders = {
        each: f"{_text(known, order.quantity, template)} of {order.supply}"
        + (f" at {order.place}" if order.place else "")
        for each, order in activity.orders.items()
    }
    return ActivityRow(
        name=name,
        stage=activity.stage,
        kind=activity.kind,
        duration=_text(known, activity.duration, template),
        labor=_text(known, activity.labor, template),
        crew=crew,
        calendar=activity.calendar,
        after=activity.after,
        join=activity.join,
        orders=orders,
        retest=None if activity.retest is None else activity.retest.probability,
        learning=activity.learning,
        branch=activity.branch,
        milestone=activity.milestone,
    )


def _risk(name: str, body: Risk, known: Known) -> RiskRow:
    factor, days = _text(known, body.factor, body), _text(known, body.days, body)
    return RiskRow(name, body.probability, factor, days, body.targets, body.note)


def _foreseen(part: Part, known: Known) -> Iterator[tuple[str, Disruption]]:
    """The disruptions; of dated ones only those that were known, as in a run."""
    for name, body in _blocks(part, "disruptions", Disruption):
        if body.start is None or (Where(part).known(body) or date.min) <= known.day:
            yield name, body


def _disruption(name: str, body: Disruption, known: Known) -> DisruptionRow:
    return DisruptionRow(
        name=name,
        start=body.start,
        per_year=body.per_year,
        probability=body.probability,
        duration=_text(known, body.duration, body) or "",
        stops=body.stops,
        capacity=dict(body.capacity),
        note=body.note,
    )


def _text(known: Known, facts: tuple[Fact, ...] | None, *around: Provenance, linear: bool = False) -> str | None:
    value = known.value(facts, *around, linear=linear)
    return None if value is None else value.text


def _values(part: Part, known: Known) -> Iterator[ValueRow]:
    """A row for each number that was known; of a value of which nothing was, the one that stands in for it."""
    foreseen = {name for name, _ in _foreseen(part, known)}
    for kind, block, path, several in catalog_values(part):
        if kind == "disruptions" and block not in foreseen:
            continue
        facts = [number.fact for number in several if number.fact is not None]
        then = known.then(facts, *several[0].around) if facts else ()
        for number in several:
            if number.fact is None or any(number.fact is fact for fact in then):
                yield _value(kind, block, ".".join(map(str, path)), number, number.origin(part), known.day)


def _origins(part: Part, kind: str) -> Iterator[tuple[str, Origin]]:
    if kind == "templates":
        named: Iterator[tuple[str, Provenance]] = iter(_catalog(part).templates.items())
    else:
        named = _blocks(part, kind, Provenance)
    return ((name, Number((), None, (block,)).origin(part)) for name, block in named if block.stated)


def _value(kind: str, block: str, field: str, number: Number, origin: Origin, day: date) -> ValueRow:
    fact = number.fact
    quantity = None if fact is None else fact.value
    return ValueRow(
        kind=kind,
        block=block,
        field=field,
        at=None if fact is None else fact.at,
        valid_from=None if fact is None else fact.valid_from,
        valid_to=None if fact is None else fact.valid_to,
        value=None if quantity is None else quantity.text,
        planned=None if quantity is None else quantity.planned,
        dimension=None if quantity is None else quantity.dimension,
        per=None if quantity is None else quantity.per,
        later=origin.known is not None and origin.known > day,
        note=None if fact is None else fact.note,
        origin=origin,
    )
