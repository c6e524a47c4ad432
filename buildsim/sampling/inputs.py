"""The independent inputs of a network: the streams that it draws from, and what becomes of a run if some change.

Each stream is drawn by itself, whatever correlates the variables made of it: a variable that shares a common factor has
a stream of its own, and the factor another. So inputs can be redrawn one by one (the same seed for all others), and
variances be shared out among them, although variables correlate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.network import F64, Network
from buildsim.sampling.draw import Sampler
from buildsim.sampling.streams import Seed, stream_keys, uniform_rows

_OTHER = 2**63
"""Beyond every seed that a study may have."""
_TIE = "tie:"
_CHANCES = {
    "risks": "risk:{}:strike",
    "disruptions": "disruption:{}:strike",
    "branches": "branch:{}",
    "reworks": "rework:{}",
}
"""Tables of what happens or not, with the streams' names."""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A seed under which all streams are as they are, but some are drawn anew."""

    seed: int
    names: frozenset[str]

    def of(self, name: str) -> int:
        """The seed of a stream."""
        return self.seed ^ _OTHER if name in self.names else self.seed


class _Heard:
    """A seed that remembers who asks for it."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def of(self, name: str) -> int:
        self.names[name] = None
        return 0


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The inputs of a ``network``, by the names of their streams."""

    network: Network
    names: tuple[str, ...]
    chances: Mapping[str, float]
    """Of those that happen or not: how likely it is that they do."""

    def drawn(self, seed: Seed, first: int, count: int) -> F64:
        """(inputs, R) What each is in replications ``first`` .. ``first + count - 1``: the probability of its value,
        0 to 1 from the smallest to the largest; 1 or 0 as something happens or not. Of what is drawn several times a
        replication it is the first.
        """
        streams = [(name, int(name.startswith("rework:"))) for name in self.names]
        numbers = uniform_rows(stream_keys(seed, streams), first, count)
        for row, name in enumerate(self.names):
            if name in self.chances:
                numbers[row] = numbers[row] < self.chances[name]
        return numbers

    def held(self, name: str, probability: float) -> Network | None:
        """The network with one input at a probability, or happening if that is at least a half.

        None for an input that is not one variable or chance alone, such as a common factor.
        """
        if name in self.chances:
            return _certain(self.network, name, probability >= 0.5)
        at = np.array([probability])
        variables = tuple(
            replace(each, distribution=Distribution("fixed", (float(each.distribution.quantile(at)[0]),)))
            if each.name == name
            else each
            for each in self.network.variables
        )
        changed = any(old is not new for old, new in zip(self.network.variables, variables, strict=True))
        return replace(self.network, variables=variables) if changed else None


def inputs_of(network: Network) -> Inputs:
    """All inputs but the drawn order of ties, which is nobody's to know, and what is certain."""
    heard = _Heard()
    Sampler(network, heard).draw(0, 1)
    chances: dict[str, float] = {}
    for table, form in _CHANCES.items():
        own = getattr(network, table)
        chances |= {form.format(name): float(p) for name, p in zip(own.name, own.probability, strict=True)}
    names = [each for each in heard.names if not each.startswith(_TIE) and 0 < chances.get(each, 0.5) < 1]
    return Inputs(network, tuple(names), {name: chances[name] for name in names if name in chances})


def _certain(network: Network, name: str, happens: bool) -> Network:
    """The network with a chance that is sure to happen, or sure not to."""
    for table, form in _CHANCES.items():
        own = getattr(network, table)
        hit = np.array([form.format(each) == name for each in own.name], dtype=np.bool_)
        if hit.any():
            return replace(network, **{table: replace(own, probability=np.where(hit, float(happens), own.probability))})
    raise KeyError(name)
