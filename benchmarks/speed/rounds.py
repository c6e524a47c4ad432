"""Paired measurement: what is compared runs in turn, round by round, so that a slow minute of the machine hits all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Clock = Callable[[], float]
"""Seconds; ``time.process_time`` counts the processor time of all threads."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A median over rounds, with the lowest and the highest round."""

    median: float
    low: float
    high: float


def interleaved(
    tasks: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.process_time
) -> dict[str, list[float]]:
    """Seconds of each task in each round, every other round in the opposite order."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds):
        for name in list(tasks) if number % 2 == 0 else reversed(list(tasks)):
            began = clock()
            tasks[name]()
            seconds[name].append(clock() - began)
    return seconds


def figure(values: list[float], factor: float = 1.0) -> Figure:
    """Their median, lowest and highest, each times a factor."""
    scaled = [value * factor for value in values]
    return Figure(median(scaled), min(scaled), max(scaled))


def ratio(above: list[float], below: list[float], factor: float = 1.0) -> Figure:
    """Of the ratios within each round, times a factor."""
    return figure([a / b for a, b in zip(above, below, strict=True)], factor)
