"""A posted document, checked as ``buildsim check`` checks a file."""

from __future__ import annotations

from typing import Any, Literal

from buildsim.loading.project import DocumentText
from buildsim.studies.check import check_text
from buildsim_api.jobs.prepare import Limits, refused

DocumentKind = Literal["scenario", "site", "catalog"]


def validate(text: str, kind: DocumentKind, limits: Limits) -> dict[str, Any]:
    """What a document holds. Raises InputError with all its problems."""
    found = check_text(DocumentText(text, kind))
    if found.kind != kind:
        raise refused(kind, f"this is a {found.kind}", f"a {kind}")
    activities = found.counts.get("activity", 0)
    if activities > limits.activities:
        raise refused(
            f"{kind}: activities", f"{activities:,} are too many for this service", f"at most {limits.activities:,}"
        )
    return {"kind": kind, "counts": found.counts, "warnings": list(found.warnings)}
