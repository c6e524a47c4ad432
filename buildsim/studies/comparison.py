"""Several plans against a first one: how far each milestone moves, and which edits make how many of the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.errors import InputError, Problem
from buildsim.loading.project import DocumentText, Ref, load_scenario
from buildsim.studies.compare import SiteChange, compare, played
from buildsim.studies.explained import Explained, Side, edits_between, explain, plays_of
from buildsim.studies.options import choose
from buildsim.studies.play import Progress, part_of
from buildsim.studies.run import versions
from buildsim.studies.what_if import Plan

AT = "@"
"""Between a scenario and the variant that is meant."""


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What identifies a plan."""

    plan: str
    """As it was asked for."""
    scenario: str
    variant: str | None
    title: str | None
    inputs_hash: str
    warnings: tuple[str, ...]
    """Of the others only what is not to be said of the first as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A plan against the first one."""

    head: PlanHead
    sites: Mapping[str, SiteChange]
    """Those that both have."""
    explained: Explained | None
    """None: not asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonResult:
    """Everything that is to be said of plans against a first one."""

    first: PlanHead
    seed: int
    replications: int
    engine: str
    """As it was asked for."""
    engine_used: str
    versions: Mapping[str, str]
    announcements: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of all plans, each once."""
        heads = (self.first, *(each.head for each in self.differences))
        return tuple(dict.fromkeys(warning for head in heads for warning in head.warnings))


def comparison(
    refs: Sequence[Ref],
    *,
    site: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    explained: bool = True,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Play scenarios, each a file or a shipped name, with ``@VARIANT`` or without, on the first one's random numbers.

    Shown are one site or all, one milestone or all, of those that the first has in common with another one. Raises
    InputError with all problems of all files, UnknownNameError for a name that is not found.
    """
    plans = _plans(refs)
    scenario = plans[0].project.scenario
    seed = scenario.seed if seed is None else seed
    count = scenario.replications if replications is None else replications
    found = [edits_between(plans[0], plan) if explained else [] for plan in plans[1:]]
    plays = [plays_of(each) for each in found]
    whole = len(plans) + sum(plays)
    engine_used, simulate = select(engine, whole * reference_seconds(plans[0].compiled.network, count))
    sides = [
        Side(plan, played(plan.compiled.network, simulate, seed, count, part_of(progress, number, whole)))
        for number, plan in enumerate(plans)
    ]
    changes = _selected([compare(sides[0].run, side.run) for side in sides[1:]], site, milestone)
    differences = []
    done = len(plans)
    for ref, side, edits, few, sites in zip(refs[1:], sides[1:], found, plays, changes, strict=True):
        report = _from(progress, done * count, whole * count)
        why = explain(sides[0], side, edits, seed=seed, simulate=simulate, progress=report) if explained else None
        differences.append(Difference(_head(ref, side.plan, plans[0]), sites, why))
        done += few
    return ComparisonResult(
        first=_head(refs[0], plans[0]),
        seed=seed,
        replications=count,
        engine=engine,
        engine_used=engine_used,
        versions=versions(),
        announcements=tuple(dict.fromkeys(each for plan in plans for each in plan.project.announcements)),
        differences=tuple(differences),
    )


def named(ref: Ref) -> tuple[Ref, str | None]:
    """The scenario and the variant that ``SCENARIO@VARIANT`` names; a file's own name may have the sign, too.

    Of a text it is the name that it has in problems.
    """
    if isinstance(ref, DocumentText):
        return ref, ref.display.partition(AT)[2] or None
    text = str(ref)
    if AT not in text or Path(text).is_file():
        return ref, None
    scenario, _, variant = text.rpartition(AT)
    return (Path(scenario) if isinstance(ref, Path) else scenario), variant


def _plans(refs: Sequence[Ref]) -> list[Plan]:
    if len(refs) < 2:
        raise InputError([Problem("PLANS", 1, 1, "", "there is nothing to compare with", "two plans or more")])
    found: list[Plan] = []
    problems: list[Problem] = []
    for ref in refs:
        scenario, variant = named(ref)
        try:
            project = load_scenario(scenario, variant=variant)
            found.append(Plan(project, compile_network(project)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _head(ref: Ref, plan: Plan, first: Plan | None = None) -> PlanHead:
    project = plan.project
    scenario = project.scenario
    said = () if first is None else first.compiled.warnings
    return PlanHead(
        plan=str(ref),
        scenario=scenario.name,
        variant=project.variant,
        title=scenario.title if project.variant is None else scenario.variants[project.variant].title,
        inputs_hash=project.inputs_hash,
        warnings=tuple(warning for warning in plan.compiled.warnings if warning not in said),
    )


def _selected(
    found: Sequence[Mapping[str, SiteChange]], site: str | None, milestone: str | None
) -> list[dict[str, SiteChange]]:
    sites = tuple(dict.fromkeys(name for each in found for name in each))
    if not sites:
        message = "no site of the first plan is in another one"
        raise InputError([Problem("PLANS", 1, 1, "", message, "plans with a site in common")])
    if site is not None:
        sites = (choose("site in the first plan and another one", site, sites),)
    shown = [{name: each[name] for name in each if name in sites} for each in found]
    if milestone is None:
        return shown
    valid = dict.fromkeys(name for each in shown for change in each.values() for name in change.milestones)
    choose("milestone in the first plan and another one", milestone, tuple(valid))
    return [{name: _only(change, milestone) for name, change in each.items()} for each in shown]


def _only(change: SiteChange, milestone: str) -> SiteChange:
    kept = {name: each for name, each in change.milestones.items() if name == milestone}
    return replace(change, milestones=kept, binding={name: change.binding[name] for name in kept})


def _from(progress: Progress | None, before: int, whole: int) -> Progress | None:
    """The progress of what comes after so many replications, as a part of the whole."""
    return None if progress is None else lambda done, _: progress(before + done, whole)
