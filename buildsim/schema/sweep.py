"""A sweep: which values of a scenario are varied, at which points together, and how often each point is played."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from buildsim.quantity import Quantity, QuantityError
from buildsim.schema.base import AnyQuantity, Model, Name, Text, quantity
from buildsim.schema.scenario import MAX_REPLICATIONS

Design = Literal["grid", "list", "one-at-a-time", "latin-hypercube", "sobol", "morris"]

MAX_POINTS = 1_000_000
SAMPLED = ("latin-hypercube", "sobol", "morris")
"""Designs that are drawn; the others are made of the levels of the factors."""

_Paths = Annotated[str, Field(min_length=1)] | Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
_FORMS = ("values", "range", "distribution", "alternatives")


class Alternative(Model):
    """One way of several: what it sets in the scenario, which may be a whole strategy or nothing."""

    title: Text | None = None
    set: dict[str, Any] = Field(default_factory=dict, description="Overrides by path, as in the scenario's `set`.")


class Factor(Model):
    """What is varied: one value at one or more paths, or one of several named alternatives."""

    title: Text | None = None
    path: _Paths | None = Field(
        None, description="Where the value stands, as in the scenario's `set`; a list of paths gets the same value."
    )
    values: Annotated[tuple[Any, ...], Field(strict=False, min_length=1)] | None = Field(
        None, description="The values it takes, as files hold them."
    )
    range: Annotated[tuple[AnyQuantity, AnyQuantity], Field(strict=False)] | None = Field(
        None, description="The lowest and the highest value; anything between is as likely."
    )
    distribution: AnyQuantity | None = Field(None, description="What it is drawn from.")
    alternatives: Annotated[dict[Name, Alternative], Field(min_length=1)] | None = Field(
        None, description="Ways by name, in place of a path with values."
    )
    whole: bool = Field(False, description="Of a range or distribution: only whole numbers.")

    @model_validator(mode="after")
    def _one_form(self) -> Factor:
        given = [name for name in _FORMS if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"both {' and '.join(given)} are given" if given else "nothing says which values it takes"
            raise QuantityError(message, expected=f"one of {', '.join(_FORMS)}")
        if (self.path is None) != (self.alternatives is not None):
            message = "alternatives have paths of their own" if self.path is not None else "nothing says what is varied"
            raise QuantityError(message, expected="`path`, or `alternatives`")
        if self.whole and not self.is_continuous:
            raise QuantityError("`whole` says nothing here", expected="`whole` beside a range or a distribution")
        return self

    @model_validator(mode="after")
    def _one_unit(self) -> Factor:
        if self.range is not None:
            low, high = self.range
            if (low.dimension, low.per) != (high.dimension, high.per):
                raise QuantityError(f"'{low.text}' and '{high.text}' are of two kinds", expected="one unit")
            if not low.value < high.value:
                raise QuantityError(f"'{low.text}' is not below '{high.text}'", expected="the lower value first")
        return self

    @property
    def is_continuous(self) -> bool:
        """True if it has a range or a distribution, false if it has levels."""
        return self.range is not None or self.distribution is not None

    @property
    def paths(self) -> tuple[str, ...]:
        """Where its value stands; none for alternatives."""
        if self.path is None:
            return ()
        return (self.path,) if isinstance(self.path, str) else self.path


class UntilCi(Model):
    """Play on at each point until the P80 is known closely enough, as `buildsim run --until-ci` does."""

    width: Annotated[Quantity, quantity("days")] = Field(description="Of the 95% interval of P80, at most.")
    milestone: Name | None = Field(None, description="Of each site that has it; default each site's key milestone.")
    max_replications: Annotated[int, Field(ge=1, le=MAX_REPLICATIONS)] = 10_000


class Sweep(Model):
    """One sweep file."""

    schema_: Literal[1] = Field(alias="schema")
    sweep: Name
    title: Text | None = None
    question: Text | None = Field(None, description="What it asks.")
    scenario: Annotated[str, Field(min_length=1, max_length=1000)] = Field(
        description="The scenario that is varied, by name or by path from this file."
    )
    factors: Annotated[dict[Name, Factor], Field(min_length=1)]
    design: Design = Field(description="Which values come together.")
    samples: Annotated[int, Field(ge=1, le=MAX_POINTS)] | None = Field(
        None,
        description="Of a latin-hypercube its points, of morris its trajectories, of sobol its base samples, a power "
        "of 2: with k factors morris has samples (k + 1) points, sobol samples (k + 2).",
    )
    points: Annotated[tuple[dict[Name, Any], ...], Field(strict=False, min_length=1)] | None = Field(
        None, description="Of a list: each point's values by factor; what it leaves out is as in the scenario."
    )
    replications: Annotated[int, Field(ge=1, le=MAX_REPLICATIONS)] | None = Field(
        None, description="Of each point; default the scenario's."
    )
    until_ci: UntilCi | None = Field(None, description="In place of `replications`.")
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = Field(
        None, description="Of every point's draws and of the design; default the scenario's."
    )
    keep_replications: bool = Field(False, description="Keep each replication's days too.")

    @model_validator(mode="after")
    def _fitting(self) -> Sweep:
        for key, wanted in (("samples", self.design in SAMPLED), ("points", self.design == "list")):
            if (getattr(self, key) is not None) != wanted:
                message = f"a {self.design} design has no `{key}`" if not wanted else f"`{key}` is missing"
                raise QuantityError(message, expected=f"`{key}` with {_who_has(key)}, and only there")
        if self.replications is not None and self.until_ci is not None:
            raise QuantityError("both say how many replications there are", expected="`replications` or `until_ci`")
        if self.design == "sobol" and self.samples is not None and self.samples & (self.samples - 1):
            raise QuantityError(f"{self.samples} is no power of 2", expected="`samples` such as 64, 128, 256")
        return self


def _who_has(key: str) -> str:
    return "a list" if key == "points" else ", ".join(SAMPLED)
