"""Changed plans, each played on the random numbers of one and the same plan, replication by replication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.engine.select import Engine
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import Draws, Sampler
from buildsim.sampling.samples import Samples
from buildsim.studies.play import Progress, chunk_size, drawn_ahead


class Case(Protocol):
    """A changed plan: a network with the same activities and variables, and its samples."""

    @property
    def network(self) -> Network:
        """What is played."""

    def samples(self, draws: Draws, base: Samples) -> Samples:
        """Its samples, from those of the plan as it is and what they were made of."""


KEPT_CHUNKS: Final = 8
"""So many chunks are kept once they were drawn: half a gigabyte at most, of what takes as long to draw as to play."""


class Replications:
    """So many replications of one plan, chunk by chunk: drawn once if they are few enough to be kept."""

    def __init__(self, sampler: Sampler, count: int) -> None:
        self.network, self.count = sampler.network, count
        self._sampler = sampler
        self._size = chunk_size(sampler.network)
        self._kept: list[tuple[Draws, Samples]] = []

    def __iter__(self) -> Iterator[tuple[Draws, Samples]]:
        if self._kept:
            yield from self._kept
            return
        chunks = drawn_ahead(self._draw, self._size, self.count)
        if self.count > KEPT_CHUNKS * self._size:
            yield from chunks
            return
        drawn = []
        for chunk in chunks:
            drawn.append(chunk)
            yield chunk
        self._kept = drawn

    def _draw(self, first: int, rows: int) -> tuple[Draws, Samples]:
        draws = self._sampler.draws(first, rows)
        return draws, self._sampler.samples(draws)


def replayed(
    replications: Replications, simulate: Engine, case: Case, progress: Progress | None = None
) -> Iterator[tuple[Samples, Outcome]]:
    """The replications of a changed plan, chunk by chunk: its samples, and what came of them."""
    for draws, base in replications:
        samples = case.samples(draws, base)
        yield samples, simulate(case.network, samples)
        if progress is not None:
            progress(base.first + len(base), replications.count)


def finishes(
    replications: Replications, simulate: Engine, cases: Sequence[Case], progress: Progress | None = None
) -> list[I64]:
    """(replications, milestones) for each case: when each milestone is reached, NEVER where it is not.

    The progress counts plays: the replications times the number of cases.
    """
    found: list[list[I64]] = [[] for _ in cases]
    done = 0
    for draws, base in replications:
        for case, ticks in zip(cases, found, strict=True):
            ticks.append(milestone_ticks(case.network, simulate(case.network, case.samples(draws, base))))
            done += len(base)
            if progress is not None:
                progress(done, replications.count * len(cases))
    return [np.concatenate(ticks) for ticks in found]
