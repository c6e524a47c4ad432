"""The market view as tables: an overview by quarter, or one supply or pool in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from buildsim.analysis.result import StudyResult
from buildsim.present import words
from buildsim.present.bands import Bands
from buildsim.present.caveats import warning_lines
from buildsim.studies.detail import ALL_SITES
from buildsim.studies.market_view import BUYERS, THE_MARKET

COLUMNS = 8
"""Quarters beside each other at most."""
NONE = "–"

_LEADS = "Days from order to delivery, mean over the orders placed in the quarter"
_BACKLOG = "Units on order at the quarter's end"
_FIRST = f"The first {COLUMNS} quarters at most; --supply, --pool and --csv have all."
_USE = "Share of what the market leaves of each pool that the sites hold"


def overview(result: StudyResult, market: pd.DataFrame, pool_use: pd.DataFrame) -> RenderableType:
    """Lead times and backlogs of the supplies that the sites order, and the use of the pools, by quarter."""
    ordered = market.groupby("supply", sort=False)["ordered_sites"].transform("sum")
    backlog = market.groupby("supply", sort=False)["backlog_sites"].transform("max")
    asked = market[(ordered > 0) | (backlog > 0)]
    pools = pool_use[pool_use["holder"] == ALL_SITES].set_index(["pool", "quarter"])["share"].unstack(sort=False)
    parts = [*_heading(result), "", Text(_LEADS, style="bold"), _by_quarter(dict(_rows(asked, "lead_mean")))]
    parts += ["", Text(_BACKLOG, style="bold"), _by_quarter(dict(_rows(asked, "backlog")))]
    used = {str(name): row.map(_share) for name, row in pools.iterrows() if row.gt(0).any()}
    if used:
        parts += ["", Text(_USE, style="bold"), _by_quarter(used)]
    return Group(*parts, "", *_notes(result, market), Text(_FIRST, style="dim"), *warning_lines(result))


def supply_report(result: StudyResult, market: pd.DataFrame) -> RenderableType:
    """One supply, quarter by quarter: the line, then who orders of it; ``market`` has its rows alone."""
    name, unit = str(market["supply"].iloc[0]), str(market["unit"].iloc[0])
    parts = [*_heading(result), "", Text(f"{name} (unit: {unit})", style="bold reverse")]
    if market["finished"].notna().any():
        parts.append(_columns(market, ("capacity", "started", "finished", "used", "stock", "stock_p10", "stock_p90")))
    for who in BUYERS.values():
        if market[f"ordered_{who}"].any() or market[f"backlog_{who}"].any():
            names = ("ordered", "delivered", "withdrawn", "backlog", "lead_mean", "lead_p50", "lead_p90", "undelivered")
            theirs = market[["quarter", *(f"{each}_{who}" for each in names)]].set_axis(["quarter", *names], axis=1)
            some = theirs[theirs[list(names[:4])].any(axis=1)]
            parts += ["", Text(f"Ordered by the {who}", style="bold"), _columns(some, names)]
    notes = _notes(result, market)
    return Group(*parts, *(["", *notes] if notes else []), *warning_lines(result))


def pool_report(result: StudyResult, pool_use: pd.DataFrame) -> RenderableType:
    """One pool, quarter by quarter: what the sites may hold, and who holds it; ``pool_use`` has its rows alone."""
    name, unit = str(pool_use["pool"].iloc[0]), str(pool_use["unit"].iloc[0])
    held = pool_use.set_index(["holder", "quarter"])["held"].unstack(sort=False)
    every = pool_use[pool_use["holder"] == ALL_SITES].set_index("quarter")
    rows = {"open to the sites": every["capacity"].map(_amount)}
    rows |= {f"held by {holder}": row.map(_amount) for holder, row in held.iterrows() if holder != THE_MARKET}
    rows["share held"] = every["share"].map(_share)
    theirs = pool_use[pool_use["holder"] == THE_MARKET]
    if len(theirs):
        rows["besides, the market's"] = theirs.set_index("quarter")["held"].map(_amount)
    parts = [*_heading(result), "", Text(f"{name} (unit: {unit})", style="bold reverse")]
    for first in range(0, len(every), COLUMNS):
        parts += [_by_quarter({label: row.iloc[first : first + COLUMNS] for label, row in rows.items()}), ""]
    return Group(*parts[:-1], *warning_lines(result))


def _heading(result: StudyResult) -> list[RenderableType]:
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}, from {result.start}"
    return [Text(f"{result.scenario}: {asked}", style="bold"), Text(words.MEANS, style="dim")]


def _rows(market: pd.DataFrame, column: str) -> Iterator[tuple[str, pd.Series[str]]]:
    """A row per supply and buyer of which something is known."""
    for supply, theirs in market.groupby("supply", sort=False):
        for who in BUYERS.values():
            values = theirs.set_index("quarter")[f"{column}_{who}"]
            if values.fillna(0).any():
                yield f"{supply}, {who}", values.map(_amount)


def _by_quarter(rows: dict[str, pd.Series[str]]) -> RenderableType:
    """A row each, a column per quarter; of many quarters the first ones."""
    if not rows:
        return Text("none")
    quarters = list(dict.fromkeys(quarter for row in rows.values() for quarter in row.index))[:COLUMNS]
    cells = [(name, *(row.get(quarter, NONE) for quarter in quarters)) for name, row in rows.items()]
    return Bands(["", *quarters], cells)


def _columns(rows: pd.DataFrame, names: Sequence[str]) -> Bands:
    """A row per quarter, a column per name."""
    shown = []
    for _, row in rows.iterrows():
        cells = (_share(row[name]) if name == "undelivered" else _amount(row[name]) for name in names)
        shown.append((str(row["quarter"]), *cells))
    return Bands(["", *(name.replace("_", " ") for name in names)], shown)


def _amount(value: float) -> str:
    if isnan(value):
        return NONE
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.2f}M"
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.1f}"


def _share(value: float) -> str:
    return NONE if isnan(value) else words.percent(value)


def _notes(result: StudyResult, market: pd.DataFrame) -> list[RenderableType]:
    """From when on fewer replications count, as the others were over by then."""
    fewer = market.loc[market["replications"] < result.replications, "quarter"]
    if fewer.empty:
        return []
    return [Text(f"From {fewer.min()} on some replications are over; means of supplies are over the others.")]
