"""What a build may be of which little is known: every value has the share that the rules give it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildsim.backtest.cases import INPUTS, Build
from buildsim.backtest.rules import rules
from buildsim.backtest.ways import MAX_WAYS, Way, drawn, ways

FULL = Build(
    case="a",
    campus="a",
    start_date=date(2024, 2, 1),
    build_type="greenfield",
    retrofit=False,
    power_preexisting=False,
    onsite_power_first=False,
    tent_first=False,
    first_facility_mw=130.0,
    first_buildings=1,
    operator_class="neocloud",
    country="US",
    us_state="TX",
)
MISSING = st.sets(st.sampled_from(INPUTS)).map(lambda names: replace(FULL, **dict.fromkeys(names)))
NOTHING = Build("b", "b")


def shares(found: list[Way], attribute: str) -> Counter[str]:
    share: Counter[str] = Counter()
    for weight, attributes in found:
        share[attributes[attribute]] += weight
    return share


def stated_weights(attribute: str, attributes: dict[str, str]) -> dict[str, float]:
    """By the first row that fits, where nothing is stated; nothing in ``attributes`` may come of a later row."""
    row = next(row for row in rules().unknown if row.attribute == attribute and row.fits(attributes))
    total = sum(row.weights.values())
    return {value: weight / total for value, weight in row.weights.items()}


def known_before(attribute: str, attributes: dict[str, str], build: Build) -> dict[str, str]:
    """What a row for the attribute may look at: what was stated, and what earlier rows have chosen."""
    stated = {name for name in INPUTS if getattr(build, name) is not None}
    if build.us_state is not None or build.country is not None:
        stated.add("climate")
    if build.first_it_mw is not None:
        stated.add("first_facility_mw")
    order = list(dict.fromkeys(row.attribute for row in rules().unknown))
    later = {*order[order.index(attribute) :]} - stated
    return {key: value for key, value in attributes.items() if key not in later}


@settings(max_examples=25, deadline=None)
@given(MISSING)
def test_each_value_has_its_share_to_less_than_one_way(build):
    found = ways(build)
    assert sum(weight for weight, _ in found) == pytest.approx(1)
    assert len(found) <= MAX_WAYS
    for attribute in {row.attribute for row in rules().unknown}:
        expected: Counter[str] = Counter()
        for weight, attributes in found:
            before = known_before(attribute, attributes, build)
            if attribute in before:
                expected[attributes[attribute]] += weight
                continue
            for value, share in stated_weights(attribute, before).items():
                expected[value] += weight * share
        got = shares(found, attribute)
        assert set(got) <= set(expected)
        for value, share in expected.items():
            assert abs(got[value] - share) < 1 / MAX_WAYS + 1e-9, (attribute, value)


@settings(max_examples=10, deadline=None)
@given(MISSING)
def test_the_same_build_has_the_same_ways_each_once(build):
    found = ways(build)
    assert found == ways(replace(build, case="z", campus="y"))
    assert len({tuple(attributes.items()) for _, attributes in found}) == len(found)


def test_thirds_of_orders_stay_thirds_however_little_is_known():
    """Ways at even distances from a list of all made 33, 21 and 46% of them."""
    nothing = shares(ways(NOTHING), "ordering")
    assert [nothing[third] * MAX_WAYS for third in ("early", "usual", "late")] == pytest.approx([8, 8, 8], abs=1)


def test_what_was_stated_is_kept_in_every_way():
    found = ways(replace(NOTHING, operator_class="chinese", first_it_mw=100.0))
    assert shares(found, "operator_class") == {"chinese": pytest.approx(1)}
    assert shares(found, "first_facility_mw") == {"130.0": pytest.approx(1)}


def test_over_all_seeds_a_way_is_drawn_as_often_as_its_weight_says():
    """A few attributes together: of each pair of values, as if all ways were taken."""
    build = replace(FULL, onsite_power_first=None, build_type=None, retrofit=None, us_state=None, country=None)
    seeds = 60
    found: Counter[tuple[str, ...]] = Counter()
    for seed in range(seeds):
        for each in drawn(build, seed):
            found[each["retrofit"], each["onsite_power_first"], each["ordering"]] += 1
    assert sum(found.values()) == seeds * MAX_WAYS
    for retrofit, r in (("true", 0.15), ("false", 0.85)):
        for onsite, o in (("true", 0.15), ("false", 0.85)):
            for ordering, third in (("early", 0.333), ("usual", 0.334), ("late", 0.333)):
                share = r * o * third
                error = np.sqrt(share * (1 - share) / (seeds * MAX_WAYS))
                got = found[retrofit, onsite, ordering] / (seeds * MAX_WAYS)
                assert abs(got - share) < 4.5 * error, (retrofit, onsite, ordering)
