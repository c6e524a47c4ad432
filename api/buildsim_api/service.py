"""What the routes work with, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from sqlalchemy import Engine

from buildsim_api.checker import Checker
from buildsim_api.problems import ProblemError, problem_of
from buildsim_api.settings import Settings
from buildsim_api.store.jobs import ANYBODY, Jobs
from buildsim_api.store.keys import Keys, Scope


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a server has."""

    settings: Settings
    engine: Engine
    jobs: Jobs
    keys: Keys
    checker: Checker
    keys_required: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may."""

    owner: str
    scopes: tuple[str, ...]

    @property
    def sees(self) -> str | None:
        """Whose jobs they see; None: everybody's."""
        return None if "admin" in self.scopes and self.owner != ANYBODY else self.owner


_BEARER = HTTPBearer(auto_error=False, description="A key that `buildsim keys add` made.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key.")


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]


def _caller(
    service: ServiceOf,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    header: Annotated[str | None, Depends(_HEADER)],
) -> Caller:
    if not service.keys_required:
        return Caller(ANYBODY, ("read", "run", "admin"))
    text = bearer.credentials if bearer is not None else header
    key = None if text is None else service.keys.opened_by(text)
    if key is None:
        detail = "Send a key as `Authorization: Bearer KEY`." if text is None else "This key opens nothing."
        raise ProblemError(problem_of(401, "no-key", "A key is needed", detail), {"WWW-Authenticate": "Bearer"})
    structlog.contextvars.bind_contextvars(key=key.id)
    return Caller(key.id, key.scopes)


class _Needs:
    """A caller with a scope; ``admin`` may everything."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __call__(self, caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if self._scope not in caller.scopes and "admin" not in caller.scopes:
            text = f"It needs the scope `{self._scope}`."
            raise ProblemError(problem_of(403, "scope", "This key may not do that", text))
        return caller


Reader = Annotated[Caller, Depends(_Needs("read"))]
Runner = Annotated[Caller, Depends(_Needs("run"))]
