"""The search for the latest date up to which a share stays small."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.analysis.latest import Latest, grows


def searched(share: Callable[[int], float], first: int, last: int, most: float) -> Latest:
    search = Latest(first, last, 7, most)
    while (tick := search.next) is not None:
        left = search.looks
        search.add(tick, share(tick))
        assert search.looks < left
    assert search.looks == 0
    return search


@given(first=st.integers(-50, 50), steps=st.integers(0, 300), rest=st.integers(0, 6), turn=st.integers(0, 400))
def test_it_finds_the_latest(first: int, steps: int, rest: int, turn: int):
    found = searched(lambda tick: float(tick > first + turn), first, first + 7 * steps + rest, 0.1)
    assert found.found == first + 7 * min(steps, turn // 7)
    assert found.always == (turn // 7 >= steps)
    assert grows(found.shares)


def test_few_ticks_are_looked_at():
    assert len(searched(float, 0, 7 * 512, 0.5).shares) == 3  # the ends
    assert len(searched(lambda tick: 0.0, 0, 7 * 512, 0.5).shares) == 2 + 3
    assert len(searched(lambda tick: float(tick > 1000), 0, 7 * 512, 0.5).shares) <= 3 + 9 + 3


def test_it_is_small_at_what_is_not_above():
    assert searched(lambda tick: tick / 70, 0, 70, 0.3).found == 21


def test_a_share_that_falls_again_is_seen():
    found = searched(lambda tick: float(7 < tick < 35), 0, 147, 0.1)
    assert (found.found, found.always) == (147, True)
    assert not grows(found.shares)


def test_the_last_is_not_before_the_first():
    with pytest.raises(ValueError, match="before the first"):
        Latest(8, 7, 7, 0.1)
