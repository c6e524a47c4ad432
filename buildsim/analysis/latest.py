"""The latest of equally spaced dates up to which a share stays small, by bisection (semantics 27).

Bisection takes for granted that the share grows with the date. It need not: with scarce resources a later order may
do good (Graham's anomalies, as in `buildsim.analysis.paired`), so some dates before the latest one are looked at too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CHECKS: Final = (2, 4, 8)
"""It is looked at, too, at a half, a quarter and an eighth of the way to the latest tick."""


class Latest:
    """Looks for the latest of the ticks ``first``, ``first + step``, ... up to ``last`` at which it is small.

    Small is at most ``most``; at ``first`` the share is 0 by what it is a share of. ValueError for a ``last`` before
    the ``first``.
    """

    def __init__(self, first: int, last: int, step: int, most: float) -> None:
        if last < first:
            raise ValueError("the last tick lies before the first")
        self._first, self._last = first, first + (last - first) // step * step
        self._step, self._most = step, most
        self._small, self._large = first, self._last + step
        self.shares: dict[int, float] = {first: 0.0}
        """What was seen, by tick."""

    @property
    def next(self) -> int | None:
        """The tick to look at next; None at the end.

        The ends come first: much makes no difference at any date, or a great one from the first week on.
        """
        if self._last not in self.shares:
            return self._last
        if self.found == self._first and self._large > self._first + self._step not in self.shares:
            return self._first + self._step
        if self._between > 1:
            return self._small + self._between // 2 * self._step
        return next(iter(self._unchecked), None)

    @property
    def looks(self) -> int:
        """How many ticks are to be looked at yet, at most."""
        if self._between == 1:
            return len(self._unchecked)
        ends = {self._first + self._step, self._last}
        return len(ends - self.shares.keys()) + (self._between - 1).bit_length() + len(_CHECKS)

    def add(self, tick: int, share: float) -> None:
        """The share at the tick that was to be looked at."""
        self.shares[tick] = share
        if tick < self._small:
            return
        if share <= self._most:
            self._small = tick
        else:
            self._large = tick

    @property
    def found(self) -> int:
        """The latest tick so far at which the share is small."""
        return self._small

    @property
    def always(self) -> bool:
        """Whether it is small at the last of the ticks."""
        return self.shares.get(self._last, 1.0) <= self._most

    @property
    def _between(self) -> int:
        """Steps from the latest tick at which it is small to the next one at which it is not."""
        return (self._large - self._small) // self._step

    @property
    def _unchecked(self) -> list[int]:
        """Ticks before the latest that are to be looked at."""
        steps = (self._small - self._first) // self._step
        return [tick for part in _CHECKS if (tick := self._first + steps // part * self._step) not in self.shares]


def grows(shares: Mapping[int, float]) -> bool:
    """Whether no share is smaller than one at an earlier tick."""
    in_order = [shares[tick] for tick in sorted(shares)]
    return in_order == sorted(in_order)
