"""Patterns of risks, disruptions and correlations, matched against full names or stages."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from buildsim.compile.context import Context
from buildsim.compile.expand import Task
from buildsim.errors import nearest
from buildsim.loading.parts import Block, Where

_STAGE = "stage:"


def hits(pattern: str, task: Task) -> bool:
    """True if ``stage:PATTERN`` matches the task's stage, or another pattern its full name without ``#k``."""
    if pattern.startswith(_STAGE):
        return fnmatchcase(task.stage, pattern.removeprefix(_STAGE))
    return fnmatchcase(task.name, pattern)


def activities(
    context: Context, kind: str, block: Block[Any], where: Where, patterns: Iterable[str], tasks: Iterable[Task]
) -> list[int]:
    """Indices of the activities, all passes, that a block of a kind hits; in document order.

    It hits only at the sites where its name means it. A pattern that hits none is reported, as a warning if it
    stands in a catalog.
    """
    struck = [task for task in tasks if context.strikes(kind, block, task.scope.path[0])]
    found: set[int] = set()
    for i, pattern in enumerate(patterns):
        hit = [task for task in struck if hits(pattern, task)]
        if not hit:
            is_stage = pattern.startswith(_STAGE)
            valid = {f"{_STAGE}{task.stage}" if is_stage else task.name for task in struck}
            report_miss(context, where.at(i), pattern, valid)
        found.update(index for task in hit for index in range(task.first, task.last + 1))
    return sorted(found)


def report_miss(context: Context, where: Where, pattern: str, valid: Iterable[str]) -> None:
    """Report a pattern that hits nothing.

    Catalogs are written for many scenarios: there it is a warning, and none if a template has what it means.
    """
    if context.lost.may_match(pattern):
        return
    if where.part.kind != "catalog":
        expected = "a full name such as site/phase/hall/activity, with * and ?, or stage:NAME"
        context.report(where.problem(f"'{pattern}' hits nothing", expected, nearest(pattern, sorted(valid))))
    elif not _means_a_template(context, pattern):
        context.warn(f"{where}: '{pattern}' hits nothing in this scenario")


def _means_a_template(context: Context, pattern: str) -> bool:
    """True if a loaded template, used or not, has an activity or stage that the pattern's last step matches."""
    name = pattern.removeprefix(_STAGE)
    last = name.rpartition("/")[2]
    for template in context.blocks.templates.values():
        for key, activity in template.body.activities.items():
            if fnmatchcase((activity.stage or key) if name != pattern else key, last):
                return True
    return False
