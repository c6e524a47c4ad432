"""How a command answers tables: shown, or written as CSV, Parquet or JSON, the same numbers each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buildsim.cli.output import Json, emit, is_stdout, note, show

if TYPE_CHECKING:
    from rich.console import RenderableType

    from buildsim.studies.answer import Answer
    from buildsim.studies.detail import Tables

__all__ = ["Csv", "Json", "Parquet", "check_places", "deliver"]

Csv = Annotated[
    str | None, typer.Option("--csv", metavar="FILE|-", help="Write the table as CSV; - is stdout, without the report.")
]
Parquet = Annotated[Path | None, typer.Option("--parquet", metavar="FILE", help="Write the table as Parquet.")]


def check_places(json_: str | None, csv: str | None, parquet: Path | None) -> None:
    """Refuse places that could not be written in the end, before anything is run. Raises InputError."""
    from buildsim.studies.files import check_writable
    from buildsim.studies.store import require_pyarrow

    for file in (json_, csv):
        if file is not None and not is_stdout(file):
            check_writable(Path(file))
    if parquet is not None:
        require_pyarrow(parquet)
        check_writable(parquet)


def deliver(
    answer: Answer,
    tables: Tables,
    main: str,
    report: Callable[[], RenderableType],
    *,
    json_: str | None,
    csv: str | None,
    parquet: Path | None,
) -> None:
    """Write the tables where they were asked for, and show the report unless stdout is taken.

    JSON has all tables, CSV and Parquet that called ``main``. Raises InputError.
    """
    from buildsim.studies.files import write_file
    from buildsim.studies.tabular import csv_text, json_text, parquet_bytes

    asked: list[tuple[str, Callable[[], str]]] = []
    if csv is not None:
        asked.append((csv, lambda: csv_text(tables[main])))
    if json_ is not None:
        asked.append((json_, lambda: json_text(answer, tables)))
    for file, text in asked:
        if is_stdout(file):
            emit(text())
        else:
            write_file(Path(file), text().encode())
    if parquet is not None:
        write_file(parquet, parquet_bytes(tables[main]))
    if any(is_stdout(file) for file, _ in asked):
        for warning in answer.result.warnings:
            note(f"warning: {warning}")
    else:
        show(report())
