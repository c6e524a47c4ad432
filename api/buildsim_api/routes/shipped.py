"""What is shipped: scenarios, sites and catalogs; and documents that are only checked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from buildsim.datafiles import folder, shipped
from buildsim.errors import nearest
from buildsim.studies import catalogs, listings
from buildsim.studies.rows import to_data
from buildsim_api.jobs.requests import text_of
from buildsim_api.jobs.validate import DocumentKind
from buildsim_api.problems import ProblemError, problem_of
from buildsim_api.responses import ERRORS, errors
from buildsim_api.service import Reader, Service, ServiceOf

router = APIRouter(prefix="/v1", responses=ERRORS)


class Document(BaseModel):
    """A shipped file."""

    name: str
    yaml: str
    """Its text."""


class Valid(BaseModel):
    """What a document without mistakes holds."""

    kind: DocumentKind
    counts: dict[str, int] = Field(description="By noun: of a catalog its blocks, else what was compiled.")
    warnings: list[str]


def _body(kind: DocumentKind, example: str) -> Any:
    text = f"A whole {kind}: a JSON object, or the text of a YAML file as a JSON string."
    return Body(description=text, examples=[example])


_SCENARIO: Final = "schema: 1\nname: mine\nstart: 2026-01-05\nsites: {here: {activities: {a: {duration: 3 days}}}}\n"
_SITE: Final = "schema: 1\nsite: mine\nstart: 2026-01-05\nassumption: mine\nactivities: {a: {duration: 3 days}}\n"
_CATALOG: Final = "schema: 1\ncatalog: mine\ntitle: Mine\npools: {crane: {capacity: 1, assumption: ours}}\n"

PostedScenario = Annotated[dict[str, Any] | str, _body("scenario", _SCENARIO)]
PostedSite = Annotated[dict[str, Any] | str, _body("site", _SITE)]
PostedCatalog = Annotated[dict[str, Any] | str, _body("catalog", _CATALOG)]


@lru_cache(maxsize=1)
def _scenarios() -> list[dict[str, Any]]:
    return [to_data(each) for each in listings.scenario_list()]


@lru_cache(maxsize=1)
def _sites() -> list[dict[str, Any]]:
    return [to_data(each) for each in listings.site_list()]


@lru_cache(maxsize=1)
def _catalogs() -> list[dict[str, Any]]:
    return [to_data(each) for each in catalogs.catalog_list()]


@router.get("/scenarios", tags=["shipped"])
def list_scenarios(caller: Reader) -> list[dict[str, Any]]:
    """List the shipped scenarios, with their questions."""
    return _scenarios()


@router.get("/scenarios/{name}", tags=["shipped"])
def read_scenario(name: str, caller: Reader) -> Document:
    """Read a shipped scenario."""
    return _document("scenarios", name)


@router.post("/scenarios/validate", tags=["shipped"], responses=errors(429))
def validate_scenario(
    service: ServiceOf,
    caller: Reader,
    document: PostedScenario,
) -> Valid:
    """Check a scenario without running it; mistakes have the places and hints of `buildsim check`."""
    return _valid(service, "scenario", document)


@router.get("/sites", tags=["shipped"])
def list_sites(caller: Reader) -> list[dict[str, Any]]:
    """List the shipped sites."""
    return _sites()


@router.get("/sites/{name}", tags=["shipped"])
def read_site(name: str, caller: Reader) -> Document:
    """Read a shipped site."""
    return _document("sites", name)


@router.post("/sites/validate", tags=["shipped"], responses=errors(429))
def validate_site(service: ServiceOf, caller: Reader, document: PostedSite) -> Valid:
    """Check a site plan with the shipped catalogs that it names."""
    return _valid(service, "site", document)


@router.get("/catalogs", tags=["shipped"])
def list_catalogs(caller: Reader) -> list[dict[str, Any]]:
    """List the shipped catalogs."""
    return _catalogs()


@router.get("/catalogs/{name}", tags=["shipped"])
def read_catalog(
    name: str,
    caller: Reader,
    as_of: Annotated[date | None, Query(description="As known on that day; default that of its newest date.")] = None,
) -> dict[str, Any]:
    """Read a shipped catalog as it was known on a day."""
    _known("catalogs", name)
    found: dict[str, Any] = to_data(catalogs.catalog_view(name, as_of))
    return found


@router.post("/catalogs/validate", tags=["shipped"], responses=errors(429))
def validate_catalog(service: ServiceOf, caller: Reader, document: PostedCatalog) -> Valid:
    """Check a catalog by itself; the names that it uses may be defined elsewhere."""
    return _valid(service, "catalog", document)


def _valid(service: Service, kind: DocumentKind, document: dict[str, Any] | str) -> Valid:
    text = text_of(document)
    if text is None:
        raise ProblemError(problem_of(422, "no-document", "This is a name, not a document"))
    return Valid(**service.checker.validate(text, kind))


def _document(kind: str, name: str) -> Document:
    _known(kind, name)
    return Document(name=name, yaml=folder(kind).joinpath(f"{name}.yaml").read_text("utf-8"))


def _known(kind: str, name: str) -> None:
    names = shipped(kind)
    if name not in names:
        hint = nearest(name, names)
        detail = None if hint is None else f"Did you mean {hint}?"
        raise ProblemError(problem_of(404, "not-found", f"Nothing among the {kind} has this name", detail))
