"""Supplies and pools by quarter as played: a detail of a run; what is asked as planned is in `studies.market`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.market_view import LEAD_PERCENTS, PERCENTS, Buyer, MarketTally, MarketView
from buildsim.analysis.pool_holders import PoolHolders, PoolHoldersTally
from buildsim.network.codes import NONE, SupplyKind
from buildsim.network.network import F64, Bool, Network
from buildsim.studies.detail import ALL_SITES, Subject, Tables

MARKET, POOL_USE = "market", "pool_use"
"""Names of the tables."""

BUYERS = {Buyer.MARKET: "market", Buyer.SITES: "sites"}
LINE_COLUMNS = ("capacity", "started", "finished", "used", "stock", *(f"stock_p{percent}" for percent in PERCENTS))
"""Of production lines; missing for lead times."""
BUYER_COLUMNS = ("ordered", "delivered", "withdrawn", "backlog")
"""Each for the market and the sites, as in ``backlog_sites``."""
LEAD_COLUMNS = ("lead_mean", *(f"lead_p{percent}" for percent in LEAD_PERCENTS), "undelivered")
"""The same: days from order to delivery of the orders placed in the quarter."""
MARKET_COLUMNS = (
    *("supply", "unit", "quarter", "replications"),
    *LINE_COLUMNS,
    *(f"{name}_{buyer}" for buyer in BUYERS.values() for name in (*BUYER_COLUMNS, *LEAD_COLUMNS)),
    *(f"backlog_p{percent}" for percent in PERCENTS),
)
POOL_COLUMNS = ("pool", "unit", "quarter", "holder", "held", "capacity", "share")
THE_MARKET = "the market"
"""A holder besides the sites and `ALL_SITES`, with a blank as well."""


class MarketDetail:
    """The tables `MARKET` and `POOL_USE` of a run."""

    def __init__(self, subject: Subject) -> None:
        blocks = subject.project.blocks
        self._network = subject.network
        self._units = [block.body.unit for block in blocks.supplies.values()]
        self._grains = np.array([block.body.grain for block in blocks.supplies.values()], dtype=np.float64)
        self._pool_units = [block.body.unit for block in blocks.pools.values()]
        self._market, self._pools = MarketTally(subject.network), PoolHoldersTally(subject.network)

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._market.add(chunk.samples, chunk.outcome)
        self._pools.add(chunk.samples, chunk.outcome)

    def tables(self) -> Tables:
        """Both tables."""
        return {MARKET: self._supplies(self._market.result()), POOL_USE: self._pool_use(self._pools.result())}

    def _supplies(self, view: MarketView) -> pd.DataFrame:
        """A row per supply that is made or ordered, and quarter that was played, with `MARKET_COLUMNS`."""
        supplies, quarters = self._network.supplies, view.quarters.name
        line = supplies.kind == SupplyKind.LINE
        shown = line | np.isin(np.arange(len(supplies)), self._network.orders.supply)
        rows = np.flatnonzero(shown)[:, None], np.flatnonzero(view.replications)[None, :]
        index = [np.broadcast_to(each, np.broadcast_shapes(rows[0].shape, rows[1].shape)).ravel() for each in rows]
        grain = self._grains[index[0]]

        def units(values: F64) -> F64:
            return values[index[0], index[1]] / grain

        made = {name: getattr(view, name) for name in LINE_COLUMNS[:5]}
        made |= {f"stock_p{percent}": view.stock_at[row] for row, percent in enumerate(PERCENTS)}
        columns: dict[str, object] = {
            "supply": pd.Series([supplies.name[each] for each in index[0]], dtype="str"),
            "unit": pd.Series([self._units[each] for each in index[0]], dtype="str"),
            "quarter": pd.Series([quarters[each] for each in index[1]], dtype="str"),
            "replications": view.replications[index[1]],
        }
        columns |= {name: np.where(line[index[0]], units(values), np.nan) for name, values in made.items()}
        for buyer, who in BUYERS.items():
            columns |= {f"{name}_{who}": units(getattr(view, name)[buyer]) for name in BUYER_COLUMNS}
            leads = [view.lead_mean[buyer], *view.lead_at[:, buyer], view.undelivered[buyer]]
            columns |= {
                f"{name}_{who}": values[index[0], index[1]] for name, values in zip(LEAD_COLUMNS, leads, strict=True)
            }
        columns |= {f"backlog_p{percent}": units(view.backlog_at[row]) for row, percent in enumerate(PERCENTS)}
        return pd.DataFrame(columns, columns=list(MARKET_COLUMNS))

    def _pool_use(self, view: PoolHolders) -> pd.DataFrame:
        """A row per pool, quarter and holder, with `POOL_COLUMNS`: each site that draws on it, all, the market.

        The quarters are those to the last in which a site holds anything.
        """
        network = self._network
        busy = np.flatnonzero(view.held.any(axis=(0, 1)))
        quarters = view.quarters.name[: int(busy.max(initial=0)) + 1]
        draws = _draws_on(network)
        parts = []
        for pool, name in enumerate(network.pools.name):
            holders = [
                (site, view.held[index, pool]) for index, site in enumerate(network.sites.name) if draws[index, pool]
            ]
            holders.append((ALL_SITES, view.held[:, pool].sum(axis=0)))
            if network.pools.market[pool] != NONE:
                holders.append((THE_MARKET, view.market[pool]))
            capacity = view.capacity[pool, : len(quarters)]
            for holder, every in holders:
                held = every[: len(quarters)]
                open_ = (capacity > 0) & (holder != THE_MARKET)
                share = np.divide(held, capacity, out=np.full(len(quarters), np.nan), where=open_)
                columns = (name, self._pool_units[pool], quarters, holder, held, capacity, share)
                parts.append(pd.DataFrame(dict(zip(POOL_COLUMNS, columns, strict=True))))
        texts = dict.fromkeys(("pool", "unit", "quarter", "holder"), "str")
        found = pd.concat(parts) if parts else pd.DataFrame(columns=list(POOL_COLUMNS))
        return found.astype({**texts, **dict.fromkeys(POOL_COLUMNS[4:], "float64")}).reset_index(drop=True)


def _draws_on(network: Network) -> Bool:
    """(sites, pools) Whether any activity of the site needs units of the pool."""
    activities = network.activities
    found = np.zeros((len(network.sites.name), len(network.pools)), dtype=np.bool_)
    found[np.repeat(activities.site, np.diff(activities.need_ptr)), activities.need_pool] = True
    moldable = activities.mold_pool != NONE
    found[activities.site[moldable], activities.mold_pool[moldable]] = True
    return found
