"""Dated curves as functions of time: their value and their exact integral, in float64 without running sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from buildsim.network.network import F64, I64, Curves


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (tick, value) in order of distinct ticks; outside them the nearest point's value holds."""

    tick: I64
    value: F64
    linear: bool
    """True: linear between points; False: each value holds from its tick on."""

    @classmethod
    def of(cls, curves: Curves, index: int) -> Curve:
        """Curve ``index`` of a network."""
        points = slice(int(curves.ptr[index]), int(curves.ptr[index + 1]))
        return cls(curves.tick[points], curves.value[points], bool(curves.linear[index]))

    def at(self, ticks: I64) -> F64:
        """Values at the ticks (any shape)."""
        if self.linear:
            return np.interp(ticks, self.tick, self.value)
        return self.value[np.maximum(np.searchsorted(self.tick, ticks, side="right") - 1, 0)]

    def largest(self, start: int, end: int) -> float:
        """Largest value in [start, end]."""
        inside = self.tick[(self.tick > start) & (self.tick <= end)]
        return float(self.at(np.concatenate([[start], inside, [end]])).max())

    def integral(self, ticks: I64) -> F64:
        """Integrals from tick 0 to the ticks (any shape, >= 0), in the curve's unit times ticks.

        Each is the sum up to the last point before it plus one trapezoid or rectangle, so the error is a few
        units in the last place however many ticks are asked for.
        """
        anchors = np.concatenate([[0], self.tick[self.tick > 0]])
        values = self.at(anchors)
        areas = np.diff(anchors) * ((values[1:] + values[:-1]) / 2 if self.linear else values[:-1])
        sums = np.concatenate([[0.0], np.cumsum(areas)])
        last = np.searchsorted(anchors, ticks, side="right") - 1
        height = (values[last] + self.at(ticks)) / 2 if self.linear else values[last]
        integrals: F64 = sums[last] + (ticks - anchors[last]) * height
        return integrals
