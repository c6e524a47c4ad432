"""``buildsim import``: another program's project as a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.output import emit, note


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A single-mode instance of PSPLIB (.sm).")],
    folder: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Where to write its scenario.")] = Path(),
) -> None:
    """Write the project in FILE as the scenario DIR/NAME.yaml; a former one there is replaced."""
    from buildsim.importing.names import valid_name
    from buildsim.importing.psplib import read, scenario_text
    from buildsim.studies.files import refusal, write_file

    name = valid_name(file.stem)
    text = scenario_text(read(file), name, file.name if file.name.isprintable() else name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(folder, f"no folder can be made here: {error.strerror}") from None
    if name != file.stem:
        note(f"note: '{file.stem}' cannot be a name: the scenario is called {name}")
    target = folder / f"{name}.yaml"
    write_file(target, text.encode())
    emit(f"wrote {target}\nnext: buildsim run {target} -n 1 --rule lft\n")
