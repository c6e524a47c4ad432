"""``buildsim new``: a commented starter file that ``check`` passes."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.output import emit

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PLACEHOLDER = "@NAME@"
_FOR_EDITORS = "# yaml-language-server: $schema={}\n"


class Kind(StrEnum):
    """What a starter is for."""

    SITE = "site"
    SCENARIO = "scenario"


def new(
    kind: Annotated[Kind, typer.Argument(metavar="site|scenario", help="What to begin.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name: lower-case letters, digits and hyphens.")],
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where to write NAME.yaml.")] = Path(),
) -> None:
    """Write a commented starter file of a site or a scenario."""
    from importlib.resources import files

    from buildsim.errors import UnknownNameError
    from buildsim.schema import published
    from buildsim.studies.files import refusal, write_file

    if not _NAME.fullmatch(name):
        raise UnknownNameError(f'"{name}" cannot be a name', "lower-case letters, digits and hyphens, as in my-site")
    file = folder / f"{name}.yaml"
    if file.exists() or file.is_symlink():
        raise refusal(file, "this file exists and is not overwritten", "another name, or another --dir")
    text = files("buildsim.cli").joinpath("starters", f"{kind}.yaml").read_text("utf-8")
    schema = published.schema_file(published.Kind(kind))
    for_editors = _FOR_EDITORS.format(schema.as_uri()) if isinstance(schema, Path) else ""  # not from inside a zip file
    write_file(file, (for_editors + text.replace(_PLACEHOLDER, name)).encode())
    emit(f"wrote {file}\nnext: buildsim check {file}\n")
