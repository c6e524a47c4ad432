"""The progress bar: only on terminals, only after a while."""

from __future__ import annotations

import io
import sys
import time

import pytest

from buildsim.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "seconds"), [(io.StringIO(), 0.0), (Terminal(), 60.0)], ids=["file", "quick"])
def test_nothing_is_shown(monkeypatch, stream, seconds):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", seconds)
    with progress.progress() as report:
        report(5, 10)
    assert stream.getvalue().strip() == ""


def test_a_slow_run_shows_how_far_it_is(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setenv("COLUMNS", "100")
    with progress.progress() as report:
        report(5, 10)
        end = time.monotonic() + 20
        while "5/10" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.02)
    assert "5/10" in terminal.getvalue()
    assert "left" in terminal.getvalue()
