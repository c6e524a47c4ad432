"""``buildsim path``: the driving path of a milestone and its resource chain, step by step."""

from __future__ import annotations

from typing import Annotated

import typer

from buildsim.cli.options import Variant
from buildsim.cli.output import note, show
from buildsim.cli.subject import Asked, Subject, answer_for
from buildsim.errors import UnknownNameError


def path(
    scenario: Subject,
    site: Annotated[str | None, typer.Option(metavar="S", help="Which site; needless if there is one.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="Which milestone; default first_gpu, else the last.")
    ] = None,
    variant: Variant = None,
) -> None:
    """Show what a milestone waited for, step by step."""
    from buildsim.present.paths import path_report
    from buildsim.studies.headline import key_milestone
    from buildsim.studies.options import choose

    result = answer_for(scenario, Asked(variant=variant)).result
    sites = tuple(result.sites)
    if site is None and len(sites) > 1:
        raise UnknownNameError("say which site with --site", f"one of {', '.join(sites)}")
    name = choose("site", site or sites[0], sites)
    found = result.sites[name]
    asked = choose("milestone", milestone or key_milestone(found.milestones), tuple(found.milestones))
    for warning in result.warnings:
        note(f"warning: {warning}")
    show(path_report(name, found, asked))
