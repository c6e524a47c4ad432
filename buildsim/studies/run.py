"""One scenario, played many times: the use-case behind the command line, the Python API and the service."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from buildsim.analysis.assemble import RunFacts, study_result
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.path import driving_path
from buildsim.analysis.reduce import Findings, Reduction
from buildsim.analysis.resource_chain import resource_chain
from buildsim.analysis.result import StudyResult
from buildsim.analysis.segments import Segment
from buildsim.compile.compile import compile_network
from buildsim.engine.select import Engine, EngineName, reference_seconds, select
from buildsim.loading.project import Project, Ref, load_scenario
from buildsim.network.codes import Rule
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import Sampler, planned
from buildsim.sampling.samples import Samples
from buildsim.studies.converge import BATCH, Convergence, StopRule, Until
from buildsim.studies.detail import Subject, Tables
from buildsim.studies.play import Progress, play

if TYPE_CHECKING:
    from buildsim.studies.details import Details

VERSIONED = ("buildsim", "numpy", "scipy", "simpy")
"""Distributions whose versions may change numbers."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run answers, with what it was computed from."""

    project: Project
    network: Network
    findings: Findings
    result: StudyResult
    engine_used: EngineName
    tables: Tables
    """Those of `DETAILS`, none unless they were asked for."""
    convergence: Convergence | None
    """Why it ended, unless it was asked for so many replications."""


def run_scenario(
    scenario: Ref,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    rule: str | None = None,
    overrides: Sequence[tuple[str, Any]] = (),
    variant: str | None = None,
    details: bool = False,
    until: Until | None = None,
    progress: Progress | None = None,
) -> Run:
    """Load, compile and play a scenario.

    ``scenario`` is a file or the name of a shipped one; ``replications``, ``seed`` and ``rule`` replace the
    scenario's; ``overrides`` are (path, value) pairs as ``--set`` takes them, ``variant`` one of the scenario's.
    With ``details`` it makes the tables of `DETAILS` too; ``until`` says when to end in place of ``replications``.
    Raises InputError with every problem found in the files, UnknownNameError for a name that is not found.
    """
    project = load_scenario(scenario, overrides, variant=variant)
    compiled = compile_network(project, rule=None if rule is None else Rule[rule.upper()])
    network = compiled.network
    seed = project.scenario.seed if seed is None else seed
    count = project.scenario.replications if replications is None else replications
    rule_to_stop = None if until is None else StopRule(network, until)
    engine_used, simulate = select(engine, reference_seconds(network, count if until is None else BATCH))

    sampler = Sampler(network, seed)
    plan = planned(network)
    deterministic = simulate(network, plan)
    reduction, lookup = Reduction(network), Lookup(network)
    detailed = _details(Subject(project, network, plan, deterministic)) if details else None

    def add(samples: Samples, outcome: Outcome) -> None:
        chunk = Chunk(lookup, samples, outcome)
        reduction.add(chunk)
        if detailed is not None:
            detailed.add(chunk)

    if rule_to_stop is None:
        for chunk in play(sampler, count, simulate, progress):
            add(*chunk)
    else:
        _play_until(rule_to_stop, sampler, simulate, add, reduction, progress)
    findings = reduction.result()
    paths, chains = _median_paths(sampler, lookup, findings, simulate)
    facts = RunFacts(
        seed=seed,
        engine=engine,
        inputs_hash=project.inputs_hash,
        versions=versions(),
        as_of=project.scenario.as_of or project.scenario.data_date or project.scenario.start,
        warnings=compiled.warnings,
    )
    result = study_result(network, findings, deterministic, paths, chains, facts)
    tables = {} if detailed is None else detailed.tables()
    convergence = None if rule_to_stop is None else rule_to_stop.convergence(findings.finish)
    return Run(project, network, findings, result, engine_used, tables, convergence)


def _details(subject: Subject) -> Details:
    from buildsim.studies.details import Details  # imports pandas and networkx, which a plain run does not need

    return Details(subject)


def _play_until(
    rule: StopRule,
    sampler: Sampler,
    simulate: Engine,
    add: Callable[[Samples, Outcome], None],
    reduction: Reduction,
    progress: Progress | None,
) -> None:
    """Play and add batches until the rule says that they are enough."""
    done, expected = 0, BATCH
    finish = None
    while finish is None or not rule.stops(finish):
        count = rule.batch(done)
        for samples, outcome in play(sampler, count, simulate, first=done):
            add(samples, outcome)
            if progress is not None:
                progress(outcome.first + len(samples), max(expected, done + count))
        done += count
        finish = reduction.result().finish
        expected = rule.expected(finish)


def versions() -> dict[str, str]:
    """Those of Python and of what may change numbers."""
    return {"python": platform.python_version(), **{name: version(name) for name in VERSIONED}}


def _median_paths(
    sampler: Sampler, lookup: Lookup, findings: Findings, simulate: Engine
) -> tuple[dict[int, list[Segment]], dict[int, list[Segment]]]:
    """Driving path and resource chain of each milestone, in the P50's replication played once more (semantics 24)."""
    paths, chains = {}, {}
    by_number: dict[int, list[int]] = {}
    for milestone in range(len(sampler.network.milestones.name)):
        number = findings.percentile_replication(milestone)
        if number is not None:
            by_number.setdefault(number, []).append(milestone)
    for number, milestones in by_number.items():
        samples = sampler.draw(number, 1)
        chunk = Chunk(lookup, samples, simulate(sampler.network, samples))
        for milestone in milestones:
            paths[milestone] = driving_path(chunk, 0, milestone)
            chains[milestone] = resource_chain(chunk, 0, milestone)
    return paths, chains
