"""Shapley shares: how much of a difference each of several players makes, whatever the order in which they come.

A player's share is its mean contribution over all orders in which the players may join (Shapley, A value for n-person
games, 1953). The shares sum to the whole, symmetric players get equal ones, and one that changes nothing gets 0.
With many players the mean is over some random orders (Castro, Gomez and Tejada, Polynomial calculation of the Shapley
value based on sampling, Computers & Operations Research 36, 2009), each taken forwards and backwards, since what a
player adds early and late tends to balance (Mitchell, Cooper, Frank and Holmes, Sampling permutations for Shapley
value estimation, Journal of Machine Learning Research 23, 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from buildsim.network.network import F64

EXACT_UP_TO = 7
"""Players whose every coalition is valued: 128 of them."""
ORDERS = 24
"""Random orders of more players than that, half of them the other half backwards."""

Coalition = frozenset[int]
"""Players by their numbers from 0."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each of n players contributes, in the unit of the values."""

    total: float
    """The value of all less that of none: the sum of the parts."""
    parts: tuple[float, ...]
    se: tuple[float, ...]
    """Standard errors: of the mean over replications and, where orders are sampled, of the mean over orders."""
    exact: bool
    """False: over sampled orders."""


class Game:
    """Which coalitions of so many ``players`` have to be valued, and what follows from their values.

    ``seed`` draws the orders of more than `EXACT_UP_TO` players.
    """

    def __init__(self, players: int, seed: int, orders: int = ORDERS) -> None:
        self._players = players
        self.exact = players <= EXACT_UP_TO
        self._orders = () if self.exact else _orders(players, seed, orders)

    @property
    def coalitions(self) -> list[Coalition]:
        """Each one once, the smallest first."""
        if self.exact:
            return [
                frozenset(members)
                for size in range(self._players + 1)
                for members in combinations(range(self._players), size)
            ]
        ahead = {frozenset(order[:size]) for order in self._orders for size in range(self._players + 1)}
        return sorted(ahead, key=lambda coalition: (len(coalition), sorted(coalition)))

    def shares(self, values: Mapping[Coalition, F64]) -> Shares:
        """The shares from the value of each of the `coalitions` in every replication, arrays of one length."""
        everybody, nobody = values[frozenset(range(self._players))], values[frozenset[int]()]
        if self.exact:
            contributions = np.array([self._exact(values, i) for i in range(self._players)])
            contributions = contributions.reshape(self._players, len(nobody))
            variance = _squared_error(contributions)
        else:
            by_order = np.stack([self._along(values, order) for order in self._orders])
            pairs = by_order.reshape(-1, 2, *by_order.shape[1:]).mean(axis=1)
            contributions = pairs.mean(axis=0)
            variance = _squared_error(contributions) + _squared_error(pairs.mean(axis=2).T)
        return Shares(
            total=float((everybody - nobody).mean()),
            parts=tuple(contributions.mean(axis=1).tolist()),
            se=tuple(np.sqrt(variance).tolist()),
            exact=self.exact,
        )

    def _exact(self, values: Mapping[Coalition, F64], player: int) -> F64:
        """(replications,) The player's share in each."""
        others = [each for each in range(self._players) if each != player]
        shares: F64 = np.zeros_like(values[frozenset[int]()])
        for size in range(self._players):
            weight = 1 / (self._players * comb(self._players - 1, size))
            for members in map(frozenset, combinations(others, size)):
                shares += weight * (values[members | {player}] - values[members])
        return shares

    def _along(self, values: Mapping[Coalition, F64], order: Sequence[int]) -> F64:
        """(players, replications) What each adds to those before it."""
        ladder = np.stack([values[frozenset(order[:size])] for size in range(self._players + 1)])
        added = np.empty_like(ladder[1:])
        added[list(order)] = np.diff(ladder, axis=0)
        return added


def _orders(players: int, seed: int, count: int) -> tuple[tuple[int, ...], ...]:
    """Random orders, each followed by itself backwards."""
    generator = np.random.default_rng(seed)
    forwards = [tuple(generator.permutation(players).tolist()) for _ in range(count // 2)]
    return tuple(order for each in forwards for order in (each, each[::-1]))


def _squared_error(numbers: F64) -> F64:
    """(n,) Of the mean of each of n rows; 0 where there is one number only."""
    count = numbers.shape[1]
    squared: F64 = numbers.var(axis=1, ddof=1) / count if count > 1 else np.zeros(len(numbers))
    return squared
