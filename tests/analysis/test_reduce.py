from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.reduce import Findings, Reduction
from buildsim.network.codes import NEVER, StartCause

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

LENGTHS = {"north": [30, 50, None, 50], "south": [40, 20, 60, None]}
"""Own work of the two sites' only activity per replication; None: not finished by the horizon."""


def campus(case: Case, rows: range) -> None:
    """Two sites of one owner and one of another, which waits for the crane that south holds from 10 on."""
    case.first, case.replications, case.horizon = rows.start, len(rows), 100
    case.site("north", "acme")
    case.site("south", "acme", start=10)
    case.site("west", "rival", start=10)
    crane = case.pool("crane", 2)
    north, south = case.activity("dig", site=0), case.activity("pour", site=1)
    west = case.activity("pour", site=2, need_pool=(crane,), need_units=(2,))
    for row, number in enumerate(rows):
        for activity, name, start in ((north, "north", 0), (south, "south", 10)):
            length = LENGTHS[name][number]
            case.play(activity, start, start, -1 if length is None else start + length, row=row)
        case.play(west, 10, 15, 35, cause=StartCause.SITE_START, row=row)
        case.wait(west, 10, 15, crane, row)
    for site, activity in enumerate((north, south, west)):
        case.milestone("first_gpu", activity, site)
        case.milestone("full_capacity", activity, site)


def reduced(case_type: type[Case], *chunks: range) -> Findings:
    reduction = None
    for rows in chunks:
        case = case_type()
        campus(case, rows)
        network, samples, outcome = case.all()
        reduction = reduction or Reduction(network)
        reduction.add(Chunk.of(network, samples, outcome))
    assert reduction is not None
    return reduction.result()


def test_finish_ticks_per_replication(case_type: type[Case]) -> None:
    found = reduced(case_type, range(4))
    assert found.number.tolist() == [0, 1, 2, 3]
    assert found.finish[:, 0].tolist() == [30, 50, NEVER, 50]
    assert found.finish[:, 2].tolist() == [50, 30, 70, NEVER]


def test_attribution_sums_to_the_mean_exactly_in_ticks(case_type: type[Case]) -> None:
    found = reduced(case_type, range(4))
    starts = [0, 0, 10, 10, 10, 10]
    for tally, finish, start in zip(found.tallies, found.finish.T, starts, strict=True):
        reached = finish[finish < NEVER]
        assert sum(tally.ticks.values()) == int((reached - start).sum())
        assert tally.reached == len(reached)


def test_criticality_and_blocking_are_shares(case_type: type[Case]) -> None:
    found = reduced(case_type, range(4))
    west = found.tallies[4]
    assert west.criticality() == {"pool:crane": 1.0, "work:pour": 1.0}
    assert west.mean_days() == {"work:pour": 20 / 1440, "pool:crane": 5 / 1440}
    assert found.tallies[0].blocked_at_horizon() == {"work:dig": 0.25}
    assert west.blocked_at_horizon() == {}


def test_an_owner_has_its_earliest_first_and_its_latest_full(case_type: type[Case]) -> None:
    found = reduced(case_type, range(4))
    first, full, *_ = found.owner_milestones
    assert (first.name, first.members, full.name, full.members) == ("first_gpu", (0, 2), "full_capacity", (1, 3))
    assert first.finish(found.finish).tolist() == [30, 30, 70, 50]
    assert full.finish(found.finish).tolist() == [50, 50, NEVER, NEVER]


def test_an_owners_path_is_that_of_the_site_that_attains_it_from_its_earliest_start(case_type: type[Case]) -> None:
    found = reduced(case_type, range(4))
    first, full, *_ = found.owner_tallies
    # by north 30, by south 10 + 20, equal to none; by south 10 + 60; by north 50
    assert first.ticks == {"work:dig": 30 + 50, "work:pour": 20 + 60, "constraint:site-start": 10 + 10}
    # both at 50 in replication 0 of south, north in 1; in 2 north and in 3 south stand in the way
    assert full.ticks == {"constraint:site-start": 10, "work:pour": 40, "work:dig": 50}
    assert full.blocked == {"work:dig": 1, "work:pour": 1}


@pytest.mark.parametrize(
    "chunks",
    [
        (range(0, 1), range(1, 4)),
        (range(2, 4), range(0, 2)),
        (range(3, 4), range(1, 2), range(0, 1), range(2, 3)),
    ],
)
def test_any_split_in_any_order_gives_equal_findings(case_type: type[Case], chunks: tuple[range, ...]) -> None:
    whole, split = reduced(case_type, range(4)), reduced(case_type, *chunks)
    assert np.array_equal(whole.number, split.number)
    assert np.array_equal(whole.finish, split.finish)
    plain = {"number": np.zeros(0), "finish": np.zeros(0)}
    assert replace(whole, **plain).tallies == replace(split, **plain).tallies
    assert (whole.owner_tallies, whole.pool_use) == (split.owner_tallies, split.pool_use)


def test_the_replication_of_the_median_is_the_lowest_on_ties(case_type: type[Case]) -> None:
    found = reduced(case_type, range(2, 4), range(0, 2))
    assert found.percentile_replication(0) == 1
    assert found.percentile_replication(2) == 0
    assert found.percentile_replication(4) == 0


def test_an_unreached_median_has_no_replication(case_type: type[Case]) -> None:
    found = reduced(case_type, range(2, 3))
    assert found.percentile_replication(0) is None


def test_pool_use_is_what_is_held_of_what_is_offered_up_to_the_last_finish(case_type: type[Case]) -> None:
    # 2 cranes for 20 ticks in each replication; last finishes at 50, 50, 70 and 50; two cranes are offered
    assert reduced(case_type, range(4)).pool_use == (4 * 2 * 20 / (2 * (50 + 50 + 70 + 50)),)


def test_a_chunk_counts_once(case_type: type[Case]) -> None:
    case = case_type()
    campus(case, range(2))
    network, samples, outcome = case.all()
    reduction = Reduction(network)
    with pytest.raises(ValueError, match="no replication"):
        reduction.result()
    reduction.add(Chunk.of(network, samples, outcome))
    with pytest.raises(ValueError, match="replication 0 was added twice"):
        reduction.add(Chunk.of(network, samples, outcome))


def test_without_a_milestone_there_is_nothing_to_count(case: Case) -> None:
    a = case.activity("dig")
    case.play(a, 0, 0, 5)
    network, samples, outcome = case.all()
    reduction = Reduction(network)
    reduction.add(Chunk.of(network, samples, outcome))
    found = reduction.result()
    assert (found.finish.shape, found.tallies, found.owner_tallies) == ((1, 0), (), ())
