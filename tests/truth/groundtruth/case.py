"""A case with its answers, and how often it is played."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from buildsim.engine.select import EngineName
from groundtruth.play import Played, compiled, play
from groundtruth.score import Estimate

FOLDER = Path(__file__).parents[1] / "data" / "exact"

Estimates = dict[str, Estimate]
"""By the name of the answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """One model with exact answers."""

    id: str
    model: dict[str, Any]
    answers: dict[str, dict[str, Any]]


def cases(family: str) -> Iterator[Case]:
    """The cases of a family."""
    for case in json.loads((FOLDER / f"{family}.json").read_text())["cases"]:
        yield Case(case["id"], case["model"], case["answers"])


@dataclass(frozen=True, slots=True)
class Player:
    """An engine and how often it plays."""

    engine: EngineName
    replications: int
    """Of a network."""
    runs: int
    customers: int
    """Of a queue in steady state; the first fifth of the customers does not count."""

    @property
    def dropped(self) -> int:
        """Customers of each run that do not count."""
        return self.customers // 5

    def play(self, document: dict[str, Any], count: int | None = None) -> Played:
        """Play a document, ``replications`` times unless another count is given."""
        return play(compiled(document), self.engine, self.replications if count is None else count)


CUSTOMARY: dict[EngineName, Player] = {
    "reference": Player("reference", 5_000, 8, 1_000),
    "kernel": Player("kernel", 20_000, 40, 2_000),
}
"""What the tests and the page of figures play: about a minute for each engine."""

LONG: dict[EngineName, Player] = {
    "reference": Player("reference", 20_000, 20, 3_000),
    "kernel": Player("kernel", 100_000, 200, 5_000),
}
"""What is played where there is time: the kernel in every test run, the reference engine in the slow ones."""
