"""The published JSON Schemas: one file for each kind of document, shipped with the package."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable


class Kind(StrEnum):
    """A kind of document."""

    SITE = "site"
    CATALOG = "catalog"
    SCENARIO = "scenario"
    SWEEP = "sweep"


def schema_file(kind: Kind) -> Traversable:
    """The file with the JSON Schema of a kind of document."""
    return files("buildsim.schema").joinpath("json", f"{kind}.schema.json")
