"""The values of variables: asking for one that is not drawn once a replication is an error, never another's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from buildsim.network.network import Links
from buildsim.sampling.values import OncePerReplication

if TYPE_CHECKING:
    from tests.sampling.conftest import Build


def test_a_variable_that_is_not_drawn_has_no_values(build: Build) -> None:
    for name in ("a", "b"):
        build.activity(name)
    lag = build.variable("lag", "fixed", 3)
    other = build.variable("other", "fixed", 5)
    build.row(Links, pred=0, succ=1, lag_variable=lag)
    values = OncePerReplication(build.network(), 1).draw(0, 2)
    assert values.of(lag, 0.0).tolist() == [3.0, 3.0]
    with pytest.raises(IndexError):
        values.of(other, 0.0)
    with pytest.raises(IndexError):
        values.table(np.array([lag, other]), 0.0)
