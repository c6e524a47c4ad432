"""The small language of ``after`` and ``place``: which activity's event, and how long after it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from buildsim.compile.context import Context
from buildsim.compile.expand import Plan, Scope, Task
from buildsim.errors import nearest
from buildsim.loading.blocks import Blocks
from buildsim.loading.parts import Where
from buildsim.network.codes import LinkType
from buildsim.quantity import Quantity, QuantityError, parse_quantity, require

LAG_DIMENSIONS = ("days", "workdays", "workhours")

_NAME = r"(?P<name>[a-z0-9*][a-z0-9_.+*/-]*)"
_LAG = r"(?:\s+(?P<sign>[+-])\s*(?P<lag>\S.*))?"
_LINK = re.compile(rf"{_NAME}(?:\s+(?P<type>[A-Za-z]{{2}}))?{_LAG}")
_PLACE = re.compile(rf"{_NAME}\s+(?P<event>start|finish){_LAG}")
_TEMPLATES_NAMED = 8  # of those that would bring an activity
_LINK_FORM = "NAME, NAME SS, NAME + 2 weeks or NAME FF + 5 workdays"


class UnknownActivityError(QuantityError):
    """A reference to an activity that is not there, by the `name` that was looked for."""

    def __init__(self, name: str, message: str, *, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, expected=expected, hint=hint)
        self.name = name


@dataclass(frozen=True, slots=True)
class Reference:
    """An activity's event as written: a name, a link type and perhaps a lag."""

    name: str
    type: LinkType
    lag: Quantity | None


def parse_link(text: str) -> Reference:
    """``NAME [FS|SS|FF|SF] [+ LAG]``. Raises QuantityError."""
    match = _LINK.fullmatch(text.strip())
    if match is None:
        raise QuantityError(f"'{text}' is not a predecessor", expected=_LINK_FORM)
    code = (match["type"] or "FS").upper()
    if code not in LinkType.__members__:
        raise QuantityError(f"'{match['type']}' is no link type", expected="FS, SS, FF or SF")
    if match["sign"] == "-":
        hint = f"'{match['name']} SS + ...' with the lag from its start"
        raise QuantityError("a lag cannot be negative", expected=hint)
    return Reference(match["name"], LinkType[code], _lag(match["lag"]))


@lru_cache(maxsize=2**12)
def parse_place(text: str) -> Reference | None:
    """``ACTIVITY start|finish [+ LAG]``; None if the text has not this form. Raises QuantityError."""
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        return None
    if match["sign"] == "-":
        expected = "the start or finish of an earlier activity, plus a time"
        raise QuantityError("an order cannot be placed before the event that places it", expected=expected)
    event = LinkType.SS if match["event"] == "start" else LinkType.FS
    return Reference(match["name"], event, _lag(match["lag"]))


def _lag(text: str | None) -> Quantity | None:
    return None if text is None else require(parse_quantity(text), *LAG_DIMENSIONS)


def report(context: Context, where: Where, error: QuantityError) -> None:
    """Report a reference that leads nowhere, unless to an activity that may have been left out as wrong."""
    if isinstance(error, UnknownActivityError) and context.lost.may_name_activity(error.name):
        context.doubt(where)
    else:
        context.report(where.problem(error.message, error.expected, error.hint))


def providers(blocks: Blocks) -> dict[str, list[str]]:
    """Which templates have an activity of a name, whether the sites use them or not."""
    found: dict[str, list[str]] = {}
    for name, template in blocks.templates.items():
        for key in template.body.activities:
            found.setdefault(key, []).append(name)
    return found


class Directory:
    """Finds tasks by the names that are visible from a scope."""

    def __init__(self, plan: Plan, templates: Mapping[str, Sequence[str]]) -> None:
        self._tasks = plan.tasks
        self._templates = templates
        self._at: defaultdict[tuple[str, ...], dict[str, Task]] = defaultdict(dict)
        """By the path of a scope, then by key."""
        for task in plan.tasks:
            self._at[task.scope.path].setdefault(task.key, task)
        # what lies in the halls and in the phases below the path of a site or a phase
        self._in_halls: defaultdict[tuple[str, ...], list[dict[str, Task]]] = defaultdict(list)
        self._in_phases: defaultdict[tuple[str, ...], list[dict[str, Task]]] = defaultdict(list)
        for path, tasks in self._at.items():
            if len(path) > 1:
                below = self._in_halls if len(path) == 3 else self._in_phases
                below[path[:1]].append(tasks)
                below[path[:2]].append(tasks)

    def resolve(self, scope: Scope, name: str) -> Sequence[Task]:
        """The tasks that ``name`` means in ``scope``, in document order.

        A bare name is looked up in the hall, then the phase, then the site; a path below the site names one
        task; ``*/NAME`` means all of the halls below. Raises QuantityError, UnknownActivityError with the nearest name.
        """
        if name.startswith("*/"):
            return self._everywhere(scope, name.removeprefix("*/"))
        if "/" in name:
            *path, key = (scope.path[0], *name.split("/"))
            level_of = self._at.get(tuple(path), {})
            if key in level_of:
                return [level_of[key]]
        level: Scope | None = scope
        while level is not None:
            found = self._at[level.path].get(name)
            if found is not None:
                return [found]
            level = level.parent
        raise self._unknown(scope, name)

    def _everywhere(self, scope: Scope, key: str) -> Sequence[Task]:
        if scope.is_hall:
            raise QuantityError("a hall has no halls below it", expected="the name alone, or a path below the site")
        # a stage that a strategy does once per phase stands in for one of its halls
        found = _all_of(self._in_halls[scope.path], key) or _all_of(self._in_phases[scope.path], key)
        if not found:
            below = [task for task in self._tasks if task.scope.path[: len(scope.path)] == scope.path]
            keys = sorted({task.key for task in below if len(task.scope.path) > 1})
            hint = nearest(key, keys)
            message = f"no hall below {scope.name} has an activity '{key}'"
            hint = f"*/{hint}" if hint else None
            raise UnknownActivityError(key, message, expected="an activity of the halls", hint=hint)
        return found

    def _unknown(self, scope: Scope, name: str) -> UnknownActivityError:
        message = f"there is no activity '{name}' in {scope.name} or above it"
        site = scope.path[0] + "/"
        valid = [task.name.removeprefix(site) for task in self._tasks if task.name.startswith(site)]
        if "/" not in name:
            below = [task for task in self._tasks if task.scope.path[: len(scope.path)] == scope.path]
            if not scope.is_hall and any(task.key == name and task.scope is not scope for task in below):
                expected = f"'*/{name}' for all halls, or a path below the site"
                return UnknownActivityError(name, message, expected=expected)
            valid = []
            level: Scope | None = scope
            while level is not None:
                valid += [task.key for task in self._tasks if task.scope is level]
                level = level.parent
        expected = "an activity of the same hall, phase or site"
        if templates := self._templates.get(name):
            first, more = templates[:_TEMPLATES_NAMED], len(templates) - _TEMPLATES_NAMED
            listed = ", ".join(first) + (f" or {more} more" if more > 0 else "")
            expected += f"; under `strategies` one of these brings it: {listed}"
            return UnknownActivityError(name, message, expected=expected)
        return UnknownActivityError(name, message, expected=expected, hint=nearest(name, valid))


def _all_of(levels: Sequence[Mapping[str, Task]], key: str) -> list[Task]:
    return [tasks[key] for tasks in levels if key in tasks]
