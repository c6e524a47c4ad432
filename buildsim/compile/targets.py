"""Patterns of risks, disruptions and correlations, matched against full names or stages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from typing import Any, Final

from buildsim.compile.context import Context
from buildsim.compile.expand import Plan, Task
from buildsim.errors import nearest
from buildsim.loading.parts import Block, Where

STAGE: Final = "stage:"
_WILD: Final = frozenset("*?[]")


class Targets:
    """The tasks that patterns match, site by site, since most blocks strike only some sites.

    ``stage:PATTERN`` matches tasks by their stage, another pattern by their full name without ``#k``.
    """

    def __init__(self, plan: Plan) -> None:
        self._tasks: defaultdict[str, list[Task]] = defaultdict(list)
        self._by_stage: defaultdict[str, defaultdict[str, list[Task]]] = defaultdict(lambda: defaultdict(list))
        self._by_key: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
        for task in plan.tasks:
            site = task.scope.path[0]
            self._tasks[site].append(task)
            self._by_stage[site][task.stage].append(task)
            self._by_key[site, task.key].append(task)

    def hit(self, pattern: str, sites: Set[str]) -> list[Task]:
        """The tasks of some sites that a pattern matches."""
        return [task for site in sites for task in self._hit(pattern, site)]

    def names(self, sites: Set[str]) -> set[str]:
        """Full names of the tasks of some sites."""
        return {task.name for site in sites for task in self._tasks[site]}

    def stages(self, sites: Set[str]) -> set[str]:
        """Their stages, as ``stage:NAME``."""
        return {f"{STAGE}{stage}" for site in sites for stage in self._by_stage[site]}

    def _hit(self, pattern: str, site: str) -> Sequence[Task]:
        if pattern.startswith(STAGE):
            wanted = pattern.removeprefix(STAGE)
            stages = self._by_stage[site].items()
            return [task for stage, tasks in stages if _is_like(stage, wanted) for task in tasks]
        # a pattern whose last step is plain matches activities of that key only
        key = pattern.rpartition("/")[2]
        is_plain = _WILD.isdisjoint(key)
        candidates = self._by_key[site, key] if is_plain else self._tasks[site]
        if is_plain and pattern == f"*/{key}":
            return candidates
        return [task for task in candidates if fnmatchcase(task.name, pattern)]


@lru_cache(maxsize=2**14)
def _is_like(stage: str, pattern: str) -> bool:
    return fnmatchcase(stage, pattern)


def activities(
    context: Context, kind: str, block: Block[Any], where: Where, patterns: Iterable[str], targets: Targets
) -> list[int]:
    """Indices of the activities, all passes, that a block of a kind hits; in document order.

    It hits only at the sites where its name means it. A pattern that hits none is reported, as a warning if it
    stands in a catalog.
    """
    struck = context.struck(kind, block)
    found: set[int] = set()
    for i, pattern in enumerate(patterns):
        hit = targets.hit(pattern, struck)
        if not hit:
            valid = targets.stages if pattern.startswith(STAGE) else targets.names
            report_miss(context, where.at(i), pattern, partial(valid, struck))
        found.update(index for task in hit for index in range(task.first, task.last + 1))
    return sorted(found)


def report_miss(context: Context, where: Where, pattern: str, valid: Callable[[], Iterable[str]]) -> None:
    """Report a pattern that hits nothing, with the nearest of the `valid` names.

    Catalogs are written for many scenarios: there it is a warning, and none if a template has what it means.
    """
    if context.lost.may_match(pattern):
        return
    if where.part.kind != "catalog":
        expected = "a full name such as site/phase/hall/activity, with * and ?, or stage:NAME"
        context.report(where.problem(f"'{pattern}' hits nothing", expected, nearest(pattern, sorted(valid()))))
    elif not _means_a_template(context, pattern):
        context.warn(f"{where}: '{pattern}' hits nothing in this scenario")


def _means_a_template(context: Context, pattern: str) -> bool:
    """True if a loaded template, used or not, has an activity or stage that the pattern's last step matches."""
    name = pattern.removeprefix(STAGE)
    last = name.rpartition("/")[2]
    keys, stages = context.once((_means_a_template,), lambda: _in_templates(context))
    known = stages if name != pattern else keys
    return last in known if _WILD.isdisjoint(last) else any(fnmatchcase(each, last) for each in known)


def _in_templates(context: Context) -> tuple[set[str], set[str]]:
    """Keys and stages of all templates' activities."""
    bodies = [each for template in context.blocks.templates.values() for each in template.body.activities.items()]
    return {key for key, _ in bodies}, {activity.stage or key for key, activity in bodies}
