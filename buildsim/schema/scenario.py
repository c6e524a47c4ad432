"""A scenario: which sites, from when, under what market, asked how often."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from buildsim.quantity import Quantity, QuantityError
from buildsim.schema.base import Date, Model, Name, Provenance, Text, Whole, quantity
from buildsim.schema.parts import Parts
from buildsim.schema.site import SiteBody

MAX_REPLICATIONS = 10_000_000
OF_MILESTONES = ("earlier", "later", "unchanged")
OF_MEASURES = ("less", "more", "unchanged")
"""Directions of an expectation."""


def _listed(value: Any) -> str:
    return "inline" if isinstance(value, dict) else "names"


class Variant(Model):
    """A what-if: the scenario with other values, compared with it as it is or with the variant it stands on."""

    title: Text
    note: Text | None = None
    base: Name | None = Field(None, description="The variant that it stands on: its own overrides come after that's.")
    set: Annotated[dict[str, Any], Field(min_length=1)] = Field(description="Overrides by path, as in the scenario's.")


class Expectation(Provenance):
    """What a variant is thought to change, written down before the run, and why."""

    variant: Name
    site: Name | None = Field(None, description="Default: every site.")
    milestone: Name | None = Field(None, description="A milestone, whose date is thought to move.")
    measure: Literal["idle"] | None = Field(
        None, description="In place of a milestone: GPU-days of racks that lie delivered and not yet being set up."
    )
    direction: Literal["earlier", "later", "less", "more", "unchanged"] = Field(
        description="Of a milestone `earlier`, `later` or `unchanged`, of a measure `less`, `more` or `unchanged`."
    )
    note: Text | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Expectation:
        if (self.milestone is None) == (self.measure is None):
            raise QuantityError("an expectation is about one thing", expected="one of `milestone` and `measure`")
        fitting = OF_MILESTONES if self.milestone is not None else OF_MEASURES
        if self.direction not in fitting:
            subject = "a milestone" if self.milestone is not None else "a measure"
            raise QuantityError(
                f"{subject} does not become '{self.direction}'", expected=f"`direction: {', '.join(fitting)}`"
            )
        return self


class Leveled(Model):
    """What `buildsim level` found for an activity, in place of its priority and beside its own date."""

    priority: Whole | None = Field(None, description="Smaller is served first; default the activity's own.")
    not_before: Date | None = Field(None, description="Counts if it is later than the activity's own.")

    @model_validator(mode="after")
    def _says_something(self) -> Leveled:
        if self.priority is None and self.not_before is None:
            raise QuantityError("nothing is said of the activity", expected="`priority`, `not_before`, or both")
        return self


class Scenario(Parts):
    """One scenario file."""

    schema_: Literal[1] = Field(alias="schema")
    name: Name
    title: Text | None = None
    question: Text | None = Field(None, description="What it asks.")
    base: Annotated[str, Field(min_length=1, max_length=1000)] | None = Field(
        None,
        description="A scenario, by name or by path from this file, which gives every root key that is not stated "
        "here, but for name, title, question, variants and expect; `set` and `sources` are joined with its own.",
    )
    start: Date = Field(description="Time zero of the simulation; needless with a `base`.")
    sites: Annotated[
        Annotated[tuple[Name, ...], Field(strict=False, min_length=1), Tag("names")]
        | Annotated[dict[Name, SiteBody | None], Field(min_length=1), Tag("inline")],
        Discriminator(_listed),
    ] = Field(
        description="Names of site files, or a mapping of names to inline site plans (null: look it up); "
        "needless with a `base`."
    )
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
    leveling: dict[str, Leveled] = Field(
        default_factory=dict, description="By full name, `SITE/.../ACTIVITY`: as `buildsim level --out` writes it."
    )
    variants: dict[Name, Variant] = Field(default_factory=dict, description="What `buildsim what-if` compares.")
    expect: Annotated[tuple[Expectation, ...], Field(strict=False)] = Field(
        (), description="What the variants are thought to change, with the reason: said before they are run."
    )
