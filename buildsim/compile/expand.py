"""Templates and own activities expanded into named tasks, per site, phase and hall, in document order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from buildsim.compile.context import Context
from buildsim.compile.leveling import leveled, report_unknown
from buildsim.loading.names import Names
from buildsim.loading.parts import Part, Where
from buildsim.schema.parts import Activity, Branch
from buildsim.schema.site import Hall, SiteBody

FINISH = "finish"


@dataclass(frozen=True, slots=True, eq=False)
class PlacedHall:
    """A hall of a site, its place, and its number in the site's document order, from 1."""

    body: Hall
    where: Where
    ordinal: int
    names: Names
    start: date
    """The site's own start."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A site, a phase or a hall: where activities live."""

    path: tuple[str, ...]
    """(site), (site, phase) or (site, phase, hall)."""
    site: int
    start: date
    """The site's own start."""
    gate: date | None
    """The phase's start."""
    parent: Scope | None
    halls: tuple[PlacedHall, ...]
    """The hall itself, or all halls below."""
    where: Where
    names: Names
    """What the names in its activities mean."""
    name: str = field(init=False)
    """Prefix of the names in it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", "/".join(self.path))

    @property
    def is_hall(self) -> bool:
        """True for a hall."""
        return len(self.path) == 3


@dataclass(slots=True, eq=False)  # not frozen, which would take thrice as long, and there are millions
class Task:
    """One activity before the passes of its rework are chained: pass k has the index ``first + k - 1``."""

    key: str
    body: Activity
    scope: Scope
    where: Where
    branch: int
    """Index of its branch, or -1."""
    first: int
    closes_site: bool = False
    """True for the milestone that compile adds where a site states none."""
    name: str = field(init=False)
    """Full name, without ``#k``."""
    last: int = field(init=False)
    """Index of its last pass."""

    def __post_init__(self) -> None:
        self.name = f"{self.scope.name}/{self.key}"
        self.last = self.first if self.body.retest is None else self.first + self.body.retest.passes - 1

    @property
    def stage(self) -> str:
        """What its days are reported as."""
        return self.body.stage or self.key

    @property
    def passes(self) -> int:
        """Passes of its rework, 1 without."""
        return self.last - self.first + 1


@dataclass(slots=True, eq=False)
class Plan:
    """All tasks, halls and branches of a project."""

    tasks: list[Task] = field(default_factory=list)
    halls: list[PlacedHall] = field(default_factory=list)
    branch_names: list[str] = field(default_factory=list)
    branch_probabilities: list[float] = field(default_factory=list)
    branch_places: list[Where] = field(default_factory=list)

    @property
    def activity_count(self) -> int:
        """Activities, every pass counted."""
        return self.tasks[-1].last + 1 if self.tasks else 0

    def by_index(self) -> dict[int, Task]:
        """The task of each activity."""
        return {index: task for task in self.tasks for index in range(task.first, task.last + 1)}


def expand(context: Context) -> Plan:
    """The tasks of all sites: for each level its templates in the order of ``strategies``, then its own."""
    plan = Plan()
    sites = [part for part in context.project.parts if part.kind == "site"]
    for index, part in enumerate(sites):
        _expand_site(context, plan, part, index)
    report_unknown(context, [task.name for task in plan.tasks])
    return plan


def _expand_site(context: Context, plan: Plan, part: Part, index: int) -> None:
    site = part.model
    assert isinstance(site, SiteBody)
    where = part.where.inside(site)
    start = site.start or context.start
    placed: dict[str, list[PlacedHall]] = {}
    ordinal = 0
    for phase_name, phase in site.phases.items():
        placed[phase_name] = []
        for hall_name, hall in phase.halls.items():
            ordinal += 1
            here = where.at("phases", phase_name, "halls", hall_name)
            names = context.names(part).using(phase.use).using(hall.use)
            placed[phase_name].append(PlacedHall(hall, here, ordinal, names, start))
    all_halls = tuple(hall for halls in placed.values() for hall in halls)
    plan.halls += all_halls
    top = Scope((part.name,), index, start, None, None, all_halls, where, context.names(part))
    first_task = len(plan.tasks)
    expander = _Expander(context, plan, top, site.branches)
    expander.level(top, "site", site.strategies, site.activities)
    for phase_name, phase in site.phases.items():
        here = where.at("phases", phase_name)
        path = (part.name, phase_name)
        names = top.names.using(phase.use)
        middle = Scope(path, index, start, phase.start, top, tuple(placed[phase_name]), here, names)
        strategies = {**site.strategies, **phase.strategies}
        expander.level(middle, "phase", strategies, phase.activities)
        for hall_name, each in zip(phase.halls, placed[phase_name], strict=True):
            scope = Scope((*path, hall_name), index, start, phase.start, middle, (each,), each.where, each.names)
            expander.level(scope, "hall", {**strategies, **each.body.strategies}, each.body.activities)
    if not any(task.body.milestone for task in plan.tasks[first_task:]):
        body = Activity.model_validate({"stage": FINISH, "milestone": FINISH})
        expander.add(Task(FINISH, body, top, where, -1, plan.activity_count, closes_site=True))


class _Expander:
    """Adds the tasks of one site to the plan."""

    def __init__(self, context: Context, plan: Plan, top: Scope, own_branches: Mapping[str, Branch]) -> None:
        self._context = context
        self._plan = plan
        self._taken: dict[str, Task] = {}
        self._milestones: dict[str, Task] = {}
        self._taken_by_branches: set[str] = set()
        self._own_branches = self._add_branches(top, own_branches, top.where)

    def level(self, scope: Scope, per: str, strategies: Mapping[str, str], own: Mapping[str, Activity]) -> None:
        """The templates of one level, in the order of the strategies, then the level's own activities."""
        for name in dict.fromkeys(strategies.values()):
            template = self._context.blocks.templates[name]
            if template.body.per != per:
                continue
            branches = self._add_branches(scope, template.body.branches, template.where)
            stated = self._context.once((_stated, template), partial(_stated, template.where, template.body.activities))
            for key, body, where in stated:
                self._add(scope, key, body, where, branches)
        for key, body, where in _stated(scope.where, own):
            self._add(scope, key, body, where, self._own_branches)

    def add(self, task: Task) -> None:
        """Keep a task; report a second of its name, or a second one with its milestone."""
        earlier = self._taken.setdefault(task.name, task)
        # what is left out may have been the milestone that makes the added `finish` needless
        if earlier is not task and not (task.closes_site and self._context.lost.may_name("milestone")):
            of_templates = all(each.where.path[:1] == ("templates",) for each in (earlier, task))
            expected = "one of the two templates; a role under `strategies` may be misspelt" if of_templates else None
            message = f"{task.name} is defined twice: also as {earlier.where}"
            self._context.report(task.where.problem(message, expected or "another name"))
        if (milestone := task.body.milestone) is not None:
            other = self._milestones.setdefault(milestone, task)
            if other is not task:
                message = f"milestone '{milestone}' of {task.scope.path[0]} is reached twice: also by {other.name}"
                expected = "one activity with it; let one of the site join the halls: `after: ['*/NAME']`"
                self._context.report(task.where.at("milestone").problem(message, expected))
        self._plan.tasks.append(task)

    def _add(self, scope: Scope, key: str, body: Activity, where: Where, branches: Mapping[str, int]) -> None:
        branch = branches[body.branch] if body.branch is not None else -1
        body = leveled(self._context, f"{scope.name}/{key}", body)
        self.add(Task(key, body, scope, where, branch, self._plan.activity_count))

    def _add_branches(self, scope: Scope, branches: Mapping[str, Branch], where: Where) -> dict[str, int]:
        """Index of each branch of a template or site, instantiated for the scope."""
        plan, found = self._plan, {}
        for key, branch in branches.items():
            name = f"{scope.name}/{key}"
            if name in self._taken_by_branches:
                problem = where.at("branches", key).problem(f"branch {name} is defined twice", "another name")
                self._context.report(problem)
            self._taken_by_branches.add(name)
            found[key] = len(plan.branch_names)
            plan.branch_names.append(name)
            plan.branch_probabilities.append(branch.probability)
            plan.branch_places.append(where.at("branches", key))
        return found


def _stated(where: Where, activities: Mapping[str, Activity]) -> list[tuple[str, Activity, Where]]:
    """The activities of a template or a level, each with its place."""
    return [(key, body, where.at("activities", key)) for key, body in activities.items()]
