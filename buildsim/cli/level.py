"""``buildsim level``: priorities and not-before dates by which a plan's planned run is done sooner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Schedules, Seed
from buildsim.cli.output import Json, emit, is_stdout, note, show
from buildsim.cli.progress import progress

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


def level(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")],
    site: Annotated[str | None, typer.Option(metavar="S", help="Make only this site's milestone early.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="What is made early; default first_gpu, else the last.")
    ] = None,
    schedules: Schedules = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    json_: Json = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write a scenario with the priorities and dates found."),
    ] = None,
) -> None:
    """Search for priorities and not-before dates by which the planned run is done sooner, and say what they risk."""
    from buildsim.present.level import level_report
    from buildsim.studies import level as use_case
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import check_options

    json_alone = json_ is not None and is_stdout(json_)
    name = engine or "auto"
    wanted = use_case.SCHEDULES if schedules is None else schedules
    check_options(replications, seed, name, None, schedules=wanted)
    if out is not None:
        use_case.check_target(scenario, out)
        check_writable(out)
    if json_ is not None and not json_alone:
        check_writable(Path(json_))
    with progress("schedules, replications") as report:
        result = use_case.level(
            scenario,
            site=site,
            milestone=milestone,
            schedules=wanted,
            replications=replications,
            seed=seed,
            engine=cast("EngineName", name),
            progress=report,
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    note(f"engine: {result.engine_used}")
    if out is not None:
        write_file(out, use_case.scenario_text(result, scenario, out).encode())
    if json_ is not None and not json_alone:
        write_file(Path(json_), use_case.json_text(result).encode())
    if json_alone:
        for warning in result.warnings:
            note(f"warning: {warning}")
        emit(use_case.json_text(result))
    else:
        show(level_report(result))
