"""A scenario's what-ifs: each variant against what it stands on, and whether that is what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from buildsim.analysis.idle import rack_orders
from buildsim.analysis.paired import UNCHANGED_DAYS, UNCHANGED_SHARE, Direction, Paired, Verdict
from buildsim.analysis.result import Shares
from buildsim.compile.compile import Compiled, compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.errors import InputError, Problem, nearest
from buildsim.loading.project import Project, Ref, load_scenario
from buildsim.schema.scenario import Expectation, Scenario
from buildsim.studies.compare import Played, SiteChange, compare, milestones_of, played
from buildsim.studies.play import Progress, part_of
from buildsim.studies.run import versions

SCHEMA = 1
"""Version of the JSON."""

IDLE = "idle"
"""The measure of racks that lie delivered and not yet being set up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario as it is, or one of its variants, ready to be played."""

    project: Project
    compiled: Compiled


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation at one site, and what came of it."""

    site: str
    subject: str
    """A milestone, or ``idle``."""
    direction: Direction
    source: str | None
    """Title and publisher."""
    assumption: str | None
    fact: str | None
    confidence: str | None
    note: str | None
    change: Paired
    margin: float
    """Within it to either side it counts as unchanged: days, or GPU-days."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class VariantResult:
    """A variant against what it stands on."""

    title: str
    note: str | None
    against: str | None
    """The variant with which it is compared; None: the scenario as it is."""
    inputs_hash: str
    warnings: tuple[str, ...]
    """What is to be said of its files that is not to be said of the scenario."""
    sites: Mapping[str, SiteChange]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """Everything that a scenario's what-ifs answer."""

    scenario: str
    title: str | None
    question: str | None
    seed: int
    replications: int
    engine: str
    """As it was asked for."""
    engine_used: str
    inputs_hash: str
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]
    variants: Mapping[str, VariantResult]


def plans(ref: Ref) -> dict[str | None, Plan]:
    """The scenario as it is, by None, and each of its variants by name, compiled, with the expectations checked.

    Raises InputError with all problems of all of them, UnknownNameError for a scenario that is not found.
    """
    return plans_of(load_scenario(ref), ref)


def plans_of(whole: Project, ref: Ref) -> dict[str | None, Plan]:
    """The same of a scenario that has been loaded from ``ref``."""
    problems: dict[Problem, Problem] = {}  # as they were found, and as they are said, each by its first variant
    found: dict[str | None, Plan] = {}
    for variant in (None, *whole.scenario.variants):
        try:
            project = whole if variant is None else load_scenario(ref, variant=variant)
            found[variant] = Plan(project, compile_network(project))
        except InputError as error:
            for problem in error.problems:
                problems.setdefault(problem, _said(problem, variant))
    vain = [] if problems else list(_vain_expectations(whole, found))
    if problems or vain:
        raise InputError([*problems.values(), *vain])
    return found


def what_if(
    ref: Ref,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    progress: Progress | None = None,
) -> WhatIfResult:
    """Play a scenario and each of its variants once, with the same random numbers, and compare them.

    Raises as `plans`.
    """
    ready = plans(ref)
    whole = ready[None]
    scenario = whole.project.scenario
    seed = scenario.seed if seed is None else seed
    count = scenario.replications if replications is None else replications
    seconds = sum(reference_seconds(plan.compiled.network, count) for plan in ready.values())
    engine_used, simulate = select(engine, seconds)
    runs: dict[str | None, Played] = {}
    for number, (name, plan) in enumerate(ready.items() if scenario.variants else ()):
        runs[name] = played(plan.compiled.network, simulate, seed, count, part_of(progress, number, len(ready)))
    variants = {name: _variant(name, ready, runs) for name in scenario.variants}
    missing = () if variants else (f"{scenario.name} has no variants: there is nothing to compare",)
    return WhatIfResult(
        scenario=scenario.name,
        title=scenario.title,
        question=scenario.question,
        seed=seed,
        replications=count,
        engine=engine,
        engine_used=engine_used,
        inputs_hash=whole.project.inputs_hash,
        versions=versions(),
        warnings=(*missing, *whole.compiled.warnings),
        announcements=whole.project.announcements,
        variants=variants,
    )


def to_document(result: WhatIfResult) -> dict[str, Any]:
    """The JSON data of ``what-if --json``: numbers with three decimals, shares with six, keys in a fixed order."""
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "title": result.title,
        "question": result.question,
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "warnings": list(result.warnings),
        "variants": {name: _variant_data(variant) for name, variant in result.variants.items()},
    }


def json_text(result: WhatIfResult) -> str:
    """The text of ``what-if --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def against(scenario: Scenario, variant: str) -> str | None:
    """The variant with which one is compared; None: the scenario as it is."""
    return scenario.variants[variant].base


def own_warnings(variant: str, ready: Mapping[str | None, Plan]) -> tuple[str, ...]:
    """What is to be said of a variant that is to be said neither of the scenario nor of what it stands on."""
    others = (ready[None], ready[against(ready[None].project.scenario, variant)])
    said = {warning for each in others for warning in each.compiled.warnings}
    return tuple(warning for warning in ready[variant].compiled.warnings if warning not in said)


def _variant(name: str, ready: Mapping[str | None, Plan], runs: Mapping[str | None, Played]) -> VariantResult:
    scenario = ready[None].project.scenario
    body, other = scenario.variants[name], against(scenario, name)
    sites = compare(runs[other], runs[name])
    plan = ready[name]
    return VariantResult(
        title=body.title,
        note=body.note,
        against=other,
        inputs_hash=plan.project.inputs_hash,
        warnings=own_warnings(name, ready),
        sites=sites,
        expected=tuple(
            row for each in scenario.expect if each.variant == name for row in _expected(scenario, each, sites)
        ),
    )


def _expected(scenario: Scenario, expectation: Expectation, sites: Mapping[str, SiteChange]) -> Iterator[Expected]:
    """An expectation at each site that it is about."""
    source = None if expectation.source is None else scenario.sources[expectation.source]
    for name, site in sites.items():
        if expectation.site not in (None, name):
            continue
        if expectation.milestone is not None:
            change, margin = site.milestones.get(expectation.milestone), UNCHANGED_DAYS
        else:
            change = None if site.idle is None else site.idle.change
            margin = 0.0 if change is None else UNCHANGED_SHARE * (change.before or 0.0)
        if change is None:
            continue
        yield Expected(
            site=name,
            subject=expectation.milestone or IDLE,
            direction=expectation.direction,
            source=None if source is None else f"{source.title} ({source.publisher})",
            assumption=expectation.assumption,
            fact=expectation.fact,
            confidence=expectation.confidence,
            note=expectation.note,
            change=change,
            margin=margin,
            verdict=change.verdict(expectation.direction, margin),
        )


def _said(problem: Problem, variant: str | None) -> Problem:
    """A problem with the variant that has it: it may stand far from the variant's own lines."""
    return problem if variant is None else replace(problem, message=f"in the variant {variant}: {problem.message}")


def _vain_expectations(whole: Project, found: Mapping[str | None, Plan]) -> Iterator[Problem]:
    """Expectations of milestones, racks or sites that a variant, or what it is compared with, does not have."""
    scenario = whole.scenario
    for i, expectation in enumerate(scenario.expect):
        where = whole.parts[0].where.at("expect", i)
        pair = [found[each].compiled for each in (expectation.variant, against(scenario, expectation.variant))]
        sites = [name for name in pair[0].network.sites.name if name in pair[1].network.sites.name]
        if not sites:
            yield where.at("variant").problem("this variant has no site of what it stands on", "a site that both have")
            continue
        if expectation.site is not None:
            if expectation.site not in sites:
                message = f"there is no site called '{expectation.site}' in this variant and in what it stands on"
                hint = nearest(expectation.site, sites)
                yield where.at("site").problem(message, f"one of {', '.join(sites)}", hint)
                continue
            sites = [expectation.site]
        if expectation.milestone is not None:
            common = {name for site in sites for name in _milestones(pair[0], site) & _milestones(pair[1], site)}
            if expectation.milestone not in common:
                missing = f"there is no milestone called '{expectation.milestone}' at {', '.join(sites)}"
                message = f"{missing}, both in this variant and in what it stands on"
                expected = f"one of {', '.join(sorted(common))}" if common else "a milestone that a site has in both"
                yield where.at("milestone").problem(message, expected, nearest(expectation.milestone, common))
        elif not any(_orders_racks(pair[0], site) and _orders_racks(pair[1], site) for site in sites):
            message = f"nothing with a rating (`gpus` or `it`) is ordered at {', '.join(sites)}"
            yield where.at("measure").problem(message, "a site that orders racks")


def _milestones(compiled: Compiled, site: str) -> set[str]:
    network = compiled.network
    return set(milestones_of(network, network.sites.name.index(site)))


def _orders_racks(compiled: Compiled, site: str) -> bool:
    network = compiled.network
    consumers = network.orders.consumer[rack_orders(network)]
    return bool((network.activities.site[consumers] == network.sites.name.index(site)).any())


def _variant_data(variant: VariantResult) -> dict[str, Any]:
    return {
        "title": variant.title,
        "note": variant.note,
        "against": variant.against,
        "inputs_hash": variant.inputs_hash,
        "warnings": list(variant.warnings),
        "sites": {name: _site_data(site) for name, site in variant.sites.items()},
        "expected": [
            {**asdict(each), "margin": round(each.margin, 3), "change": paired_data(each.change)}
            for each in variant.expected
        ],
    }


def _site_data(site: SiteChange) -> dict[str, Any]:
    return {
        "milestones": {name: paired_data(found) for name, found in site.milestones.items()},
        "binding": {
            name: {"before": _rounded(found.before), "after": _rounded(found.after)}
            for name, found in site.binding.items()
        },
        "idle": None if site.idle is None else {"unit": site.idle.unit, **paired_data(site.idle.change)},
    }


def paired_data(found: Paired) -> dict[str, Any]:
    """The JSON data of a paired difference."""
    decimals = {"less": 6, "more": 6}
    return {
        name: value if value is None or isinstance(value, int) else round(value, decimals.get(name, 3)) + 0.0
        for name, value in asdict(found).items()
    }


def _rounded(days: Shares) -> dict[str, float]:
    return {category: round(value, 3) for category, value in days.items()}
