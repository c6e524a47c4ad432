"""The published JSON Schema says what `run --json` writes, no less."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.analysis.result import SCHEMA
from buildsim.studies.answer import to_document

SCHEMA_FILE = files("buildsim.present").joinpath("run.schema.json")
NAMED = ("versions", "sites", "owners", "milestones", "attribution", "criticality", "blocked_at_horizon", "records")
BY_MILESTONE = ("driving_path", "resource_chain")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.fixture
def document(answer) -> dict[str, Any]:
    return json.loads(json.dumps(to_document(answer)))


def required_places(value: Any, path: tuple[Any, ...] = (), named: bool = False) -> list[tuple[Any, ...]]:
    """Every key that the form itself names, with the path to it; names of sites, milestones ... are the user's."""
    if isinstance(value, list):
        return [place for i, inner in enumerate(value[:1]) for place in required_places(inner, (*path, i))]
    if not isinstance(value, dict):
        return []
    places = [] if named else [(*path, key) for key in value]
    for key, inner in value.items():
        inner_named = not named and key in (*NAMED, *BY_MILESTONE)
        leaf = named and path[-1] in ("attribution", "criticality", "blocked_at_horizon", "versions")
        if not leaf:
            places += required_places(inner, (*path, key), inner_named)
    return places


def parent_of(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def test_it_describes_this_version(validator):
    assert validator.schema["properties"]["schema"]["const"] == SCHEMA


def test_results_are_valid(validator, document):
    assert [error.message for error in validator.iter_errors(document)] == []


def test_every_key_is_required(validator, document):
    places = required_places(document)
    assert ("sites", "north", "milestones", "first_gpu", "ci95_days", "p10") in places
    assert ("sites", "north", "driving_path", "first_gpu", 0, "why") in places
    for place in places:
        without = copy.deepcopy(document)
        del parent_of(without, place)[place[-1]]
        assert not validator.is_valid(without), place


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), 2),
        (("engine",), "fast"),
        (("start",), "1 June"),
        (("sites",), {}),
        (("sites", "north", "milestones", "first_gpu", "reached"), 1.5),
        (("sites", "north", "milestones", "first_gpu", "p10"), "2024-13-01"),
        (("sites", "north", "milestones", "first_gpu", "ci95_days", "p10"), [1.0]),
        (("sites", "north", "attribution", "first_gpu", "electricians"), 3.0),
        (("sites", "north", "driving_path", "first_gpu", 0, "category"), "nothing"),
        (("sites", "north", "provenance", "sourced"), -1),
    ],
)
def test_wrong_values_are_refused(validator, document, place, value):
    parent_of(document, place)[place[-1]] = value
    assert not validator.is_valid(document)


@pytest.fixture
def with_evidence(answer_with_evidence) -> dict[str, Any]:
    return json.loads(json.dumps(to_document(answer_with_evidence)))


HELD = ("evidence", "sites", "north", "first_gpu")


def test_results_with_evidence_are_valid(validator, with_evidence):
    assert [error.message for error in validator.iter_errors(with_evidence)] == []


@pytest.mark.parametrize(
    "place",
    [
        *(("evidence", key) for key in ("classes", "files", "sites")),
        ("evidence", "classes", "weak"),
        *((*HELD, key) for key in ("spread_days", "classes", "files")),
        (*HELD, "classes", "stale"),
        *((*HELD, "classes", "any", key) for key in ("left_days", "share", "ci95")),
        (*HELD, "files", "catalog c1", "share"),
    ],
)
def test_every_key_of_the_evidence_is_required(validator, with_evidence, place):
    del parent_of(with_evidence, place)[place[-1]]
    assert not validator.is_valid(with_evidence)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("evidence", "files", "labor"), 3),
        (("evidence", "classes", "any"), -1),
        ((*HELD, "classes", "any", "share"), 1.2),
        ((*HELD, "classes", "any", "ci95"), [0.5]),
        ((*HELD, "files", "catalog c1", "ci95"), ["low", "high"]),
    ],
)
def test_wrong_evidence_is_refused(validator, with_evidence, place, value):
    parent_of(with_evidence, place)[place[-1]] = value
    assert not validator.is_valid(with_evidence)


def test_keys_may_be_added(validator, document):
    document["later"] = document["sites"]["north"]["later"] = 1
    assert validator.is_valid(document)
