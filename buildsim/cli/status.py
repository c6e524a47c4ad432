"""``buildsim status``: a forecast against a former one that was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.options import Engine, Replications, Seed, Variant
from buildsim.cli.output import emit, is_stdout, note, show
from buildsim.cli.subject import Asked, Subject, answer_for, is_kept
from buildsim.cli.tables import Csv, Json, check_places


def status(
    scenario: Subject,
    against: Annotated[
        Path, typer.Option(metavar="OLD", help="The folder of the former forecast, which `run --out` kept.")
    ],
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    variant: Variant = None,
    json_: Json = None,
    csv: Csv = None,
) -> None:
    """Say what has moved since a former forecast, and why."""
    from buildsim.present.status import status_report
    from buildsim.studies import status as use_case
    from buildsim.studies import store
    from buildsim.studies.files import write_file
    from buildsim.studies.status_rows import json_text, movement_table
    from buildsim.studies.tabular import csv_text

    check_places(json_, csv, None)
    then = store.load(against)
    asked = Asked(replications, seed, engine, variant=variant, details=True)
    if not is_kept(scenario):
        asked = asked.like(then.result)
    result = use_case.status(answer_for(scenario, asked), then)
    texts = {"csv": csv_text(movement_table(result)), "json": json_text(result)}
    places = [(file, form) for file, form in ((csv, "csv"), (json_, "json")) if file is not None]
    for file, form in places:
        if is_stdout(file):
            emit(texts[form])
        else:
            write_file(Path(file), texts[form].encode())
    if any(is_stdout(file) for file, _ in places):
        for warning in result.warnings:
            note(f"warning: {warning}")
    else:
        show(status_report(result))
