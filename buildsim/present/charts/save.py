"""A chart as a file: PNG, SVG, a page that needs no network, or its specification; drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from buildsim.errors import InputError, Problem, nearest
from buildsim.present.charts.extra import require_charts
from buildsim.studies.files import check_writable, write_file

SUFFIXES: Final = (".png", ".svg", ".html", ".json")

_SCALE: Final = 2.0
"""Pixels of a PNG per pixel of the chart: sharp on today's screens and on paper."""


def check_picture(path: Path, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Refuse a file that no picture could be written to in the end, before anything is run. Raises InputError."""
    check_suffix(path, suffixes)
    require_charts(str(path))
    check_writable(path)


def check_suffix(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse a file whose name ends otherwise. Raises InputError."""
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        said = f"'{path.suffix}' is no form of this" if suffix else "the name does not say which form"
        near = nearest(suffix, suffixes) if suffix else None
        expected = f"a name that ends in {', '.join(suffixes[:-1])} or {suffixes[-1]}"
        raise InputError([Problem(str(path), 1, 1, "", said, expected, near)])


def save(chart: Any, path: Path) -> None:
    """Write an Altair chart, in the form that the file's name ends in, whole or not at all. Raises InputError."""
    check_picture(path)
    write_file(path, drawn(chart, path.suffix.lower()))


def drawn(chart: Any, suffix: str) -> bytes:
    """The bytes of a chart as one of `SUFFIXES`; an HTML page holds its scripts and loads nothing.

    JSON is its specification in Vega-Lite, with the data.
    """
    spec = chart.to_dict()
    if suffix == ".json":
        return f"{json.dumps(spec, indent=2, allow_nan=False, ensure_ascii=False)}\n".encode()
    import vl_convert

    if suffix == ".png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE))
    if suffix == ".svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    return vl_convert.vegalite_to_html(spec, bundle=True).encode()
