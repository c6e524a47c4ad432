"""``buildsim bottlenecks``: what binds a plan, what it is worth to loosen it, and what binds then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant
from buildsim.cli.output import Json, emit, is_stdout, note, show
from buildsim.cli.pictures import check_pictures
from buildsim.cli.progress import progress
from buildsim.cli.subject import assignments

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName

PICTURES = ("ladder", "relief", "shares")


def bottlenecks(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")],
    site: Annotated[str | None, typer.Option(metavar="S", help="One site; default the mean of all.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="O", help="The sites of one owner.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="Which milestone; default first_gpu, else the last.")
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    most: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="How many constraints are looked at.")] = 12,
    json_: Json = None,
    ladder: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the ladder; FILE is .png, .svg, .html.")
    ] = None,
    relief: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw what each step of relief gains.")] = None,
    shares: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw who owes how much.")] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark, in pictures.")] = False,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="How wide a picture is; default 900.")] = None,
) -> None:
    """Show what binds next and what it is worth: relief, the ladder, shares, pairs and shadow prices."""
    from buildsim.present.bottlenecks import bottlenecks_report
    from buildsim.studies import bottlenecks as use_case
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import check_options

    pictures = {name: file for name, file in zip(PICTURES, (ladder, relief, shares), strict=True) if file is not None}
    check_pictures(pictures.values(), width)
    json_alone = json_ is not None and is_stdout(json_)
    if json_ is not None and not json_alone:
        check_writable(Path(json_))
    name = engine or "auto"
    check_options(replications, seed, name, None)
    overrides = assignments(set_ or ())
    with progress("plays") as report:
        result = use_case.bottlenecks(
            scenario,
            site=site,
            owner=owner,
            milestone=milestone,
            replications=replications,
            seed=seed,
            engine=cast("EngineName", name),
            overrides=overrides,
            variant=variant,
            most=most,
            progress=report,
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    note(f"engine: {result.engine_used}")
    if json_ is not None and not json_alone:
        write_file(Path(json_), use_case.json_text(result).encode())
    if json_alone:
        for warning in result.warnings:
            note(f"warning: {warning}")
        emit(use_case.json_text(result))
    else:
        show(bottlenecks_report(result))
    if pictures:
        from buildsim.present.charts.bottlenecks import draw
        from buildsim.present.charts.save import save

        for picture, file in pictures.items():
            save(draw(result, picture, dark=dark, width=width), file)
            note(f"wrote {file}")
