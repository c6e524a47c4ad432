"""``buildsim sensitivity``: what drives a milestone, of the uncertain inputs or of values at some paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant, whole
from buildsim.cli.output import Json, emit, is_stdout, note, show
from buildsim.cli.pictures import check_pictures
from buildsim.cli.progress import progress
from buildsim.cli.subject import all_of, assignments

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


def sensitivity(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")],
    method: Annotated[
        str, typer.Option(metavar="rank|tornado|morris|sobol", help="How it is asked; rank costs no more than a run.")
    ] = "rank",
    path: Annotated[
        list[str] | None,
        typer.Option(
            "--path", metavar="PATH=LOW..HIGH", help="Vary a value by its path, in place of the inputs; repeatable."
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(parser=whole, metavar="N", help="Of paths: points of rank, trajectories, base samples of sobol."),
    ] = None,
    site: Annotated[str | None, typer.Option(metavar="S", help="One site; default the mean of all.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="Which milestone; default first_gpu, else the last.")
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    most: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1_000, help="How many inputs are told of; default 12.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(parser=whole, metavar="N", help="Of paths: processes; default one for each core.")
    ] = None,
    json_: Json = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it; FILE is .png, .svg, .html.")] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark, in pictures.")] = False,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="How wide a picture is; default 900.")] = None,
) -> None:
    """Show what drives a milestone: ranks, a tornado, elementary effects, or shares of the variance."""
    from buildsim.loading.overrides import parse_range
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.influence import json_text
    from buildsim.sweeps.sensitivity import ask

    check_pictures([] if plot is None else [plot], width)
    json_alone = json_ is not None and is_stdout(json_)
    if json_ is not None and not json_alone:
        check_writable(Path(json_))
    ranges = dict(all_of(path or (), parse_range))
    overrides = assignments(set_ or ())
    with progress("points" if ranges else "plays") as report:
        result = ask(
            scenario,
            method,
            ranges=ranges,
            samples=samples,
            workers=workers,
            site=site,
            milestone=milestone,
            replications=replications,
            seed=seed,
            engine=cast("EngineName", engine or "auto"),
            overrides=overrides,
            variant=variant,
            most=most,
            progress=report,
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    if result.engine_used is not None:
        note(f"engine: {result.engine_used}")
    if json_ is not None and not json_alone:
        write_file(Path(json_), json_text(result).encode())
    if json_alone:
        for warning in result.warnings:
            note(f"warning: {warning}")
        emit(json_text(result))
    else:
        from buildsim.present.sensitivity import sensitivity_report

        show(sensitivity_report(result))
    if plot is not None:
        from buildsim.present.charts.save import save
        from buildsim.present.charts.sensitivity import draw

        save(draw(result, dark=dark, width=width), plot)
        note(f"wrote {plot}")
