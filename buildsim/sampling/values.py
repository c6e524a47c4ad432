"""The values of a network's variables in a chunk of replications: streams through quantile functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.distribution import LIMIT
from buildsim.network.codes import NONE
from buildsim.network.network import F64, I64, Bool, Network
from buildsim.sampling.streams import correlated, uniforms


@dataclass(frozen=True, slots=True)
class Values:
    """Replications ``first`` .. ``first + count - 1``, each with one uniform per stream and occurrence."""

    network: Network
    seed: int
    first: int
    count: int

    def uniform(self, stream: str, occurrence: int = 0) -> F64:
        """(R,) Uniform numbers inside (0, 1) of the stream of that name."""
        return uniforms(self.seed, stream, occurrence, self.first, self.count)

    def happens(self, stream: str, probability: float, occurrence: int = 0) -> Bool:
        """(R,) Whether an event of that probability happens."""
        return self.uniform(stream, occurrence) < probability

    def of(self, variable: int, default: float, occurrence: int | None = None) -> F64:
        """(R,) Values of a variable in its unit; ``default`` where it is NONE.

        ``occurrence`` replaces the variable's own, for a variable that is drawn again and again.
        """
        if variable == NONE:
            return np.full(self.count, default)
        distribution = self.network.variables[variable].distribution
        if distribution.kind == "fixed":
            return np.full(self.count, distribution.params[0])
        return distribution.quantile(self._probability(variable, occurrence))

    def beyond(self, variable: int, elapsed: float) -> F64:
        """(R,) Values of a variable given that it exceeds ``elapsed`` (semantics 11)."""
        distribution = self.network.variables[variable].distribution
        return distribution.quantile(distribution.conditional_uniform(self._probability(variable), elapsed))

    def table(self, variables: I64, default: float) -> F64:
        """(R, n) Values of n variables; each distinct one is drawn once."""
        values = np.full((self.count, len(variables)), default)
        for variable in np.unique(variables[variables != NONE]).tolist():
            values[:, variables == variable] = self.of(variable, default)[:, np.newaxis]
        return values

    def _probability(self, variable: int, occurrence: int | None = None) -> F64:
        spec = self.network.variables[variable]
        own = self.uniform(spec.name, spec.occurrence if occurrence is None else occurrence)
        if spec.factor == NONE:
            return own
        return correlated(own, self.uniform(f"factor:{self.network.factors[spec.factor]}"), spec.rho)


def rounded(values: F64) -> I64:
    """Whole ticks or units, rounded half up (semantics 1); what is negative becomes 0.

    Values are capped at 1e15, later than every horizon, so that sums of a few stay inside int64.
    """
    return np.floor(np.clip(values, 0.0, LIMIT) + 0.5).astype(np.int64)
