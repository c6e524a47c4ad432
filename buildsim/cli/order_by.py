"""``buildsim order-by``: by when each long-lead item must be ordered, and what another month of waiting costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant, number
from buildsim.cli.output import Json, note
from buildsim.cli.progress import progress
from buildsim.cli.subject import assignments
from buildsim.cli.tables import Csv, check_places, hand_over

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


def order_by(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")],
    risk: Annotated[
        float, typer.Option(parser=number, metavar="SHARE", help="Replications that may be late; default 0.1.")
    ] = 0.1,
    site: Annotated[str | None, typer.Option(metavar="S", help="One site instead of all.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="What must not be late; default first_gpu, else the last ahead.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A supply, whatever its lead; repeatable; default all.")
    ] = None,
    least_lead: Annotated[
        float, typer.Option(parser=number, metavar="DAYS", help="Leave out items with a shorter lead; default 60.")
    ] = 60.0,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    csv: Csv = None,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write the dates as a calendar with reminders.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw them; FILE ends in .png, .svg or .html.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Draw light on dark.")] = False,
    json_: Json = None,
) -> None:
    """Find the latest safe order date of each long-lead item, and what another month of waiting costs."""
    from buildsim.present.calendar import calendar, require_calendar
    from buildsim.present.charts.kinds import order_picture
    from buildsim.present.charts.save import check_picture, save
    from buildsim.present.order_by import order_by_report
    from buildsim.studies import order_by as use_case
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import check_options, check_order_options
    from buildsim.studies.order_by_rows import item_table, json_text

    name = engine or "auto"
    check_options(replications, seed, name, None)
    check_order_options(risk, least_lead)
    check_places(json_, csv, None)
    if ics is not None:
        require_calendar(str(ics))
        check_writable(ics)
    if plot is not None:
        check_picture(plot)
    with progress() as report:
        result = use_case.order_by(
            scenario,
            risk=risk,
            site=site,
            milestone=milestone,
            items=tuple(item or ()),
            least_lead_days=least_lead,
            replications=replications,
            seed=seed,
            engine=cast("EngineName", name),
            overrides=assignments(set_ or ()),
            variant=variant,
            progress=report,
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    note(f"engine: {result.engine_used}")
    if ics is not None:
        write_file(ics, calendar(result))
    if plot is not None:
        save(order_picture(result, dark=dark), plot)
    hand_over(
        lambda: json_text(result),
        lambda: item_table(result),
        lambda: order_by_report(result),
        result.warnings,
        json_=json_,
        csv=csv,
        parquet=None,
    )
