"""``buildsim backtest RECORD.csv --due OUTCOMES.csv``: how good forecasts on record are that have come due."""

from __future__ import annotations

from pathlib import Path

import typer

from buildsim.cli.output import answer, is_stdout, note

_TAKEN = ("cases", "due", "json_")
"""Parameters of the command that are read here."""


def score_due(context: typer.Context, record: Path, outcomes: Path, json_: str | None) -> None:
    """Score a record against a file of outcomes; no other option of the command may be given, since nothing is played.

    Raises InputError.
    """
    from buildsim.backtest.due import due
    from buildsim.backtest.record import read_record
    from buildsim.backtest.seen import read_seen
    from buildsim.errors import InputError, Problem
    from buildsim.present.due import due_report
    from buildsim.studies.files import check_writable

    message = "does not go with --due, which scores what is on record and plays nothing"
    refused = [
        Problem(max(option.opts, key=len), 1, 1, "", message, "--due alone, or with --json")
        for option in context.command.params
        if option.name not in _TAKEN and _is_given(context, option.name)
    ]
    if refused:
        raise InputError(refused)
    alone = json_ is not None and is_stdout(json_)
    if json_ is not None and not alone:
        check_writable(Path(json_))
    found = read_record(record)
    sightings = read_seen(outcomes, found)
    for each in (*found.notes, *sightings.notes):
        note(f"note: {each}")
    judged = due(found, sightings.seen)
    if alone:
        for warning in judged.warnings:
            note(f"warning: {warning}")
    answer(judged, lambda: due_report(judged), json_)


def _is_given(context: typer.Context, name: str | None) -> bool:
    source = None if name is None else context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
