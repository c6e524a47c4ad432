"""The published JSON Schemas: made from the models as they are, true of every good file, untrue of usual mistakes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from buildsim.distribution import KINDS
from buildsim.loading.yaml_file import read_document
from buildsim.quantity import UNITS
from buildsim.schema.base import Fact
from buildsim.schema.json_schema import MODELS, json_schema, json_schema_text
from buildsim.schema.published import Kind, schema_file

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    *(
        (Kind(folder.removesuffix("s")), file)
        for folder in ("sites", "catalogs", "scenarios")
        for file in sorted((ROOT / folder).glob("*.yaml"))
    ),
    *((Kind.SWEEP, file) for file in sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml"))),
    *((Kind.SCENARIO, file) for file in sorted((ROOT / "tests" / "golden").glob("*/scenario.yaml"))),
]

CATALOG: dict[str, Any] = {
    "schema": 1,
    "catalog": "parts",
    "title": "Parts",
    "sources": {"survey": {"title": "A survey", "publisher": "Somebody", "date": "2025-01-31"}},
    "pools": {
        "crews": {
            "capacity": [{"at": "2026-01-01", "value": 3}, {"at": "2027-01-01", "value": "4 crews"}],
            "growth": {"trained": {"from": "2026-03-01", "rate": "1 crew per month", "limit": 2}},
        }
    },
    "supplies": {
        "rack": {
            "unit": "rack",
            "source": "survey",
            "line": {"capacity": "20 rack/week", "period": "1 week", "inputs": {"package": {"need": "72 packages"}}},
            "market": {"demand": "12 rack/week"},
        },
        "ups": {"unit": "unit", "assumption": "a guess", "lead": {"value": "pert(30, 40, 60) weeks"}},
    },
    "disruptions": {"strike": {"start": "2026-07-01", "duration": "5 days", "stops": ["stage:shell"]}},
    "templates": {
        "shell": {
            "per": "hall",
            "assumption": "a guess",
            "activities": {
                "frame": {"duration": "0.4 workdays per MW IT", "crew": {"crews": 2}, "after": ["pad SS + 3 days"]},
                "pull": {"labor": "900 labor-hours", "crew": {"crews": {"min": 1, "max": "4 crews"}}, "join": 2},
            },
        }
    },
}


@pytest.fixture(scope="module")
def validators() -> dict[Kind, Draft202012Validator]:
    schemas = {kind: json_schema(kind) for kind in Kind}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    return {kind: Draft202012Validator(schema) for kind, schema in schemas.items()}


@pytest.mark.parametrize("kind", Kind)
def test_the_published_file_is_up_to_date(kind):
    assert schema_file(kind).read_text("utf-8") == json_schema_text(kind), (
        "python tests/docs/test_reference.py writes it anew"
    )


@pytest.mark.parametrize(
    ("kind", "file"),
    FILES,
    ids=lambda value: value.parent.name + "/" + value.stem if isinstance(value, Path) else str(value),
)
def test_good_files_are_valid(validators, kind, file):
    data = read_document(file, str(file)).data
    assert [f"{error.json_path}: {error.message}" for error in validators[kind].iter_errors(data)] == []


def test_the_example_is_valid(validators):
    MODELS[Kind.CATALOG].model_validate(CATALOG)
    assert validators[Kind.CATALOG].is_valid(CATALOG)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", 2),
        ("catalog", "Parts List"),
        ("tittle", "Parts"),
        ("sources.survey.date", "31 January"),
        ("sources.survey.publisher", None),
        ("pools.Crews", {"capacity": 3}),
        ("pools.crews.capacity", "3 dais"),
        ("pools.crews.capacity", []),
        ("pools.crews.capacity", [3, 4]),
        ("pools.crews.bypass", "no"),
        ("pools.crews.growth.trained.from", None),
        ("pools.crews.growth.trained.rate", "3 crews"),
        ("pools.crews.growth.trained.start", "2026-03-01"),
        ("supplies.rack.assumption", "as well"),
        ("supplies.rack.lead", "3 weeks"),
        ("supplies.rack.line.capacity", "20 racks"),
        ("supplies.rack.line.capacity", {"value": "20 racks"}),
        ("supplies.rack.line.capacity", "20 MW/week"),
        ("supplies.rack.line.allocation", "lottery"),
        ("supplies.rack.line.inputs.package.need", 72),
        ("supplies.ups.lead", None),
        ("supplies.ups.lead.value", "pret(30, 40, 60) weeks"),
        ("supplies.ups.lead.value", "30 40 60 weeks"),
        ("supplies.ups.lead.confidence", "certain"),
        ("supplies.ups.market", {"demand": "3 unit/week"}),
        ("disruptions.strike.per_year", 2),
        ("disruptions.strike.capacity", {"rack": 1.5}),
        ("templates.shell.per", "building"),
        ("templates.shell.activities.frame.duration", "5 MW"),
        ("templates.shell.activities.frame.after", "pad"),
        ("templates.shell.activities.frame.join", "some"),
        ("templates.shell.activities.frame.crew.crews", {"min": 1}),
        ("templates.shell.activities.pull.labor", "900 days"),
    ],
)
def test_usual_mistakes_are_refused_as_by_the_models(validators, path, value):
    wrong = copy.deepcopy(CATALOG)
    *before, last = path.split(".")
    place = wrong
    for key in before:
        place = place[key]
    place[last] = value
    with pytest.raises(ValidationError):
        MODELS[Kind.CATALOG].model_validate(wrong)
    assert not validators[Kind.CATALOG].is_valid(wrong)


def test_a_missing_key_is_refused(validators):
    for key in ("schema", "catalog", "title"):
        assert not validators[Kind.CATALOG].is_valid({name: CATALOG[name] for name in CATALOG if name != key})


NUMBERS = st.sampled_from(
    ["3", "1,200", "0.25", "1e3", "12,5", "-3", ".5", "", *(kind.example for kind in KINDS.values())]
)
UNIT_NAMES = st.sampled_from(
    [*UNITS, "dais", "MW", "rack / week", "wafer/month", "package/wafer", "day/week", "rack/rack"]
)
SCALE_TEXTS = st.sampled_from(
    ["", " per rack", " per 10 MW IT", " per MW", "  per  hall", " per day", " per week per rack"]
)


FACTS = Draft202012Validator({"$ref": "#/$defs/Fact", "$defs": json_schema(Kind.CATALOG)["$defs"]})


@given(amount=NUMBERS, unit=UNIT_NAMES, scale=SCALE_TEXTS, blank=st.sampled_from(["", " ", "  "]))
def test_quantities_are_those_that_the_models_read(amount, unit, scale, blank):
    fact = {"value": f"{amount}{blank}{unit}{scale}"}
    assert FACTS.is_valid(fact) == is_read(fact), fact


def is_read(fact: dict[str, str]) -> bool:
    try:
        Fact.model_validate(fact)
    except ValidationError:
        return False
    return True
