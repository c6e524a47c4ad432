"""A site plan: a campus of phases and halls, built by strategies from catalogs, or a plain network of activities."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from buildsim.quantity import Quantity
from buildsim.schema.base import Date, Model, Name, Probability, Provenance, Text, facts, quantity
from buildsim.schema.parts import Activity, Branch, Facts, Parts

Uses = dict[Name, Name]
_USE = "Which supply is meant where a template orders this, such as `rack: gb300-nvl72`."


class Hall(Model):
    """A hall (or building) that goes into service as one; quantities `per ...` in templates scale with it.

    Of `it`, `racks` and `gpus` one is enough where the supply meant by `rack` states what one of it is worth.
    """

    facility: Annotated[Facts, facts("MW facility")] | None = Field(None, description="Power at the meter.")
    it: Annotated[Facts, facts("MW IT")] | None = Field(None, description="Critical IT power.")
    racks: Annotated[Facts, facts("rack")] | None = None
    gpus: Annotated[Facts, facts("gpu")] | None = None
    strategies: dict[Name, Name] = Field(default_factory=dict, description="Overrides of the site's strategies.")
    use: Uses = Field(default_factory=dict, description=_USE)
    activities: dict[Name, Activity] = Field(default_factory=dict)


class Phase(Model):
    """Halls that are planned together."""

    start: Date | None = Field(None, description="Date gate of all its activities.")
    strategies: dict[Name, Name] = Field(default_factory=dict, description="Overrides of the site's strategies.")
    use: Uses = Field(default_factory=dict, description=_USE)
    halls: dict[Name, Hall] = Field(default_factory=dict)
    activities: dict[Name, Activity] = Field(default_factory=dict)


class ActualActivity(Provenance):
    """What happened to an activity (semantics 11); a run sees what lies before its data date."""

    start: Date
    finish: Date | None = Field(None, description="Its last day; without it the activity is under way.")
    remaining: Annotated[Quantity, quantity("days", "workdays", "workhours")] | None = Field(
        None, description="Remaining duration from the data date; default drawn given what has passed."
    )
    crew: Annotated[int, Field(ge=1)] | None = Field(None, description="Size of a moldable crew under way.")


class ActualOrder(Provenance):
    """What happened to an order; a run sees what lies before its data date."""

    placed: Date
    delivered: Date | None = None


class Actuals(Model):
    """Actual dates, by path below the site (`phase/hall/activity`, and `phase/hall/activity:order`)."""

    activities: dict[str, ActualActivity] = Field(default_factory=dict)
    orders: dict[str, ActualOrder] = Field(default_factory=dict)


class Record(Provenance):
    """A real date printed beside the forecast; no run depends on it."""

    date: Date
    note: Text | None = None


class SiteBody(Parts, Provenance):
    """A site plan without its file's header, as a scenario may hold it inline."""

    title: Text | None = None
    owner: Name | None = Field(None, description="Who waits for it; default the site's name.")
    region: Name | None = Field(None, description="Whose `regions` definitions it uses first.")
    start: Date | None = Field(None, description="Day 0 of its reports; default the scenario's start.")
    deadline: Date | None = None
    catalogs: Annotated[tuple[Name, ...], Field(strict=False)] = Field((), description="Catalogs it uses.")
    strategies: dict[Name, Name] = Field(
        default_factory=dict, description="A template for each role, such as `shell: shell-conventional`."
    )
    use: Uses = Field(default_factory=dict, description=_USE)
    phases: dict[Name, Phase] = Field(default_factory=dict)
    branches: dict[Name, Branch] = Field(default_factory=dict)
    activities: dict[Name, Activity] = Field(default_factory=dict, description="Activities of its own.")
    common: Probability = Field(0.0, description="Correlation of its durations through one common factor of the site.")
    actuals: Actuals = Field(default_factory=Actuals)
    records: dict[Name, Record] = Field(default_factory=dict, description="Real dates of milestones.")


class Site(SiteBody):
    """One site file."""

    schema_: Literal[1] = Field(alias="schema")
    site: Name = Field(description="Its name: the file's name without .yaml.")
