"""A network built by hand, row by row: only what a test says differs from an empty or neutral default."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from buildsim.distribution import Distribution
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Flaw, Rule, SupplyKind
from buildsim.network.network import (
    Activities,
    Branches,
    Calendars,
    Curves,
    Disruptions,
    Grounds,
    Links,
    Milestones,
    Network,
    Orders,
    Pools,
    Reworks,
    Risks,
    Sites,
    Supplies,
    Variable,
)

SOUND = Flaw(0)
DTYPES = {"I64": np.int64, "F64": np.float64, "Bool": np.bool_}

TABLES: dict[type, str] = {
    Activities: "activities",
    Links: "links",
    Orders: "orders",
    Curves: "curves",
    Pools: "pools",
    Supplies: "supplies",
    Branches: "branches",
    Reworks: "reworks",
    Risks: "risks",
    Disruptions: "disruptions",
}

NO_INDEX = {
    *("variable", "branch", "rework", "mold_pool", "remaining_variable", "lag_variable", "quantity_variable"),
    *("lead_variable", "capacity_variable", "market", "market_variable", "yield_curve", "yield_variable"),
    *("cycle_variable", "factor_variable", "days_variable", "capacity"),
}
NO_TICK = {"actual_start", "actual_finish", "start", "max_stock", "delivered", "withdraw", "not_before"}
ONE = {"lag_scale", "probability", "period"}

LISTS: dict[type, dict[str, tuple[str, ...]]] = {
    Activities: {"column_ptr": ("column_scale",), "need_ptr": ("need_pool", "need_units")},
    Curves: {"ptr": ("tick", "value")},
    Supplies: {
        "input_ptr": ("input_supply", "input_need", "input_share_ppm"),
        "share_ptr": ("share_owner", "share_ppm"),
    },
    Risks: {"target_ptr": ("target_activity",)},
    Disruptions: {
        "stop_ptr": ("stop_activity",),
        "pool_ptr": ("pool_index", "pool_factor"),
        "supply_ptr": ("supply_index", "supply_factor"),
    },
}


def default(field: str) -> Any:
    if field in NO_INDEX:
        return NONE
    return UNSET if field in NO_TICK else int(field in ONE)


def pointers(sizes: list[int]) -> Any:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def table(kind: type, rows: list[dict[str, Any]]) -> Any:
    """The network's table of that kind; a row gives lists where there are pointers, and a line its ``lots``."""
    lists = LISTS.get(kind, {})
    listed = {field for group in lists.values() for field in group}
    known = {field.name for field in fields(kind)} | {"lots"}
    assert all(set(row) <= known for row in rows), "a row has a column that the table does not know"
    columns: dict[str, Any] = {}
    for field in fields(kind):
        name = field.name
        if name == "name":
            columns[name] = tuple(row["name"] for row in rows)
        elif name in lists:
            columns[name] = pointers([len(row.get(lists[name][0], ())) for row in rows])
        elif name == "lot_ptr":
            columns[name] = pointers([row.get("lots", 0) for row in rows])
        elif name in listed:
            columns[name] = np.array([x for row in rows for x in row.get(name, ())], dtype=DTYPES[str(field.type)])
        else:
            values = [row.get(name, default(name)) for row in rows]
            columns[name] = np.array(values, dtype=DTYPES[str(field.type)])
    return kind(**columns)


class Build:
    """Collects rows; every method returns the row's index."""

    def __init__(self) -> None:
        self.variables: list[Variable] = []
        self.factors: list[str] = []
        self.rows: dict[type, list[dict[str, Any]]] = {kind: [] for kind in TABLES}

    def variable(
        self,
        name: str,
        kind: str,
        *params: float,
        occurrence: int = 0,
        factor: int = NONE,
        rho: float = 0.0,
        flaws: Flaw = SOUND,
    ) -> int:
        self.variables.append(Variable(name, occurrence, Distribution(kind, params), factor, rho, Grounds(flaws, 0)))
        return len(self.variables) - 1

    def curve(self, *points: tuple[int, float], linear: bool = False) -> int:
        ticks, values = zip(*points, strict=True)
        return self.row(Curves, tick=ticks, value=values, linear=linear)

    def activity(self, name: str, **columns: Any) -> int:
        neutral = {"column_scale": (TICKS_PER_DAY,), "day_scale": TICKS_PER_DAY}
        return self.row(Activities, **{"name": name, **neutral, **columns})

    def line(self, name: str, rate: int, *, period: int, lots: int, **columns: Any) -> int:
        """A production line with a capacity curve in units per day."""
        return self.row(Supplies, name=name, kind=SupplyKind.LINE, capacity=rate, period=period, lots=lots, **columns)

    def row(self, kind: type, /, **columns: Any) -> int:
        self.rows[kind].append(columns)
        return len(self.rows[kind]) - 1

    def network(self, *, horizon: int = 3652 * TICKS_PER_DAY, ties_drawn: bool = False) -> Network:
        tables = {attribute: table(kind, self.rows[kind]) for kind, attribute in TABLES.items()}
        return Network(
            scenario="by-hand",
            start=date(2026, 1, 1),
            horizon=horizon,
            data_tick=0,
            rule=Rule.INDEX,
            ties_drawn=ties_drawn,
            owners=("market",),
            categories=("work:work",),
            factors=tuple(self.factors),
            files=("scenario by-hand",),
            variables=tuple(self.variables),
            sites=table(Sites, []),
            calendars=Calendars((), np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)),
            milestones=table(Milestones, []),
            **tables,
        )


@pytest.fixture
def build() -> Build:
    return Build()
