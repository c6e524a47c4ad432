"""``buildsim run``: run a scenario and say when, and why then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buildsim.cli.options import Engine, MaxReplications, Replications, Seed, Set, UntilCi, Variant
from buildsim.cli.output import emit, is_stdout, note, show
from buildsim.cli.subject import Asked, Subject, answer_for


def run(
    scenario: Subject,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    rule: Annotated[
        str | None,
        typer.Option(metavar="R", help="Who gets a scarce pool first: fifo, lft, lst, least_slack or index."),
    ] = None,
    set_: Set = None,
    variant: Variant = None,
    until_ci: UntilCi = None,
    max_replications: MaxReplications = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="Whose P80 --until-ci is about; default each site's key milestone.")
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="Say what share of each spread rests on which facts; takes many runs."),
    ] = False,
    json_: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Write the result as JSON; - is stdout, alone.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the result: manifest, JSON and Parquet tables.")
    ] = None,
) -> None:
    """Run a scenario: when each site is ready, and why then."""
    from buildsim.studies.answer import json_text
    from buildsim.studies.files import check_writable, write_file

    json_alone = json_ is not None and is_stdout(json_)
    if out is not None:
        from buildsim.studies import store

        store.check_place(out)
    if json_ is not None and not json_alone:
        check_writable(Path(json_))
    asked = Asked(
        replications,
        seed,
        engine,
        rule,
        variant,
        tuple(set_ or ()),
        evidence,
        details=out is not None,
        until_ci=until_ci,
        max_replications=max_replications,
        milestone=milestone,
    )
    answer = answer_for(scenario, asked)
    if out is not None:
        store.save(answer, out)
        note(f"kept in {out}")
    if json_ is not None and not json_alone:
        write_file(Path(json_), json_text(answer).encode())
    if json_alone:
        for warning in answer.result.warnings:
            note(f"warning: {warning}")
        emit(json_text(answer))
    else:
        from buildsim.present.report import report

        show(report(answer))
