"""The reference pages say what the code says.

In docs/language.md the pieces of the shipped site are that file, every other YAML block is a valid catalog or
piece of a scenario, and what stands between `<!-- generated: ... -->` and `<!-- end -->` is made here from the code:
`python tests/docs/test_language.py` writes it anew. docs/commands.md names every command and option.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
import typer.main
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

import buildsim
from buildsim.cli.main import app
from buildsim.distribution import KINDS
from buildsim.quantity import COUNT_NOUNS, SCALES, UNITS, Quantity, parse_quantity
from buildsim.schema.base import Model, curve, facts
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "language.md"
COMMANDS = ROOT / "docs" / "commands.md"
SITE = "sites/stargate-abilene.yaml"

HEADER = "schema: 1\nname: example\nstart: 2026-01-05\n"
A_SITE = "sites: {here: {activities: {work: {duration: 10 days}}}}\n"

YAML_BLOCK = re.compile(r"(?:^<!-- (?P<file>\S+) -->\n)?^```yaml\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATED = re.compile(
    r"(?P<begin>^<!-- generated: (?P<name>\w+) -->\n\n)(?P<body>.*?)(?P<end>^<!-- end -->$)", re.MULTILINE | re.DOTALL
)

_SCALARS = {datetime.date: "date", bool: "true or false", int: "whole number", float: "number", Any: "any value"}
_DIMENSIONS = {"count": "a count", "rate": "a count per time", "1": "a plain number"}


def distributions() -> str:
    """One row for each kind of distribution."""
    rows = []
    for kind, spec in KINDS.items():
        names = ", ".join(spec.parameters) + (" ..." if spec.repeated else "")
        planned = parse_quantity(f"{spec.example} days").planned
        which = "most likely" if spec.mode else "median"
        rows.append([f"`{kind}`", names, f"`{spec.example}`", f"{which}: {planned:.4g}"])
    return table("kind", "parameters", "for example", "planned value")(rows)


def units() -> str:
    """One row for each dimension but the counts, then the count nouns and the scales."""
    spellings: dict[str, dict[float, list[str]]] = {}
    for written, (dimension, factor) in UNITS.items():
        if dimension not in COUNT_NOUNS:
            spellings.setdefault(dimension, {}).setdefault(factor, []).append(f"`{written}`" if written else "no unit")
    rows = [
        [_DIMENSIONS.get(dimension, dimension), "; ".join(f"{', '.join(by[x])}{_size(x)}" for x in sorted(by))]
        for dimension, by in spellings.items()
    ]
    return (
        table("what", "written as (in brackets: how many of what stands without)")(rows)
        + f"\nCounts are of: {', '.join(COUNT_NOUNS)}; also in the plural, and with `k` or `M` in front.\n"
        + f"Scales after `per`: {', '.join(SCALES)}.\n"
    )


def _size(factor: float) -> str:
    if factor == 1:
        return ""
    return f" ({factor:g})" if factor > 1 else f" (1/{1 / factor:g})"


def keys() -> str:
    """A table of every model's keys, beginning with the three kinds of files."""
    return "\n".join(_model_section(model) for model in _models())


SECTIONS: dict[str, Callable[[], str]] = {"distributions": distributions, "units": units, "keys": keys}


def table(*head: str) -> Callable[[list[list[str]]], str]:
    """A function that writes rows as a Markdown table."""

    def written(rows: list[list[str]]) -> str:
        lines = [list(head), ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    return written


def _models() -> list[type[Model]]:
    """All models that a document can hold: each file's first, then what it refers to, bases last."""
    found: dict[type[Model], None] = {}
    waiting: list[type[Model]] = [Scenario, Site, Catalog]
    while waiting:
        model = waiting.pop(0)
        if model in found:
            continue
        found[model] = None
        waiting += [each for field in model.model_fields.values() for each in _inner_models(field)]
        waiting += _bases(model)
    return list(found)


def _bases(model: type[Model]) -> list[type[Model]]:
    return [base for base in model.__bases__ if issubclass(base, Model) and base is not Model]


def _inner_models(field: FieldInfo) -> Iterator[type[Model]]:
    waiting: list[Any] = [field.annotation]
    while waiting:
        annotation = waiting.pop(0)
        if isinstance(annotation, type) and issubclass(annotation, Model):
            yield annotation
        waiting += get_args(annotation)


def _model_section(model: type[Model]) -> str:
    bases = _bases(model)
    inherited = {name for base in bases for name in base.model_fields}
    rows = [
        [f"`{field.alias or name}`", _value(field.annotation, field.metadata), _default(field), field.description or ""]
        for name, field in model.model_fields.items()
        if name not in inherited
    ]
    assert model.__doc__ is not None
    about = re.sub(r"semantics \d[\d, -]*", r"[\g<0>](architecture.md)", model.__doc__.strip())
    also = f" It also has the keys of {' and '.join(map(_link, bases))}." if bases else ""
    return f"### {model.__name__}\n\n{about}{also}\n\n{table('key', 'value', 'default', 'meaning')(rows)}"


def _link(model: type[Model]) -> str:
    return f"[{model.__name__}](#{model.__name__.lower()})"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None or field.default in (None, ()):
        return ""
    return f"`{str(field.default).lower()}`"


def _value(annotation: Any, metadata: list[Any]) -> str:
    """What a key takes, in words."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [each for more in args[1:] for each in (more.metadata if isinstance(more, FieldInfo) else [more])]
        return _value(args[0], [*metadata, *inner])
    for each in metadata:
        if isinstance(each, facts):
            kind = "[fact](#fact) or curve" if isinstance(each, curve) else "[fact](#fact)"
            return f"{kind}, in {' or '.join(_DIMENSIONS.get(name, name) for name in each.dimensions)}"
    if origin in (Union, UnionType):
        return " or ".join(_value(member, []) for member in args if member is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in args)
    if origin is tuple:
        return f"list of {_value(args[0], [])}"
    if origin is dict:
        return f"mapping to {_value(args[1], [])}"
    if annotation is str:
        is_name = any(isinstance(each, StringConstraints) and each.pattern for each in metadata)
        return "name" if is_name else "text"
    if annotation is Quantity:
        return "quantity"
    if annotation in _SCALARS:
        return _SCALARS[annotation] + _bounds(metadata)
    return _link(annotation)


def _bounds(metadata: list[Any]) -> str:
    words = {"Ge": "from", "Gt": "above", "Le": "up to", "Lt": "below"}
    bounds = [(type(each).__name__, each) for each in metadata if type(each).__name__ in words]
    numbers = [(words[name], f"{getattr(each, name.lower()):,}".removesuffix(".0")) for name, each in bounds]
    return "".join(f" {word} {number}" for word, number in numbers)


def rewritten(text: str) -> str:
    """The page with its generated parts made anew."""
    return GENERATED.sub(lambda match: f"{match['begin']}{SECTIONS[match['name']]()}\n{match['end']}", text)


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_site_stands_in_it_whole(page: str) -> None:
    pieces = [match["body"] for match in YAML_BLOCK.finditer(page) if match["file"] == SITE]
    assert "".join(pieces) == (ROOT / SITE).read_text(encoding="utf-8")


def test_other_examples_are_valid(page: str, tmp_path: Path) -> None:
    examples = [match["body"] for match in YAML_BLOCK.finditer(page) if match["file"] is None]
    assert len(examples) == page.count("\n```yaml\n") - page.count(f"<!-- {SITE} -->")
    for body in examples:
        catalog = re.search(r"^catalog: (\S+)$", body, re.MULTILINE)
        file = tmp_path / f"{catalog[1] if catalog else 'example'}.yaml"
        sites = "" if re.search("^sites:", body, re.MULTILINE) else A_SITE
        file.write_text(body if catalog else HEADER + body + sites)
        assert buildsim.check(file) == [], body


@pytest.mark.parametrize("name", SECTIONS)
def test_generated_parts_are_up_to_date(page: str, name: str) -> None:
    found = [match["body"] for match in GENERATED.finditer(page) if match["name"] == name]
    assert found == [SECTIONS[name]() + "\n"], "python tests/docs/test_language.py writes it anew"


def test_every_command_and_option_is_described() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    found = dict(re.findall(r"^## `buildsim (\w+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    commands = typer.main.get_group(app).commands
    assert list(found) == list(commands)
    for name, command in commands.items():
        options = [option for param in command.params for option in param.opts if option.startswith("-")]
        assert [option for option in options if f"`{option}" not in found[name]] == [], name


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
