"""How good forecasts on record are that have come due.

A forecast is due if its milestone has been reached, or if its P90 has passed without that. In the second case it counts
as reached on the day after it was last seen not to be: its error is at least so large, whatever comes.

What comes due first is what comes early, so the scores of the due ones lean to builds that were fast. How often a
percentile was kept does not: it counts every forecast whose day for it has passed, if the open ones are told too, up to
the latest day in the file. An open one last seen before the day of its percentile is not counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from buildsim.analysis.milestones import PERCENTS
from buildsim.analysis.proportion import exact_interval
from buildsim.backtest.record import BEYOND, Record
from buildsim.backtest.scores import pinball
from buildsim.backtest.seen import Seen

DAYS, SHARES = 3, 6
"""Decimals."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A forecast beside what has been seen; percentiles are None beyond the horizon."""

    id: str
    site: str
    milestone: str
    source: str
    known: date
    p10: date | None
    p50: date | None
    p80: date | None
    p90: date | None
    reached_on: date | None
    not_reached_on: date | None
    """None if it has been reached."""
    due: bool
    passed: tuple[int, ...]
    """Percents whose day had passed when it was last seen not to be reached; empty if it has been reached."""
    error: int | None
    """Days by which the P50 is too late, of a due one; None beyond the horizon. If it is open, it is at most this."""
    pinball: float | None
    """Mean loss over P10, P50, P80 and P90 in days, of a due one; None beyond the horizon. If it is open, at least."""
    inside: bool | None
    """Reached from P10 to P90; None if it is not due."""


@dataclass(frozen=True, slots=True)
class DueScore:
    """The score of some forecasts that are due; None where a number is not finite."""

    count: int
    still_open: int
    """Of them; their losses are at least what they count with."""
    pinball: float | None
    """Mean, in days."""
    median_absolute_error: float | None
    """Of the P50, in days."""
    median_bias: float | None
    """Of the P50, in days; above 0 the forecasts are too late."""
    inside: int
    """From P10 to P90."""
    coverage: float
    coverage_ci95: tuple[float, float]
    """Exact binomial interval (Clopper and Pearson, Biometrika 26, 1934)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How often milestones were reached by the day of a percentile, of those forecasts whose day has passed."""

    percent: int
    passed: int
    reached: int
    share: float | None
    """About the percent if the forecasts are calibrated; None if no day has passed."""
    share_ci95: tuple[float, float] | None
    """Exact binomial interval."""


@dataclass(frozen=True, slots=True)
class Due:
    """What has become of a record."""

    as_of: date
    """The latest day of which anything was told."""
    on_record: int
    silent: int
    """Forecasts of which nothing was told."""
    overlooked: int
    """Of them, those whose P90 had passed by ``as_of``: they are due, and no score has them."""
    judged: tuple[Judgement, ...]
    """Those of which something was told, in the order of the record."""
    score: DueScore | None
    """Of all that are due; None if none is."""
    groups: Mapping[str, Mapping[str, DueScore]]
    """By source and by milestone."""
    percentiles: tuple[Kept, ...]
    warnings: tuple[str, ...]


def due(record: Record, seen: Sequence[Seen]) -> Due:
    """Put a record beside what has been seen of at least one of its forecasts."""
    as_of = max(each.last_seen for each in seen)
    told = {each.forecast.id for each in seen}
    silent = [row for row in record.rows if row.id not in told]
    judged = tuple(map(_judge, seen))
    scored = [each for each in judged if each.due]
    return Due(
        as_of=as_of,
        on_record=len(record.rows),
        silent=len(silent),
        overlooked=sum(row.dates is not None and row.dates[PERCENTS[-1]] <= as_of for row in silent),
        judged=judged,
        score=_summary(scored) if scored else None,
        groups={
            "source": _by(scored, lambda each: each.source),
            "milestone": _by(scored, lambda each: each.milestone),
        },
        percentiles=tuple(_kept(seen, percent, as_of) for percent in PERCENTS),
        warnings=tuple(_warnings(seen)),
    )


def _judge(seen: Seen) -> Judgement:
    row, reached, open_on = seen.forecast, seen.reached, seen.not_reached_on
    dates = row.dates or {}
    passed: tuple[int, ...] = ()
    if reached is None and open_on is not None:
        passed = tuple(percent for percent, day in dates.items() if day <= open_on)
    is_due = bool(dates) and (reached is not None or PERCENTS[-1] in passed)
    day = reached or seen.last_seen + timedelta(days=1)
    error = loss = None
    if is_due:
        off = {percent: math.inf if each == BEYOND else (each - day).days for percent, each in dates.items()}
        loss = _finite(sum(pinball(each, 0.0, percent) for percent, each in off.items()) / len(off))
        error = None if math.isinf(off[50]) else int(off[50])
    return Judgement(
        id=row.id,
        site=row.site,
        milestone=row.milestone,
        source=row.source,
        known=row.known,
        **{f"p{percent}": None if (at := dates.get(percent, BEYOND)) == BEYOND else at for percent in PERCENTS},
        reached_on=reached,
        not_reached_on=None if reached is not None else open_on,
        due=is_due,
        passed=passed,
        error=error,
        pinball=loss,
        inside=dates[10] <= day <= dates[90] if is_due else None,
    )


def _by(judged: Sequence[Judgement], group: Callable[[Judgement], str]) -> dict[str, DueScore]:
    names = sorted(set(map(group, judged)))
    return {name: _summary([each for each in judged if group(each) == name]) for name in names}


def _summary(judged: Sequence[Judgement]) -> DueScore:
    inside = sum(each.inside is True for each in judged)
    bias = np.array([math.inf if each.error is None else each.error for each in judged], dtype=float)
    losses = [math.inf if each.pinball is None else each.pinball for each in judged]
    return DueScore(
        count=len(judged),
        still_open=sum(each.reached_on is None for each in judged),
        pinball=_finite(sum(losses) / len(losses)),
        median_absolute_error=_finite(float(np.median(np.abs(bias)))),
        median_bias=_finite(float(np.median(bias))),
        inside=inside,
        coverage=round(inside / len(judged), SHARES),
        coverage_ci95=_exact(inside, len(judged)),
    )


def _kept(seen: Sequence[Seen], percent: int, as_of: date) -> Kept:
    days = [
        (each.forecast.dates[percent], each)
        for each in seen
        if each.forecast.dates is not None
        # of what was reached all is known up to the end, of what is open up to the day on which that was seen
        and each.forecast.dates[percent] <= (as_of if each.reached is not None else each.last_seen)
    ]
    reached = sum(each.reached is not None and each.reached <= day for day, each in days)
    if not days:
        return Kept(percent, 0, 0, None, None)
    return Kept(percent, len(days), reached, round(reached / len(days), SHARES), _exact(reached, len(days)))


def _warnings(seen: Sequence[Seen]) -> Iterator[str]:
    for each in seen:
        row = each.forecast
        if row.dates is None:
            yield f"{row.id} has no dates, since no replication was left: not scored"
        if each.reached is not None and each.reached <= row.known:
            yield f"{row.id} was reached on {each.reached}, but was forecast as not reached on {row.known}"
    early = sum(
        each.reached is not None and each.forecast.known < each.reached <= each.forecast.made_on for each in seen
    )
    if early:
        yield f"reached before the record was made, although nothing of it was known to the forecast: {early}"


def _exact(successes: int, count: int) -> tuple[float, float]:
    low, high = exact_interval(successes, count)
    return round(low, SHARES), round(high, SHARES)


def _finite(value: float) -> float | None:
    return round(value, DAYS) + 0.0 if math.isfinite(value) else None
