"""Whether pictures can be drawn here, and so narrow."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from buildsim.errors import InputError, Problem

NARROWEST: Final = 360
"""Pixels across that every picture can do with."""


def has_charts() -> bool:
    """True if the extra ``charts`` is installed."""
    return all(find_spec(name) is not None for name in ("altair", "vl_convert"))


def require_charts(place: str) -> None:
    """Refuse a picture, asked for at ``place``, where the extra is not installed. Raises InputError."""
    if not has_charts():
        message = "pictures need altair and vl-convert-python, which are not installed"
        raise InputError([Problem(place, 1, 1, "", message, 'pip install "buildsim[charts]"')])


def check_width(width: int | None) -> None:
    """Refuse a width below `NARROWEST` pixels; None is the usual one. Raises InputError."""
    if width is not None and width < NARROWEST:
        raise InputError([Problem("--width", 1, 1, "", f"{width} is refused", f"{NARROWEST} pixels or more")])
