"""A network with its samples and outcome written by hand: what a test says, and neutral values for the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from buildsim.network.codes import LOT_UNPLAYED, NONE, OWN_WORK, UNSET, LinkType, Rule, StartCause
from buildsim.network.network import (
    Activities,
    Branches,
    Calendars,
    Curves,
    Disruptions,
    Links,
    Milestones,
    Network,
    Orders,
    Pools,
    Reworks,
    Risks,
    Sites,
    Supplies,
)
from buildsim.outcome.outcome import Ledger, Outcome
from buildsim.sampling.samples import Samples

TABLES = {
    "sites": Sites,
    "activities": Activities,
    "links": Links,
    "orders": Orders,
    "curves": Curves,
    "pools": Pools,
    "supplies": Supplies,
    "calendars": Calendars,
    "branches": Branches,
    "reworks": Reworks,
    "risks": Risks,
    "disruptions": Disruptions,
    "milestones": Milestones,
}

LISTS = {
    "column_ptr": ("column_scale",),
    "need_ptr": ("need_pool", "need_units"),
    "input_ptr": ("input_supply", "input_need", "input_share_ppm"),
    "share_ptr": ("share_owner", "share_ppm"),
    "target_ptr": ("target_activity",),
    "stop_ptr": ("stop_activity",),
    "pool_ptr": ("pool_index", "pool_factor"),
    "supply_ptr": ("supply_index", "supply_factor"),
    "lot_ptr": ("lots",),
    "ptr": ("open_start", "open_end", "tick", "value"),
}
"""Columns of a row that are lists, by the pointer that divides them."""

DEFAULTS = {
    **dict.fromkeys(("calendar", "branch", "rework", "mold_pool", "consumer", "lag_calendar", "activity"), NONE),
    **dict.fromkeys(("not_before", "deadline", "actual_start", "actual_finish", "max_stock"), UNSET),
    "join_all": True,
    "day_scale": 1440,
    "bypass": True,
}
DTYPES = {"I64": np.int64, "F64": np.float64, "Bool": np.bool_}


class Case:
    """Collects a network's rows and what was drawn and played; the methods that add a row return its index."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.categories: list[str] = []
        self.owners: list[str] = []
        self.horizon = 10_000
        self.start = date(2024, 1, 1)
        self.replications = 1
        self.first = 0
        self.values: dict[str, dict[tuple[int, int], Any]] = defaultdict(dict)
        self.ledger: list[tuple[int, int, int, int, int]] = []
        self.windows: dict[tuple[int, int], list[tuple[int, int]]] = {}

    # -- the network --------------------------------------------------------------------------------------------

    def row(self, table: str, /, **columns: Any) -> int:
        self.rows[table].append(columns)
        return len(self.rows[table]) - 1

    def site(self, name: str = "s", owner: str = "acme", start: int = 0, deadline: int = UNSET) -> int:
        if owner not in self.owners:
            self.owners.append(owner)
        return self.row("sites", name=name, owner=self.owners.index(owner), start=start, deadline=deadline)

    def activity(self, stage: str, kind: str = "work", **columns: Any) -> int:
        if not self.rows["sites"]:
            self.site()
        category = f"{kind}:{stage}"
        if category not in self.categories:
            self.categories.append(category)
        neutral = {"site": 0, "category": self.categories.index(category), "column_scale": (1.0,)}
        return self.row("activities", **{"name": f"s/{stage}", **neutral, **columns})

    def link(self, pred: int, succ: int, kind: LinkType = LinkType.FS, lag: int = 0, calendar: int = NONE) -> int:
        link = self.row("links", pred=pred, succ=succ, type=kind, lag_calendar=calendar)
        self.draw("lag", link, lag)
        return link

    def milestone(self, name: str, activity: int, site: int = 0) -> int:
        return self.row("milestones", name=name, site=site, activity=activity)

    def pool(self, name: str, capacity: int = 1) -> int:
        return self.row("pools", name=name, capacity=capacity)

    # -- what was drawn and played -------------------------------------------------------------------------------

    def draw(self, field: str, index: int, value: Any, row: int = 0) -> None:
        """A field of ``Samples`` or ``Outcome`` at (row, index)."""
        self.values[field][row, index] = value

    def play(
        self,
        activity: int,
        ready: int,
        start: int = NONE,
        end: int = NONE,
        finish: int | None = None,
        *,
        cause: StartCause = StartCause.SITE_START,
        by: int = NONE,
        finish_by: int = OWN_WORK,
        freed: tuple[int, int] = (NONE, NONE),
        row: int = 0,
        **more: int,
    ) -> None:
        """What happened to an activity; its finish is its end of work unless said."""
        facts = {
            "ready": ready,
            "start": start,
            "end_of_work": end,
            "finish": end if finish is None else finish,
            "start_cause_kind": cause,
            "start_cause": by,
            "finish_cause": finish_by,
            "freed_by": freed[0],
            "freed_at": freed[1],
            **more,
        }
        for field, value in facts.items():
            self.draw(field, activity, value, row)

    def wait(self, activity: int, start: int, end: int, blocker: int, row: int = 0) -> None:
        self.ledger.append((row, activity, start, end, blocker))

    def strike(self, risk: int, factor: float = 1.0, days: float = 0.0) -> None:
        self.draw("risk_struck", risk, True)
        self.draw("risk_factor", risk, factor)
        self.draw("risk_days", risk, days)

    # -- the three of them ---------------------------------------------------------------------------------------

    def network(self) -> Network:
        return Network(
            scenario="by-hand",
            start=self.start,
            horizon=self.horizon,
            data_tick=0,
            rule=Rule.FIFO,
            ties_drawn=False,
            owners=tuple(self.owners),
            categories=tuple(self.categories),
            factors=(),
            files=(),
            variables=(),
            **{name: table(kind, self.rows[name]) for name, kind in TABLES.items()},
        )

    def samples(self) -> Samples:
        columns = sum(len(row["column_scale"]) for row in self.rows["activities"])
        activities, links, orders = (len(self.rows[name]) for name in ("activities", "links", "orders"))
        supplies, risks, pools = (len(self.rows[name]) for name in ("supplies", "risks", "pools"))
        windows = [
            [self.windows.get((row, each), []) for each in range(len(self.rows["disruptions"]))]
            for row in range(self.replications)
        ]
        sizes = [[len(each) for each in row] for row in windows]
        edges = [edge for row in windows for each in row for edge in each]
        none = np.zeros((self.replications, 0), np.int64)
        capacities = [row["capacity"] for row in self.rows["pools"]]
        return Samples(
            first=self.first,
            length=self.grid("length", columns, 0),
            base=self.grid("base", columns, 0.0, np.float64),
            state=self.grid("state", activities, 0, np.int8),
            tie=self.grid("tie", activities, 0),
            lag=self.grid("lag", links, 0),
            lead=self.grid("lead", orders, 0),
            quantity=self.grid("quantity", orders, 1),
            cycle=self.grid("cycle", supplies, 0),
            lot_capacity=none,
            lot_yield=none,
            pool_ptr=np.arange(self.replications)[:, None] * pools + np.arange(pools + 1)[None, :],
            pool_tick=np.zeros(self.replications * pools, np.int64),
            pool_capacity=np.array(capacities * self.replications, np.int64),
            window_ptr=pointer_grid(sizes),
            window_start=np.array([start for start, _ in edges], np.int64),
            window_end=np.array([end for _, end in edges], np.int64),
            risk_struck=self.grid("risk_struck", risks, False, np.bool_),
            risk_factor=self.grid("risk_factor", risks, 1.0, np.float64),
            risk_days=self.grid("risk_days", risks, 0.0, np.float64),
        )

    def outcome(self) -> Outcome:
        activities, orders = len(self.rows["activities"]), len(self.rows["orders"])
        lots = sum(len(row.get("lots", ())) for row in self.rows["supplies"])
        ledger = np.array(sorted(self.ledger, key=lambda row: row[:2]), np.int64).reshape(-1, 5)
        defaults = {"crew": 0, "finish_cause": OWN_WORK}
        per_activity = [
            *("ready", "start", "end_of_work", "finish", "start_cause_kind", "start_cause", "finish_cause"),
            *("crew", "freed_by", "freed_at"),
        ]
        return Outcome(
            first=self.first,
            order_tick=self.grid("order_tick", orders, UNSET),
            delivery=self.grid("delivery", orders, UNSET),
            order_lot=self.grid("order_lot", orders, NONE),
            order_open=self.grid("order_open", orders, 0),
            lot_limit=self.grid("lot_limit", lots, LOT_UNPLAYED),
            lot_started=self.grid("lot_started", lots, 0),
            ledger=Ledger(*ledger.T),
            **{name: self.grid(name, activities, defaults.get(name, NONE)) for name in per_activity},
        )

    def all(self) -> tuple[Network, Samples, Outcome]:
        return self.network(), self.samples(), self.outcome()

    def grid(self, field: str, columns: int, default: Any, dtype: Any = np.int64) -> Any:
        grid = np.full((self.replications, columns), default, dtype)
        for place, value in self.values[field].items():
            grid[place] = value
        return grid


def table(kind: type, rows: list[dict[str, Any]]) -> Any:
    """The network's table of that kind; a row gives lists for the columns behind a pointer."""
    names = [field.name for field in fields(kind)]
    known = {*names, "lots"}
    assert all(set(row) <= known for row in rows), "a row has a column that the table does not know"
    listed = {column for name in names for column in LISTS.get(name, ())}
    columns: dict[str, Any] = {}
    for field in fields(kind):
        given = field.name
        if given == "name":
            columns[given] = tuple(row["name"] for row in rows)
        elif given in LISTS:
            present = next(column for column in LISTS[given] if column in known)
            columns[given] = np.cumsum([0, *(len(row.get(present, ())) for row in rows)])
        elif given in listed:
            columns[given] = np.array([x for row in rows for x in row.get(given, ())], DTYPES[str(field.type)])
        else:
            columns[given] = np.array([row.get(given, DEFAULTS.get(given, 0)) for row in rows], DTYPES[str(field.type)])
    return kind(**columns)


def pointer_grid(sizes: list[list[int]]) -> Any:
    """Pointers of shape (rows, columns + 1) into arrays that hold the rows one after the other."""
    before, rows = 0, []
    for row in sizes:
        rows.append(np.cumsum([before, *row]))
        before += sum(row)
    return np.array(rows)


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture(scope="session")
def case_type() -> type[Case]:
    """For tests that need many cases, such as those of hypothesis."""
    return Case
