"""What the chunks of a study came to, gathered so that neither their order nor their split matters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from buildsim.network.network import I64
from buildsim.outcome.outcome import Outcome


class Chunks:
    """Arrays with a row per replication; each chunk counts once."""

    def __init__(self) -> None:
        self._added: dict[int, tuple[int, tuple[NDArray[Any], ...]]] = {}

    def __len__(self) -> int:
        """The number of replications."""
        return sum(count for count, _ in self._added.values())

    def add(self, outcome: Outcome, *rows: NDArray[Any]) -> None:
        """Add a chunk's arrays, always as many; ValueError if its first replication has been added before."""
        if outcome.first in self._added:
            raise ValueError(f"the chunk that begins with replication {outcome.first} was added twice")
        self._added[outcome.first] = len(outcome), rows

    def number(self) -> I64:
        """(n,) The replications, ascending; ValueError if there is none."""
        return np.concatenate([first + np.arange(count) for first, (count, _) in self._in_order()])

    def rows(self) -> tuple[NDArray[Any], ...]:
        """The arrays, (n, ...), replications ascending; ValueError if there is none."""
        arrays = zip(*(rows for _, (_, rows) in self._in_order()), strict=True)
        return tuple(np.concatenate(each) for each in arrays)

    def _in_order(self) -> list[tuple[int, tuple[int, tuple[NDArray[Any], ...]]]]:
        if not self._added:
            raise ValueError("no replication has been added")
        return sorted(self._added.items(), key=lambda item: item[0])
