"""The application: `create_app` makes one from settings; nothing is made when this is imported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from buildsim_api import problems
from buildsim_api.checker import Checker
from buildsim_api.middleware import Around
from buildsim_api.problems import ProblemModel
from buildsim_api.routes import front, health, jobs, shipped
from buildsim_api.service import Service
from buildsim_api.settings import Settings
from buildsim_api.store.database import connect, migrate
from buildsim_api.store.jobs import Jobs
from buildsim_api.store.keys import Keys

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
ABOUT: Final = """\
Simulates data-center buildouts: when the first GPU runs, what holds it up, and why.

A job is asked for by `POST`, answered with 202 and its place, and watched there; its result is a document as the
command line writes it, with tables as JSON, CSV or Parquet and charts as Vega-Lite. Equal requests have equal results,
and get them at once.
"""


def create_app(settings: Settings, host: str = "127.0.0.1") -> FastAPI:
    """The service, to listen on ``host``; jobs are played by workers that are begun elsewhere."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        engine = connect(settings.database)
        migrate(engine)
        checker = Checker(settings)
        jobs_there = Jobs(
            engine,
            lease=settings.lease_seconds,
            attempts=settings.attempts,
            max_running=settings.max_running,
            max_queued=settings.max_queued,
        )
        required = settings.keys_required(host)
        app.state.service = Service(settings, engine, jobs_there, Keys(engine), checker, required)
        try:
            yield
        finally:
            checker.close()
            engine.dispose()

    app = FastAPIOffline(
        redoc_url=None, title="buildsim", version=version("buildsim"), description=ABOUT, lifespan=life
    )
    problems.install(app)
    hosts = None if settings.keys != "auto" or settings.keys_required(host) else LOOPBACK | {host.lower()}
    app.add_middleware(Around, max_body_bytes=settings.max_body_bytes, hosts=hosts)
    for router in (front.router, health.router, shipped.router, *jobs.routers):
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The document, in which mistakes are problems and not what FastAPI answers by itself."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = found["components"]["schemas"]
        own = ProblemModel.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= own.pop("$defs", {})
        schemas[ProblemModel.__name__] = own
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = found
    return app.openapi_schema
