"""Rows as JSON data and as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from buildsim.studies.numbers import Origin

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import DataclassInstance

SCHEMA = 1
"""Version of the JSON."""

ORIGIN = "origin"


def to_data(value: Any) -> Any:
    """Rows and what they hold as JSON data: keys are the fields' names, dates ISO texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return to_data(asdict(value))
    if isinstance(value, Mapping):
        return {key: to_data(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_data(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def document(value: Any) -> dict[str, Any]:
    """A JSON document with the fields of a dataclass, or with the keys of a mapping."""
    return {"schema": SCHEMA, **to_data(value)}


def json_text(value: Any) -> str:
    """The text of such a document."""
    return json.dumps(document(value), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def frame(rows: Iterable[DataclassInstance], row_type: type[DataclassInstance]) -> pd.DataFrame:
    """A table with a row each; an origin in it is spread over columns of its own."""
    import pandas as pd

    data = [{**row, **row.pop(ORIGIN, {})} for row in map(asdict, rows)]
    columns = {field.name: str(field.type) for field in fields(row_type)}
    if columns.pop(ORIGIN, None) is not None:
        columns |= {field.name: str(field.type) for field in fields(Origin)}
    dates = [name for name, kind in columns.items() if kind.startswith("date")]
    return pd.DataFrame(data, columns=list(columns)).astype(dict.fromkeys(dates, "datetime64[s]"))
