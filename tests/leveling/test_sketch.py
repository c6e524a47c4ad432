"""A sketch schedules by hand-computable rules, forwards and backwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from buildsim.leveling.sketch import Edge, Sketch
from buildsim.network.codes import NEVER, LinkType
from buildsim.network.worktime import WorkTime

ALWAYS = WorkTime()
ONE = [([0], [1])]


def sketch(
    length: Sequence[int],
    into: Mapping[int, Sequence[Edge]],
    *,
    steps: Sequence[tuple[Sequence[int], Sequence[int]]] = ONE,
    hours: WorkTime = ALWAYS,
    begun: Mapping[int, tuple[int, int, int]] | None = None,
) -> Sketch:
    """All need one unit of the only pool."""
    count = len(length)
    edges = [into.get(a, ()) for a in range(count)]
    return Sketch(length, [hours] * count, [[(0, 1)]] * count, edges, steps, begun or {})


def after(pred: int, kind: LinkType = LinkType.FS, lag: int = 0) -> Edge:
    return Edge(pred, kind, lag, None)


def test_one_after_the_other_as_the_order_says():
    found = sketch([5, 3], {}).schedule([1, 0], [0, 0])
    assert (found.start, found.finish) == ([3, 0], [8, 3])


def test_a_gap_that_is_left_is_used():
    plan = sketch([4, 2, 3], {0: [after(1, LinkType.SS, 5)]})
    assert plan.schedule([1, 0, 2], [0, 0, 0]).start == [5, 0, 2]


@pytest.mark.parametrize(
    ("kind", "start", "finish"),
    [(LinkType.FS, 6, 9), (LinkType.SS, 4, 7), (LinkType.FF, 0, 6), (LinkType.SF, 0, 4)],
)
def test_links(kind, start, finish):
    plan = sketch([2, 3], {1: [after(0, kind, 4)]}, steps=[([0], [2])])
    found = plan.schedule([0, 1], [0, 0])
    assert (found.start[1], found.finish[1]) == (start, finish)


def test_capacity_and_working_time():
    hours = WorkTime([0, 20], [8, 28])
    plan = sketch([4, 6], {}, steps=[([0, 22], [1, 2])], hours=hours)
    found = plan.schedule([0, 1], [0, 0])
    assert (found.start, found.end) == ([0, 4], [4, 22])
    assert plan.schedule([1, 0], [0, 0]).end == [22, 6]


def test_what_never_fits_is_never_done():
    found = sketch([4, 1], {1: [after(0)]}, steps=[([0], [0])]).schedule([0, 1], [0, 0])
    assert found.finish == [NEVER, NEVER]


def test_what_has_begun_stays():
    found = sketch([4, 2], {}, begun={0: (-3, 1, 1)}).schedule([1], [0, 0])
    assert (found.start, found.finish) == ([-3, 1], [1, 3])


def test_mirrored_it_is_as_late_as_can_be():
    plan = sketch([4, 2, 3], {1: [after(0, lag=1)]}, steps=[([0, 9], [1, 0])], hours=WorkTime([0], [20]))
    late = plan.mirrored().schedule([1, 0, 2], [-20, -20, -20])
    assert [-tick for tick in late.end] == [2, 7, -NEVER]
    assert plan.mirrored().mirrored().schedule([0, 1, 2], [0, 0, 0]) == plan.schedule([0, 1, 2], [0, 0, 0])


def test_orders_keep_to_the_links():
    plan = sketch([1, 1, 1], {0: [after(2)]})
    assert plan.order([0, 1, 2]) == [1, 2, 0]
    assert plan.order([0, 2, 2]) == [1, 2, 0]
