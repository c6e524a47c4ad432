"""A scenario: which sites, from when, under what market, asked how often."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from buildsim.quantity import Quantity
from buildsim.schema.base import Date, Name, Text, quantity
from buildsim.schema.parts import Parts
from buildsim.schema.site import SiteBody

MAX_REPLICATIONS = 10_000_000


def _listed(value: Any) -> str:
    return "inline" if isinstance(value, dict) else "names"


class Scenario(Parts):
    """One scenario file."""

    schema_: Literal[1] = Field(alias="schema")
    name: Name
    title: Text | None = None
    question: Text | None = Field(None, description="What it asks.")
    start: Date = Field(description="Time zero of the simulation.")
    sites: Annotated[
        Annotated[tuple[Name, ...], Field(strict=False, min_length=1), Tag("names")]
        | Annotated[dict[Name, SiteBody | None], Field(min_length=1), Tag("inline")],
        Discriminator(_listed),
    ] = Field(description="Names of site files, or a mapping of names to inline site plans (null: look it up).")
    catalogs: Annotated[tuple[Name, ...], Field(strict=False)] = Field((), description="Catalogs beside the sites'.")
    set: dict[str, Any] = Field(
        default_factory=dict, description="Overrides by path: `sites.NAME...`, `catalogs.NAME...` or a root key."
    )
    replications: Annotated[int, Field(ge=1, le=MAX_REPLICATIONS)] = 500
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    horizon: Annotated[Quantity, quantity("days")] | None = Field(
        None, description="Last time played; default 10 years."
    )
    rule: Literal["fifo", "lft", "lst", "least_slack", "index"] = Field(
        "fifo", description="Order in which waiting activities get pools."
    )
    ties: Literal["index", "drawn"] = Field("index", description="Ties of that order: by listing, or drawn.")
    data_date: Date | None = Field(None, description="Actuals are known up to here; default the start.")
    as_of: Date | None = Field(None, description="Only facts known then are used; default the data date.")
