"""Shapley shares of games whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.analysis.shapley import EXACT_UP_TO, Game


def shares_of(players: int, worth, seed: int = 1):
    """The shares of a game in which ``worth(coalition)`` gives the values of all replications."""
    game = Game(players, seed)
    return game.shares({coalition: np.asarray(worth(coalition), dtype=float) for coalition in game.coalitions})


def test_a_pair_of_gloves():
    # players 0 and 1 have a left glove, player 2 the right one; a pair is worth 1 (the textbook's 1/6, 1/6, 2/3)
    found = shares_of(3, lambda s: [float(2 in s and len(s) > 1)])
    assert found.parts == pytest.approx([1 / 6, 1 / 6, 2 / 3])
    assert (found.total, found.exact) == (1, True)


@pytest.mark.parametrize("players", [0, 1, EXACT_UP_TO, EXACT_UP_TO + 1, 12])
def test_players_that_only_add_get_what_they_add(players: int) -> None:
    found = shares_of(players, lambda s: [sum(s), 2 * sum(s)])
    assert found.parts == pytest.approx([1.5 * i for i in range(players)])
    assert found.total == pytest.approx(sum(found.parts))
    assert found.exact == (players <= EXACT_UP_TO)


@pytest.mark.parametrize("players", [5, 10])
def test_who_changes_nothing_gets_nothing(players: int) -> None:
    found = shares_of(players, lambda s: [max(s - {3}, default=0)])
    assert found.parts[3] == found.se[3] == 0


def test_the_error_covers_what_sampled_orders_miss() -> None:
    # the largest of ten: player i adds over the next smaller one wherever it comes before all that are larger
    exact = [sum(1 / (10 - k) for k in range(1, i + 1)) for i in range(10)]
    off = []
    for seed in range(40):
        found = shares_of(10, lambda s: [max(s, default=0)], seed)
        assert sum(found.parts) == pytest.approx(9)
        off += [
            (part - true) / se for part, true, se in zip(found.parts[1:], exact[1:], found.se[1:], strict=True) if se
        ]
    assert np.mean(np.square(off)) == pytest.approx(1, abs=0.5)
    assert len(off) > 300


@given(st.lists(st.floats(-10, 10), min_size=16, max_size=16), st.permutations(range(4)))
def test_shares_sum_to_the_whole_and_follow_the_names(values: list[float], renamed: list[int]) -> None:
    def worth(s):
        return [values[sum(1 << i for i in s)]]

    found = shares_of(4, worth)
    assert sum(found.parts) == pytest.approx(values[-1] - values[0], abs=1e-9)
    again = shares_of(4, lambda s: worth(frozenset(renamed[i] for i in s)))
    assert again.parts == pytest.approx([found.parts[i] for i in renamed], abs=1e-9)


def test_the_error_is_that_of_the_mean_over_replications() -> None:
    found = shares_of(2, lambda s: [0.0, 0.0] if 0 not in s else [1.0, 3.0])
    assert found.parts == (2, 0)
    assert found.se == pytest.approx((1, 0))
