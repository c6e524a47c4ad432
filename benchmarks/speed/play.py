"""The engines by name, as the measurements play them, and the proof that they played the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial

import numpy as np

from buildsim.engine.select import Engine, select
from buildsim.outcome.outcome import Ledger, Outcome


def reference() -> Engine:
    """The reference engine."""
    return select("reference")[1]


def kernel(threads: int = 1) -> Engine:
    """The kernel on so many threads. Its first call compiles, or loads what was compiled."""
    play: Callable[..., Outcome] = select("kernel")[1]
    return partial(play, threads=threads)


def require_equal(first: Outcome, second: Outcome) -> None:
    """RuntimeError unless all that two engines return is equal, field by field: else no time means anything."""
    for field in fields(Outcome):
        one, other = getattr(first, field.name), getattr(second, field.name)
        pairs = [(one, other)]
        if isinstance(one, Ledger):
            pairs = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(Ledger)]
        if not all(np.array_equal(a, b) for a, b in pairs):
            raise RuntimeError(f"the engines differ in `{field.name}`")
