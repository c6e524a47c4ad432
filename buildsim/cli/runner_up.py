"""``buildsim runner-up``: the second path to each milestone, how far it is behind, and where paths meet."""

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

    RUNNER_UP = "runner_up"
    RUNNER_UP_PATH = "runner_up_path"
    MERGES = "merges"


def runner_up(
    scenario: Subject,
    site: Annotated[str | None, typer.Option(metavar="S", help="Only this site.")] = None,
    milestone: Annotated[
        str | None,
        typer.Option(metavar="M", help="Only this milestone; what is explained is first_gpu, else the last."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Show every category and merge, not only the largest.")] = False,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    table: Annotated[Table, typer.Option(help="Which table --csv and --parquet write.")] = Table.RUNNER_UP,
    json_: Json = None,
    csv: Csv = None,
    parquet: Parquet = None,
) -> None:
    """Show how close the second path to each milestone is, what it consists of, and what merges cost."""
    from buildsim.present.runner_up import runner_up_report

    deliver_selected(
        scenario,
        Asked.for_tables(replications, seed, engine, set_, variant),
        table,
        lambda result, tables: runner_up_report(result, tables, milestone, shown=None if all_ else 10),
        site=site,
        milestone=milestone,
        json_=json_,
        csv=csv,
        parquet=parquet,
    )
