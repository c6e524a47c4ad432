from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.analysis.chunks import Chunks

if TYPE_CHECKING:
    from buildsim.outcome.outcome import Outcome
    from tests.analysis.conftest import Case


def outcome(case_type: type[Case], first: int, count: int) -> Outcome:
    case = case_type()
    case.first, case.replications = first, count
    case.activity("dig")
    return case.outcome()


def test_rows_stand_by_replication_whatever_the_order_of_the_chunks(case_type: type[Case]) -> None:
    chunks = Chunks()
    for first, count in ((4, 2), (0, 1), (1, 3)):
        number = np.arange(first, first + count)
        chunks.add(outcome(case_type, first, count), number, 10 * number[:, None])
    assert len(chunks) == 6
    assert chunks.number().tolist() == [0, 1, 2, 3, 4, 5]
    one, two = chunks.rows()
    assert one.tolist() == [0, 1, 2, 3, 4, 5]
    assert two.tolist() == [[0], [10], [20], [30], [40], [50]]


def test_a_chunk_counts_once_and_without_any_there_is_nothing(case_type: type[Case]) -> None:
    chunks = Chunks()
    for asked in (chunks.number, chunks.rows):
        with pytest.raises(ValueError, match="no replication has been added"):
            asked()
    chunks.add(outcome(case_type, 3, 2))
    with pytest.raises(ValueError, match="begins with replication 3 was added twice"):
        chunks.add(outcome(case_type, 3, 1))
    assert len(chunks) == 2
