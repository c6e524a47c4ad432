"""Whether pictures can be drawn here."""

from __future__ import annotations

from importlib.util import find_spec

from buildsim.errors import InputError, Problem


def has_charts() -> bool:
    """True if the extra ``charts`` is installed."""
    return all(find_spec(name) is not None for name in ("altair", "vl_convert"))


def require_charts(place: str) -> None:
    """Refuse a picture, asked for at ``place``, where the extra is not installed. Raises InputError."""
    if not has_charts():
        message = "pictures need altair and vl-convert-python, which are not installed"
        raise InputError([Problem(place, 1, 1, "", message, 'pip install "buildsim[charts]"')])
