"""Networks in code, of any number of sites: made by numpy alone, without YAML and without compile.

A site is a random project of about 80 activities. Sites meet in two places, as real ones do: in the crews of their
region (a region per ten sites, so pools grow with sites) and in the queues of a few production lines (as many at 10
sites as at 10,000, but for a maker more with every tenfold). What a pool or a line has is set in proportion to what is
asked of it, so congestion is alike at every size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.codes import (
    NONE,
    TICKS_PER_DAY,
    UNSET,
    Allocation,
    Flaw,
    LinkType,
    Placement,
    Rule,
    StartCause,
    SupplyKind,
)
from buildsim.network.network import (
    F64,
    I64,
    Activities,
    Branches,
    Calendars,
    Curves,
    Disruptions,
    Grounds,
    Links,
    Milestones,
    Network,
    Orders,
    Pools,
    Reworks,
    Risks,
    Sites,
    Supplies,
    Variable,
)

HORIZON: Final = 6 * 365 * TICKS_PER_DAY
PERIOD: Final = 7 * TICKS_PER_DAY
LOTS: Final = HORIZON // PERIOD

REGION: Final = 10
"""Sites that share the pools of a region."""
POOLS_PER_REGION: Final = 6
BUSY: Final = 0.75
"""Share of a pool's capacity that is asked for while its region builds."""
YEARS_BUSY: Final = 4.0
"""For how long that is, roughly: site starts spread over two years, and what a site takes."""

GROUNDS: Final = Grounds(Flaw.ASSUMED, 0)
MEDIAN_DAYS: Final = 16.0
"""Of an activity's duration."""


class Content(IntEnum):
    """What a network contains; other people's libraries are given what they can say."""

    PRECEDENCE = 0
    """Activities, links from finish or start to start, lags."""
    QUEUES = 1
    """Also pools of constant capacity, of which an activity needs at most one, served strictly in turn."""
    FULL = 2
    """Also all types of links and joins, several pools, crews of any size, capacities that change, calendars, lead
    times and production lines."""


def generate(sites: int, activities_per_site: int = 80, seed: int = 0, content: Content = Content.FULL) -> Network:
    """A network of so many sites of at least 8 activities each; the same for the same arguments."""
    random = np.random.default_rng([seed, sites, activities_per_site])
    count = sites * activities_per_site
    calendars = _calendars()
    variables = _Variables()
    site = np.repeat(np.arange(sites), activities_per_site)
    within = np.tile(np.arange(activities_per_site), sites)
    names = [f"site-{s}/a{a}" for s, a in zip(site.tolist(), within.tolist(), strict=True)]

    calendar = random.choice([NONE, 0, 1], size=count, p=[0.4, 0.45, 0.15])
    if content < Content.FULL:
        calendar[:] = NONE
    # index NONE finds the last one, around the clock
    day_scale = np.array([*_ticks_per_day(calendars), float(TICKS_PER_DAY)])[calendar]
    days = MEDIAN_DAYS * np.exp(random.normal(0, 0.6, count))
    days[within == activities_per_site - 1] = 0.0  # the last one is a milestone, of length 0
    variable = variables.spread([f"{name}:duration" for name in names], days)

    crews = _crews(random, site, within == activities_per_site - 1, content)
    crew_sizes = np.where(crews.mold_pool == NONE, 1, crews.mold_max - crews.mold_min + 1)
    column_ptr = _pointers(crew_sizes)
    of_column = np.repeat(np.arange(count), crew_sizes)
    size = np.arange(len(of_column)) - column_ptr[of_column] + np.maximum(crews.mold_min[of_column], 1)
    # a crew is as fast as its size to the power of 0.9; the days are those of the smallest crew
    speed = (size / np.maximum(crews.mold_min[of_column], 1)) ** 0.9

    links, join_count, join_all = _links(random, sites, activities_per_site, calendar, day_scale, variables, content)
    supplies, makers = _supplies(sites, variables, content)
    orders = _orders(random, sites, activities_per_site, supplies, makers, variables)
    curves = _CurveTable()
    pools = _pools(crews, days, sites, curves, content)
    supplies = _with_capacity(supplies, orders, makers, curves)
    site_start = random.integers(0, 2 * 365, sites) * TICKS_PER_DAY
    site_start[0] = 0
    milestones = np.add.outer(
        np.arange(sites) * activities_per_site,
        [activities_per_site // 2, (3 * activities_per_site) // 4, activities_per_site - 1],
    ).ravel()
    unset, none, zero = (_all(value, count) for value in (UNSET, NONE, 0))
    return Network(
        scenario=f"{sites} sites",
        start=date(2026, 1, 5),  # a Monday, as the calendars' first day
        horizon=HORIZON,
        data_tick=0,
        rule=Rule.FIFO,
        ties_drawn=False,
        owners=tuple(f"owner-{i}" for i in range(min(sites, 8))),
        categories=("work:work",),
        factors=(),
        files=("generated",),
        variables=tuple(variables.rows),
        sites=Sites(
            tuple(f"site-{i}" for i in range(sites)), np.arange(sites) % min(sites, 8), site_start, _all(UNSET, sites)
        ),
        activities=Activities(
            name=tuple(names),
            site=site,
            category=zero,
            calendar=calendar,
            join_count=join_count,
            join_all=join_all,
            not_before=unset,
            priority=random.integers(0, 3, count) if content is Content.FULL else zero,
            rule_value=np.arange(count),
            position=np.arange(count),  # links and orders run from lower to higher activities
            variable=variable,
            column_ptr=column_ptr,
            column_scale=day_scale[of_column] / speed,
            day_scale=day_scale,
            branch=none,
            rework=none,
            rework_pass=zero,
            need_ptr=crews.need_ptr,
            need_pool=crews.need_pool,
            need_units=crews.need_units,
            mold_pool=crews.mold_pool,
            mold_min=crews.mold_min,
            mold_max=crews.mold_max,
            actual_start=unset,
            actual_finish=unset,
            actual_cause_kind=_all(StartCause.SITE_START, count),
            actual_cause=none,
            actual_crew=zero,
            actual_elapsed=zero,
            remaining_variable=none,
        ),
        links=links,
        orders=orders,
        curves=curves.build(),
        pools=pools,
        supplies=supplies,
        calendars=calendars,
        branches=Branches((), np.empty(0), _none(), _none()),
        reworks=Reworks((), np.empty(0), _none(), _none()),
        risks=Risks((), np.empty(0), _none(), _none(), _none(), _none(), _all(0, 1), _none()),
        disruptions=Disruptions(
            name=(),
            start=_none(),
            per_year=np.empty(0),
            probability=np.empty(0),
            flaws=_none(),
            file=_none(),
            duration_variable=_none(),
            stop_ptr=_all(0, 1),
            stop_activity=_none(),
            pool_ptr=_all(0, 1),
            pool_index=_none(),
            pool_factor=np.empty(0),
            supply_ptr=_all(0, 1),
            supply_index=_none(),
            supply_factor=np.empty(0),
        ),
        milestones=Milestones(("power", "first-gpu", "complete") * sites, np.repeat(np.arange(sites), 3), milestones),
    )


# --- activities ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Crews:
    """Who needs whom: fixed needs by activity, and at most one crew of varying size."""

    need_ptr: I64
    need_pool: I64
    need_units: I64
    mold_pool: I64
    mold_min: I64
    mold_max: I64


def _crews(random: np.random.Generator, site: I64, milestone: np.ndarray, content: Content) -> _Crews:
    """Of ten activities five need nobody, four one or two pools of their region, and one a crew of varying size."""
    count = len(site)
    kind = random.choice(4, size=count, p=[0.5, 0.3, 0.1, 0.1])  # nobody, one pool, two pools, moldable
    kind[milestone] = 0
    if content < Content.FULL:
        kind[kind > 1] = 1
    if content < Content.QUEUES:
        kind[:] = 0
    first_of_region = site // REGION * POOLS_PER_REGION
    pool = random.integers(0, POOLS_PER_REGION - 1, count)
    other = pool + random.integers(1, POOLS_PER_REGION - pool)
    needs = np.where(kind == 3, 0, kind)
    need_ptr = _pointers(needs)
    need_pool, need_units = _all(NONE, int(need_ptr[-1])), random.choice([1, 1, 2, 3], int(need_ptr[-1]))
    for number, chosen in enumerate((pool, other)):
        has = needs > number
        need_pool[need_ptr[:-1][has] + number] = (first_of_region + chosen)[has]
    moldable = kind == 3
    return _Crews(
        need_ptr=need_ptr,
        need_pool=need_pool,
        need_units=need_units,
        mold_pool=np.where(moldable, first_of_region + pool, NONE),
        mold_min=np.where(moldable, 2, 0),
        mold_max=np.where(moldable, random.integers(3, 7, count), 0),
    )


def _links(
    random: np.random.Generator,
    sites: int,
    per_site: int,
    calendar: I64,
    day_scale: F64,
    variables: _Variables,
    content: Content,
) -> tuple[Links, I64, np.ndarray]:
    """Links by successor: one to three from the dozen activities before it, and to the last all that lead nowhere else.

    A fifth has a lag, one in four of those in working time. Of the joins over two links or more some want any or
    all but one.
    """
    within = np.arange(per_site)
    reach = np.minimum(within, 12)
    back = 1 + (random.random((sites, per_site, 3)) * np.maximum(reach, 1)[:, np.newaxis]).astype(np.int64)
    wanted = random.choice([1, 2, 3], size=(sites, per_site, 1), p=[0.35, 0.4, 0.25])
    real = np.arange(3) < np.minimum(wanted, reach[:, np.newaxis])
    # the same predecessor twice counts once
    real[..., 1] &= back[..., 1] != back[..., 0]
    real[..., 2] &= (back[..., 2] != back[..., 0]) & (back[..., 2] != back[..., 1])
    real[:, -1] = False
    site, succ, slot = np.nonzero(real)
    pred = succ - back[site, succ, slot]
    leads = np.zeros((sites, per_site), dtype=np.bool_)
    leads[site, pred] = True
    end_site, end_pred = np.nonzero(~leads[:, :-1])
    ends = len(end_site)
    pred = np.concatenate([site * per_site + pred, end_site * per_site + end_pred])
    succ = np.concatenate([site * per_site + succ, (end_site + 1) * per_site - 1])
    kind = random.choice([LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF], len(pred), p=[0.8, 0.1, 0.08, 0.02])
    kind[len(kind) - ends :] = LinkType.FS
    if content < Content.FULL:
        kind[(kind == LinkType.FF) | (kind == LinkType.SF)] = LinkType.FS
    order = np.lexsort((pred, succ))
    pred, succ, kind = pred[order], succ[order], kind[order]

    lagged = random.random(len(pred)) < 0.2
    if content < Content.FULL:
        # else a start could make others ready at its own tick, and no two libraries agree who is first then
        lagged |= kind == LinkType.SS
    in_work_time = lagged & (random.random(len(pred)) < 0.25) & (calendar[succ] != NONE)
    lag_days = random.integers(1, 15, len(pred))
    starts = np.isin(kind, (LinkType.FS, LinkType.SS))
    incoming = np.bincount(succ[starts], minlength=sites * per_site)
    loose = (incoming >= 2) & (random.random(sites * per_site) < 0.15) & (content is Content.FULL)
    loose[per_site - 1 :: per_site] = False
    join_count = np.where(loose, np.where(random.random(len(loose)) < 0.5, 1, incoming - 1), incoming)
    day = variables.add("lag", Distribution("pert", (0.5, 1.0, 2.0)))
    links = Links(
        pred=pred,
        succ=succ,
        type=kind.astype(np.int64),
        lag_variable=np.where(lagged, day, NONE),
        lag_scale=np.where(in_work_time, day_scale[succ], float(TICKS_PER_DAY)) * lag_days,
        lag_calendar=np.where(in_work_time, calendar[succ], NONE),
    )
    return links, join_count, ~loose


# --- pools -----------------------------------------------------------------------------------------


def _pools(crews: _Crews, days: F64, sites: int, curves: _CurveTable, content: Content) -> Pools:
    """Pools with room for what is asked of them, in three steps: few at first, more later."""
    regions = -(-sites // REGION) if content >= Content.QUEUES else 0
    count = regions * POOLS_PER_REGION
    activity = np.repeat(np.arange(len(days)), np.diff(crews.need_ptr))
    mold = crews.mold_pool != NONE
    unit_days = np.bincount(crews.need_pool, crews.need_units * days[activity], minlength=count)
    unit_days += np.bincount(crews.mold_pool[mold], crews.mold_min[mold] * days[mold], minlength=count)
    # most work is done on weekdays, eight hours: a day of it holds a crew for longer in no calendar
    mean = np.maximum(np.ceil(unit_days / (BUSY * YEARS_BUSY * 365)), 4.0)  # every need fits at all times
    steps = ((0, 0.8), (365, 1.0), (730, 1.25)) if content is Content.FULL else ((0, 1.0),)
    capacity = np.array(
        [
            curves.add(
                [day * TICKS_PER_DAY for day, _ in steps], [max(float(round(units * k)), 3.0) for _, k in steps], False
            )
            for units in mean.tolist()
        ],
        dtype=np.int64,
    )
    none = _all(NONE, count)
    return Pools(
        name=tuple(f"region-{i // POOLS_PER_REGION}/crew-{i % POOLS_PER_REGION}" for i in range(count)),
        capacity=capacity,
        capacity_variable=none,
        market=none,
        market_variable=none,
        bypass=np.full(count, content is Content.FULL),
    )


# --- supplies and orders ---------------------------------------------------------------------------

LEADS: Final = (("transformers", 300.0), ("switchgear", 200.0), ("generators", 250.0), ("chillers", 150.0))
"""Supplies with a lead time, and its median in days."""


def _supplies(sites: int, variables: _Variables, content: Content) -> tuple[Supplies, int]:
    """Wafers and HBM feed the packages of each maker, these its racks; transceivers stand alone; without capacities."""
    makers = 1 + int(np.log10(sites))
    inputs: dict[str, list[tuple[str, int]]] = {}
    if content is Content.FULL:
        inputs = {"wafers": [], "hbm": [], "transceivers": []}
        inputs |= {f"packages-{m}": [("wafers", 1), ("hbm", 8)] for m in range(makers)}
        inputs |= {f"racks-{m}": [(f"packages-{m}", 4)] for m in range(makers)}
    cycle = {"wafers": 90.0, "hbm": 60.0, "transceivers": 20.0, "packages": 25.0, "racks": 10.0}
    lines = list(inputs)
    leads = [name for name, _ in LEADS] if content is Content.FULL else []
    names = lines + leads
    is_line = np.arange(len(names)) < len(lines)
    needs = [len(rows) for rows in inputs.values()] + [0] * len(leads)
    flat = [pair for rows in inputs.values() for pair in rows]
    shared = [name in ("wafers", "hbm") for name, _ in flat]
    none = _all(NONE, len(names))
    cycles = [variables.cycle(name, cycle[name.split("-")[0]]) for name in lines] + [NONE] * len(leads)
    supplies = Supplies(
        name=tuple(names),
        kind=np.where(is_line, SupplyKind.LINE, SupplyKind.LEAD),
        allocation=_all(Allocation.FIFO, len(names)),
        capacity=none,
        capacity_variable=none,
        yield_curve=none,
        yield_variable=none,
        cycle_variable=np.array(cycles, dtype=np.int64),
        period=np.where(is_line, PERIOD, 0),
        lot_ptr=_pointers(np.where(is_line, LOTS, 0)),
        initial_stock=_all(0, len(names)),
        max_stock=_all(UNSET, len(names)),
        input_ptr=_pointers(np.array(needs, dtype=np.int64)),
        input_supply=np.array([lines.index(name) for name, _ in flat], dtype=np.int64),
        input_need=np.array([need for _, need in flat], dtype=np.int64),
        input_share_ppm=np.array([1_000_000 // makers if own else UNSET for own in shared], dtype=np.int64),
        share_ptr=_all(0, len(names) + 1),
        share_owner=_none(),
        share_ppm=_none(),
        order=np.arange(len(names)),
        racks=np.zeros(len(names)),
        gpus=np.zeros(len(names)),
    )
    return supplies, makers if lines else 0


def _orders(
    random: np.random.Generator,
    sites: int,
    per_site: int,
    supplies: Supplies,
    makers: int,
    variables: _Variables,
) -> Orders:
    """Of each site: its long-lead equipment, three orders of racks and two of transceivers; none without makers."""
    if not makers:
        return Orders((), *(_none() for _ in range(13)))
    first_lead = len(supplies) - len(LEADS)
    maker = random.integers(0, makers, (3, sites))
    kinds: list[I64] = [_all(first_lead + i, sites) for i in range(len(LEADS))]
    kinds += [supplies.name.index("racks-0") + maker[i] for i in range(3)]
    kinds += [_all(supplies.name.index("transceivers"), sites)] * 2
    each = len(kinds)
    supply = np.array(kinds).T.ravel()
    site = np.repeat(np.arange(sites), each)
    on_line = supplies.kind[supply] == SupplyKind.LINE
    # equipment is ordered early for the first half, racks and their network from the middle for the last quarter
    consumer = np.where(
        on_line,
        random.integers(3 * per_site // 4, per_site, len(supply)),
        random.integers(per_site // 3, per_site // 2 + 1, len(supply)),
    )
    activity = np.where(
        on_line,
        random.integers(per_site // 4, per_site // 2, len(supply)),
        random.integers(0, per_site // 4, len(supply)),
    )
    placement = random.choice([Placement.ON_START, Placement.ON_FINISH], len(supply)).astype(np.int64)
    names = [f"site-{s}/order-{i % each}" for i, s in enumerate(site.tolist())]
    lead = _all(NONE, len(supply))
    median = np.array([days for _, days in LEADS])
    rows = np.flatnonzero(~on_line)
    lead[rows] = variables.spread([f"{names[row]}:lead" for row in rows.tolist()], median[supply[rows] - first_lead])
    return Orders(
        name=tuple(names),
        supply=supply,
        owner=site % min(sites, 8),
        quantity=np.where(on_line, random.integers(20, 201, len(supply)), 1),
        quantity_variable=_all(NONE, len(supply)),
        consumer=site * per_site + consumer,
        priority=_all(0, len(supply)),
        placement=placement,
        activity=site * per_site + activity,
        offset=random.integers(0, 31, len(supply)) * TICKS_PER_DAY,
        withdraw=_all(UNSET, len(supply)),
        reserved_from=_all(UNSET, len(supply)),
        lead_variable=lead,
        delivered=_all(UNSET, len(supply)),
    )


def _with_capacity(supplies: Supplies, orders: Orders, makers: int, curves: _CurveTable) -> Supplies:
    """Lines that ramp up from a third of the mean rate that is asked of them over four years to twice that."""
    if not makers:
        return supplies
    rate = np.bincount(orders.supply, orders.quantity, minlength=len(supplies)) / (YEARS_BUSY * 365)
    for line in reversed(range(len(supplies))):  # products stand behind their inputs
        rows = slice(int(supplies.input_ptr[line]), int(supplies.input_ptr[line + 1]))
        # packages lose a tenth; inputs have little to spare
        np.add.at(rate, supplies.input_supply[rows], rate[line] * supplies.input_need[rows] * 1.2)
    ticks = [0, 2 * 365 * TICKS_PER_DAY]
    capacity, yields = supplies.capacity.copy(), supplies.yield_curve.copy()
    for line in np.flatnonzero(supplies.kind == SupplyKind.LINE).tolist():
        daily = max(float(rate[line]), 1.0)
        capacity[line] = curves.add(ticks, [daily / 3, daily * 2], True)
        if supplies.name[line].startswith("packages"):
            yields[line] = curves.add(ticks, [0.8, 0.95], False)
    return replace(supplies, capacity=capacity, yield_curve=yields)


# --- calendars and tables --------------------------------------------------------------------------


def _calendars() -> Calendars:
    """Eight hours on weekdays and ten on six days, to two months past the horizon."""
    days = np.arange(HORIZON // TICKS_PER_DAY + 60)
    starts, ends = [], []
    for workdays, opens, closes in ((5, 8, 16), (6, 7, 17)):
        midnight = days[days % 7 < workdays] * TICKS_PER_DAY
        starts.append(midnight + opens * 60)
        ends.append(midnight + closes * 60)
    ptr = _pointers(np.array([len(each) for each in starts], dtype=np.int64))
    return Calendars(("weekdays", "six-days"), ptr, np.concatenate(starts), np.concatenate(ends))


def _ticks_per_day(calendars: Calendars) -> list[float]:
    """Working ticks in an elapsed day, of each calendar."""
    open_ticks = calendars.open_end - calendars.open_start
    weeks = (HORIZON // TICKS_PER_DAY + 60) / 7
    return [
        float(open_ticks[calendars.ptr[i] : calendars.ptr[i + 1]].sum() / weeks / 7) for i in range(len(calendars.name))
    ]


class _Variables:
    """The table of variables while it grows."""

    def __init__(self) -> None:
        self.rows: list[Variable] = []

    def add(self, name: str, distribution: Distribution) -> int:
        """Index of a new variable."""
        self.rows.append(Variable(name, 0, distribution, NONE, 0.0, GROUNDS))
        return len(self.rows) - 1

    def cycle(self, line: str, days: float) -> int:
        """The cycle time of a line, about so many days."""
        return self.add(f"{line}:cycle", Distribution("pert", (0.8 * days, days, 1.5 * days)))

    def spread(self, names: list[str], medians: F64) -> I64:
        """A log-normal variable for each name, NONE where the median is 0.

        Medians are rounded to a twentieth of their logarithm, so that few distinct distributions are made.
        """
        steps = np.round(np.log(np.maximum(medians, 1e-9)) * 20).astype(np.int64)
        kinds = {k: Distribution("lognormal", (float(np.exp(k / 20)), 0.3)) for k in set(steps[medians > 0].tolist())}
        index = _all(NONE, len(names))
        for i in np.flatnonzero(medians > 0).tolist():
            index[i] = self.add(names[i], kinds[int(steps[i])])
        return index


class _CurveTable:
    """The table of curves while it grows."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._ticks: list[int] = []
        self._values: list[float] = []
        self._linear: list[bool] = []

    def add(self, ticks: list[int], values: list[float], linear: bool) -> int:
        """Index of a new curve."""
        self._sizes.append(len(ticks))
        self._ticks += ticks
        self._values += values
        self._linear.append(linear)
        return len(self._sizes) - 1

    def build(self) -> Curves:
        """All curves."""
        return Curves(
            ptr=_pointers(np.array(self._sizes, dtype=np.int64)),
            tick=np.array(self._ticks, dtype=np.int64),
            value=np.array(self._values, dtype=np.float64),
            linear=np.array(self._linear, dtype=np.bool_),
        )


def _pointers(sizes: I64) -> I64:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _all(value: int, count: int) -> I64:
    return np.full(count, value, dtype=np.int64)


def _none() -> I64:
    return np.empty(0, dtype=np.int64)
