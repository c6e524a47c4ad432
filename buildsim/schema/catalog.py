"""A catalog: shared supplies, pools, calendars, risks and the templates of strategies, every number with its origin."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from buildsim.schema.base import Name, Text
from buildsim.schema.parts import Parts, Template


class Catalog(Parts):
    """One catalog file. Every block in it states a source or an assumption, or each of its facts does."""

    schema_: Literal[1] = Field(alias="schema")
    catalog: Name = Field(description="Its name: the file's name without .yaml.")
    title: Text
    templates: dict[Name, Template] = Field(default_factory=dict)
