"""Which of a site's milestones are read first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HEADLINES: Final = ("first_power", "first_gpu", "first_hall", "full_capacity")
_KEY: Final = "first_gpu"


def read_first(names: Iterable[str]) -> list[str]:
    """The milestones that a planner reads first, in their order; all of them where there is none of these."""
    given = list(names)
    return [name for name in HEADLINES if name in given] or given


def key_milestone(names: Iterable[str]) -> str:
    """The milestone that is explained: the first GPU, else the last one."""
    given = list(names)
    return _KEY if _KEY in given else read_first(given)[-1]
