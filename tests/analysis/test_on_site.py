from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.analysis.on_site import Group, OnSite

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

HORIZON = 10_000


def crews(case: Case) -> tuple[int, int]:
    """Two pools; a and b follow each other, c overlaps with b, and d, at another site, with all."""
    smiths, fitters = case.pool("smiths"), case.pool("fitters")
    for name in ("east", "west"):
        case.site(name)
    a = case.activity("a", need_pool=(smiths,), need_units=(3,))
    b = case.activity("b", need_pool=(smiths, fitters), need_units=(2, 5))
    c = case.activity("c", mold_pool=fitters, mold_min=1, mold_max=9)
    d = case.activity("d", need_pool=(smiths,), need_units=(100,), site=1)
    case.play(a, 0, 0, 20)
    case.play(b, 0, 20, 40)
    case.play(c, 0, 30, 60, crew=4)
    case.play(d, 0, 10, 90)
    return smiths, fitters


def group(site: int, *pools: int, first: int = 0, last: int = HORIZON) -> Group:
    return Group((site,), pools, first, last)


def most(case: Case, *groups: Group) -> list[list[int]]:
    network, _, outcome = case.all()
    counted = OnSite(network, groups)
    counted.add(outcome)
    return counted.most().tolist()


def test_the_most_units_held_at_one_time_are_counted_for_each_site(case: Case) -> None:
    smiths, fitters = crews(case)
    groups = group(0, smiths), group(0, fitters), group(0, smiths, fitters), group(1, smiths), group(1)
    # what a gives back at 20 is what b takes: never five smiths; both crews are largest when b and c overlap
    assert most(case, *groups) == [[3, 9, 11, 100, 0]]


def test_sites_can_be_counted_together(case: Case) -> None:
    smiths, _ = crews(case)
    assert most(case, Group((0, 1), (smiths,), 0, HORIZON)) == [[103]]


def test_only_the_window_counts(case: Case) -> None:
    windows = [{"last": 20}, {"first": 45}, {"first": 39, "last": 40}, {"first": 60, "last": 61}]
    both = crews(case)
    assert most(case, *(group(0, *both, **window) for window in windows)) == [[3, 4, 11, 0]]


def test_what_never_ends_is_held_and_what_never_starts_or_has_no_length_is_not(case: Case) -> None:
    pool = case.pool("crew")
    endless, never, empty = (case.activity(name, need_pool=(pool,), need_units=(2,)) for name in "abc")
    case.play(endless, 0, 50)
    case.play(never, 0)
    case.play(empty, 0, 60, 60)
    assert most(case, group(0, pool)) == [[2]]
    assert most(case, group(0, pool, last=50)) == [[0]]


def test_chunks_in_any_order_give_the_replications_in_theirs(case: Case) -> None:
    smiths, _ = crews(case)
    network, _, outcome = case.all()
    counted = OnSite(network, [group(0, smiths)])
    for first, start in ((2, 10), (1, -1), (0, 0)):
        object.__setattr__(outcome, "first", first)
        object.__setattr__(outcome, "start", np.where(outcome.start == 0, start, outcome.start))
        counted.add(outcome)
        with pytest.raises(ValueError, match="added twice"):
            counted.add(outcome)
    assert len(counted.most()) == 3
