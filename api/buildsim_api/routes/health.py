"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from buildsim_api.problems import MEDIA, ProblemError, problem_of
from buildsim_api.service import ServiceOf

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
def live() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "live"}


@router.get("/ready", responses={503: {"description": "The database does not answer", "content": {MEDIA: {}}}})
def ready(service: ServiceOf) -> dict[str, str]:
    """Tell whether the database answers."""
    try:
        with service.engine.execution_options(reads=True).connect() as base:
            base.execute(text("SELECT 1"))
    except SQLAlchemyError:
        raise ProblemError(problem_of(503, "not-ready", "The database does not answer")) from None
    return {"status": "ready"}
