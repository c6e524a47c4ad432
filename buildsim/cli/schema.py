"""``buildsim schema``: the JSON Schema of a kind of document, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.output import emit
from buildsim.schema.published import Kind, schema_file


def schema(
    kind: Annotated[Kind, typer.Argument(metavar="site|catalog|scenario|sweep", help="Of which documents.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to write it; default stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of site plans, catalogs, scenarios or sweeps, for editors."""
    text = schema_file(kind).read_text("utf-8")
    if out is None:
        emit(text)
        return
    from buildsim.studies.files import write_file

    write_file(out, text.encode())
    emit(f"wrote {out}\n")
