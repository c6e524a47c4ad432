"""Every value of a scenario's files by its path, so that a later forecast can say what has changed in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from buildsim.analysis.chunk import Chunk
from buildsim.studies.detail import Subject, Tables

INPUTS = "inputs"
COLUMNS = ("file", "path", "value")


class InputsDetail:
    """The table `inputs`: a row per value, as it stood after overrides."""

    def __init__(self, subject: Subject) -> None:
        # a site that stands in the scenario's file is part of its data
        self._rows = [
            (f"{part.kind} {part.name}", path, value)
            for part in subject.project.parts
            if not part.root
            for path, value in _leaves(part.document.data, "")
        ]

    def add(self, chunk: Chunk) -> None:
        """Nothing: it depends on no replication."""

    def tables(self) -> Tables:
        """``value`` is JSON."""
        return {INPUTS: pd.DataFrame(self._rows, columns=list(COLUMNS), dtype=str)}


def _leaves(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """Paths as overrides have them, each with its value; lists of plain values are one value."""
    if isinstance(data, dict) and data:
        for key, inner in data.items():
            name = key if not any(char in key for char in ".[] ") else f'"{key}"'
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(data, list) and any(isinstance(each, (dict, list)) for each in data):
        for number, inner in enumerate(data):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, json.dumps(data, ensure_ascii=False)
