"""The ramp as tables: how much is online when, for one site or all together, and site by site."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from buildsim.analysis.result import StudyResult
from buildsim.present import words
from buildsim.present.bands import Bands
from buildsim.present.caveats import warning_lines
from buildsim.studies.detail import ALL_SITES
from buildsim.studies.ramp import MEASURES, PERCENTS, Chance, words_of

ROWS, COLUMNS = 16, 7
"""Dates at most, below each other and beside each other."""
STRIDES = (1, 3, 6, 12, 24, 60)
"""Months from one date to the next."""

_HEADS = {"mw": "MW IT", "facility_mw": "MW fac.", "gpus": "kGPU", "h100e": "kH100e"}
_THOUSANDS = ("gpus", "h100e")


def ramp_report(
    result: StudyResult, online: pd.DataFrame, ramp: pd.DataFrame, site: str, chance: Chance | None
) -> RenderableType:
    """The ramp of ``site``, or of all sites, from the two tables of a run; then site by site, and what is not known."""
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}, from {result.start}"
    theirs = ramp[ramp["site"] == site]
    parts: list[RenderableType] = [
        Text(f"{result.scenario}: {asked}", style="bold"),
        Text(f"{words.ONLINE} {words.AMOUNTS}", style="dim"),
        "",
        Text(f"{site}: online at the end of the month", style="bold reverse"),
        _table(theirs),
    ]
    several = [name for name in dict.fromkeys(ramp["site"]) if name != ALL_SITES]
    if site == ALL_SITES and len(several) > 1:
        parts += ["", Text("P50 of the MW of IT online, site by site", style="bold"), _sites(ramp)]
    notes = list(_notes(result, online, theirs, site))
    if notes:
        parts += ["", *(Text(note) for note in notes)]
    if chance is not None:
        parts += ["", Text(words.chance(chance), style="bold")]
    return Group(*parts, *warning_lines(result))


def _table(theirs: pd.DataFrame) -> Bands:
    """A row per date, with the percentiles of each measure of which something is known."""
    shown = [measure for measure in MEASURES if theirs[f"{measure}_p50"].notna().any()]
    heads = ["", *(f"{_HEADS[measure]}\nP{percent}" for measure in shown for percent in PERCENTS)]
    rows = []
    for _, row in _picked(theirs, ROWS).iterrows():
        cells = [_amount(measure, row[f"{measure}_p{percent}"]) for measure in shown for percent in PERCENTS]
        rows.append((f"{row['date']:%Y-%m-%d}", *cells))
    return Bands(heads, rows, gap=1, together=len(PERCENTS), narrowest=6)


def _sites(ramp: pd.DataFrame) -> Bands:
    """A row per site, a column per date."""
    dates = list(_picked(ramp[ramp["site"] == ALL_SITES], COLUMNS)["date"])
    rows = []
    for site, theirs in ramp.groupby("site", sort=False):
        at = theirs.set_index("date")["mw_p50"]
        rows.append((str(site), *(_amount("mw", at[day]) for day in dates)))
    return Bands(["", *(f"{day:%Y-%m-%d}" for day in dates)], rows, gap=1, narrowest=6)


def _picked(theirs: pd.DataFrame, most: int) -> pd.DataFrame:
    """Rows at ends of months, quarters, half years or years, from the last with nothing online on, and the last row."""
    nothing = (theirs["mw_p90"].fillna(1) == 0) & (theirs["gpus_p90"].fillna(1) == 0)
    left = theirs.iloc[max(int(nothing.sum()) - 1, 0) :]
    months = 12 * (left["date"].dt.year - left["date"].dt.year.max()) + left["date"].dt.month
    strides = [stride for stride in STRIDES if (months % stride == 0).sum() < most]
    in_step = months % (strides or STRIDES[-1:])[0] == 0
    picked: pd.DataFrame = left[in_step | (left["date"] == left["date"].max())]
    return picked


def _amount(measure: str, value: float) -> str:
    if isnan(value):
        return "?"
    scaled = value / 1000 if measure in _THOUSANDS else value
    return f"{scaled:,.1f}" if scaled < 1000 else f"{scaled:,.0f}"


def _notes(result: StudyResult, online: pd.DataFrame, theirs: pd.DataFrame, site: str) -> Iterator[str]:
    """What the amounts do not hold, and why."""
    own = online if site == ALL_SITES else online[online["site"] == site]
    for measure in MEASURES:
        unknown = theirs.loc[theirs[f"{measure}_p50"].isna(), "date"]
        if len(unknown):
            racks = dict.fromkeys(own.loc[own[measure].isna(), "rack"].fillna("halls without a rack"))
            first = f"{unknown.iloc[0]:%Y-%m}"
            yield f"{words_of(measure)}: not known from {first} on, since nothing says so of {', '.join(racks)}."
    late = own[own["date"].isna()].groupby("site", sort=False)["replication"].nunique()
    for name, count in late.items():
        share = words.percent(count / result.replications)
        yield f"{name}: in {share} of the replications not all is online by the horizon."
    without = [name for name in result.sites if name not in set(online["site"])]
    if site == ALL_SITES and without:
        yield f"Not counted, since they state no halls: {', '.join(without)}."
