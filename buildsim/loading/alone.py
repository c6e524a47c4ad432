"""One catalog, site or scenario file by itself: what it says, without the files that it names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from buildsim.datafiles import SUFFIX, find, names_a_file, shipped
from buildsim.errors import InputError, Problem
from buildsim.loading.bases import beside, with_bases
from buildsim.loading.checks import check_part
from buildsim.loading.document import Document
from buildsim.loading.headers import named_as_file, require_schema
from buildsim.loading.parts import Part
from buildsim.loading.settle import settle
from buildsim.loading.yaml_file import read_document
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site

Kind = Literal["catalog", "site", "scenario"]

_MODELS: dict[Kind, type[Catalog] | type[Site] | type[Scenario]] = {
    "catalog": Catalog,
    "site": Site,
    "scenario": Scenario,
}
_NAME_KEYS: dict[Kind, str] = {"catalog": "catalog", "site": "site", "scenario": "name"}


def read_alone(kind: Kind, ref: str | Path) -> Part:
    """The file ``ref`` or, by name, the shipped catalog, site or scenario.

    Raises InputError with all that is wrong in the file alone, UnknownNameError for a name that is not found.
    """
    if names_a_file(ref):
        file = Path(ref)
        return _part(kind, file.stem, read_document(file, str(ref)), file, file.name)
    found = find(f"{kind}s", str(ref), None)
    return _part(kind, str(ref), read_document(found.file, found.display), beside(found.file), f"{ref}{SUFFIX}")


def shipped_alone(kind: Kind) -> Iterable[Part]:
    """Every shipped file of a kind, in the order of their names."""
    return (read_alone(kind, name) for name in shipped(f"{kind}s"))


def _part(kind: Kind, name: str, document: Document, file: Path | None, filename: str) -> Part:
    require_schema(document)
    if kind == "scenario":
        document = with_bases(document, file).document
    key = _NAME_KEYS[kind]
    if not isinstance(document.data, dict) or key not in document.data:
        raise InputError([Problem(document.file, 1, 1, "", f"this is not a {kind}", f"a file with the key `{key}`")])
    settled = settle(document, _MODELS[kind], {})
    problems = [*document.problems, *settled.problems]
    if kind != "scenario" and (misnamed := named_as_file(document, key, filename)) is not None:
        problems.append(misnamed)
    if settled.model is None or problems:
        raise InputError(problems)
    part = Part(kind, name, settled.model, settled.document, (), settled.model.sources)
    if faults := list(check_part(part)):
        raise InputError(fault.problem for fault in faults)
    return part
