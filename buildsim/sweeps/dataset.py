"""The dataset of a finished sweep: Parquet files and a manifest, written from the journal and read back."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from buildsim.studies.files import refusal, write_file
from buildsim.sweeps.factors import FactorColumn
from buildsim.sweeps.group import Group
from buildsim.sweeps.identity import Identity
from buildsim.sweeps.plan import Plan
from buildsim.sweeps.rows import ENDS, FINISHES, POINT, STATISTICS, factor_fields, unpacked

FORMAT: Final = "buildsim-sweep-1"
MANIFEST: Final = "manifest.json"
POINTS, RESULTS, REPLICATIONS = "points.parquet", "results.parquet", "replications.parquet"
ROWS: Final = 100_000
"""Rows that are written at a time, at least, as one row group."""
TABLES: Final = 256
"""Small tables that wait for that, at most: each costs far more memory than its rows."""
DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the points."""

    points: int
    failed: int
    replications: int
    """Of all points together."""


def write_dataset(
    folder: Path, plan: Plan, groups: Iterable[Group], about: Mapping[str, Any], identity: Identity, *, finishes: bool
) -> Counts:
    """Write the dataset of all groups, in the order of their points; the manifest comes last. Raises InputError."""
    factors = plan.columns
    own = [POINT, *factor_fields(factors)]
    rows = []
    with (
        _writing(folder / RESULTS, pa.schema([*own, *STATISTICS])) as results,
        _writing(folder / REPLICATIONS if finishes else None, pa.schema([*own, *FINISHES])) as replications,
    ):
        for group in groups:
            rows.append((group.point, group.error, group.replications))
            cells = plan.shown([group.point])
            for data, file in ((group.statistics, results), (group.finishes, replications)):
                if data is not None and file is not None:
                    file.add(_with_factors(unpacked(data), group.point, cells, own))
    with _writing(folder / POINTS, pa.schema([*own, *ENDS])) as points:
        assert points is not None
        points.add(_points(plan, rows, own))
    names = [POINTS, RESULTS, *([REPLICATIONS] if finishes else [])]
    failed = sum(error is not None for _, error, _ in rows)
    counts = Counts(len(rows), failed, sum(played for _, _, played in rows))
    manifest = {
        "format": FORMAT,
        **about,
        "factors": [asdict(each) for each in factors],
        "counts": asdict(counts),
        "identity": identity,
        "files": {name: _described(folder / name) for name in names},
    }
    write_file(folder / MANIFEST, (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())
    return counts


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished dataset; None if there is none. Raises InputError for another program's."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_bytes())
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise refusal(
            path, "this is not the manifest of a sweep of this version", "a folder that `buildsim sweep` wrote"
        )
    return dict(manifest)


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a finished dataset. Raises InputError if it cannot be read."""
    try:
        table: pd.DataFrame = pq.read_table(folder / name).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise refusal(folder / name, f"cannot be read: {error}") from None
    return table


def factors_of(manifest: Mapping[str, Any]) -> tuple[FactorColumn, ...]:
    """The factors that a manifest names."""
    return tuple(FactorColumn(**{**each, "levels": tuple(each["levels"])}) for each in manifest["factors"])


def _points(plan: Plan, rows: Sequence[tuple[int, str | None, int]], own: Sequence[pa.Field]) -> pa.Table:
    numbers = [point for point, _, _ in rows]
    columns: dict[str, Any] = {POINT.name: numbers, **plan.shown(numbers)}
    columns |= {
        "status": [DONE if error is None else FAILED for _, error, _ in rows],
        "error": [error for _, error, _ in rows],
        "replications": [played for _, _, played in rows],
    }
    schema = pa.schema([*own, *ENDS])
    return pa.table({field.name: _column(columns[field.name], field) for field in schema}, schema=schema)


def _with_factors(
    table: pa.Table, point: int, cells: Mapping[str, Sequence[float | str | None]], own: Sequence[pa.Field]
) -> pa.Table:
    values = {POINT.name: [point], **cells}
    columns = [_column(list(values[field.name]) * len(table), field) for field in own]
    return pa.Table.from_arrays([*columns, *table.columns], schema=pa.schema([*own, *table.schema]))


def _column(values: Sequence[Any], field: pa.Field) -> pa.Array:
    """An array in which NaN is null."""
    return pa.array(values, field.type, from_pandas=True)


class _Rows:
    """A Parquet file that is written some row groups at a time."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer, self._waiting, self._count = writer, list[pa.Table](), 0

    def add(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._count += len(table)
        if self._count >= ROWS:
            self.flush()
        elif len(self._waiting) >= TABLES:
            self._waiting = [pa.concat_tables(self._waiting).combine_chunks()]

    def flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
            self._waiting, self._count = [], 0


@contextmanager
def _writing(path: Path | None, schema: pa.Schema) -> Iterator[_Rows | None]:
    """A file that takes its name once it is whole. Raises InputError."""
    if path is None:
        yield None
        return
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with pq.ParquetWriter(fresh, schema, compression="zstd") as writer:
            rows = _Rows(writer)
            yield rows
            rows.flush()
        with open(fresh, "rb+") as stream:
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        expected = "room on a disk that can be written; the same command then goes on where it stopped"
        raise refusal(path, f"cannot be written: {error.strerror or error}", expected) from None
    finally:
        fresh.unlink(missing_ok=True)


def _described(path: Path) -> dict[str, Any]:
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size, "rows": pq.read_metadata(path).num_rows}
