"""What all documents share: strict frozen models, dates, names, quantities, and facts with where they come from."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from buildsim.quantity import COUNT_NOUNS, Quantity, QuantityError, parse_number, parse_quantity, require

SCHEMA_VERSION = 1


class Model(BaseModel):
    """Base of all documents: unknown keys are errors, values are never coerced, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


def _as_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise QuantityError(f"'{value}' is not a date", expected="a date such as 2026-11-22") from None
    return value


Date = Annotated[date, BeforeValidator(_as_date)]
"""An ISO date; as a start it means its first minute, as a finish its last."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.+-]*$", max_length=80)]
"""A name of a site, activity, pool, supply ...: lower case letters, digits and . _ + -"""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]

Probability = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]

Whole = Annotated[int, Field(ge=0, le=10**12)]


def _is_count(dimension: str) -> bool:
    return dimension in COUNT_NOUNS


def _is_rate(dimension: str) -> bool:
    noun, _, per = dimension.partition("/")
    return noun in COUNT_NOUNS and per == "day"


def _require(parsed: Quantity, dimensions: tuple[str, ...]) -> Quantity:
    """``count`` stands for any count noun, ``rate`` for any count per time; an empty tuple for anything."""
    if not dimensions:
        return parsed
    if "count" in dimensions and _is_count(parsed.dimension):
        return parsed
    if "rate" in dimensions and _is_rate(parsed.dimension):
        return parsed
    examples = {"count": "rack", "rate": "wafer/day"}
    return require(parsed, *(examples.get(dimension, dimension) for dimension in dimensions))


def _parse(value: Any) -> Quantity:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise QuantityError("not a quantity", expected="a quantity such as 128 weeks")
    return parse_quantity(value) if isinstance(value, str) else parse_number(value)


class quantity:  # noqa: N801 - reads as the function-like metadata it is
    """Metadata of a quantity of one of the dimensions, without provenance; of any if none is named.

    Used as ``Annotated[Quantity, quantity("days")]``.
    """

    def __init__(self, *dimensions: str) -> None:
        self.dimensions = dimensions

    def check(self, value: Any) -> Quantity:
        """Read what a file holds, and check the dimension."""
        return _require(_parse(value), self.dimensions)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


AnyQuantity = Annotated[Quantity, quantity()]


class Source(Model):
    """A publication that facts refer to by its name."""

    title: Text
    publisher: Text
    date: Date | None = Field(None, description="When it was published; null where the page bears no date.")
    url: str | None = Field(None, description="Where it was seen.")


class Provenance(Model):
    """Where numbers come from: a source, or an assumption that says why. Stated on a block it covers all inside."""

    source: Name | None = Field(None, description="Name in `sources` of the same file.")
    assumption: Text | None = Field(None, description="Why this is assumed; instead of a source.")
    confidence: Literal["high", "medium", "low"] | None = Field(None, description="How far the source can be trusted.")
    known: Date | None = Field(None, description="Since when it was known; default: the source's date.")
    fact: Text | None = Field(
        None, description="Identifiers in the fact tables it was filled from: tests refuse the ones kept aside."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Provenance:
        if self.source is not None and self.assumption is not None:
            raise QuantityError(
                "both a source and an assumption", expected="one of `source` and `assumption`", hint=None
            )
        return self

    @property
    def stated(self) -> bool:
        """True if it says where its numbers come from."""
        return self.source is not None or self.assumption is not None


class Fact(Provenance):
    """A quantity with its provenance; a bare quantity stands for ``{value: ...}``."""

    value: AnyQuantity = Field(description="A quantity or a distribution with its unit.")
    at: Date | None = Field(None, description="Point of a dated curve.")
    valid_from: Date | None = Field(None, description="First date for which the fact holds.")
    valid_to: Date | None = Field(None, description="Last date for which the fact holds.")
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, (str, int, float)) and not isinstance(data, bool) else data


def _one_or_many(value: Any) -> str:
    return "many" if isinstance(value, (list, tuple)) else "one"


_OneOrMany = Annotated[
    Annotated[Fact, Tag("one")] | Annotated[tuple[Fact, ...], Field(strict=False, min_length=1), Tag("many")],
    Discriminator(_one_or_many),
]


def _dated(several: tuple[Fact, ...]) -> None:
    if len(several) > 1 and any(fact.at is None for fact in several):
        raise QuantityError("a point of a curve has no date", expected="`at: DATE` on every point")
    if any(fact.at is not None and (fact.valid_from or fact.valid_to) for fact in several):
        raise QuantityError(
            "a point of a curve holds from its `at`", expected="no `valid_from` and `valid_to` beside it"
        )
    dates = [fact.at for fact in several if fact.at is not None]
    if any(later < earlier for earlier, later in pairwise(dates)):
        raise QuantityError("the curve's dates go backwards", expected="points in order of `at`")


class facts:  # noqa: N801
    """Metadata of one fact or a list of dated facts of the dimensions: ``Annotated[Facts, facts("days")]``.

    The value is always a tuple. ``count`` stands for any count noun and ``rate`` for any count per time.
    """

    def __init__(self, *dimensions: str) -> None:
        self.dimensions = dimensions

    def normalise(self, value: Fact | tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Check the dimensions; a single fact becomes a tuple of one."""
        several = value if isinstance(value, tuple) else (value,)
        for fact in several:
            _require(fact.value, self.dimensions)
        return several

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.normalise, handler.generate_schema(_OneOrMany))


class curve(facts):  # noqa: N801
    """Metadata of a constant or a dated curve: facts with ``at``, in order of time.

    Two points may share an ``at`` if they became known at different times: a run sees the latest known.
    """

    def normalise(self, value: Fact | tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Check dimensions and the order of the points."""
        several = super().normalise(value)
        _dated(several)
        return several
