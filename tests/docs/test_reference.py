"""docs/reference.md and the published JSON Schemas say what the code says.

All of them are made from it: `python tests/docs/test_reference.py` writes them anew.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer.main
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from buildsim.cli.main import app
from buildsim.distribution import KINDS
from buildsim.quantity import COUNT_NOUNS, SCALES, UNITS, parse_quantity
from buildsim.schema.base import Model, curve, facts, quantity
from buildsim.schema.json_schema import MODELS, json_schema_text
from buildsim.schema.published import Kind

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference.md"
SCHEMAS = ROOT / "buildsim" / "schema" / "json"

INTRODUCTION = """\
# Reference

Every command, every unit and distribution, every key, as the code has them. The guides are [commands.md](commands.md)
for the commands and [language.md](language.md) for the YAML language; what a rule means exactly is in
[architecture.md](architecture.md). This page is made by `python tests/docs/test_reference.py`: change the code's texts,
not the page.
"""
KEYS = """\
## Keys

There are four kinds of files: [scenario](#scenario), [site](#site), [catalog](#catalog), [sweep](#sweep). A *name* is
of lower-case letters, digits and `. _ + -`. A *quantity* is one without provenance; where a *fact* is wanted a bare
quantity will do, or a list of facts. Where there is no default, an optional key is absent. `buildsim schema` prints
the same for editors.
"""

_SCALARS = {datetime.date: "date", bool: "true or false", int: "whole number", float: "number", Any: "any value"}
_DIMENSIONS = {"count": "a count", "rate": "a count per time", "1": "a plain number"}


def page() -> str:
    """The whole of docs/reference.md."""
    return "\n".join([INTRODUCTION, commands(), distributions(), units(), KEYS, keys()])


def commands() -> str:
    """What each command takes, those of groups one by one."""
    group = typer.main.get_group(app)
    return "\n".join(["## Commands\n", _command("buildsim", group), *_subcommands("buildsim", group)])


def _subcommands(name: str, group: typer.main.TyperGroup) -> Iterator[str]:
    for own_name, command in group.commands.items():
        yield _command(f"{name} {own_name}", command)
        if isinstance(command, typer.main.TyperGroup):
            yield from _subcommands(f"{name} {own_name}", command)


def _command(name: str, command: Any) -> str:
    rows = []
    for param in command.params:
        written = ", ".join(f"`{option}`" for option in param.opts) if param.opts[0].startswith("-") else ""
        metavar = "" if getattr(param, "is_flag", False) else param.metavar
        takes = " ".join(part for part in (written, f"`{metavar}`" if metavar else "") if part)
        rows.append([takes, _command_default(param), param.help or ""])
    about = (command.help or "").strip()
    return f"### `{name}`\n\n{about}\n" + (f"\n{table('takes', 'default', 'meaning')(rows)}" if rows else "")


def _command_default(param: Any) -> str:
    if param.required:
        return "required"
    return f"`{param.default}`" if isinstance(param.default, Path) else ""


def distributions() -> str:
    """One row for each kind of distribution."""
    rows = []
    for kind, spec in KINDS.items():
        names = ", ".join(spec.parameters) + (" ..." if spec.repeated else "")
        planned = parse_quantity(f"{spec.example} days").planned
        which = "most likely" if spec.mode else "median"
        rows.append([f"`{kind}`", names, f"`{spec.example}`", f"{which}: {planned:.4g}"])
    return "## Distributions\n\n" + table("kind", "parameters", "for example", "planned value")(rows)


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
        "## Units\n\n"
        + table("what", "written as (in brackets: how many of what stands without)")(rows)
        + f"\nCounts are of: {', '.join(COUNT_NOUNS)}; also in the plural, and with `k` or `M` in front.\n"
        + f"Scales after `per`: {', '.join(SCALES)}.\n"
    )


def _size(factor: float) -> str:
    if factor == 1:
        return ""
    return f" ({factor:g})" if factor > 1 else f" (1/{1 / factor:g})"


def keys() -> str:
    """A table of every model's keys, beginning with the kinds of files."""
    return "\n".join(_model_section(model) for model in _models())


def table(*head: str) -> Callable[[list[list[str]]], str]:
    """A function that writes rows as a Markdown table."""

    def written(rows: list[list[str]]) -> str:
        lines = [list(head), ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    return written


def _models() -> list[type[Model]]:
    """All models that a document can hold: each file's first, then what it refers to, bases last."""
    found: dict[type[Model], None] = {}
    waiting: list[type[Model]] = [MODELS[kind] for kind in (Kind.SCENARIO, Kind.SITE, Kind.CATALOG, Kind.SWEEP)]
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
            return f"{kind}, in {_in_words(each.dimensions)}"
        if isinstance(each, quantity):
            return f"quantity, in {_in_words(each.dimensions)}" if each.dimensions else "quantity"
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
    if annotation in _SCALARS:
        return _SCALARS[annotation] + _bounds(metadata)
    return _link(annotation)


def _in_words(dimensions: tuple[str, ...]) -> str:
    return " or ".join(_DIMENSIONS.get(name, name) for name in dimensions)


def _bounds(metadata: list[Any]) -> str:
    words = {"Ge": "from", "Gt": "above", "Le": "up to", "Lt": "below"}
    bounds = [(type(each).__name__, each) for each in metadata if type(each).__name__ in words]
    numbers = [(words[name], f"{getattr(each, name.lower()):,}".removesuffix(".0")) for name, each in bounds]
    return "".join(f" {word} {number}" for word, number in numbers)


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    return {PAGE: page(), **{SCHEMAS / f"{kind}.schema.json": json_schema_text(kind) for kind in Kind}}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python tests/docs/test_reference.py writes it anew"


def test_its_links_lead_somewhere() -> None:
    text = page()
    heads = {
        re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.+)$", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= {head.replace(" ", "-") for head in heads}


if __name__ == "__main__":
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")
