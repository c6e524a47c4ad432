"""Places of pictures, refused before anything is played."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def check_pictures(files: Iterable[Path], width: int | None) -> None:
    """Refuse what could not be drawn in the end. Raises InputError."""
    places = list(files)
    if not places:
        return
    from buildsim.present.charts.extra import check_width
    from buildsim.present.charts.save import check_picture

    check_width(width)
    for file in places:
        check_picture(file)
