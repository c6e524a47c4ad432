from __future__ import annotations

from typing import TYPE_CHECKING

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path
from buildsim.analysis.resource_chain import resource_chain
from buildsim.network.codes import LinkType, StartCause

if TYPE_CHECKING:
    from tests.analysis.conftest import Case


def chain(case: Case) -> list[tuple[str, str, int, int]]:
    network, samples, outcome = case.all()
    segments = resource_chain(Chunk.of(network, samples, outcome), 0, 0)
    return [(network.activities.name[each.activity], each.category, each.start, each.end) for each in segments]


def two_sites(case: Case) -> tuple[int, int, int]:
    """North prepares (10..20) and lifts (20..50); south, ready at 30, gets the crane at 55."""
    case.site("north")
    case.site("south", start=25)
    crane = case.pool("crane")
    a = case.activity("prepare", name="north/prepare", site=0, not_before=10)
    b = case.activity("lift", name="north/lift", site=0)
    c = case.activity("lift", name="south/lift", site=1, not_before=30)
    link = case.link(a, b)
    case.play(a, 10, 10, 20, cause=StartCause.DATE)
    case.play(b, 20, 20, 50, cause=StartCause.LINK, by=link)
    case.play(c, 30, 55, 70, cause=StartCause.DATE, freed=(b, 50))
    case.wait(c, 30, 55, crane)
    case.milestone("finish", c, site=1)
    return a, b, c


def test_the_chain_goes_on_to_whoever_held_the_crane_across_sites(case: Case) -> None:
    two_sites(case)
    assert chain(case) == [
        ("north/prepare", "work:prepare", 10, 20),
        ("north/lift", "work:lift", 20, 50),
        ("south/lift", "pool:crane", 50, 55),
        ("south/lift", "work:lift", 55, 70),
    ]


def test_the_driving_path_stays_on_its_site(case: Case) -> None:
    two_sites(case)
    segments = driving_path(Chunk.of(*case.all()), 0, 0)
    assert [(each.category, each.start, each.end) for each in segments] == [
        ("constraint:date", 25, 30),
        ("pool:crane", 30, 55),
        ("work:lift", 55, 70),
    ]


def test_only_the_row_after_the_release_stays_a_wait(case: Case) -> None:
    _, b, c = two_sites(case)
    crew = case.pool("crew")
    case.ledger.clear()
    case.wait(c, 30, 45, crew)
    case.wait(c, 45, 55, 0)
    case.play(b, 20, 20, 48, cause=StartCause.LINK, by=0)
    case.play(c, 30, 55, 70, cause=StartCause.DATE, freed=(b, 48))
    assert chain(case)[-3:] == [
        ("north/lift", "work:lift", 20, 48),
        ("south/lift", "pool:crane", 48, 55),
        ("south/lift", "work:lift", 55, 70),
    ]


def test_a_releaser_with_a_later_finish_gives_its_work_up_to_the_release(case: Case) -> None:
    a, b, _ = two_sites(case)
    stretched = case.link(a, b, LinkType.FF, lag=45)
    case.play(b, 20, 20, 50, 65, cause=StartCause.LINK, by=0, finish_by=stretched)
    assert ("north/lift", "work:lift", 20, 50) in chain(case)
    assert "lag:lift" not in [category for _, category, _, _ in chain(case)]


def test_the_chain_ends_at_tick_zero(case: Case) -> None:
    a, _, _ = two_sites(case)
    case.play(a, -15, -15, 20)
    assert chain(case)[0] == ("north/prepare", "work:prepare", 0, 20)


def test_an_unreached_milestone_has_no_chain(case: Case) -> None:
    _, _, c = two_sites(case)
    case.play(c, 30, 55)
    assert chain(case) == []
