"""Capacity online over time: a detail of a run, its percentiles at month ends, and the chance of so much by a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.finish_date import finish_day
from buildsim.analysis.milestones import quantile_rank
from buildsim.analysis.proportion import exact_interval
from buildsim.analysis.ramp import Online, OnlineTally, steps
from buildsim.analysis.result import StudyResult
from buildsim.compile.halls import hall_worths
from buildsim.errors import InputError, Problem
from buildsim.network.codes import NEVER
from buildsim.network.network import F64, I64
from buildsim.quantity import QuantityError, parse_quantity, require
from buildsim.studies.detail import ALL_SITES, DECIMALS, Subject, Tables
from buildsim.studies.options import choose

ONLINE, RAMP = "online", "ramp"
"""Names of the tables."""

MEASURES = ("mw", "facility_mw", "gpus", "h100e")
"""MW of IT, MW at the meter, GPUs, H100-equivalents."""
DIMENSIONS = {"MW IT": "mw", "MW facility": "facility_mw", "gpu": "gpus", "H100e": "h100e"}
"""The measure of each dimension of a quantity."""
PERCENTS = (10, 50, 90)
DATE = "datetime64[ms]"  # as Parquet keeps it
ONLINE_COLUMNS = ("replication", "site", "hall", "step", "rack", "date", *MEASURES)
RAMP_COLUMNS = ("site", "date", *(f"{measure}_p{percent}" for measure in MEASURES for percent in PERCENTS))

_SUM_DECIMALS = 3  # sums are counted to a kilowatt, so that the order of adding decides nothing
_BARE_POWER = re.compile(r"[\d.,\s]+[kMG]W\s*")


class RampDetail:
    """The tables `ONLINE` and `RAMP` of a run."""

    def __init__(self, subject: Subject) -> None:
        self._start = subject.network.start
        self._halls = hall_worths(subject.project)
        self._steps = steps(subject.network, [hall.name for hall in self._halls])
        self._tally = OnlineTally(self._steps)

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._tally.add(chunk.samples, chunk.outcome)

    def tables(self) -> Tables:
        """Both tables."""
        online = self._online(self._tally.result())
        return {ONLINE: online, RAMP: ramp_table(online, self._start)}

    def _online(self, found: Online) -> pd.DataFrame:
        """A row per replication and step, with `ONLINE_COLUMNS`; no date where it is not online by the horizon."""
        halls = [self._halls[step.hall] for step in self._steps]
        count, width = len(found.number), len(self._steps)
        repeated: dict[str, list[str | None]] = {
            "site": [hall.site for hall in halls],
            "hall": [hall.name.removeprefix(f"{hall.site}/") for hall in halls],
            "step": [step.name for step in self._steps],
            "rack": [hall.rack for hall in halls],
        }
        columns: dict[str, object] = {"replication": np.repeat(found.number, width)}
        columns |= {name: pd.Series(values * count, dtype="str") for name, values in repeated.items()}
        columns["date"] = _dates(self._start, found.tick.ravel())
        for measure in MEASURES:
            worth = np.array([getattr(hall, measure) for hall in halls], dtype=np.float64)
            # as tables are kept, so that what is kept makes the same sums
            columns[measure] = np.round(found.share * worth, DECIMALS).ravel()
        return pd.DataFrame(columns, columns=list(ONLINE_COLUMNS))


def ramp_table(online: pd.DataFrame, start: date) -> pd.DataFrame:
    """What is online at each month's end: a row per site and month, and for `ALL_SITES`, with `RAMP_COLUMNS`.

    The months are those from the scenario's start, or from the first step if that is earlier, to the last one online.
    Amounts are summed in each replication and then ordered: the P10 is the ceil(0.1 n)-th smallest, so in a tenth of
    the replications this much or less is online. An amount is missing from the month on in which, in any
    replication, a step is online whose worth is not known.
    """
    ends = _month_ends(online["date"], start)
    numbers = np.unique(online["replication"])
    rows = []
    for site, theirs in _by_site(online):
        ordered = {measure: np.sort(_sums(theirs, measure, ends, numbers), axis=0) for measure in MEASURES}
        ranks = [quantile_rank(len(numbers), percent) - 1 for percent in PERCENTS]
        for month, end in enumerate(ends):
            rows.append((site, end, *(ordered[measure][rank, month] for measure in MEASURES for rank in ranks)))
    table = pd.DataFrame(rows, columns=list(RAMP_COLUMNS))
    return table.astype({"site": "str", "date": DATE, **dict.fromkeys(RAMP_COLUMNS[2:], "float64")})


@dataclass(frozen=True, slots=True)
class Chance:
    """In what share of the replications so much is online by a date."""

    site: str
    """A site, or `ALL_SITES`."""
    measure: str
    """One of `MEASURES`."""
    at_least: float
    by: date
    probability: float
    low: float
    high: float
    """Its exact 95% interval (Clopper and Pearson), for the number of replications alone."""
    replications: int

    def table(self) -> pd.DataFrame:
        """One row."""
        table = pd.DataFrame([asdict(self)])
        shares = ("probability", "low", "high")
        return table.astype({"by": DATE}).assign(**{name: table[name].round(DECIMALS) for name in shares})


def chance(result: StudyResult, online: pd.DataFrame, at_least: str, by: date, site: str | None = None) -> Chance:
    """The chance that at least so much, as in `100 MW IT`, `120 MW facility`, `50 kgpu` or `80 kH100e`, is online.

    Bare `MW` are MW of IT; ``online`` is the table `ONLINE`. Raises InputError for anything else, for a date beyond the
    horizon, and where what is online then is not known of some racks; UnknownNameError for a site that states no halls.
    """
    measure, least = amount(at_least)
    last = result.start + timedelta(days=int(result.horizon_days) - 1)
    if by > last:
        message = f"{by} is beyond the horizon, after which nothing is played"
        raise InputError([Problem("--by", 1, 1, "", message, f"a date up to {last}, or a longer horizon")])
    name = ALL_SITES if site is None else choose("site with halls", site, tuple(dict.fromkeys(online["site"])))
    theirs = online if site is None else online[online["site"] == site]
    if theirs.empty:
        raise InputError([Problem("--at-least", 1, 1, "", "no site states halls, so nothing comes online", "halls")])
    numbers = np.unique(online["replication"])
    sums = _sums(theirs, measure, pd.DatetimeIndex([by]), numbers)[:, 0]
    if np.isnan(sums).any():
        unknown = dict.fromkeys(theirs.loc[theirs[measure].isna(), "rack"].fillna("no stated rack"))
        message = f"what is online by {by} in {words_of(measure)} is not known: of {', '.join(unknown)}"
        raise InputError([Problem("--at-least", 1, 1, "", message, "another measure, an earlier date or another site")])
    reached = int((sums >= round(least, _SUM_DECIMALS)).sum())
    low, high = exact_interval(reached, len(numbers))
    return Chance(name, measure, least, by, reached / len(numbers), low, high, len(numbers))


def amount(text: str) -> tuple[str, float]:
    """Measure and number of an amount as people write it. Raises InputError."""
    try:
        given = parse_quantity(f"{text} IT" if _BARE_POWER.fullmatch(text) else text)
        value = require(given, *DIMENSIONS).value
        if given.per is not None:
            raise QuantityError(f"'per {given.per}' has no meaning here")
    except QuantityError as error:
        expected = error.expected or "an amount such as '100 MW IT', '50 kgpu' or '80 kH100e'"
        raise InputError([Problem("--at-least", 1, 1, "", error.message, expected, error.hint)]) from None
    return DIMENSIONS[given.dimension], value


def words_of(measure: str) -> str:
    """The unit of a measure as people write it."""
    return {"mw": "MW of IT", "facility_mw": "MW at the meter", "gpus": "GPUs", "h100e": "H100-equivalents"}[measure]


def _by_site(online: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each site, in order, then all of them."""
    for site in dict.fromkeys(online["site"]):
        yield site, online[online["site"] == site]
    if len(online):
        yield ALL_SITES, online


def _sums(theirs: pd.DataFrame, measure: str, ends: pd.DatetimeIndex, numbers: I64) -> F64:
    """(replications, dates) What is online by the end of each date, which ascend; NaN where it is not known."""
    reached = theirs[theirs["date"].notna()]
    row = np.searchsorted(numbers, reached["replication"])
    month = np.searchsorted(ends, reached["date"])
    worth = reached[measure].to_numpy()
    shape = len(numbers), len(ends) + 1  # the last column: online after all dates
    cell = row * shape[1] + month

    def added(weights: F64) -> F64:
        cells = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1]).astype(np.float64)
        return np.cumsum(cells.reshape(shape), axis=1)[:, :-1]

    sums: F64 = np.round(added(np.nan_to_num(worth)), _SUM_DECIMALS)
    sums[:, added(np.isnan(worth).astype(np.float64)).any(axis=0)] = np.nan
    return sums


def _month_ends(dates: pd.Series[pd.Timestamp], start: date) -> pd.DatetimeIndex:
    """From the month of the start, or the first date if that is earlier, to that of the last date."""
    known = [pd.Timestamp(start), *dates.dropna()]
    first, last = min(known), max(known)
    return pd.date_range(first, last + pd.offsets.MonthEnd(0), freq="ME", unit="ms")


def _dates(start: date, ticks: I64) -> pd.Series[pd.Timestamp]:
    """Of finishes: that of the last worked tick; none where it is not reached."""
    days = np.where(ticks == NEVER, 0, finish_day(ticks))
    dates = pd.Series(np.datetime64(start, "ms") + days.astype("timedelta64[D]"))
    return dates.mask(ticks == NEVER)
