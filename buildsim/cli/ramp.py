"""``buildsim ramp``: how much is online when, and how likely so much is by a date."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant, a_date
from buildsim.cli.output import Json
from buildsim.cli.subject import Asked, Subject, answer_for
from buildsim.cli.tables import Csv, Parquet, check_places, deliver
from buildsim.errors import InputError, Problem


def ramp(
    scenario: Subject,
    site: Annotated[str | None, typer.Option(metavar="S", help="One site instead of all.")] = None,
    at_least: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="How likely so much is: 100 MW IT, 50 kgpu, 80 kH100e.")
    ] = None,
    by: Annotated[date | None, typer.Option(parser=a_date, metavar="DATE", help="By when: to the end of it.")] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    json_: Json = None,
    csv: Csv = None,
    parquet: Parquet = None,
) -> None:
    """Show how much power, GPUs and H100-equivalents are online at the end of each month."""
    from buildsim.present.ramp import ramp_report
    from buildsim.studies.detail import ALL_SITES, table_of
    from buildsim.studies.options import choose
    from buildsim.studies.ramp import ONLINE, RAMP, amount, chance

    if (at_least is None) != (by is None):
        missing, given = ("--by", "--at-least") if by is None else ("--at-least", "--by")
        raise InputError([Problem(missing, 1, 1, "", f"{given} needs {missing}", "both, or neither")])
    if at_least is not None:
        amount(at_least)
    check_places(json_, csv, parquet)
    answer = answer_for(scenario, Asked.for_tables(replications, seed, engine, set_, variant))
    online, table = table_of(answer.tables, ONLINE), table_of(answer.tables, RAMP)
    subject = ALL_SITES if site is None else choose("site with halls", site, tuple(dict.fromkeys(online["site"])))
    shown = table if site is None else table[table["site"] == site].reset_index(drop=True)
    found = None if at_least is None or by is None else chance(answer.result, online, at_least, by, site)
    tables = {RAMP: shown} if found is None else {RAMP: shown, "chance": found.table()}
    report = lambda: ramp_report(answer.result, online, table, subject, found)  # noqa: E731
    deliver(answer, tables, RAMP, report, json_=json_, csv=csv, parquet=parquet)
