"""JSON Schemas of the documents for editors, made from the models.

They say what a value may look like, as far as a schema can: keys, types, names, dates, and the units of a quantity.
What needs two places at once, such as a name that must exist, is left to ``buildsim check``. Only keywords that mean
the same since draft 7 are used, because that is what most editors read.

The files in ``buildsim/schema/json`` are written by ``python tests/docs/test_reference.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from buildsim.distribution import KINDS
from buildsim.quantity import COUNT_NOUNS, SCALES, UNITS
from buildsim.schema.base import Fact, Model, Provenance, curve, facts, quantity
from buildsim.schema.catalog import Catalog
from buildsim.schema.parts import Disruption, Supply
from buildsim.schema.published import Kind
from buildsim.schema.scenario import OF_MEASURES, OF_MILESTONES, Expectation, Scenario
from buildsim.schema.site import Site
from buildsim.schema.sweep import Sweep

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[Kind, type[Model]] = {
    Kind.SITE: Site,
    Kind.CATALOG: Catalog,
    Kind.SCENARIO: Scenario,
    Kind.SWEEP: Sweep,
}

_MARK = "buildsim"  # stands for a reference to a definition that is made here, until the models' own are done
_NUMBER = r"\+?(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?([eE][+-]?\d+)?)"
_EXAMPLES = {
    "1": ["95 %", "pert(0.9, 1.0, 1.1)"],
    "count": ["18 racks", "0.4 transformer per MW facility"],
    "rate": ["20 rack/week", "9 Mtransceiver/year"],
    "days": ["128 weeks", "pert(60, 90, 180) days"],
    "workdays": ["pert(40, 55, 80) workdays"],
    "workhours": ["90 workhours"],
    "labor-hours": ["9000 labor-hours", "1000 labor-hours per MW IT"],
    "MW facility": ["147 MW facility"],
    "MW IT": ["105 MW IT"],
    "rack": ["694 racks"],
    "gpu": ["50 kgpu"],
    "H100e": ["181.9 H100e"],
}
_TIMES = ("days", "workdays", "workhours")
_WORDS = {"1": "a plain number", "count": "a count", "rate": "a count per time"}


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of document."""
    made = MODELS[kind].model_json_schema(by_alias=True, schema_generator=_Generator)
    return {"$schema": DRAFT, **made, "title": f"buildsim {kind}"}


def json_schema_text(kind: Kind) -> str:
    """The text of the published file."""
    return json.dumps(json_schema(kind), indent=1, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with quantities and facts by their dimensions and the rules of some models."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        document = super().generate(schema, mode)
        shared: dict[str, Any] = {}
        document = _resolved(document, shared)
        return {**document, "$defs": dict(sorted({**document.get("$defs", {}), **shared}.items()))}

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        owner = _owner(schema)
        return {_MARK: owner} if isinstance(owner, quantity) else super().function_plain_schema(schema)

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        owner = _owner(schema)
        return {_MARK: owner} if isinstance(owner, facts) else super().function_after_schema(schema)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        rules = [rule for model, rule in _RULES.items() if issubclass(schema["cls"], model)]
        made = {**made, "allOf": rules} if rules else made
        if schema["cls"] is Scenario:
            made = {**made, "required": [key for key in made["required"] if key not in _OF_A_BASE]}
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        for pattern, values in made.pop("patternProperties", {}).items():  # of which there is one, that of a name
            made["propertyNames"] = {"pattern": pattern, **made.get("propertyNames", {})}
            made["additionalProperties"] = values
        return made

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-11-22"]}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or value is not None}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _owner(schema: Any) -> Any:
    """The metadata whose method a validator is."""
    return getattr(schema["function"]["function"], "__self__", None)


def _resolved(value: Any, shared: dict[str, Any]) -> Any:
    """The value with references in place of marks; what they refer to is put into ``shared``."""
    if isinstance(value, list):
        return [_resolved(each, shared) for each in value]
    if not isinstance(value, dict):
        return value
    if (owner := value.get(_MARK)) is None:
        return {key: _resolved(each, shared) for key, each in value.items()}
    make = _facts if isinstance(owner, facts) else _quantity
    rest = {key: each for key, each in value.items() if key != _MARK}
    return {**make(owner, shared), **rest}


def _shared(prefix: str, dimensions: Iterable[str], shared: dict[str, Any], make: Callable[[], Any]) -> dict[str, str]:
    """A reference to a definition, which is made if it is not there yet."""
    dimension_names = [re.sub(r"\W", "-", "number" if name == "1" else name) for name in dimensions]
    name = f"{prefix}-in-{'-or-'.join(dimension_names)}" if dimension_names else prefix
    if name not in shared:
        shared[name] = make()
    return {"$ref": f"#/$defs/{name}"}


def _quantity(owner: quantity | facts, shared: dict[str, Any]) -> dict[str, Any]:
    dimensions = owner.dimensions

    def made() -> dict[str, Any]:
        examples = [text for name in dimensions or ("days", "count") for text in _EXAMPLES[name]]
        kind = " or ".join(_WORDS.get(name, f"one in {name}") for name in dimensions) or "of any kind"
        about = f"A quantity: {kind}. A number or a distribution, then a unit, then perhaps `per` a scale."
        text = {"type": "string", "pattern": _pattern(dimensions), "description": about, "examples": examples}
        if dimensions and "1" not in dimensions:
            return text
        return {"description": about, "anyOf": [text, {"type": "number"}]}

    return _shared("quantity", dimensions, shared, made)


def _facts(owner: facts, shared: dict[str, Any]) -> dict[str, Any]:
    """A quantity, a fact, or a list of these; of a curve with several points each has a date."""
    if "Fact" not in shared:
        made = Fact.model_json_schema(by_alias=True, schema_generator=_Generator)
        shared |= {**made.pop("$defs"), "Fact": made}
    bare = _quantity(owner, shared)
    one = {"anyOf": [bare, {"allOf": [{"$ref": "#/$defs/Fact"}, {"properties": {"value": bare}}]}]}
    several: dict[str, Any] = {"type": "array", "minItems": 1, "items": one}
    if isinstance(owner, curve):
        several |= {"if": {"minItems": 2}, "then": {"items": {"type": "object", "required": ["at"]}}}
    prefix = "curve" if isinstance(owner, curve) else "fact"
    return _shared(prefix, owner.dimensions, shared, lambda: {"anyOf": [*one["anyOf"], several]})


def _pattern(dimensions: tuple[str, ...]) -> str:
    """A regular expression of quantities, for ECMAScript as well; parameters of distributions are not looked at."""
    amount = rf"({_NUMBER}|({'|'.join(KINDS)})\s*\([^()]*\))"
    units = "|".join(_units(name) for name in dimensions) if dimensions else _any_unit()
    scales = "|".join(_words(name) for name in (*SCALES, "racks", "gpus", "halls"))
    return rf"^\s*{amount}\s*({units})(\s+per\s+({_NUMBER}\s+)?({scales}))?\s*$"


def _units(dimension: str) -> str:
    if dimension == "count":
        return _counts()
    if dimension == "rate":
        return rf"{_counts()}{_per_time()}"
    return _simple(dimension)


def _any_unit() -> str:
    """Every unit, and all but a time over a time or a count."""
    names = list(dict.fromkeys(name for name, _ in UNITS.values() if not _is_count(name)))
    times = "|".join(_simple(name) for name in names if name in _TIMES)
    others = "|".join([_counts(), *(_simple(name) for name in names if name not in _TIMES)])
    return rf"{times}|({others})({_per_time()}|\s*/\s*{_counts()})?"


def _is_count(dimension: str) -> bool:
    return dimension in COUNT_NOUNS


def _per_time() -> str:
    return rf"(\s*/\s*|\s+per\s+){_simple('days')}"


def _counts() -> str:
    """Every count noun with its plural and prefixes."""
    written = [name for name, (dimension, factor) in UNITS.items() if _is_count(dimension) and factor == 1]
    return rf"[kM]?({'|'.join(written)})"


def _simple(dimension: str) -> str:
    written = [name for name, (found, _) in UNITS.items() if found == dimension and name]
    return rf"({'|'.join(map(_words, written))}){'?' if dimension == '1' else ''}"


def _words(text: str) -> str:
    return r"\s+".join(text.split())


def _given(key: str) -> dict[str, Any]:
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


_OF_A_BASE = ("start", "sites")

# What the models' own validators say, as far as the keys of one mapping are concerned.
_RULES: dict[type[Model], dict[str, Any]] = {
    Provenance: {"not": {"allOf": [_given("source"), _given("assumption")]}},
    Supply: {
        "oneOf": [_given("lead"), _given("line")],
        "if": _given("market"),
        "then": _given("line"),
    },
    Disruption: {"oneOf": [_given("start"), _given("per_year")]},
    Expectation: {
        "oneOf": [
            {"allOf": [_given("milestone"), {"properties": {"direction": {"enum": [*OF_MILESTONES]}}}]},
            {"allOf": [_given("measure"), {"properties": {"direction": {"enum": [*OF_MEASURES]}}}]},
        ]
    },
    Scenario: {"anyOf": [_given("base"), {"required": [*_OF_A_BASE]}]},
}
