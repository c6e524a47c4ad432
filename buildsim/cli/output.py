"""Where words go: the report or the JSON to stdout, everything else to stderr, never half and never as markup."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDEST = 120
"""Columns that a report uses at most."""

Json = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write it as JSON; - is stdout, without the tables.")
]


def note(text: str) -> None:
    """Print a message on stderr as it is, unwrapped; control characters are shown as escapes."""
    from buildsim.present.words import clean

    with suppress(OSError):  # whoever listened has gone; the exit code still tells
        print(clean(text), file=sys.stderr)


def emit(text: str) -> None:
    """Print a text on stdout; a reader that has gone away is no failure. Raises InputError if there is no room."""
    with _to_stdout():
        sys.stdout.write(text)
        sys.stdout.flush()


def show(renderable: RenderableType) -> None:
    """Print a table or a report on stdout, as wide as the terminal allows. Raises like `emit`."""
    from buildsim.present.console import console, trimmed

    terminal = console(sys.stdout)
    terminal.width = min(terminal.width, WIDEST)
    with _to_stdout(), terminal.capture() as capture:
        terminal.print(renderable)
    emit(trimmed(capture.get()))


def answer(rows: Any, tables: Callable[[], RenderableType], json_: str | None) -> None:
    """Show rows as tables, and write them as JSON if that is asked for. Raises InputError."""
    from buildsim.studies.rows import json_text

    if json_ is not None and is_stdout(json_):
        emit(json_text(rows))
        return
    if json_ is not None:
        from buildsim.studies.files import write_file

        write_file(Path(json_), json_text(rows).encode())
    show(tables())


def is_stdout(file: str) -> bool:
    """True for `-` and for any path that is what stdout is, such as /dev/stdout."""
    if file == "-":
        return True
    try:
        return os.path.samestat(os.stat(file), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):
        return False


def silence_stdout() -> None:
    """Send what is left in stdout's buffer nowhere, so that Python does not complain when it exits."""
    with suppress(OSError, ValueError):  # a stdout without a file needs no silencing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _to_stdout() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        silence_stdout()
    except OSError as error:
        from buildsim.studies.files import refusal

        silence_stdout()
        raise refusal(Path("/dev/stdout"), f"cannot be written: {error.strerror}") from None
