"""``buildsim plot``: a picture of what a scenario answers, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.options import Variant
from buildsim.cli.output import note
from buildsim.cli.subject import Asked, Subject, answer_for


def plot(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="gantt, s-curve, waterfall or ramp.")],
    scenario: Subject,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", help="Where it goes; FILE ends in .png, .svg, .html or .json."),
    ],
    site: Annotated[str | None, typer.Option(metavar="S", help="Which site; default all.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="Which milestone; default first_gpu, else the last.")
    ] = None,
    measure: Annotated[
        str, typer.Option(metavar="mw|facility_mw|gpus|h100e", help="What a ramp counts; default mw.")
    ] = "mw",
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark.")] = False,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="How wide; default 900.")] = None,
    variant: Variant = None,
) -> None:
    """Draw a scenario's schedule, S-curves, waterfall of days or ramp."""
    from buildsim.present.charts.kinds import check_kind, picture
    from buildsim.present.charts.save import check_picture, save

    check_kind(kind)
    check_picture(out)
    answer = answer_for(scenario, Asked(variant=variant, details=True))
    for warning in answer.result.warnings:
        note(f"warning: {warning}")
    drawn = picture(answer, kind, site=site, milestone=milestone, measure=measure, dark=dark, width=width)
    save(drawn, out)
    note(f"wrote {out}")
