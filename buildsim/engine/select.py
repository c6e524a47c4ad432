"""Which engine plays: ``auto`` takes the reference engine, the only one installed so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

EngineName = Literal["auto", "reference"]
Engine = Callable[[Network, Samples], Outcome]


def select(name: EngineName) -> tuple[str, Engine]:
    """The engine's own name and its function. SimPy is imported only here, when something is to be played."""
    from buildsim.engine.reference.simulate import simulate

    del name  # both names mean the same while there is one engine
    return "reference", simulate
