"""Paired differences, by hand, and the verdicts on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from buildsim.analysis.paired import Paired, paired


def test_by_hand():
    before = np.array([10.0, 20.0, 30.0, 40.0])
    found = paired(before, before + np.array([-4.0, -2.0, 0.0, 2.0]))
    assert (found.pairs, found.missing_before, found.missing_after) == (4, 0, 0)
    assert (found.before, found.after, found.mean) == (25.0, 24.0, -1.0)
    # the differences deviate by the root of (9 + 1 + 1 + 9) / 3; t of 3 degrees of freedom is 3.182446 (tables)
    half = 3.182446305 * (20 / 3) ** 0.5 / 2
    assert (found.low, found.high) == pytest.approx((-1 - half, -1 + half), rel=1e-9)
    assert (found.p10, found.p50, found.p90) == (-4.0, -2.0, 2.0)
    assert (found.less, found.more) == (0.5, 0.25)


def test_a_common_move_has_no_spread():
    found = paired(np.array([1440.0, 7.0]), np.array([0.0, -1433.0]), unit=1440, origin=-1440)
    assert (found.mean, found.low, found.high, found.less) == (-1.0, -1.0, -1.0, 1.0)
    assert (found.before, found.after) == pytest.approx((1447 / 2880 + 1, 1447 / 2880))


def test_what_is_missing_is_left_out_and_counted():
    nan = np.nan
    found = paired(np.array([1.0, nan, nan, 4.0, 5.0]), np.array([2.0, 2.0, nan, nan, 8.0]))
    assert (found.pairs, found.missing_before, found.missing_after) == (2, 2, 2)
    assert (found.mean, found.more) == (2.0, 1.0)


def test_what_is_missing_in_one_of_both_is_at_least_the_horizon():
    nan = np.nan
    found = paired(np.array([1.0, nan, nan, 4.0, nan]), np.array([2.0, 2.0, nan, nan, 11.0]), beyond=(10.0, 9.0))
    assert (found.pairs, found.missing_before, found.missing_after) == (3, 3, 2)
    # +1; at least 10 before, so at most -8; at least 9 after, so at least +5; 11 after tells nothing beside 10 before
    assert (found.mean, found.p10, found.p50, found.p90) == (pytest.approx(-2 / 3), -8.0, 1.0, 5.0)
    assert (found.less, found.more) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_too_few_to_say():
    one = paired(np.array([1.0]), np.array([3.0]))
    assert (one.mean, one.low, one.high, one.verdict("later", 7)) == (2.0, None, None, "undecided")
    none = paired(np.array([np.nan]), np.array([3.0]))
    assert none == Paired(0, 1, 0, *[None] * 10)
    assert none.verdict("unchanged", 7) == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "direction", "verdict"),
    [
        (-9, -1, "earlier", "agrees"),
        (-9, -1, "less", "agrees"),
        (-9, -1, "later", "disagrees"),
        (1, 9, "later", "agrees"),
        (1, 9, "more", "agrees"),
        (1, 9, "earlier", "disagrees"),
        (-1, 9, "later", "undecided"),
        (-9, 0, "earlier", "undecided"),
        (0, 0, "earlier", "disagrees"),
        (-7, 7, "more", "disagrees"),
        (0, 0, "unchanged", "agrees"),
        (-7, 7, "unchanged", "agrees"),
        (-7.1, 1, "unchanged", "undecided"),
        (7.1, 9, "unchanged", "disagrees"),
        (-9, -7.1, "unchanged", "disagrees"),
        (-9, 9, "unchanged", "undecided"),
    ],
)
def test_verdicts(low, high, direction, verdict):
    found = replace(paired(np.zeros(2), np.zeros(2)), low=low, high=high)
    assert found.verdict(direction, 7.0) == verdict
