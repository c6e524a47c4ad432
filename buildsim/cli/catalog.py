"""``buildsim catalog``: what the catalogs hold, and where every number in them comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from buildsim.cli.options import a_date
from buildsim.cli.output import Json, answer

catalog = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Look at catalogs: what they hold, and where it comes from."
)


@catalog.command("list")
def list_(json_: Json = None) -> None:
    """List the shipped catalogs: how much they hold, and how much of it is sourced or assumed."""
    from buildsim.present.catalogs import catalog_listing
    from buildsim.studies.catalogs import catalog_list

    found = catalog_list()
    answer({"catalogs": found}, lambda: catalog_listing(found), json_)


@catalog.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped catalog, or a file.")],
    as_of: Annotated[
        date | None,
        typer.Option(parser=a_date, metavar="DATE", help="As it was known then; default the newest date in it."),
    ] = None,
    json_: Json = None,
) -> None:
    """Show a catalog: its supplies, pools, templates and risks, and the source or assumption of every number."""
    from buildsim.present.catalogs import catalog_report
    from buildsim.studies.catalogs import catalog_view

    view = catalog_view(name, as_of)
    answer(view, lambda: catalog_report(view), json_)


@catalog.command()
def sources(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME|FILE]", help="A shipped catalog, or a file; default all shipped.")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(parser=a_date, metavar="DATE", help="How old the values are then; default the newest date in it."),
    ] = None,
    json_: Json = None,
) -> None:
    """Report the evidence: numbers by confidence, assumed, stale or not known yet, and what rests on each source."""
    from buildsim.present.catalogs import source_report
    from buildsim.studies.sources import source_list

    found = source_list(name, as_of)
    answer(found, lambda: source_report(found), json_)
