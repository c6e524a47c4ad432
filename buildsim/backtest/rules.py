"""The rules by which a plan is drawn up from a build's attributes: `rules.yaml`, read once.

Attributes are texts here, as they are written in the tables: ``true``, ``2024-05-31``, ``hyperscaler``, ``147.0``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from buildsim.loading.yaml_file import parse_value
from buildsim.schema.base import Model, Text

STARTED_BEFORE = "started_before"


def as_text(value: Any) -> str:
    """A value as the tables have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(value: Any) -> Any:
    return tuple(map(as_text, value if isinstance(value, list) else [value]))


Fitting = Annotated[tuple[str, ...], BeforeValidator(_texts)]
"""The values that fit, one or a list."""


class Row(Model):
    """A row of a table with its origin, for builds that it fits."""

    when: dict[str, Fitting] = Field(default_factory=dict)
    assumption: Text
    fact: Text | None = None

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """True if each attribute that the row names has one of the values that fit."""
        return all(_fits(key, fitting, attributes) for key, fitting in self.when.items())


class Unknown(Row):
    """What an attribute may be where it is not stated."""

    attribute: str
    weights: Annotated[dict[str, float], Field(min_length=1)]


class PlanRow(Row):
    """What a plan becomes."""

    strategies: dict[str, str] = Field(default_factory=dict)
    use: dict[str, str] = Field(default_factory=dict)
    ahead: dict[str, str] = Field(default_factory=dict)
    """How long before the start is ordered: `gear`, `large_gear`, `power`."""
    calendar: str | None = None
    """Whose hours are worked in place of sixty a week."""
    pace: str | None = None
    """Spread of the pace of the build."""


class Number(Model):
    """A number with its origin."""

    value: float
    assumption: Text


class Climate(Model):
    """The states and countries of a weather region."""

    assumption: Text
    places: tuple[str, ...] = Field(strict=False)


class Rules(Model):
    """All tables."""

    facility_per_it: Number
    largest_hall: Number
    """MW of IT."""
    largest_step: Number
    """MW of IT."""
    most_halls: Number
    unknown: tuple[Unknown, ...] = Field(strict=False)
    rows: tuple[PlanRow, ...] = Field(strict=False)
    climates: dict[str, Climate]

    def climate(self, *places: str | None) -> str | None:
        """The weather of the first place that is in the table; None if there is none."""
        known = {place.casefold(): name for name, climate in self.climates.items() for place in climate.places}
        found = (known.get(place.casefold()) for place in places if place is not None)
        return next((climate for climate in found if climate is not None), None)


@cache
def rules() -> Rules:
    """The shipped rules."""
    text = files("buildsim.backtest").joinpath("rules.yaml").read_bytes()
    return Rules.model_validate(parse_value(text, "rules.yaml"))


def _fits(key: str, fitting: tuple[str, ...], attributes: Mapping[str, str]) -> bool:
    if key == STARTED_BEFORE:
        return attributes["start_date"] < fitting[0]  # ISO dates sort as texts
    return attributes.get(key) in fitting
