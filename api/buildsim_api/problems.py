"""Errors as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from buildsim.errors import InputError
from buildsim.errors import Problem as Mistake

MEDIA: Final = "application/problem+json"

_log = structlog.get_logger()


class MistakeModel(BaseModel):
    """One mistake in a document or a value, as the command line shows it."""

    file: str
    line: int
    column: int
    path: str
    message: str
    expected: str | None = None
    hint: str | None = Field(None, description="The nearest valid name.")


class ProblemModel(BaseModel):
    """A problem as of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    problems: list[MistakeModel] | None = None


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(problem)
        self.problem, self.headers = problem, headers or {}


def problem_of(status: int, kind: str, title: str, detail: str | None = None) -> dict[str, Any]:
    """A problem as plain data."""
    found: dict[str, Any] = {"type": f"urn:buildsim:problem:{kind}", "title": title, "status": status}
    return found if detail is None else {**found, "detail": detail}


def refusal_of(mistakes: Iterable[Mistake]) -> dict[str, Any]:
    """The problem of a request with mistakes, all of them."""
    found = [
        {
            "file": each.file,
            "line": each.line,
            "column": each.column,
            "path": each.path,
            "message": each.message,
            "expected": each.expected,
            "hint": each.hint,
        }
        for each in mistakes
    ]
    count = len(found)
    title = "There is a mistake in the request" if count == 1 else f"There are {count} mistakes in the request"
    return {**problem_of(422, "mistakes", title), "problems": found}


def answer(problem: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """The response that a problem is."""
    return JSONResponse(problem, problem["status"], headers, MEDIA)


def install(app: FastAPI) -> None:
    """Answer every error that is foreseen with a problem."""

    @app.exception_handler(ProblemError)
    def of_problem(request: Request, error: ProblemError) -> JSONResponse:
        return answer(error.problem, error.headers)

    @app.exception_handler(InputError)
    def of_input(request: Request, error: InputError) -> JSONResponse:
        return answer(refusal_of(error.problems))

    @app.exception_handler(RequestValidationError)
    def of_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        mistakes = [
            Mistake(str(each["loc"][0]), 1, 1, ".".join(map(str, each["loc"][1:])), str(each["msg"]))
            for each in error.errors()
        ]
        return answer(refusal_of(mistakes))

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        return answer(problem_of(error.status_code, f"http-{error.status_code}", str(error.detail)), headers)

    @app.exception_handler(OperationalError)
    def of_database(request: Request, error: OperationalError) -> JSONResponse:
        _log.error("database lost", error=type(error.orig).__name__)
        problem = problem_of(503, "not-ready", "The database does not answer")
        return answer(problem, {"Retry-After": "5"})
