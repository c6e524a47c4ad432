"""``buildsim check``: say whether scenarios, sites and catalogs can be run, and all that is wrong with them."""

from __future__ import annotations

from typing import Annotated

import typer

from buildsim.cli.output import emit, note


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or names of what is shipped.")],
) -> None:
    """Check scenarios, sites and catalogs, each known by its content."""
    from buildsim.errors import BuildsimError
    from buildsim.present.words import clean, count
    from buildsim.studies.check import check_file

    failed = False
    for file in files:
        try:
            checked = check_file(file)
        except BuildsimError as error:
            note(str(error))
            failed = True
            continue
        for announcement in checked.announcements:
            note(f"note: {announcement}")
        for warning in checked.warnings:
            note(f"warning: {file}: {warning}")
        counts = (count(number, noun) for noun, number in checked.counts.items() if number)
        emit(clean(f"ok {file}: {', '.join([checked.kind, *counts])}") + "\n")
    if failed:
        raise typer.Exit(2)
