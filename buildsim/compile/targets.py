"""Patterns of risks, disruptions and correlations, matched against full names or stages."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from buildsim.compile.context import Context
from buildsim.compile.expand import Task
from buildsim.errors import nearest
from buildsim.loading.parts import Where

_STAGE = "stage:"


def hits(pattern: str, task: Task) -> bool:
    """True if ``stage:PATTERN`` matches the task's stage, or another pattern its full name without ``#k``."""
    if pattern.startswith(_STAGE):
        return fnmatchcase(task.stage, pattern.removeprefix(_STAGE))
    return fnmatchcase(task.name, pattern)


def activities(context: Context, where: Where, patterns: Iterable[str], tasks: list[Task]) -> list[int]:
    """Indices of the activities, all passes, that any of the patterns hits; in document order.

    A pattern that hits none is reported, as a warning if it stands in a catalog.
    """
    found: set[int] = set()
    for i, pattern in enumerate(patterns):
        hit = [task for task in tasks if hits(pattern, task)]
        if not hit:
            is_stage = pattern.startswith(_STAGE)
            valid = {f"{_STAGE}{task.stage}" if is_stage else task.name for task in tasks}
            report_miss(context, where.at(i), pattern, valid)
        found.update(index for task in hit for index in range(task.first, task.last + 1))
    return sorted(found)


def report_miss(context: Context, where: Where, pattern: str, valid: Iterable[str]) -> None:
    """Report a pattern that hits nothing: catalogs are written for many scenarios, so there it is a warning."""
    if context.lost.may_match(pattern):
        return
    if where.part.kind == "catalog":
        context.warn(f"{where}: '{pattern}' hits nothing in this scenario")
    else:
        expected = "a full name such as site/phase/hall/activity, with * and ?, or stage:NAME"
        context.report(where.problem(f"'{pattern}' hits nothing", expected, nearest(pattern, sorted(valid))))
