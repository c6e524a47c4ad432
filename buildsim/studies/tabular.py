"""Tables as CSV, as JSON data and as Parquet: ISO dates, nothing where a number is beyond the horizon."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from buildsim.studies.answer import Answer
from buildsim.studies.detail import Tables
from buildsim.studies.rows import json_text as document_text


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV with a header; an empty field where there is no number or date."""
    return str(table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n"))


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The table as a Parquet file; needs pyarrow."""
    stream = io.BytesIO()
    table.to_parquet(stream, engine="pyarrow", index=False)
    return stream.getvalue()


def json_text(answer: Answer, tables: Tables) -> str:
    """A JSON document with what identifies the run and the rows of each table."""
    result = answer.result
    data = {
        "scenario": result.scenario,
        "seed": result.seed,
        "replications": result.replications,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "start": result.start.isoformat(),
        "warnings": list(result.warnings),
        **{name: rows(table) for name, table in tables.items()},
    }
    return document_text(data)


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON data: dates as ISO texts, None for what is missing."""
    columns = {
        name: table[name].dt.strftime("%Y-%m-%d") if table[name].dtype.kind == "M" else table[name] for name in table
    }
    plain = pd.DataFrame(columns).astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")
    ]
