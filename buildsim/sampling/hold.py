"""Hold some of what is random at its plan, so that the rest is drawn as ever (semantics 21, 26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.network import F64, I64, Bool, Network

Wanted = Callable[[I64, I64], Bool]
"""Which of several quantities are meant, by their flaws and their files as in ``Grounds``; arrays of one shape."""


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Some of what is random in a network: a mask over the rows of each table."""

    variables: Bool
    branches: Bool
    reworks: Bool
    risks: Bool
    disruptions: Bool

    def __len__(self) -> int:
        return sum(int(getattr(self, each.name).sum()) for each in fields(self))

    @property
    def key(self) -> bytes:
        """Equal for equal picks of one network."""
        return b"".join(getattr(self, each.name).tobytes() for each in fields(self))


def pick(network: Network, wanted: Wanted) -> Picked:
    """What is random and wanted; drawn ties are nobody's fact and never among it."""
    branches, reworks, risks, disruptions = network.branches, network.reworks, network.risks, network.disruptions
    flaws = np.array([variable.grounds.flaws for variable in network.variables], dtype=np.int64)
    file = np.array([variable.grounds.file for variable in network.variables], dtype=np.int64)
    drawn = np.array([variable.distribution.kind != "fixed" for variable in network.variables], dtype=np.bool_)
    return Picked(
        variables=wanted(flaws, file) & drawn,
        branches=wanted(branches.flaws, branches.file) & _open(branches.probability),
        reworks=wanted(reworks.flaws, reworks.file) & (reworks.probability > 0),
        risks=wanted(risks.flaws, risks.file) & (risks.probability > 0),
        disruptions=wanted(disruptions.flaws, disruptions.file)
        & (_open(disruptions.probability) | (disruptions.per_year > 0)),
    )


def hold(network: Network, picked: Picked) -> Network:
    """The network in which what is picked comes as planned, and all else has its own draws.

    Planned values; risks do not strike, tests do not fail, no disruptions at a rate; branches are present and dated
    disruptions happen if their probability is at least a half. A variable that is held is held whatever common factor
    it shares; its partners keep their own streams.
    """
    branches, reworks, risks, disruptions = network.branches, network.reworks, network.risks, network.disruptions
    return replace(
        network,
        variables=tuple(
            replace(variable, distribution=Distribution("fixed", (variable.distribution.planned(),)))
            if is_held
            else variable
            for variable, is_held in zip(network.variables, picked.variables.tolist(), strict=True)
        ),
        branches=replace(branches, probability=_likely(branches.probability, picked.branches)),
        reworks=replace(reworks, probability=np.where(picked.reworks, 0.0, reworks.probability)),
        risks=replace(risks, probability=np.where(picked.risks, 0.0, risks.probability)),
        disruptions=replace(
            disruptions,
            probability=_likely(disruptions.probability, picked.disruptions),
            per_year=np.where(picked.disruptions, 0.0, disruptions.per_year),
        ),
    )


def _open(probability: F64) -> Bool:
    """Where it is neither sure to happen nor sure not to."""
    return (probability > 0) & (probability < 1)


def _likely(probability: F64, held: Bool) -> F64:
    """The probabilities, those held 1 or 0 as they are at least a half or less."""
    return np.where(held, np.where(probability >= 0.5, 1.0, 0.0), probability)
