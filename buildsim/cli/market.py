"""``buildsim market``: how supplies and pools fare quarter by quarter: lead times, backlogs, stocks, who holds what."""

from __future__ import annotations

from typing import Annotated

import typer

from buildsim.cli.options import Engine, Replications, Seed, Set, Variant
from buildsim.cli.output import Json
from buildsim.cli.subject import Asked, Subject, answer_for
from buildsim.cli.tables import Csv, Parquet, check_places, deliver
from buildsim.errors import InputError, Problem


def market(
    scenario: Subject,
    supply: Annotated[str | None, typer.Option(metavar="NAME", help="One supply in full.")] = None,
    pool: Annotated[str | None, typer.Option(metavar="NAME", help="One pool in full: who holds it.")] = None,
    replications: Replications = None,
    seed: Seed = None,
    engine: Engine = None,
    set_: Set = None,
    variant: Variant = None,
    json_: Json = None,
    csv: Csv = None,
    parquet: Parquet = None,
) -> None:
    """Show lead times, backlogs and stocks of supplies, and who holds the pools, by quarter."""
    from buildsim.present.market import overview, pool_report, supply_report
    from buildsim.studies.detail import table_of
    from buildsim.studies.market_view import MARKET, POOL_USE
    from buildsim.studies.options import choose

    if supply is not None and pool is not None:
        raise InputError([Problem("--pool", 1, 1, "", "--supply is given as well", "one of --supply and --pool")])
    check_places(json_, csv, parquet)
    answer = answer_for(scenario, Asked.for_tables(replications, seed, engine, set_, variant))
    supplies, pools = table_of(answer.tables, MARKET), table_of(answer.tables, POOL_USE)
    if supply is not None:
        name = choose("supply", supply, tuple(dict.fromkeys(supplies["supply"])))
        theirs = supplies[supplies["supply"] == name].reset_index(drop=True)
        tables, main, report = {MARKET: theirs}, MARKET, lambda: supply_report(answer.result, theirs)
    elif pool is not None:
        name = choose("pool", pool, tuple(dict.fromkeys(pools["pool"])))
        theirs = pools[pools["pool"] == name].reset_index(drop=True)
        tables, main, report = {POOL_USE: theirs}, POOL_USE, lambda: pool_report(answer.result, theirs)
    else:
        tables, main = {MARKET: supplies, POOL_USE: pools}, MARKET
        report = lambda: overview(answer.result, supplies, pools)  # noqa: E731
    deliver(answer, tables, main, report, json_=json_, csv=csv, parquet=parquet)
