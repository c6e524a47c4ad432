"""By when each long-lead item must be ordered, and what another month of waiting costs (semantics 27)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from buildsim.analysis.latest import grows
from buildsim.analysis.paired import Paired, paired
from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.loading.project import Project, load_scenario
from buildsim.network.codes import NEVER, TICKS_PER_DAY
from buildsim.network.network import Network
from buildsim.sampling.draw import Sampler
from buildsim.studies.compare import milestones_of
from buildsim.studies.headline import key_milestone
from buildsim.studies.options import choose
from buildsim.studies.order_items import AsPlanned, Item, as_planned, open_items
from buildsim.studies.order_search import Search, search
from buildsim.studies.play import Progress
from buildsim.studies.replay import Replications
from buildsim.studies.run import versions

RISK: Final = 0.1
"""Share of the replications that may be later than with the earliest order, unless another is asked for."""
LEAST_LEAD_DAYS: Final = 60.0
"""An item is long-lead from so many days on, unless others are asked for."""
DAYS_AHEAD: Final = 1096
"""Nobody orders more than three years before a site starts."""

_PLAYS: Final = 10
"""Dates that are played for an item, about."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the search saw at one date."""

    date: date
    late_share: float
    """Share of the replications in which the milestone is later than with the earliest order."""


@dataclass(frozen=True, slots=True)
class OrderDate:
    """An item of a site: all that it has still to order of one supply, as one purchase with one date."""

    site: str
    item: str
    """Name of the supply."""
    quantity: float
    unit: str
    orders: int
    """How many orders of the plan it is."""
    milestone: str
    planned: date | None
    """When the plan places the first of its orders, P50; None: beyond the horizon."""
    overdue: bool
    """It is planned before the earliest date that is left, and no actual date says that it was placed."""
    lead_days: float | None
    """From order to delivery as planned, P50; None: beyond the horizon."""
    earliest: date
    latest: date | None
    """The latest safe order date; None: any time within the horizon."""
    margin_days: int | None
    """The latest less the planned date, or the earliest one if it is overdue; below 0 it is planned too late."""
    late_share: float
    """At the latest date; without one at the last date within the horizon."""
    month: Paired | None
    """Days that another month of waiting after the latest date costs; None without one."""
    at_earliest: Paired
    """Days by which the milestone moves from where it is planned with the earliest order."""
    reached: float
    """Share of the replications that reach the milestone by the horizon with the earliest order."""
    monotone: bool
    """Whether the share that is late grew with the date wherever it was looked at."""
    seen: tuple[Seen, ...]
    """In order of time."""


@dataclass(frozen=True, slots=True)
class OrderByResult:
    """Everything that is answered about order dates; the items with the longest lead come first."""

    scenario: str
    title: str | None
    seed: int
    replications: int
    engine: str
    """As it was asked for."""
    engine_used: str
    inputs_hash: str
    versions: Mapping[str, str]
    as_of: date
    horizon: date
    """The last day that is played."""
    risk: float
    least_lead_days: float
    left_out: int
    """Open items with a shorter lead."""
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]
    items: tuple[OrderDate, ...]


def order_by(
    scenario: str | Path,
    *,
    risk: float = RISK,
    site: str | None = None,
    milestone: str | None = None,
    items: Sequence[str] = (),
    least_lead_days: float = LEAST_LEAD_DAYS,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    overrides: Sequence[tuple[str, Any]] = (),
    variant: str | None = None,
    progress: Progress | None = None,
) -> OrderByResult:
    """Find the latest safe order date of each long-lead item, or of those that are named, however short their lead.

    The milestone is by default the key one of each site among those that lie ahead; a site that has reached what is
    asked for has no items. Raises InputError with every problem of the files, UnknownNameError for a name that is
    not found.
    """
    project = load_scenario(scenario, overrides, variant=variant)
    compiled = compile_network(project)
    network = compiled.network
    seed = project.scenario.seed if seed is None else seed
    count = project.scenario.replications if replications is None else replications
    sites = _sites(network, site, milestone)
    open_ = _named(network, open_items(project, network, sites), items)
    plays = 1 + _PLAYS * len(open_)
    engine_used, simulate = select(engine, plays * reference_seconds(network, count))
    sampler = Sampler(network, seed)
    report = None if progress is None else lambda done, _: progress(done, count * plays)
    plan = as_planned(sampler, count, simulate, open_, report)
    targets = {each: _target(network, plan, each, milestone) for each in sites}
    ahead = [each for each, item in enumerate(open_) if plan.ordered[each] and targets[item.site] is not None]
    least = 0.0 if items else least_lead_days * TICKS_PER_DAY
    shown = sorted((each for each in ahead if _lead(plan, each) >= least), key=lambda each: -_lead(plan, each))
    earliest = {each: _earliest(project, network, each) for each in sites}
    searches = [
        Search(item, target, earliest[item.site], network.horizon, risk)
        for item in (open_[each] for each in shown)
        if (target := targets[item.site]) is not None
    ]
    search(Replications(sampler, count), simulate, searches, None if progress is None else _after(count, progress))
    rows = tuple(_order_date(project, network, plan, each, found) for each, found in zip(shown, searches, strict=True))
    return OrderByResult(
        scenario=network.scenario,
        title=project.scenario.title,
        seed=seed,
        replications=count,
        engine=engine,
        engine_used=engine_used,
        inputs_hash=project.inputs_hash,
        versions=versions(),
        as_of=_as_of(project),
        horizon=_day(network, network.horizon),
        risk=risk,
        least_lead_days=least_lead_days,
        left_out=len(ahead) - len(shown),
        warnings=(*_own_warnings(network, targets, rows), *compiled.warnings),
        announcements=project.announcements,
        items=rows,
    )


def _after(played: int, progress: Progress) -> Progress:
    """The progress of what comes after so many plays."""
    return lambda done, expected: progress(played + done, played + expected)


def _sites(network: Network, site: str | None, milestone: str | None) -> list[int]:
    """The sites that are asked about: those that have the milestone, if one is named."""
    names = network.sites.name
    asked = range(len(names)) if site is None else [names.index(choose("site", site, names))]
    if milestone is None:
        return list(asked)
    valid = {each: milestones_of(network, each) for each in asked}
    choose("milestone", milestone, tuple(dict.fromkeys(name for found in valid.values() for name in found)))
    return [each for each, found in valid.items() if milestone in found]


def _named(network: Network, items: Sequence[Item], names: Collection[str]) -> list[Item]:
    """The items with these names, all of them where none is given."""
    valid = tuple(dict.fromkeys(network.supplies.name[item.supply] for item in items))
    for name in names:
        choose("open item", name, valid)
    return [item for item in items if not names or network.supplies.name[item.supply] in names]


def _target(network: Network, plan: AsPlanned, site: int, milestone: str | None) -> int | None:
    """The index of a site's milestone that is asked about; None if it has been reached by the data date."""
    found = milestones_of(network, site)
    ahead = {name: each for name, each in found.items() if (plan.finish[:, each] > network.data_tick).any()}
    name = milestone or (key_milestone(ahead) if ahead else None)
    return None if name is None else ahead.get(name)


def _lead(plan: AsPlanned, item: int) -> int:
    found = plan.lead[item]
    return NEVER if found is None else found


def _as_of(project: Project) -> date:
    scenario = project.scenario
    return scenario.as_of or scenario.data_date or scenario.start


def _earliest(project: Project, network: Network, site: int) -> int:
    """No order is placed before what is known, nor before the data date, by which what was placed is known."""
    as_of = (_as_of(project) - network.start).days * TICKS_PER_DAY
    return max(as_of, network.data_tick, int(network.sites.start[site]) - DAYS_AHEAD * TICKS_PER_DAY)


def _order_date(project: Project, network: Network, plan: AsPlanned, number: int, found: Search) -> OrderDate:
    item, placed, lead, latest = found.item, plan.placed[number], plan.lead[number], found.latest
    name = network.supplies.name[item.supply]
    supply = project.blocks.supplies[name].body
    overdue = placed is not None and placed < found.earliest
    from_ = found.earliest if overdue else placed
    safe = None if latest.always else _day(network, latest.found)
    month = found.a_month_later
    before = np.minimum(plan.finish[:, found.milestone], network.horizon).astype(np.float64)
    return OrderDate(
        site=network.sites.name[item.site],
        item=name,
        quantity=int(network.orders.quantity[item.orders].sum()) / supply.grain,
        unit=supply.unit,
        orders=len(item.orders),
        milestone=network.milestones.name[found.milestone],
        planned=None if placed is None else _day(network, placed),
        overdue=overdue,
        lead_days=None if lead is None else lead / TICKS_PER_DAY,
        earliest=_day(network, found.earliest),
        latest=safe,
        margin_days=None if safe is None or from_ is None else (safe - _day(network, from_)).days,
        late_share=found.shares[latest.found],
        month=None if month is None else paired(found.finish[latest.found], found.finish[month], unit=TICKS_PER_DAY),
        at_earliest=paired(before, found.finish[found.earliest], unit=TICKS_PER_DAY),
        reached=float((found.finish[found.earliest] < network.horizon).mean()),
        monotone=grows(found.shares),
        seen=tuple(Seen(_day(network, tick), found.shares[tick]) for tick in sorted(found.shares)),
    )


def _own_warnings(network: Network, targets: Mapping[int, int | None], rows: Sequence[OrderDate]) -> Iterator[str]:
    for site, target in targets.items():
        name = network.sites.name[site]
        if target is None:
            yield f"{name}: what is asked for was reached by the data date, so no order can delay it"
        elif not any(row.site == name for row in rows):
            yield f"{name}: no item that is asked for is still to be ordered"
    for row in rows:
        if not row.monotone:
            yield (
                f"{row.site}: a later order of {row.item} is late in fewer replications than an earlier one; its "
                "latest safe date is one of several"
            )


def _day(network: Network, tick: int) -> date:
    return network.start + timedelta(days=tick // TICKS_PER_DAY)
