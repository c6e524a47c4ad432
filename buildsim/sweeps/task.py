"""One task of a sweep, wherever it runs: replications of one point, from the files to what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.compile.compile import compile_network
from buildsim.engine.select import Engine, EngineName, select
from buildsim.errors import BuildsimError
from buildsim.loading.project import Ref, load_scenario
from buildsim.network.network import I64, Network
from buildsim.sampling.draw import Sampler, planned
from buildsim.studies.converge import StopRule, Until
from buildsim.studies.play import chunk_size
from buildsim.studies.run import versions
from buildsim.sweeps.group import Group, failure, group_of
from buildsim.sweeps.rows import Heads, heads_of


@dataclass(frozen=True, slots=True)
class Question:
    """What all tasks of a sweep have in common."""

    scenario: Ref
    inputs_hash: str
    """Of the scenario as it is: a worker that reads other files is refused."""
    versions: Mapping[str, str]
    """As far as they may change numbers: a worker with others is refused."""
    seed: int
    engine: EngineName
    until: Until | None
    keep_replications: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Replications ``first`` .. ``first + count - 1`` of a point; ``whole`` if these are all."""

    point: int
    overrides: tuple[tuple[str, Any], ...]
    first: int
    count: int
    """0 where the question is asked until an interval is narrow enough."""
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What came of a task that is not all of its point."""

    point: int
    first: int
    heads: Heads
    finish: I64
    """(replications, milestones) Ticks, NEVER where a milestone is not reached."""


Answer = Group | Piece


class OtherFilesError(Exception):
    """A worker does not read what the sweep was begun with, or its libraries are of other versions."""


def play_task(question: Question, task: Task) -> Answer:
    """Play a task on one thread. Raises OtherFilesError; what is wrong at the point itself is its answer."""
    _check(question)
    try:
        network, sampler, simulate = _prepared(question, task.overrides)
        heads = heads_of(network, milestone_ticks(network, simulate(network, planned(network)))[0])
        if question.until is not None:
            finish = _until(question.until, sampler, simulate)
        else:
            finish = _ticks(sampler, simulate, task.first, task.count)
        if not task.whole:
            return Piece(task.point, task.first, heads, finish)
        return group_of(task.point, heads, finish, keep_replications=question.keep_replications)
    except BuildsimError as error:
        return failure(task.point, str(error))
    except Exception as error:  # a fault of ours at one point shall not end the others
        return failure(task.point, f"{type(error).__name__}: {error}")


@cache
def relevant_versions() -> dict[str, str]:
    """Versions that may change numbers, but for Python's own patches."""
    return {name: version for name, version in versions().items() if name != "python"}


def _check(question: Question) -> None:
    if (found := relevant_versions()) != question.versions:
        raise OtherFilesError(f"a worker has {_shown(found)}, but the sweep was begun with {_shown(question.versions)}")
    if (found_hash := _hash_of(question.scenario)) != question.inputs_hash:
        raise OtherFilesError(
            f"a worker reads other files of {question.scenario} (hash {found_hash[:12]}) than the sweep was begun "
            f"with (hash {question.inputs_hash[:12]})"
        )


@lru_cache(maxsize=4)
def _hash_of(scenario: Ref) -> str:
    return load_scenario(scenario).inputs_hash


def _prepared(question: Question, overrides: Sequence[tuple[str, Any]]) -> tuple[Network, Sampler, Engine]:
    network = compile_network(load_scenario(question.scenario, overrides)).network
    return network, Sampler(network, question.seed), select(question.engine, threads=1)[1]


def _ticks(sampler: Sampler, simulate: Engine, first: int, count: int) -> I64:
    size, end = chunk_size(sampler.network), first + count
    chunks = []
    for begin in range(first, end, size):
        samples = sampler.draw(begin, min(size, end - begin))
        chunks.append(milestone_ticks(sampler.network, simulate(sampler.network, samples)))
    return np.concatenate(chunks)


def _until(until: Until, sampler: Sampler, simulate: Engine) -> I64:
    rule = StopRule(sampler.network, until)
    finish = np.empty((0, len(sampler.network.milestones.name)), dtype=np.int64)
    while not len(finish) or not rule.stops(finish):
        finish = np.concatenate([finish, _ticks(sampler, simulate, len(finish), rule.batch(len(finish)))])
    return finish


def _shown(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())
