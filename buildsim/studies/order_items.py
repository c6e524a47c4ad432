"""What is still to be ordered: the orders of a site for one supply, and the plan with all of them on one date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from buildsim.analysis.milestones import milestone_ticks, percentile
from buildsim.engine.select import Engine
from buildsim.loading.project import Project
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY, UNSET, Placement
from buildsim.network.network import I64, Bool, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import Draws, Sampler
from buildsim.sampling.samples import Samples
from buildsim.schema.site import SiteBody
from buildsim.studies.play import Progress, play


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """All that a site has still to order of one supply: one purchase, with one date."""

    site: int
    supply: int
    orders: I64
    """Rows of ``Network.orders``."""


class Dated:
    """A plan with the orders of an item placed at ``tick``, whatever placed them before; nothing else changes."""

    def __init__(self, network: Network, item: Item, tick: int) -> None:
        orders = network.orders
        placement, activity, offset = orders.placement.copy(), orders.activity.copy(), orders.offset.copy()
        placement[item.orders], activity[item.orders], offset[item.orders] = Placement.DATED, NONE, tick
        # an order edge less leaves the topological order of the others as it is
        self.network = replace(network, orders=replace(orders, placement=placement, activity=activity, offset=offset))

    def samples(self, draws: Draws, base: Samples) -> Samples:
        """Those of the plan as it is: an order's date changes nothing that is random."""
        return base


@dataclass(frozen=True, slots=True, eq=False)
class AsPlanned:
    """The plan as it is."""

    finish: I64
    """(R, milestones) When each is reached, NEVER where it is not."""
    placed: Sequence[int | None]
    """Per item the tick at which the first of its orders is placed, P50; None: beyond the horizon."""
    lead: Sequence[int | None]
    """Per item the ticks from order to delivery, P50 of all its orders in all replications; None as above."""
    ordered: Sequence[bool]
    """Whether anything of the item is ordered in any replication."""


def open_items(project: Project, network: Network, sites: Collection[int]) -> list[Item]:
    """The items of these sites, by site, then supply.

    An order is open unless an actual date says that it was placed before the data date, or what needs it has begun:
    a date in a plan says only what was intended.
    """
    orders = network.orders
    site = np.where(orders.consumer == NONE, NONE, network.activities.site[orders.consumer])
    is_open = np.isin(site, sorted(sites)) & (orders.delivered == UNSET) & ~_placed(project, network)
    rows = np.flatnonzero(is_open)
    pairs = dict.fromkeys(sorted(zip(site[rows].tolist(), orders.supply[rows].tolist(), strict=True)))
    return [Item(s, supply, rows[(site[rows] == s) & (orders.supply[rows] == supply)]) for s, supply in pairs]


def as_planned(
    sampler: Sampler, count: int, simulate: Engine, items: Sequence[Item], progress: Progress | None = None
) -> AsPlanned:
    """Play the plan as it is."""
    network = sampler.network
    finish: list[I64] = []
    firsts: list[list[I64]] = [[] for _ in items]
    leads: list[list[I64]] = [[] for _ in items]
    for samples, outcome in play(sampler, count, simulate, progress):
        finish.append(milestone_ticks(network, outcome))
        for number, item in enumerate(items):
            wanted = samples.quantity[:, item.orders] > 0
            firsts[number].append(_first(outcome, item, wanted))
            leads[number].append(_leads(outcome, item, wanted))
    placed, lead = ([np.concatenate(ticks) for ticks in each] for each in (firsts, leads))
    return AsPlanned(
        np.concatenate(finish),
        [_median(ticks) for ticks in placed],
        [_median(ticks) for ticks in lead],
        [len(ticks) > 0 for ticks in lead],
    )


def _placed(project: Project, network: Network) -> Bool:
    """(orders) Whether an actual date before the data date says that it was placed."""
    told = {
        f"{part.name}/{key}"
        for part in project.parts
        if isinstance(part.model, SiteBody)
        for key, actual in part.model.actuals.orders.items()
        if (actual.placed - network.start).days * TICKS_PER_DAY < network.data_tick
    }
    return np.array([name in told for name in network.orders.name], dtype=np.bool_)


def _first(outcome: Outcome, item: Item, wanted: Bool) -> I64:
    """When the first order of the item is placed, of the replications in which anything of it is wanted."""
    placed = outcome.order_tick[:, item.orders]
    ticks: I64 = np.where(wanted & (placed != UNSET), placed, NEVER)
    found: I64 = ticks.min(axis=1)[wanted.any(axis=1)]
    return found


def _leads(outcome: Outcome, item: Item, wanted: Bool) -> I64:
    """Ticks from order to delivery of all orders of the item that are placed, NEVER where it is not delivered."""
    placed, delivered = outcome.order_tick[:, item.orders], outcome.delivery[:, item.orders]
    found: I64 = np.where(delivered == UNSET, NEVER, delivered - placed)[wanted & (placed != UNSET)]
    return found


def _median(ticks: I64) -> int | None:
    return percentile(ticks, 50) if len(ticks) else None
