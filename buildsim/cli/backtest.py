"""``buildsim backtest``: forecasts of real builds, and how good they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.due import score_due
from buildsim.cli.options import Engine, Replications, Seed
from buildsim.cli.output import Json, emit, is_stdout, note, show
from buildsim.cli.progress import progress

if TYPE_CHECKING:
    from buildsim.backtest.bases import Basis
    from buildsim.engine.select import EngineName


def backtest(
    context: typer.Context,
    cases: Annotated[Path, typer.Argument(metavar="CASES.csv", help="Builds, one a row, with or without outcomes.")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the forecasts as CSV: case,p10,p50,p80,p90.")
    ] = None,
    cut: Annotated[
        bool, typer.Option("--cut", help="Count only replications within max_observable_days, as the scores do.")
    ] = False,
    score: Annotated[
        bool, typer.Option("--score", help="Score the forecasts against the outcomes, beside simple baselines.")
    ] = False,
    due: Annotated[
        Path | None,
        typer.Option(metavar="OUTCOMES.csv", help="Score forecasts on record, in place of CASES.csv, that came due."),
    ] = None,
    basis: Annotated[
        str | None, typer.Option(metavar="BASIS", help="What forecasts rest on: facts, calibrated, reference-class.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Take this column as not known. Repeatable.")
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    json_: Json = None,
) -> None:
    """Forecast real builds from what was known at their start; with --score say how good the forecasts are."""
    if due is not None:
        score_due(context, cases, due, json_)
        return
    from buildsim.backtest import answer as use_case
    from buildsim.backtest.bases import BASES, DEFAULT
    from buildsim.backtest.cases import read_cases
    from buildsim.backtest.cases import without as without_columns
    from buildsim.backtest.document import csv_text, json_text
    from buildsim.backtest.forecast import REPLICATIONS, SEED
    from buildsim.backtest.plan import forecast
    from buildsim.present.backtest import backtest_report
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import check_options, choose

    json_alone = json_ is not None and is_stdout(json_)
    for file in (out, None if json_alone else json_):
        if file is not None:
            check_writable(Path(file))
    name = cast("EngineName", engine or "auto")
    check_options(replications, seed, name, None)
    asked = use_case.Asked(
        replications=REPLICATIONS if replications is None else replications,
        seed=SEED if seed is None else seed,
        engine=name,
        cut=cut,
        basis=cast("Basis", choose("basis", basis or DEFAULT, BASES)),
        without=tuple(without or ()),
    )
    found = without_columns(read_cases(cases, scored=score), asked.without)
    if score:
        use_case.check_outcomes(found)
    for each in found.notes:
        note(f"note: {each}")
    with progress("builds") as report:
        forecasts = forecast(
            found.builds, replications=asked.replications, seed=asked.seed, engine=name, progress=report
        )
    answer = use_case.backtest(found, forecasts, asked, score=score)
    if out is not None:
        write_file(Path(out), csv_text(answer).encode())
    if json_ is not None and not json_alone:
        write_file(Path(json_), json_text(answer).encode())
    if json_alone:
        for warning in answer.warnings:
            note(f"warning: {warning}")
        emit(json_text(answer))
    else:
        show(backtest_report(answer))
