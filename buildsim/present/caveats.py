"""The warnings of a result below the tables of a command."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from buildsim.analysis.result import StudyResult
from buildsim.present import words


def warning_lines(result: StudyResult) -> Iterator[RenderableType]:
    """A line each, after an empty one; nothing where there are none."""
    if result.warnings:
        yield ""
    for warning in result.warnings:
        yield Text(f"warning: {words.clean(warning)}")
