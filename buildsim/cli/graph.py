"""``buildsim graph``: what depends on what, as a picture or for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.options import Variant
from buildsim.cli.output import note
from buildsim.cli.subject import Asked, Subject, answer_for, is_kept


def graph(
    scenario: Subject,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="FILE", help="Where it goes; FILE ends in .svg, .png, .dot or .graphml."),
    ],
    site: Annotated[str | None, typer.Option(metavar="S", help="Which site; default all.")] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark.")] = False,
    variant: Variant = None,
) -> None:
    """Draw or write what depends on what; a kept result says what is critical too."""
    from buildsim.present.charts.save import check_picture, check_suffix
    from buildsim.present.graphs import TEXTS
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.graph import kept_graph, of_site, planned_graph, sites_of
    from buildsim.studies.headline import key_milestone
    from buildsim.studies.options import choose

    pictures = (".svg", ".png", ".html")
    check_suffix(out, (*pictures, *TEXTS))
    suffix = out.suffix.lower()
    if suffix in TEXTS:
        check_writable(out)
    else:
        check_picture(out, pictures)
    if is_kept(scenario):
        answer = answer_for(scenario, Asked(variant=variant))
        found = kept_graph(answer, {name: key_milestone(of.milestones) for name, of in answer.result.sites.items()})
    else:
        found = planned_graph(scenario, variant)
    if site is not None:
        found = of_site(found, choose("site", site, sites_of(found)))
    if suffix in TEXTS:
        write_file(out, TEXTS[suffix](found).encode())
    else:
        from buildsim.present.charts.dependency import dependency_graph
        from buildsim.present.charts.save import save
        from buildsim.present.charts.theme import DARK, LIGHT

        save(dependency_graph(found, title=site or found.name, theme=DARK if dark else LIGHT), out)
    note(f"wrote {out}")
