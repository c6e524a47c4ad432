"""What a factor's cells mean: numbers or levels in the design, values in the files, labels in the dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from buildsim.distribution import U_MAX, U_MIN
from buildsim.loading.overrides import as_overrides
from buildsim.loading.sweep_file import fixed_quantity
from buildsim.network.network import F64
from buildsim.quantity import Quantity, parse_number, parse_quantity
from buildsim.schema.sweep import Factor
from buildsim.sweeps.factors import FactorColumn

AS_IS = -1.0
"""Cell of a factor with levels that is left as the scenario has it; of a continuous one it is NaN."""
TAILS = 0.01
"""What a Morris design leaves out at either end of a distribution, which may have no end."""
_DIGITS = ".9g"
_LOW_HIGH = (0.1, 0.9)
"""Probabilities of a distribution's two levels in designs that are made of levels."""


@dataclass(frozen=True, slots=True)
class Levels:
    """A ``factor`` as a column of a design: cells are indices of its levels, or numbers in the unit as written."""

    name: str
    factor: Factor

    @property
    def count(self) -> int:
        """How many levels a design made of levels gives it."""
        if self.factor.is_continuous:
            return 2
        return len(self.factor.values or self.factor.alternatives or ())

    def cell(self, level: int) -> float:
        """The cell of a level; of a continuous factor the first is its low end or P10, the second its high or P90."""
        if not self.factor.is_continuous:
            return float(level)
        if self.factor.range is not None:
            return self._written(self.factor.range[level].value)
        return float(self._cells(np.array([_LOW_HIGH[level]]))[0])

    def cells(self, u: F64, *, tails: bool = True) -> F64:
        """(points) The cells at positions in [0, 1], of shape (points,); without ``tails`` no end of a distribution."""
        if not self.factor.is_continuous:
            return np.minimum(np.floor(u * self.count), self.count - 1)
        return self._cells(u if tails or self.factor.range is not None else TAILS + (1 - 2 * TAILS) * u)

    def listed(self, value: Any) -> float:
        """The cell of a value as a listed point has it."""
        if self.factor.alternatives is not None:
            return float(list(self.factor.alternatives).index(value))
        if self.factor.values is not None:
            return float(self.factor.values.index(value))
        quantity = fixed_quantity(value)
        assert quantity is not None  # as loading has checked
        return self._written(quantity.value)

    def overrides(self, cell: float) -> list[tuple[str, Any]]:
        """What a cell sets, as (path, value) pairs."""
        if np.isnan(cell) or (cell == AS_IS and not self.factor.is_continuous):
            return []
        if self.factor.alternatives is not None:
            return as_overrides(list(self.factor.alternatives.values())[int(cell)].set)
        value = self.factor.values[int(cell)] if self.factor.values is not None else self._value(cell)
        return [(path, value) for path in self.factor.paths]

    @property
    def column(self) -> FactorColumn:
        """What its column in the dataset is."""
        if self.factor.alternatives is not None:
            return FactorColumn(self.name, None, False, tuple(self.factor.alternatives))
        if self.factor.values is None:
            return FactorColumn(self.name, self._like.unit or None, True, ())
        labels = tuple(value if isinstance(value, str) else json.dumps(value) for value in self.factor.values)
        numbers = self._numbers()
        unit = None if numbers is None else self._like.unit or None
        return FactorColumn(self.name, unit, numbers is not None, labels)

    def shown(self, cells: F64) -> list[float | str | None]:
        """What the dataset has for cells: numbers, or labels of levels; NaN or None for what is left as it is."""
        if self.factor.is_continuous:
            return list(map(float, cells))
        numbers = self._numbers() if self.factor.values is not None else None
        if numbers is not None:
            return [float("nan") if cell == AS_IS else numbers[int(cell)] for cell in cells.tolist()]
        labels = self.column.levels
        return [None if cell == AS_IS else labels[int(cell)] for cell in cells.tolist()]

    @property
    def _like(self) -> Quantity:
        """The quantity whose unit the numbers have: the last, which is seldom the one that is singular."""
        if self.factor.range is not None:
            return self.factor.range[1]
        if self.factor.distribution is not None:
            return self.factor.distribution
        last = fixed_quantity((self.factor.values or ("",))[-1])
        assert last is not None  # as all are, where this is asked
        return last

    def _numbers(self) -> list[float] | None:
        """The numbers of the values in the last one's unit; None unless all are fixed quantities of one kind."""
        found = [fixed_quantity(value) for value in self.factor.values or ()]
        known = [each for each in found if each is not None]
        if len(known) < len(found) or len({(each.dimension, each.per) for each in known}) != 1:
            return None
        return [self._written(each.value) for each in known]

    def _cells(self, u: F64) -> F64:
        if self.factor.range is not None:
            low, high = (self._written(end.value) for end in self.factor.range)
            numbers = (
                np.minimum(np.floor(low + u * (high - low + 1)), high) if self.factor.whole else low + u * (high - low)
            )
        else:
            assert self.factor.distribution is not None
            numbers = self.factor.distribution.distribution.quantile(np.clip(u, U_MIN, U_MAX)) / _unit_size(self._like)
            numbers = np.round(numbers) if self.factor.whole else numbers
        return np.array([float(format(number, _DIGITS)) for number in numbers.tolist()])

    def _written(self, value: float) -> float:
        """A value in the fixed unit as the number in the unit that was written."""
        return float(format(value / _unit_size(self._like), _DIGITS))

    def _value(self, cell: float) -> Any:
        """A number of a continuous factor as a file holds it."""
        number = int(cell) if cell.is_integer() else cell
        return f"{number} {self._like.unit}" if self._like.unit else number


def _unit_size(quantity: Quantity) -> float:
    """How many fixed units one of the written ones is."""
    return (parse_quantity(f"1 {quantity.unit}") if quantity.unit else parse_number(1)).value
