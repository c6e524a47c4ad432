"""Growing tables whose rows become the network's arrays: variables, curves, and ragged rows."""

from __future__ import annotations

from collections.abc import Iterable, Sized

import numpy as np

from buildsim.distribution import Distribution
from buildsim.network.codes import NONE
from buildsim.network.network import F64, I64, Bool, Curves, Grounds, Variable

Factor = tuple[int, float]
UNCORRELATED: Factor = (NONE, 0.0)


class VariableTable:
    """The random quantities of a network, in order of adding."""

    def __init__(self) -> None:
        self.rows: list[Variable] = []

    def add(
        self,
        name: str,
        distribution: Distribution,
        grounds: Grounds,
        *,
        occurrence: int = 0,
        factor: Factor = UNCORRELATED,
    ) -> int:
        """The index of a new variable; two of one name and occurrence would share a stream (semantics 21)."""
        self.rows.append(Variable(name, occurrence, distribution, *factor, grounds))
        return len(self.rows) - 1


class CurveTable:
    """The dated curves of a network, in order of adding."""

    def __init__(self) -> None:
        self._points: list[list[tuple[int, float]]] = []
        self._linear: list[bool] = []

    def add(self, points: list[tuple[int, float]], *, linear: bool = False) -> int:
        """The index of a new curve through points (tick, value) in order of time."""
        self._points.append(points)
        self._linear.append(linear)
        return len(self._points) - 1

    def build(self) -> Curves:
        """The arrays."""
        flat = [point for points in self._points for point in points]
        return Curves(
            pointers(self._points),
            integers(tick for tick, _ in flat),
            numbers(value for _, value in flat),
            booleans(self._linear),
        )


def pointers(rows: Iterable[Sized]) -> I64:
    """Where each of the ragged rows begins in their concatenation, and where the last ends."""
    return np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64)


def integers(values: Iterable[int]) -> I64:
    """An int64 array."""
    return np.fromiter(values, dtype=np.int64)


def numbers(values: Iterable[float]) -> F64:
    """A float64 array."""
    return np.fromiter(values, dtype=np.float64)


def booleans(values: Iterable[bool]) -> Bool:
    """An array of truth values."""
    return np.array(list(values), dtype=np.bool_)
