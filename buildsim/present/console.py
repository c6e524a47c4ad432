"""Consoles: plain text is never taken for markup, and colour appears only on terminals that show it."""

from __future__ import annotations

import io
from typing import TextIO

from rich.console import Console, RenderableType


def console(file: TextIO, width: int | None = None) -> Console:
    """A console that writes to ``file``; width and colour are those of the terminal unless a width is given."""
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)


def as_text(renderable: RenderableType, width: int) -> str:
    """The text without colour, ``width`` columns wide, without blanks at the ends of lines."""
    stream = io.StringIO()
    plain = Console(
        file=stream, width=width, markup=False, highlight=False, emoji=False, color_system=None, force_terminal=False
    )
    plain.print(renderable)
    return trimmed(stream.getvalue())


def trimmed(text: str) -> str:
    """The text without the blanks that tables leave at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
