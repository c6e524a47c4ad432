"""What the OpenAPI document says of errors."""

from __future__ import annotations

from typing import Any, Final

from buildsim_api.problems import MEDIA, ProblemModel

_MEANT: Final = {
    400: "The body cannot be read",
    401: "A key is needed",
    403: "The key may not do that",
    404: "There is no such thing",
    406: "It cannot be had in this form",
    409: "It conflicts with what was asked before",
    413: "The request is too large",
    421: "Without keys it answers on loopback alone",
    422: "There are mistakes in the request",
    429: "Too much is waiting; see `Retry-After`",
    503: "The database does not answer; see `Retry-After`",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses with these statuses, all of them problems."""
    schema = {"$ref": f"#/components/schemas/{ProblemModel.__name__}"}
    return {each: {"description": _MEANT[each], "content": {MEDIA: {"schema": schema}}} for each in statuses}


ERRORS: Final = errors(400, 401, 403, 404, 413, 421, 422, 503)
