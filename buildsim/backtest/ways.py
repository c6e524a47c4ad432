"""What a build may be of which only a few attributes are known: all ways that the rules name, each with its weight.

So what is not stated widens the forecast and never stops it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate

from buildsim.backtest.cases import INPUTS, Build
from buildsim.backtest.rules import as_text, rules

MAX_WAYS = 24
"""A build of which little is known stands for so many ways at most, evenly spread over what it may be."""

Way = tuple[float, Mapping[str, str]]
"""A weight, and attributes: those that were stated, and what was taken for the rest."""


def ways(build: Build) -> list[Way]:
    """All ways in which a build may be meant, the same for the same attributes; the weights sum to 1."""
    return _thinned(list(_all_ways(build)))


def _all_ways(build: Build) -> Iterator[Way]:
    """Weight and attributes of every way, those that agree in the first rules of `unknown` side by side."""
    stated = {key: as_text(value) for key in INPUTS if (value := getattr(build, key)) is not None}
    climate = rules().climate(build.us_state, build.country)
    if climate is not None:
        stated["climate"] = climate
    if build.first_it_mw is not None and build.first_facility_mw is None:
        stated["first_facility_mw"] = as_text(build.first_it_mw * rules().facility_per_it.value)
    yield from _completed(1.0, stated, 0)


def _completed(weight: float, attributes: dict[str, str], at: int) -> Iterator[Way]:
    unknown = rules().unknown
    while at < len(unknown) and (unknown[at].attribute in attributes or not unknown[at].fits(attributes)):
        at += 1
    if at == len(unknown):
        yield weight, attributes
        return
    total = sum(unknown[at].weights.values())
    for value, share in unknown[at].weights.items():
        yield from _completed(weight * share / total, {**attributes, unknown[at].attribute: value}, at + 1)


def _thinned(ways: list[Way]) -> list[Way]:
    """The ways themselves if they are few, else MAX_WAYS of equal weight: systematic sampling of the whole list."""
    if len(ways) <= MAX_WAYS:
        return ways
    ends = list(accumulate(weight for weight, _ in ways))
    middles = ((i + 0.5) / MAX_WAYS * ends[-1] for i in range(MAX_WAYS))
    return [(1 / MAX_WAYS, ways[min(bisect_right(ends, middle), len(ways) - 1)][1]) for middle in middles]
