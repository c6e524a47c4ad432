"""What a build may be of which only a few attributes are known: all ways that the rules name, each with its weight.

So what is not stated widens the forecast and never stops it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from buildsim.backtest.cases import INPUTS, Build
from buildsim.backtest.rounding import rounded
from buildsim.backtest.rules import Unknown, as_text, rules

MAX_WAYS = 24
"""A build of which little is known stands for so many ways at most, evenly spread over what it may be."""

SEED = 7
"""Of the draw where there are more."""

Attributes = Mapping[str, str]

Way = tuple[float, Attributes]
"""A weight, and attributes: those that were stated, and what was taken for the rest."""


def ways(build: Build) -> list[Way]:
    """All ways in which a build may be meant, the same for the same attributes; the weights sum to 1.

    Where they are more than MAX_WAYS, so many are drawn.
    """
    found: list[Way] = [(1.0, _stated(build))]
    for attribute, rows in _unknown():
        found = [
            (weight * share, {**attributes, attribute: value})
            for weight, attributes in found
            for value, share in _shares(attribute, rows, attributes).items()
        ]
        if len(found) > MAX_WAYS:
            return _alike_together(drawn(build, SEED))
    return found


def drawn(build: Build, seed: int) -> list[Attributes]:
    """MAX_WAYS ways, each drawn with the probability that is its weight.

    Attributes are chosen one after the other for all of them. Of the ways a value gets the sum of its shares in them,
    to less than one way, and those ways are spread over what was chosen before.
    """
    rng = np.random.default_rng(seed)
    found: list[Attributes] = [_stated(build)] * MAX_WAYS
    for attribute, rows in _unknown():
        found.sort(key=lambda attributes: tuple(attributes.items()))
        shares = [_shares(attribute, rows, attributes) for attributes in found]
        values = list(dict.fromkeys(value for each in shares for value in each))
        chosen = rounded(np.array([[each.get(value, 0.0) for value in values] for each in shares]), rng).argmax(axis=1)
        found = [{**attributes, attribute: values[at]} for attributes, at in zip(found, chosen, strict=True)]
    return found


def _stated(build: Build) -> dict[str, str]:
    stated = {key: as_text(value) for key in INPUTS if (value := getattr(build, key)) is not None}
    climate = rules().climate(build.us_state, build.country)
    if climate is not None:
        stated["climate"] = climate
    if build.first_it_mw is not None and build.first_facility_mw is None:
        stated["first_facility_mw"] = as_text(build.first_it_mw * rules().facility_per_it.value)
    return stated


def _unknown() -> Iterator[tuple[str, list[Unknown]]]:
    """The attributes that the rules have rows for, in order, with these."""
    for attribute, rows in groupby(rules().unknown, key=lambda row: row.attribute):
        yield attribute, list(rows)


def _shares(attribute: str, rows: Sequence[Unknown], attributes: Attributes) -> dict[str, float]:
    """What an attribute may be, with shares that sum to 1: what was stated, else by the first row that fits."""
    if attribute in attributes:
        return {attributes[attribute]: 1.0}
    weights = next(row.weights for row in rows if row.fits(attributes))
    total = sum(weights.values())
    return {value: weight / total for value, weight in weights.items()}


def _alike_together(attributes: Sequence[Attributes]) -> list[Way]:
    counts = Counter(tuple(each.items()) for each in attributes)
    return [(count / len(attributes), dict(each)) for each, count in counts.items()]
