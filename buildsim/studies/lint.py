"""Schedule lint of a project: remarks on its network, gathered by the place in the files that they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from buildsim.analysis.lint.checks import remarks
from buildsim.analysis.lint.plan import Remark
from buildsim.compile.context import Context
from buildsim.compile.expand import Task, expand
from buildsim.errors import Problem
from buildsim.loading.parts import Where
from buildsim.loading.project import Project
from buildsim.network.network import Network
from buildsim.studies.practices import CHECKS, Check


@dataclass(frozen=True, slots=True)
class LintFinding:
    """What one check found at one place: of a template's activity, at every hall that has it."""

    check: str
    """A name in `CHECKS`."""
    practice: str
    why: str
    """Why it matters to a forecast, and what to do."""
    subject: str
    """What it is about, in short."""
    activities: tuple[str, ...]
    """Full names, in the order of the plan."""
    sites: tuple[str, ...]
    least: float
    """How much of it, in ``measure``, at the activity that has least of it."""
    most: float
    measure: str
    """Empty where there is nothing to count."""
    file: str
    line: int
    column: int
    path: str
    """Where the activity is written, or its actual dates; of a stage the activity with most of it, else the site."""

    @property
    def detail(self) -> str:
        """How much of it, in words."""
        if not self.measure:
            return ""
        low, high = f"{self.least:,.0f}", f"{self.most:,.0f}"
        between = high if low == high else f"{low} to {high}"
        return f"{between}{'' if self.measure.startswith('%') else ' '}{self.measure}"

    def as_problem(self) -> Problem:
        """The same as a problem with its place."""
        detail = f" ({self.detail})" if self.detail else ""
        message = f"{self.check}: {self.subject}{detail}. {self.why} [{self.practice}]"
        return Problem(self.file, self.line, self.column, self.path, message)


def lint(project: Project, network: Network, ignore: Collection[str] = ()) -> tuple[LintFinding, ...]:
    """What the checks that are not ignored find in a project that was compiled to this network, check by check."""
    tasks = {task.first: task for task in expand(Context(project)).tasks}
    groups: dict[tuple[str, ...], list[Remark]] = {}
    for remark in remarks(network):
        if remark.check not in ignore:
            groups.setdefault(_key(network, tasks, remark), []).append(remark)
    order = list(CHECKS)
    found = [_finding(project, network, tasks, group) for group in groups.values()]
    return tuple(sorted(found, key=lambda finding: order.index(finding.check)))


def _key(network: Network, tasks: Mapping[int, Task], remark: Remark) -> tuple[str, ...]:
    """What remarks that are told as one have in common."""
    by = CHECKS[remark.check].by
    if by == "site":
        return remark.check, network.sites.name[remark.site]
    task = tasks[remark.activities[0]]
    if by == "stage":
        return remark.check, task.stage
    if by == "actual":
        return remark.check, task.name, remark.about
    return remark.check, str(task.where), task.key, remark.about


def _finding(project: Project, network: Network, tasks: Mapping[int, Task], group: Sequence[Remark]) -> LintFinding:
    worst = max(group, key=lambda remark: remark.value)
    check = CHECKS[worst.check]
    names = [network.activities.name[a] for a in dict.fromkeys(a for remark in group for a in remark.activities)]
    sites = tuple(dict.fromkeys(network.sites.name[remark.site] for remark in group))
    place = _where(project, tasks, worst, sites[0]).problem("")
    return LintFinding(
        check=worst.check,
        practice=check.practice,
        why=check.why,
        subject=_subject(check, tasks, worst, names, sites),
        activities=tuple(names),
        sites=sites,
        least=min(remark.value for remark in group),
        most=worst.value,
        measure=check.measure,
        file=place.file,
        line=place.line,
        column=place.column,
        path=place.path,
    )


def _where(project: Project, tasks: Mapping[int, Task], remark: Remark, site: str) -> Where:
    """Where the activity is written, or its actual dates, or the site."""
    by = CHECKS[remark.check].by
    if by not in ("site", "actual"):
        return tasks[remark.activities[0]].where
    where = next(part for part in project.parts if part.kind == "site" and part.name == site).where
    if by == "site":
        return where
    return where.at("actuals", "activities", tasks[remark.activities[0]].name.removeprefix(f"{site}/"))


def _subject(check: Check, tasks: Mapping[int, Task], worst: Remark, names: Sequence[str], sites: Sequence[str]) -> str:
    """A site; an activity by its full name; or many by their own name or their stage, with one for example."""
    if check.by == "site":
        return sites[0]
    about = f" {check.about.format(worst.about)}" if worst.about else ""
    task = tasks[worst.activities[0]]
    if len(names) == 1:
        return task.name + about
    shared = f"stage {task.stage}" if check.by == "stage" else task.key + about
    at = sites[0] if len(sites) == 1 else f"{len(sites)} sites, such as {task.name}"
    return f"{shared} ({len(names)} activities of {at})"
