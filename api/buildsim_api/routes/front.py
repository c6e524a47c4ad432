"""The page that a person sees first."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter()


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def front(request: Request) -> HTMLResponse:
    """Lead a person to the documentation and to an example."""
    page = files("buildsim_api").joinpath("pages", "front.html").read_text("utf-8")
    here = escape(str(request.base_url).rstrip("/"))
    return HTMLResponse(page.replace("http://127.0.0.1:8000", here))
