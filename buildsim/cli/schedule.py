"""``buildsim schedule``: when each activity starts and finishes, its float and waits, how it drives a milestone."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant
from buildsim.cli.output import Json
from buildsim.cli.subject import Asked, Subject
from buildsim.cli.tables import Csv, Parquet, deliver_selected


class Table(StrEnum):
    """The tables that the command answers."""

    SCHEDULE = "schedule"
    WAITS = "waits"
    DRIVERS = "drivers"


def schedule(
    scenario: Subject,
    site: Annotated[str | None, typer.Option(metavar="S", help="Only this site.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="What is driven; default first_gpu, else the last.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Show every activity, not only the most critical.")] = False,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    table: Annotated[Table, typer.Option(help="Which table --csv and --parquet write.")] = Table.SCHEDULE,
    json_: Json = None,
    csv: Csv = None,
    parquet: Parquet = None,
) -> None:
    """Show when each activity starts and finishes, its float and waits, and how much it drives a milestone."""
    from buildsim.present.schedule import schedule_report

    deliver_selected(
        scenario,
        Asked.for_tables(replications, seed, engine, set_, variant),
        table,
        lambda result, tables: schedule_report(result, tables, milestone, shown=None if all_ else 20),
        site=site,
        milestone=milestone,
        json_=json_,
        csv=csv,
        parquet=parquet,
    )
