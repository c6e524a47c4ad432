"""Parts of results in the form that is asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import Response

from buildsim_api.jobs.play import CHART, JSON, PARQUET
from buildsim_api.problems import ProblemError, problem_of
from buildsim_api.store.jobs import Part

CSV: Final = "text/csv"
CONTENT: Final[dict[str, Any]] = {
    JSON: {},
    CSV: {"schema": {"type": "string"}},
    PARQUET: {"schema": {"type": "string", "format": "binary"}},
    CHART: {},
}


def media_types(media: str) -> list[str]:
    """In which forms a part can be had that is kept in one, the default first."""
    return {PARQUET: [JSON, CSV, PARQUET], CHART: [CHART, JSON]}.get(media, [media])


def response(part: Part, accept: str) -> Response:
    """A part in the form that `Accept` prefers. Raises ProblemError where it has none of them."""
    media = preferred(accept, media_types(part.media))
    if media is None:
        text = f"It can be had as {', '.join(media_types(part.media))}."
        raise ProblemError(problem_of(406, "not-acceptable", "It cannot be had in this form", text))
    data = part.data if part.media != PARQUET or media == PARQUET else _FORMS[media](part.data)
    return Response(data, media_type=f"{media}; charset=utf-8" if media == CSV else media)


def preferred(accept: str, offered: list[str]) -> str | None:
    """The offered type with the largest weight (RFC 9110, section 12.5.1), the first of several; None if none has."""
    weights = [_weight(media, accept) for media in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def _weight(media: str, accept: str) -> float:
    """That of the most specific range which a type is in."""
    found = (-1, 0.0)
    for each in accept.split(","):
        named, *parameters = (part.strip() for part in each.split(";"))
        rank = {media: 2, f"{media.partition('/')[0]}/*": 1, "*/*": 0}.get(named.lower(), -1)
        found = max(found, (rank, _quality(parameters)), key=lambda one: one[0])
    return found[1] if found[0] >= 0 else 0.0


def _quality(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _json(data: bytes) -> bytes:
    import pandas as pd

    from buildsim.studies.tabular import rows

    return json.dumps(rows(pd.read_parquet(io.BytesIO(data))), default=str).encode()


def _csv(data: bytes) -> bytes:
    import pandas as pd

    from buildsim.studies.tabular import csv_text

    return csv_text(pd.read_parquet(io.BytesIO(data))).encode()


_FORMS: Final[Mapping[str, Callable[[bytes], bytes]]] = {JSON: _json, CSV: _csv}
