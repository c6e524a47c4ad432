from __future__ import annotations

from typing import TYPE_CHECKING

from buildsim.analysis.caveats import caveats
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.reduce import Reduction

if TYPE_CHECKING:
    from tests.analysis.conftest import Case


def warnings(case: Case, replications: int, unreached: int, length: int) -> list[str]:
    case.replications = replications
    crew = case.pool("crew")
    a = case.activity("a", need_pool=(crew,), need_units=(1,))
    last = case.activity("b")
    case.milestone("finish", a)
    for row in range(replications):
        case.play(a, 0, 0, -1 if row < unreached else length, row=row)
        case.play(last, 0, 0, 100, row=row)
    network, samples, outcome = case.all()
    reduction = Reduction(network)
    reduction.add(Chunk.of(network, samples, outcome))
    return caveats(network, reduction.result())


def test_a_sound_result_has_none(case: Case) -> None:
    assert warnings(case, 40, 2, 90) == []


def test_more_than_five_percent_unreached(case: Case) -> None:
    assert warnings(case, 40, 3, 90) == ["s: finish is not reached within the horizon in 7.5% of the replications"]


def test_p80_beyond_the_horizon(case: Case) -> None:
    assert "s: P80 of finish lies beyond the horizon" in warnings(case, 40, 9, 50)


def test_a_saturated_pool(case: Case) -> None:
    assert warnings(case, 40, 0, 96) == ["pool crew is saturated: 96.0% of its capacity is in use on average"]


def test_too_few_replications_for_p90(case: Case) -> None:
    assert warnings(case, 35, 0, 90) == [
        "35 replications are too few for a 95% interval of P90: at least 36 are needed"
    ]
