"""The page that a person sees first."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter()


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def front() -> HTMLResponse:
    """Lead a person to the documentation and to an example."""
    page = files("buildsim_api").joinpath("pages", "front.html").read_text("utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})
