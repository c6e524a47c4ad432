"""What has happened of each activity and order, beside when the plan has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.finish_date import finish_date
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, State
from buildsim.schema.site import SiteBody
from buildsim.studies.detail import Subject, Tables

PROGRESS = "progress"
ACTIVITY, ORDER = "activity", "order"
DATES = ("planned_start", "planned_finish", "actual_start", "actual_finish")
COLUMNS = ("site", "kind", "item", *DATES)

Row = tuple[str, str, str, date | None, date | None, date | None, date | None]


class ProgressDetail:
    """The table `progress`: a row per activity and order that the plan has or that has happened.

    The start of an order is when it is placed, its finish when it is delivered. Planned dates are those of the
    deterministic run, none beyond the horizon; actual ones are those that are stated and lie before the data date.
    """

    def __init__(self, subject: Subject) -> None:
        self._rows = list(_rows(subject))

    def add(self, chunk: Chunk) -> None:
        """Nothing: it depends on no replication."""

    def tables(self) -> Tables:
        """``item`` is the path below the site, dates have none where there is none."""
        table = pd.DataFrame(self._rows, columns=list(COLUMNS))
        return {PROGRESS: table.astype(dict.fromkeys(DATES, "datetime64[s]"))}


def _rows(subject: Subject) -> Iterator[Row]:
    stated = _stated(subject)
    network, run = subject.network, subject.deterministic
    for index, name in enumerate(network.activities.name):
        if subject.planned.state[0, index] == State.PRESENT or (ACTIVITY, name) in stated:
            origin = int(network.sites.start[network.activities.site[index]])
            planned = _start(subject, run.start[0, index], NONE), _finish(subject, run.finish[0, index], origin)
            yield _row(ACTIVITY, name, planned, stated)
    for index, name in enumerate(network.orders.name):
        if network.orders.consumer[index] != NONE:
            placed, delivered = run.order_tick[0, index], run.delivery[0, index]
            planned = _start(subject, placed, UNSET), _start(subject, delivered, UNSET)
            yield _row(ORDER, name, planned, stated)


def _row(
    kind: str,
    name: str,
    planned: tuple[date | None, date | None],
    stated: dict[tuple[str, str], tuple[date | None, date | None]],
) -> Row:
    site, _, item = name.partition("/")
    return site, kind, item, *planned, *stated.get((kind, name), (None, None))


def _stated(subject: Subject) -> dict[tuple[str, str], tuple[date | None, date | None]]:
    """Actual dates before the data date, by kind and full name."""
    until = subject.network.start + timedelta(days=subject.network.data_tick // TICKS_PER_DAY)
    found: dict[tuple[str, str], tuple[date | None, date | None]] = {}
    for part in subject.project.parts:
        if not isinstance(part.model, SiteBody):
            continue
        actuals = part.model.actuals
        dated = [
            *((ACTIVITY, name, each.start, each.finish) for name, each in actuals.activities.items()),
            *((ORDER, name, each.placed, each.delivered) for name, each in actuals.orders.items()),
        ]
        for kind, name, first, last in dated:
            if first < until:
                found[kind, f"{part.name}/{name}"] = first, last if last is not None and last < until else None
    return found


def _start(subject: Subject, tick: int, missing: int) -> date | None:
    return None if tick == missing else subject.network.start + timedelta(days=int(tick) // TICKS_PER_DAY)


def _finish(subject: Subject, tick: int, origin: int) -> date | None:
    return finish_date(None if tick == NONE else int(tick), subject.network.start, origin)
