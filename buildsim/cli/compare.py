"""``buildsim compare``: plans against a first one, and which edits make the difference."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Seed
from buildsim.cli.output import Json, note
from buildsim.cli.progress import progress
from buildsim.cli.tables import Csv, check_places, hand_over

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


class Which(StrEnum):
    """The tables that can be written as CSV."""

    DIFFERENCES = "differences"
    EXPLAINED = "explained"
    EDITS = "edits"


def compare(
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN PLAN...", help="Files or names of shipped scenarios, SCENARIO@VARIANT for a variant."
        ),
    ],
    site: Annotated[str | None, typer.Option(metavar="S", help="Only this site.")] = None,
    milestone: Annotated[str | None, typer.Option(metavar="M", help="Only this milestone.")] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    explain: Annotated[
        bool, typer.Option("--explain/--no-explain", help="Say which edits make how many days; takes many runs.")
    ] = True,
    table: Annotated[
        Which, typer.Option(metavar="differences|explained|edits", help="Which table --csv writes.")
    ] = Which.DIFFERENCES,
    json_: Json = None,
    csv: Csv = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw what makes the difference; FILE ends in .png, .svg, .html or .json."),
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Draw light on dark.")] = False,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="How wide the picture is; default 900.")] = None,
) -> None:
    """Compare plans with the first one by the same random draws, and say which edits make the difference."""
    from buildsim.present.comparison import comparison_report
    from buildsim.studies.comparison import comparison
    from buildsim.studies.comparison_rows import difference_table, edit_table, explained_table, json_text
    from buildsim.studies.options import check_options

    check_places(json_, csv, None)
    if plot is not None:
        from buildsim.present.charts.extra import check_width
        from buildsim.present.charts.save import check_picture

        check_picture(plot)
        check_width(width)
    name = engine or "auto"
    check_options(replications, seed, name, None)
    with progress() as report:
        result = comparison(
            plans,
            site=site,
            milestone=milestone,
            replications=replications,
            seed=seed,
            engine=cast("EngineName", name),
            explained=explain,
            progress=report,
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    note(f"engine: {result.engine_used}")
    tables = {Which.DIFFERENCES: difference_table, Which.EXPLAINED: explained_table, Which.EDITS: edit_table}
    if plot is not None:
        from buildsim.present.charts.kinds import difference_picture
        from buildsim.present.charts.save import save

        save(difference_picture(result, dark=dark, width=width), plot)
        note(f"wrote {plot}")
    hand_over(
        lambda: json_text(result),
        lambda: tables[table](result),
        lambda: comparison_report(result),
        result.warnings,
        json_=json_,
        csv=csv,
        parquet=None,
    )
