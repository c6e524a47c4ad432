"""The schedule of a run: dates, float, waits and drivers of every activity, and what relates them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.chunks import Chunks
from buildsim.analysis.dates import DateReduction, planned_dates
from buildsim.analysis.drivers import CriticalityReduction, drivers
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.milestones import PERCENTS
from buildsim.analysis.waits import WaitReduction
from buildsim.compile.planning import Edge, link_edge, order_edge, schedule
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Placement, State
from buildsim.network.network import Network
from buildsim.studies.detail import Subject, Tables

SCHEDULE, WAITS, DRIVERS, LINKS = "schedule", "waits", "drivers", "links"
WAIT_COLUMNS: Final = ("site", "activity", "cause", "mean_days")
DRIVER_COLUMNS: Final = ("site", "milestone", "activity", "criticality", "cruciality", "ssi")
LINK_COLUMNS: Final = ("pred", "succ", "type", "lag_days", "kind")


class ScheduleDetail:
    """Makes the tables `SCHEDULE`, `WAITS`, `DRIVERS` and `LINKS`; days count from the start of an activity's site.

    ``schedule``: a row per activity; planned dates are those of the deterministic run, percentiles are over the
    replications in which the activity takes place, whose share is ``present``. ``total_float`` is that of the CPM
    over planned durations, without resources, against the site's deadline or, without one, its own CPM end; NaN for
    what has finished and what is not planned.

    ``drivers``: per milestone all activities of its site and those of other sites on its driving paths.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._dates = DateReduction(subject.network)
        self._waits = WaitReduction(subject.network)
        self._criticality = CriticalityReduction(subject.network)
        self._finish = Chunks()

    def add(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._dates.add(chunk.samples, chunk.outcome)
        self._waits.add(chunk)
        self._criticality.add(chunk)
        self._finish.add(chunk.outcome, chunk.milestones)

    def tables(self) -> Tables:
        """The tables of all chunks so far; ValueError if there is none."""
        return {
            SCHEDULE: self._schedule(),
            WAITS: self._wait_table(),
            DRIVERS: self._driver_table(),
            LINKS: link_table(self._subject.network),
        }

    def _schedule(self) -> pd.DataFrame:
        network, dates = self._subject.network, self._dates.dates()
        lookup, count = Lookup(network), len(network.activities)
        start, finish = planned_dates(network, self._subject.planned, self._subject.deterministic)
        ahead = self._subject.planned.state[0] == State.PRESENT
        ahead &= network.activities.actual_finish == UNSET
        return pd.DataFrame(
            {
                "site": [network.sites.name[site] for site in network.activities.site.tolist()],
                "activity": network.activities.name,
                "stage": [lookup.stage(activity) for activity in range(count)],
                "planned_start": start,
                "planned_finish": finish,
                **{f"start_p{percent}": dates.start[percent] for percent in PERCENTS},
                **{f"finish_p{percent}": dates.finish[percent] for percent in PERCENTS},
                "total_float": np.where(ahead, schedule(network).slack / TICKS_PER_DAY, np.nan),
                "present": dates.present,
            }
        )

    def _wait_table(self) -> pd.DataFrame:
        network = self._subject.network
        rows = [
            (network.sites.name[network.activities.site[activity]], network.activities.name[activity], cause, days)
            for (activity, cause), days in self._waits.mean_days().items()
        ]
        return pd.DataFrame(rows, columns=list(WAIT_COLUMNS)).astype({"mean_days": "float64"})

    def _driver_table(self) -> pd.DataFrame:
        network, lasted = self._subject.network, self._dates.lasted()
        [finish] = self._finish.rows()
        tables = []
        for milestone, name in enumerate(network.milestones.name):
            site, on_path = network.milestones.site[milestone], self._criticality.count(milestone)
            shown = np.flatnonzero((network.activities.site == site) | (on_path > 0))
            found = drivers(lasted[:, shown], finish[:, milestone], on_path[shown])
            columns = (
                network.sites.name[site],
                name,
                [network.activities.name[activity] for activity in shown.tolist()],
                found.criticality,
                found.cruciality,
                found.sensitivity,
            )
            tables.append(pd.DataFrame(dict(zip(DRIVER_COLUMNS, columns, strict=True))))
        return pd.concat(tables) if tables else pd.DataFrame(columns=list(DRIVER_COLUMNS))


def link_table(network: Network) -> pd.DataFrame:
    """A row per link, and per order that an activity places for another, with its planned lag in elapsed days.

    The lag of an order goes from the event that places it (``type`` FS: the finish, SS: the start) to the delivery as
    planned: the lead time, or a line's cycle. Lags in working time are given as they pass in an ordinary week.
    """
    orders = network.orders
    placed = np.flatnonzero((orders.placement != Placement.DATED) & (orders.consumer != NONE))
    edges: list[tuple[Edge, str]] = [
        *((link_edge(network, row), "link") for row in range(len(network.links))),
        *((order_edge(network, row), "order") for row in placed.tolist()),
    ]
    name = network.activities.name
    rows = [(name[e.pred], name[e.succ], e.type.name, e.lag / TICKS_PER_DAY, kind) for e, kind in edges]
    return pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype({"lag_days": "float64"})
