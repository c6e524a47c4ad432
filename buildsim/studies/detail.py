"""What a detail is: an additive reduction of replications to tidy tables, made when they are asked for or kept.

Floats are rounded here, once, so that terminal, CSV, JSON, Parquet, Python and pictures show equal numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from buildsim.analysis.chunk import Chunk
from buildsim.errors import InputError, Problem
from buildsim.loading.project import Project
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = 6

ALL_SITES = "all sites"
"""Stands where a row is about all sites together; with a blank, which no site's name has."""

Tables: TypeAlias = "Mapping[str, pd.DataFrame]"
"""By name; a name is also that of the Parquet file in which the table is kept."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a detail may know before the first replication."""

    project: Project
    network: Network
    planned: Samples
    deterministic: Outcome
    """Of the planned run."""


class Detail(Protocol):
    """An additive reduction of the replications of a run to tables."""

    def add(self, chunk: Chunk) -> None:
        """Add a chunk; chunks come in any order and any split, with equal tables."""

    def tables(self) -> Tables:
        """The tables of all chunks so far."""


def table_of(tables: Tables, name: str) -> pd.DataFrame:
    """One of the tables. Raises InputError if they were not made, as in a result that an older version kept."""
    if name not in tables:
        message = f"this result holds no table '{name}'"
        expected = "a scenario, or a folder that `run --out` of this version wrote"
        raise InputError([Problem(name, 1, 1, "", message, expected)])
    return tables[name]


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its floats as they are shown and kept."""
    numbers = [name for name in table if table[name].dtype.kind == "f"]
    return table.assign(**table[numbers].round(DECIMALS)).reset_index(drop=True)
