"""``buildsim check``: say whether scenarios, sites, catalogs and sweeps can be run, and all that is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from buildsim.cli.output import WIDEST, emit, is_stdout, note

if TYPE_CHECKING:
    from buildsim.studies.check import Checked


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, or names of what is shipped.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Lint the schedule too; a finding is a failure (exit code 2).")
    ] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CHECK", help="A check of --strict to leave out; repeatable."),
    ] = None,
    json_: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE|-", help="Write it as JSON; - is stdout, without the text."),
    ] = None,
) -> None:
    """Check scenarios, sites, catalogs and sweeps, each known by its content."""
    from buildsim.errors import BuildsimError
    from buildsim.studies.check import check_file, problems_in
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import choose
    from buildsim.studies.practices import CHECKS
    from buildsim.studies.rows import json_text

    left_out = [choose("check", name, tuple(CHECKS)) for name in ignore or ()]
    if left_out and not strict:
        raise typer.BadParameter("nothing is linted without --strict", param_hint="--ignore")
    to_stdout = json_ is not None and is_stdout(json_)
    if json_ is not None and not to_stdout:
        check_writable(Path(json_))
    rows: list[dict[str, Any]] = []
    for file in files:
        try:
            checked = check_file(file, strict=strict, ignore=left_out)
        except BuildsimError as error:
            note(str(error))
            rows.append({"file": file, "problems": problems_in(file, error), "checked": None})
            continue
        rows.append({"file": file, "problems": [], "checked": checked})
        for announcement in checked.announcements:
            note(f"note: {announcement}")
        for warning in checked.warnings:
            note(f"warning: {file}: {warning}")
        if not to_stdout:
            emit(_told(file, checked))
    if json_ is not None:
        text = json_text({"files": rows})
        emit(text) if to_stdout else write_file(Path(json_), text.encode())
    if any(row["problems"] or row["checked"].findings for row in rows):
        raise typer.Exit(2)


def _told(file: str, checked: Checked) -> str:
    """What is printed of a file that can be run."""
    from buildsim.present.words import clean, count

    counts = (count(number, noun) for noun, number in checked.counts.items() if number)
    line = clean(f"ok {file}: {', '.join([checked.kind, *counts])}") + "\n"
    if not checked.findings:
        return line
    from buildsim.present.console import console
    from buildsim.present.lint import lint_text

    return f"{line}\n{lint_text(checked.findings, min(console(sys.stdout).width, WIDEST))}"
