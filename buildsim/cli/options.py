"""Options that several commands have."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer


def whole(text: str) -> int:
    """The whole number that an option says."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a whole number") from None


def number(text: str) -> float:
    """The number that an option says."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number") from None


def a_date(text: str) -> date:
    """The date that an option says."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a date such as 2024-06-01") from None


Replications = Annotated[
    int | None,
    typer.Option("-n", "--replications", parser=whole, metavar="N", help="How often it is played."),
]
Seed = Annotated[int | None, typer.Option(parser=whole, metavar="S", help="Seed of all random draws.")]
Engine = Annotated[str | None, typer.Option(metavar="auto|reference|kernel", help="Engine; default auto.")]
UntilCi = Annotated[
    float | None,
    typer.Option(
        "--until-ci", parser=number, metavar="DAYS", help="Play on until the 95% interval of P80 is at most so wide."
    ),
]
MaxReplications = Annotated[
    int | None,
    typer.Option("--max-replications", parser=whole, metavar="N", help="Where --until-ci ends; default 100,000."),
]
Schedules = Annotated[
    int | None,
    typer.Option("--schedules", parser=whole, metavar="N", help="Schedules that the search may make; default 1,000."),
]
Variant = Annotated[
    str | None, typer.Option(metavar="NAME", help="One of the scenario's variants instead of the scenario as it is.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a value by its path in the files; repeatable."),
]
