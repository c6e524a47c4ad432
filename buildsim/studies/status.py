"""What has moved since the last forecast, and why: two answers of a plan, each with what it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from buildsim.analysis.movement import Design, Move, design, movement
from buildsim.analysis.result import SiteResult, StudyResult
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64
from buildsim.studies.answer import Answer
from buildsim.studies.detail import table_of
from buildsim.studies.inputs import INPUTS
from buildsim.studies.options import choose
from buildsim.studies.progress import ORDER, PROGRESS

PERCENTS = (50, 80)

What = Literal["started", "finished", "ordered", "delivered"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What identifies one of the two forecasts."""

    scenario: str
    start: date
    data_date: date
    as_of: date
    horizon_days: float
    seed: int
    replications: int
    inputs_hash: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """A percentile as a date, then and now; None is beyond the horizon."""

    then: date | None
    now: date | None
    move: Move


@dataclass(frozen=True, slots=True)
class Cause:
    """A category of the time to a milestone: mean days on the driving paths, and in what share of them it occurs."""

    category: str
    then_days: float
    now_days: float
    on_path_then: float
    on_path_now: float

    @property
    def change_days(self) -> float:
        """More days now than then."""
        return self.now_days - self.then_days


@dataclass(frozen=True, slots=True)
class MilestoneStatus:
    """How far a milestone has moved, and what its time consists of then and now."""

    p50: Moved
    p80: Moved
    mean: Move
    reached_then: float
    """Share of the replications."""
    reached_now: float
    mean_then_days: float | None
    """From the site's start, over the replications that reach it; None if there are none."""
    mean_now_days: float | None
    causes: tuple[Cause, ...]
    """Largest change first; the changes sum to that of the mean days."""

    @property
    def change_days(self) -> float | None:
        """The change of the mean days, which the causes explain."""
        if self.mean_then_days is None or self.mean_now_days is None:
            return None
        return self.mean_now_days - self.mean_then_days


@dataclass(frozen=True, slots=True)
class Happened:
    """Something of a site that was not known to have happened then."""

    kind: str
    """``activity`` or ``order``."""
    item: str
    """Its path below the site."""
    what: What
    planned: date | None
    """When the former plan had it; None if beyond its horizon, or not in it."""
    on: date

    @property
    def days_late(self) -> int | None:
        """Below 0 it was early."""
        return None if self.planned is None else (self.on - self.planned).days


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """A site that both forecasts have."""

    start_then: date
    start_now: date
    milestones: Mapping[str, MilestoneStatus]
    new_milestones: tuple[str, ...]
    gone_milestones: tuple[str, ...]
    happened: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class InputChange:
    """A value of a file that differs; as JSON, None where there is none."""

    file: str
    path: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class StatusResult:
    """Everything that is to be said of a forecast against a former one."""

    then: Forecast
    now: Forecast
    paired: bool
    """Replications are compared with their twins, which have the same seed and number."""
    sites: Mapping[str, SiteStatus]
    new_sites: tuple[str, ...]
    gone_sites: tuple[str, ...]
    inputs: tuple[InputChange, ...]
    warnings: tuple[str, ...]
    """Of the forecast now."""


def check_former(then: Answer) -> None:
    """Refuse a former forecast that was kept without the tables that this needs. Raises InputError."""
    for name in (PROGRESS, INPUTS):
        table_of(then.tables, name)


def status(now: Answer, then: Answer, site: str | None = None) -> StatusResult:
    """A forecast against a former one, of a site or of all.

    Raises InputError if one was kept without the tables that this needs, UnknownNameError for a site that is not in
    both.
    """
    results = then.result, now.result
    progress = [table_of(each.tables, PROGRESS) for each in (then, now)]
    by = design(_each(results, "seed"), _each(results, "replications"), (_horizon(results[0]), _horizon(results[1])))
    common = tuple(name for name in results[0].sites if name in results[1].sites)
    shown = common if site is None else (choose("site in both forecasts", site, common),)
    return StatusResult(
        then=_forecast(results[0]),
        now=_forecast(results[1]),
        paired=by.pairs,
        sites={name: _site(name, (then, now), by, _of_site(progress, name)) for name in shown},
        new_sites=_only(results[1].sites, results[0].sites),
        gone_sites=_only(results[0].sites, results[1].sites),
        inputs=tuple(_changes(*(table_of(each.tables, INPUTS) for each in (then, now)))),
        warnings=results[1].warnings,
    )


def _site(name: str, answers: tuple[Answer, Answer], by: Design, progress: list[pd.DataFrame]) -> SiteStatus:
    then, now = (answer.result.sites[name] for answer in answers)
    finishes = [answer.finishes[answer.finishes["site"] == name] for answer in answers]
    return SiteStatus(
        start_then=then.start,
        start_now=now.start,
        milestones={
            each: _milestone(each, (then, now), [table[table["milestone"] == each] for table in finishes], by)
            for each in then.milestones
            if each in now.milestones
        },
        new_milestones=_only(now.milestones, then.milestones),
        gone_milestones=_only(then.milestones, now.milestones),
        happened=tuple(_happened(*progress)),
    )


def _milestone(
    name: str, sites: tuple[SiteResult, SiteResult], finishes: list[pd.DataFrame], by: Design
) -> MilestoneStatus:
    then, now = (site.milestones[name] for site in sites)
    days = [table["days"].to_numpy(dtype=np.float64) for table in finishes]
    found = movement(_dates(sites[0].start, days[0]), _dates(sites[1].start, days[1]), PERCENTS, by)
    means = [float(each[~np.isnan(each)].mean()) if (~np.isnan(each)).any() else None for each in days]
    return MilestoneStatus(
        p50=Moved(then.p50, now.p50, found.percentiles[50]),
        p80=Moved(then.p80, now.p80, found.percentiles[80]),
        mean=found.mean,
        reached_then=_share(found.missing_then, days[0]),
        reached_now=_share(found.missing_now, days[1]),
        mean_then_days=means[0],
        mean_now_days=means[1],
        causes=_causes(name, *sites),
    )


def _causes(milestone: str, then: SiteResult, now: SiteResult) -> tuple[Cause, ...]:
    attribution = then.attribution[milestone], now.attribution[milestone]
    criticality = then.criticality[milestone], now.criticality[milestone]
    causes = [
        Cause(category, *(each.get(category, 0.0) for each in (*attribution, *criticality)))
        for category in dict.fromkeys([*attribution[0], *attribution[1]])
    ]
    return tuple(sorted(causes, key=lambda cause: (-abs(cause.change_days), cause.category)))


def _happened(then: pd.DataFrame, now: pd.DataFrame) -> Iterator[Happened]:
    """What has an actual date now and had none then, in the order of the dates."""
    former = {(row.kind, row.item): row for row in then.itertuples(index=False)}
    found = []
    for row in now.itertuples(index=False):
        earlier = former.get((row.kind, row.item))
        words: tuple[What, What] = ("ordered", "delivered") if row.kind == ORDER else ("started", "finished")
        for what, side in zip(words, ("start", "finish"), strict=True):
            on = _day(getattr(row, f"actual_{side}"))
            if on is None or (earlier is not None and _day(getattr(earlier, f"actual_{side}")) is not None):
                continue
            planned = None if earlier is None else _day(getattr(earlier, f"planned_{side}"))
            found.append(Happened(str(row.kind), str(row.item), what, planned, on))
    yield from sorted(found, key=lambda each: each.on)


def _changes(then: pd.DataFrame, now: pd.DataFrame) -> Iterator[InputChange]:
    first, second = (
        {(str(row.file), str(row.path)): str(row.value) for row in table.itertuples(index=False)}
        for table in (then, now)
    )
    for file, path in dict.fromkeys([*first, *second]):
        if first.get((file, path)) != second.get((file, path)):
            yield InputChange(file, path, first.get((file, path)), second.get((file, path)))


def _forecast(result: StudyResult) -> Forecast:
    return Forecast(
        scenario=result.scenario,
        start=result.start,
        data_date=result.data_date,
        as_of=result.as_of,
        horizon_days=round(result.horizon_days, 3),
        seed=result.seed,
        replications=result.replications,
        inputs_hash=result.inputs_hash,
        versions=dict(sorted(result.versions.items())),
    )


def _horizon(result: StudyResult) -> float:
    """In ticks of the calendar, as finishes."""
    return round((result.start.toordinal() + result.horizon_days) * TICKS_PER_DAY)


def _dates(start: date, days: F64) -> F64:
    """Days from the site's start as ticks of the calendar, whole numbers."""
    found: F64 = np.rint(days * TICKS_PER_DAY) + start.toordinal() * TICKS_PER_DAY
    return found


def _of_site(tables: Iterable[pd.DataFrame], name: str) -> list[pd.DataFrame]:
    return [table[table["site"] == name] for table in tables]


def _only(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    there = set(others)
    return tuple(name for name in names if name not in there)


def _each(results: tuple[StudyResult, StudyResult], name: str) -> tuple[int, int]:
    return getattr(results[0], name), getattr(results[1], name)


def _share(missing: int, days: F64) -> float:
    return 1 - missing / len(days)


def _day(value: pd.Timestamp) -> date | None:
    return None if pd.isna(value) else value.date()
