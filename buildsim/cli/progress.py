"""A progress bar with the time left, for runs that take long enough for somebody to wonder."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 2.0


@contextmanager
def progress(what: str = "replications") -> Iterator[Callable[[int, int], None]]:
    """Gives a function to be called with (done, all), counted in ``what``.

    The bar shows on a terminal's stderr after two seconds.
    """
    if not sys.stderr.isatty():
        yield lambda done, count: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from buildsim.present.console import console

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("left"))
    bar = Progress(*columns, console=console(sys.stderr), transient=True)
    task = bar.add_task("", total=None)
    timer = threading.Timer(PATIENCE_SECONDS, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda done, count: bar.update(task, completed=done, total=count)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
