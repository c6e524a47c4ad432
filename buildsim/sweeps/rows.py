"""A point's rows of the dataset, from the ticks of its milestones; as Arrow tables, which Parquet holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from buildsim.analysis.milestones import PERCENTS, MilestoneResult, summarize
from buildsim.analysis.path import site_start
from buildsim.analysis.tables import MILESTONE_COLUMNS
from buildsim.network.codes import NEVER, TICKS_PER_DAY, UNSET
from buildsim.network.network import I64, Network
from buildsim.sweeps.factors import FactorColumn

_TEXTS = ("site", "owner", "milestone")
_DATES = tuple(f"p{percent}" for percent in PERCENTS)
STATISTICS = pa.schema(
    [
        (name, pa.string() if name in _TEXTS else pa.date32() if name in _DATES else pa.float64())
        for name in MILESTONE_COLUMNS
    ]
)
"""The columns that a point has beside its number and its factors: those of `buildsim.Study.milestones`."""
FINISHES = pa.schema(
    [("replication", pa.int64()), ("site", pa.string()), ("milestone", pa.string()), ("days", pa.float64())]
)
"""Days of each replication; null where a milestone is not reached by the horizon."""
POINT = pa.field("point", pa.int64(), nullable=False)
ENDS = (
    pa.field("status", pa.string(), nullable=False),
    pa.field("error", pa.string()),
    pa.field("replications", pa.int64(), nullable=False),
)
"""What became of a point."""
RESERVED = {each.name for each in (POINT, *ENDS, *STATISTICS, *FINISHES)} | {"value"}
"""Names that no factor can have."""


@dataclass(frozen=True, slots=True)
class Head:
    """A milestone of a point: whose it is, and what its ticks are counted from and compared with."""

    site: str
    owner: str
    milestone: str
    origin: int
    deadline: int | None
    planned: int | None
    """Tick at which the deterministic run reaches it."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The milestones of a point."""

    start: date
    milestones: tuple[Head, ...]


def heads_of(network: Network, planned: I64) -> Heads:
    """The milestones of a network; ``planned`` are the deterministic run's ticks, of shape (milestones,)."""
    milestones, sites = network.milestones, network.sites
    found = []
    for i, name in enumerate(milestones.name):
        site = int(milestones.site[i])
        deadline, tick = int(sites.deadline[site]), int(planned[i])
        found.append(
            Head(
                site=sites.name[site],
                owner=network.owners[sites.owner[site]],
                milestone=name,
                origin=site_start(network, i),
                deadline=None if deadline == UNSET else deadline,
                planned=None if tick == NEVER else tick,
            )
        )
    return Heads(network.start, tuple(found))


def statistics(heads: Heads, finish: I64) -> pa.Table:
    """(milestones) A row per site and milestone, with the columns of `STATISTICS`."""
    rows = [
        {"site": head.site, "owner": head.owner, "milestone": head.milestone, **_numbers(_summary(heads, head, ticks))}
        for head, ticks in zip(heads.milestones, finish.T, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=STATISTICS)


def finishes(heads: Heads, finish: I64) -> pa.Table:
    """(replications x milestones) A row per replication, site and milestone, with the columns of `FINISHES`."""
    count, each = finish.shape
    days = (finish - np.array([head.origin for head in heads.milestones], dtype=np.int64)) / TICKS_PER_DAY
    names = {"site": [head.site for head in heads.milestones], "milestone": [h.milestone for h in heads.milestones]}
    return pa.table(
        {
            "replication": np.repeat(np.arange(count), each),
            **{name: pa.array(values * count, pa.string()) for name, values in names.items()},
            "days": pa.array(days.ravel(), mask=(finish == NEVER).ravel()),
        },
        schema=FINISHES,
    )


def factor_fields(factors: Sequence[FactorColumn]) -> list[pa.Field]:
    """The factors' columns."""
    return [pa.field(each.name, pa.float64() if each.numeric else pa.string()) for each in factors]


def packed(table: pa.Table) -> bytes:
    """A table as the journal holds it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def unpacked(data: bytes) -> pa.Table:
    """The table that `packed` made."""
    return pa.ipc.open_stream(data).read_all()


def _summary(heads: Heads, head: Head, ticks: I64) -> MilestoneResult:
    return summarize(ticks, origin=head.origin, start=heads.start, deterministic=head.planned, deadline=head.deadline)


def _numbers(found: MilestoneResult) -> dict[str, float | date | None]:
    bounds = {
        f"{name}_{side}_days": bound
        for name, interval in found.ci95_days.items()
        for side, bound in zip(("low", "high"), interval, strict=True)
    }
    own = {name: getattr(found, name) for name in MILESTONE_COLUMNS if name not in (*_TEXTS, *bounds)}
    return {**own, **bounds}
