"""``buildsim status``: a forecast against a former one that was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant
from buildsim.cli.output import Json
from buildsim.cli.subject import Asked, Subject, answer_for, is_kept
from buildsim.cli.tables import Csv, Parquet, check_places, hand_over


def status(
    scenario: Subject,
    against: Annotated[
        Path, typer.Option(metavar="OLD", help="The folder of the former forecast, which `run --out` kept.")
    ],
    site: Annotated[str | None, typer.Option(metavar="S", help="Only this site.")] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    json_: Json = None,
    csv: Csv = None,
    parquet: Parquet = None,
) -> None:
    """Say what has moved since a former forecast, and why."""
    from buildsim.present.status import status_report
    from buildsim.studies import status as use_case
    from buildsim.studies import store
    from buildsim.studies.status_rows import json_text, movement_table

    check_places(json_, csv, parquet)
    then = store.load(against)
    use_case.check_former(then)
    asked = Asked.for_tables(replications, seed, engine, set_, variant)
    if not is_kept(scenario):
        asked = asked.like(then.result)
    result = use_case.status(answer_for(scenario, asked), then, site)
    hand_over(
        lambda: json_text(result),
        lambda: movement_table(result),
        lambda: status_report(result),
        result.warnings,
        json_=json_,
        csv=csv,
        parquet=parquet,
    )
