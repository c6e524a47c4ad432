"""The bodies of what is asked, one for each kind of job."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from buildsim.errors import InputError, Problem
from buildsim.loading.project import DocumentText, Ref

Kind = Literal["runs", "bottlenecks", "comparisons", "sweeps"]
EngineName = Literal["auto", "reference", "kernel"]

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(@[a-z0-9][a-z0-9._+-]*)?")
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Document = str | dict[str, Any]
SCENARIO: Final = (
    "The name of a shipped scenario, or a whole scenario with its own sites and catalog entries inline: a JSON object, "
    "or the text of a YAML file."
)
_Seed = Annotated[StrictInt, Field(ge=0, lt=2**63)]
_Count = Annotated[StrictInt, Field(ge=1)]
_Values = Annotated[
    dict[str, Any], Field(description="Values by their paths in the files, as `--set` takes them.", max_length=1_000)
]


class Body(BaseModel):
    """What all bodies have in common: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UntilCi(Body):
    """Play on until the 95% interval of P80 is narrow enough."""

    days: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Its width, at most.")]
    max_replications: _Count | None = Field(
        None, description="Where it ends anyhow; default as many as a run may have."
    )
    milestone: _Text | None = Field(None, description="Whose P80; default each site's key milestone.")


class RunRequest(Body):
    """A run: when each site is ready, and why then."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"scenario": "quickstart", "replications": 500, "seed": 11},
                {
                    "scenario": {
                        "schema": 1,
                        "name": "mine",
                        "start": "2026-01-05",
                        "sites": {
                            "here": {
                                "activities": {
                                    "shell": {"duration": "pert(200, 240, 300) days"},
                                    "racks": {"duration": "30 days", "after": ["shell"], "milestone": "first_gpu"},
                                }
                            }
                        },
                    }
                },
            ]
        }
    )

    scenario: _Document = Field(description=SCENARIO)
    variant: _Text | None = Field(None, description="One of the scenario's variants.")
    set: _Values = {}
    replications: _Count | None = Field(None, description="How often it is played; default the scenario's.")
    seed: _Seed | None = Field(None, description="Of all draws; default the scenario's.")
    engine: EngineName | None = None
    rule: Literal["fifo", "lft", "lst", "least_slack", "index"] | None = Field(
        None, description="Who gets a scarce pool first."
    )
    until_ci: UntilCi | None = Field(None, description="In place of `replications`.")


class BottlenecksRequest(Body):
    """What binds, what it is worth to loosen it, and what binds then."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scenario": "quickstart", "replications": 100, "most": 4}]}
    )

    scenario: _Document = Field(description=SCENARIO)
    variant: _Text | None = None
    set: _Values = {}
    site: _Text | None = Field(None, description="One site; default the mean of all.")
    owner: _Text | None = Field(None, description="The sites of one owner.")
    milestone: _Text | None = Field(None, description="Default first_gpu, else the last.")
    replications: _Count | None = None
    seed: _Seed | None = None
    engine: EngineName | None = None
    most: Annotated[StrictInt, Field(ge=1, le=50)] = 12


class PlanRequest(Body):
    """A plan of a comparison."""

    scenario: _Document = Field(description=SCENARIO)
    variant: _Text | None = None


class ComparisonRequest(Body):
    """Plans against the first of them, and which edits make the difference."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plans": [
                        {"scenario": "quickstart"},
                        {
                            "scenario": {
                                "schema": 1,
                                "name": "sooner",
                                "base": "quickstart",
                                "set": {"catalogs.power.supplies.padmount-transformer.lead": "20 weeks"},
                            }
                        },
                    ],
                    "replications": 50,
                }
            ]
        }
    )

    plans: Annotated[list[PlanRequest], Field(min_length=2)]
    site: _Text | None = None
    milestone: _Text | None = None
    replications: _Count | None = None
    seed: _Seed | None = None
    engine: EngineName | None = None
    explained: StrictBool = Field(True, description="Say which edits make how many days.")


class SweepRequest(Body):
    """Many points of a scenario."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sweep": {
                        "schema": 1,
                        "sweep": "lead-times",
                        "scenario": "quickstart",
                        "factors": {
                            "padmount-lead": {
                                "path": "catalogs.power.supplies.padmount-transformer.lead",
                                "values": ["20 weeks", "65 weeks", "130 weeks"],
                            }
                        },
                        "design": "grid",
                        "replications": 50,
                    }
                }
            ]
        }
    )

    sweep: _Document = Field(
        description="The name of a shipped sweep, or a whole one: a JSON object or the text of a YAML file. Its "
        "`scenario` is a shipped name or, in an object, a whole scenario."
    )
    site: _Text | None = Field(None, description="What is summed up is of this site alone.")
    milestone: _Text | None = Field(None, description="What is summed up; default first_gpu, else the last.")
    statistic: Literal["mean", "p10", "p50", "p80", "p90", "reached"] = "p80"
    engine: EngineName | None = None


REQUESTS: Final[Mapping[Kind, type[Body]]] = {
    "runs": RunRequest,
    "bottlenecks": BottlenecksRequest,
    "comparisons": ComparisonRequest,
    "sweeps": SweepRequest,
}


def text_of(document: str | Mapping[str, Any]) -> str | None:
    """The text of a whole document; None for a name. Raises InputError for a name that could be a path."""
    if not isinstance(document, str):
        return json.dumps(document)
    if "\n" in document or ":" in document:
        return document
    if NAME.fullmatch(document) is None:
        message = f"{document[:100]!r} is neither a name nor a document"
        raise InputError([Problem("request", 1, 1, "scenario", message, "a shipped name, or a whole document")])
    return None


def scenario_of(document: str | dict[str, Any], display: str = "scenario") -> Ref:
    """A scenario as `load_scenario` takes it; nothing but what is shipped is found from it. Raises InputError."""
    text = text_of(document)
    return str(document) if text is None else DocumentText(text, display)
