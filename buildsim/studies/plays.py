"""The plays of one study of changes: each relieved plan once, on the same random numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.lookup import Lookup
from buildsim.analysis.reduce import Findings, Reduction
from buildsim.engine.select import Engine
from buildsim.network.constraints import Constraint
from buildsim.network.network import I64, Network
from buildsim.sampling.draw import Sampler
from buildsim.sampling.relief import Relief
from buildsim.studies.play import Progress
from buildsim.studies.replay import Replications, finishes, replayed

Removed = frozenset[Constraint]
"""What is removed from a plan."""
NOTHING: Final[Removed] = frozenset()


class Plays:
    """Plays relieved plans of a ``network``; ``expected`` is about how many there will be, for the progress.

    Ticks are of shape (replications, milestones), NEVER where a milestone is not reached.
    """

    def __init__(
        self,
        network: Network,
        seed: int,
        count: int,
        simulate: Engine,
        expected: int,
        progress: Progress | None = None,
    ) -> None:
        self.network = network
        self._replications, self._simulate, self._count = Replications(Sampler(network, seed), count), simulate, count
        self._removed: dict[Removed, I64] = {}
        self._progress, self._expected, self._done = progress, expected, 0

    def findings(self, removed: Removed = NOTHING) -> Findings:
        """Paths and all with some constraints removed."""
        relief = Relief(self.network, removed=removed)
        reduction, lookup = Reduction(relief.network), Lookup(relief.network)
        for samples, outcome in replayed(self._replications, self._simulate, relief, self._watched()):
            reduction.add(Chunk(lookup, samples, outcome))
        self._done += 1
        found = reduction.result()
        self._removed[removed] = found.finish
        return found

    def without(self, removed: Removed) -> I64:
        """Ticks with some constraints removed."""
        self.prepare([removed])
        return self._removed[removed]

    def prepare(self, wanted: Iterable[Removed]) -> None:
        """Play at once what has not been played of what will be asked for."""
        missing = [each for each in dict.fromkeys(wanted) if each not in self._removed]
        found = self.relieved([Relief(self.network, removed=each) for each in missing])
        self._removed |= zip(missing, found, strict=True)

    def relieved(self, cases: Sequence[Relief]) -> list[I64]:
        """Ticks of each of the cases."""
        found = finishes(self._replications, self._simulate, cases, self._watched()) if cases else []
        self._done += len(cases)
        return found

    @property
    def played(self) -> int:
        """How many plans have been played."""
        return self._done

    def _watched(self) -> Progress | None:
        """The progress of some plays as a part of all; what was expected grows where it was too little."""
        if self._progress is None:
            return None
        report, done = self._progress, self._done

        def watched(played: int, asked: int) -> None:
            report(done * self._count + played, max(self._expected * self._count, done * self._count + asked))

        return watched
