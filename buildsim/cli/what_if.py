"""``buildsim what-if``: a scenario's variants, each against what it stands on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from buildsim.cli.options import Engine, Replications, Seed
from buildsim.cli.output import Json, emit, is_stdout, note, show
from buildsim.cli.progress import progress

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


def what_if(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")],
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    json_: Json = None,
) -> None:
    """Compare a scenario's variants by the same random draws, and say whether that is what was expected."""
    from buildsim.present.what_if import what_if_report
    from buildsim.studies import what_if as use_case
    from buildsim.studies.files import check_writable, write_file
    from buildsim.studies.options import check_options

    json_alone = json_ is not None and is_stdout(json_)
    if json_ is not None and not json_alone:
        check_writable(Path(json_))
    name = engine or "auto"
    check_options(replications, seed, name, None)
    with progress() as report:
        result = use_case.what_if(
            scenario, replications=replications, seed=seed, engine=cast("EngineName", name), progress=report
        )
    for announcement in result.announcements:
        note(f"note: {announcement}")
    note(f"engine: {result.engine_used}")
    if json_ is not None and not json_alone:
        write_file(Path(json_), use_case.json_text(result).encode())
    if json_alone or not result.variants:
        for warning in result.warnings:
            note(f"warning: {warning}")
    if json_alone:
        emit(use_case.json_text(result))
    elif result.variants:
        show(what_if_report(result))
