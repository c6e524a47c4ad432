"""A line of the table: what was measured, how it came out, and what it was meant to be."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.speed.rounds import Figure

HOLDS, MISSED, UNKNOWN = "holds", "missed", "not measured"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure may be at most or has to be at least."""

    value: float
    at_least: bool = False

    def verdict(self, figure: Figure | None) -> str:
        """Judged by the median."""
        if figure is None:
            return UNKNOWN
        kept = figure.median >= self.value if self.at_least else figure.median <= self.value
        return HOLDS if kept else MISSED

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:,g}"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; None where it was not measured, and then ``how`` says why."""

    what: str
    figure: Figure | None
    unit: str
    how: str = ""
    bound: Limit | None = None
    """Has to be kept."""
    aim: Limit | None = None
    """Is striven for."""


def at_most(value: float) -> Limit:
    """An upper limit."""
    return Limit(value)


def at_least(value: float) -> Limit:
    """A lower limit."""
    return Limit(value, at_least=True)


def number(value: float) -> str:
    """Three significant digits, whole from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}".removesuffix(".")
