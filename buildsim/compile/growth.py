"""Growth of a pool: what its inflows add to the curve of its capacity, month by month (semantics 14)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from math import floor
from typing import Final

import numpy as np

from buildsim.compile import grounds
from buildsim.compile.context import Context, half_up
from buildsim.compile.facts import Chosen, Points, choose
from buildsim.compile.tables import integers, numbers
from buildsim.loading.parts import Where
from buildsim.network.curves import Curve
from buildsim.quantity import MONTH
from buildsim.schema.parts import Inflow

_TOLERANCE: Final = 1e-6  # of a unit: three months of a third are one, however the sum was rounded


def grown(context: Context, where: Where, growth: Mapping[str, Inflow], stated: Points) -> Points:
    """The curve of a pool's capacity with its inflows; the stated one where there are none.

    Of an inflow's facts those count that were known by ``as_of`` and hold on its `from`. What stands in for one of
    them makes the whole curve one that was not known: the factor on it is drawn wider.
    """
    if not growth:
        return stated
    added: list[tuple[int, int]] = []
    years_off, rests_on = stated.years_off, stated.grounds
    for name, inflow in growth.items():
        arrivals, chosen = _arrivals(context, where.at("growth", name).inside(inflow), inflow)
        added += arrivals
        for each in chosen:
            years_off, rests_on = max(years_off, each.years_off), grounds.both(rests_on, each.grounds)
    added.sort()
    points = [tick for tick, _ in (*stated.values, *added) if tick > 0]
    ticks = integers(sorted({0, *points}))
    of_stated = Curve(integers(t for t, _ in stated.values), numbers(v for _, v in stated.values), linear=False)
    totals = np.concatenate([[0], np.cumsum([units for _, units in added])])
    come = totals[np.searchsorted(integers(tick for tick, _ in added), ticks, side="right")]
    return Points(list(zip(ticks.tolist(), (of_stated.at(ticks) + come).tolist(), strict=True)), years_off, rests_on)


def _arrivals(context: Context, where: Where, inflow: Inflow) -> tuple[list[tuple[int, int]], list[Chosen]]:
    """Tick and whole units of each month's arrivals up to the horizon, and the facts that they rest on."""
    rate = choose(context, where.at("rate"), inflow.rate, inflow.start)
    limit = choose(context, where.at("limit"), inflow.limit, inflow.start)
    chosen = [rate, limit]
    lag_days = 0
    if inflow.lag is not None:
        lag = choose(context, where.at("lag"), inflow.lag, inflow.start)
        lag_days = half_up(_fixed(context, where.at("lag"), lag))
        chosen.append(lag)
    per_month = _fixed(context, where.at("rate"), rate) * MONTH
    in_all = _fixed(context, where.at("limit"), limit)
    arrivals: list[tuple[int, int]] = []
    before = 0
    for months, day in enumerate(_months(inflow.start, lag_days, context.day(context.horizon)), start=1):
        total = floor(min(per_month * months, in_all) + _TOLERANCE)
        if total > before:
            arrivals.append((context.tick(day), total - before))
            before = total
        if per_month * months >= in_all:
            break
    return arrivals, chosen


def _fixed(context: Context, where: Where, chosen: Chosen) -> float:
    return context.fixed(where, chosen.fact.value)


def _months(start: date, lag_days: int, last: date) -> Iterator[date]:
    """The day `lag_days` after the start, and the same day of each month after it, up to the last day.

    A month without that day has its last one instead.
    """
    if start.toordinal() + lag_days > last.toordinal():
        return
    first = date.fromordinal(start.toordinal() + lag_days)
    for months in count():
        years, month = divmod(first.month - 1 + months, 12)
        year = first.year + years
        day = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
        if day > last:
            return
        yield day
