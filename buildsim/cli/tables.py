"""How a command answers tables: shown, or written as CSV, Parquet or JSON, the same numbers each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buildsim.cli.output import emit, is_stdout, note, show
from buildsim.cli.subject import Asked, answer_for

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from buildsim.analysis.result import StudyResult
    from buildsim.studies.answer import Answer
    from buildsim.studies.detail import Tables

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
    from buildsim.studies.tabular import json_text

    hand_over(
        lambda: json_text(answer, tables),
        lambda: tables[main],
        report,
        answer.result.warnings,
        json_=json_,
        csv=csv,
        parquet=parquet,
    )


def deliver_selected(
    scenario: str,
    asked: Asked,
    main: StrEnum,
    report: Callable[[StudyResult, Tables], RenderableType],
    *,
    site: str | None,
    milestone: str | None,
    json_: str | None,
    csv: str | None,
    parquet: Path | None,
) -> None:
    """Answer the tables that the enumeration of ``main`` names, of a site and a milestone or of all, as `deliver` does.

    Raises InputError, and UnknownNameError for a site or milestone that is not there.
    """
    from buildsim.studies.selection import selected

    check_places(json_, csv, parquet)
    answer = answer_for(scenario, asked)
    tables = selected(answer, [each.value for each in type(main)], site, milestone)
    deliver(answer, tables, main.value, lambda: report(answer.result, tables), json_=json_, csv=csv, parquet=parquet)


def hand_over(
    document: Callable[[], str],
    table: Callable[[], pd.DataFrame],
    report: Callable[[], RenderableType],
    warnings: Iterable[str],
    *,
    json_: str | None,
    csv: str | None,
    parquet: Path | None,
) -> None:
    """Write a JSON document and a table where they were asked for, and show the report unless stdout is taken.

    Raises InputError.
    """
    from buildsim.studies.files import write_file
    from buildsim.studies.tabular import csv_text, parquet_bytes

    asked: list[tuple[str, Callable[[], str]]] = []
    if csv is not None:
        asked.append((csv, lambda: csv_text(table())))
    if json_ is not None:
        asked.append((json_, document))
    for file, text in asked:
        if is_stdout(file):
            emit(text())
        else:
            write_file(Path(file), text().encode())
    if parquet is not None:
        write_file(parquet, parquet_bytes(table()))
    if any(is_stdout(file) for file, _ in asked):
        for warning in warnings:
            note(f"warning: {warning}")
    else:
        show(report())
