"""Constraints improved and removed on random networks: what is equal, and what cannot get worse (semantics 26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.analysis.milestones import milestone_ticks
from buildsim.engine.kernel.simulate import simulate as kernel
from buildsim.engine.reference.simulate import simulate as reference
from buildsim.network.codes import CALENDAR_BLOCKER, UNSET, SupplyKind
from buildsim.network.constraints import Constraint, constraint_of
from buildsim.network.network import Network
from buildsim.sampling.draw import Sampler
from buildsim.sampling.relief import Relief
from buildsim.sampling.samples import Samples

from .conftest import scenarios
from .test_cpm import forward_pass
from .test_equality import differences

Compile = Callable[[dict[str, Any]], Network]
ON_RANDOM_NETWORKS = settings(deadline=None, suppress_health_check=list(HealthCheck))


def constraints(network: Network) -> list[Constraint]:
    """All that a network has."""
    named = [*(("pool", name) for name in network.pools.name), *(("supply", name) for name in network.supplies.name)]
    steps = {constraint_of(network.categories[i]) for i in np.unique(network.activities.category)}
    return [*(Constraint(*each) for each in named), *sorted(step for step in steps if step is not None)]


def drawn(network: Network, relief: Relief, seed: int = 1, count: int = 2) -> tuple[Samples, Samples]:
    """The samples of the network as it is, and of the relieved one."""
    sampler = Sampler(network, seed)
    draws = sampler.draws(0, count)
    base = sampler.samples(draws)
    return base, relief.samples(draws, base)


@settings(ON_RANDOM_NETWORKS, max_examples=100)
@given(document=scenarios(), data=st.data())
def test_engines_agree_on_relieved_networks(compiled: Compile, document: dict[str, Any], data: st.DataObject) -> None:
    network = compiled(document)
    factors = {each: data.draw(st.sampled_from([1.0, 1.2, 1.5, np.inf])) for each in constraints(network)}
    removed = [each for each, factor in factors.items() if factor == np.inf and each.removable]
    relief = Relief(network, {each: factor for each, factor in factors.items() if factor < np.inf}, removed=removed)
    _, samples = drawn(network, relief)
    one, other = reference(relief.network, samples), kernel(relief.network, samples)
    assert not differences(relief.network, one, other)
    gone = [network.pools.name.index(each.name) for each in removed if each.kind == "pool"]
    assert not np.isin(one.ledger.blocker, gone).any()


@settings(ON_RANDOM_NETWORKS, max_examples=60)
@given(document=scenarios())
def test_relief_of_nothing_is_the_same_plan(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    relief = Relief(network, dict.fromkeys(constraints(network), 1.0))
    base, samples = drawn(network, relief)
    assert relief.network is network
    assert samples is base


@settings(ON_RANDOM_NETWORKS, max_examples=60)
@given(document=scenarios())
def test_a_relieved_network_is_drawn_like_one_that_says_so(compiled: Compile, document: dict[str, Any]) -> None:
    """Capacities are made from the same draws as if the files had said them."""
    network = compiled(document)
    half_more = {Constraint("pool", name): 1.5 for name in network.pools.name}
    lines = network.supplies.kind == SupplyKind.LINE
    half_more |= {
        Constraint("supply", name): 1.5 for name, line in zip(network.supplies.name, lines, strict=True) if line
    }
    relief = Relief(network, half_more)
    _, samples = drawn(network, relief)
    anew = Sampler(relief.network, 1).draw(0, 2)
    for field in fields(Samples):
        assert np.array_equal(getattr(samples, field.name), getattr(anew, field.name)), field.name


@settings(ON_RANDOM_NETWORKS, max_examples=100)
@given(document=scenarios(plain=True), data=st.data())
def test_nothing_gets_worse_without_pools(compiled: Compile, document: dict[str, Any], data: st.DataObject) -> None:
    """All joins, no pools, no supplies of which one could take from another."""
    document["supplies"] = {"steel": {"unit": "unit", "lead": "uniform(0, 9) days"}}
    first = next(iter(document["sites"].values()))["activities"]["a0"]
    first["orders"] = {"it": {"supply": "steel", "quantity": "1 unit"}}
    first["kind"] = "permit"
    network = compiled(document)
    each = data.draw(st.sampled_from(constraints(network)))
    factor = data.draw(st.sampled_from([1.1, 1.5, np.inf])) if each.removable else 1.5
    relief = Relief(network, removed=[each]) if factor == np.inf else Relief(network, {each: factor})
    base, samples = drawn(network, relief)
    before, after = reference(network, base), reference(relief.network, samples)
    assert (milestone_ticks(relief.network, after) <= milestone_ticks(network, before)).all()


@settings(ON_RANDOM_NETWORKS, max_examples=100)
@given(document=scenarios())
def test_without_any_wait_it_is_the_cpm(compiled: Compile, document: dict[str, Any]) -> None:
    """With every removable constraint gone only links, dates and calendars are left."""
    document.pop("data_date", None)
    document.pop("disruptions", None)
    for site in document["sites"].values():
        site.pop("actuals", None)
        site.pop("branches", None)
        for activity in site["activities"].values():
            for key in ("calendar", "branch", "retest", "orders"):
                activity.pop(key, None)
            activity["join"] = "all"
            # lags in working time count the successor's calendar, which is none
            activity["kind"] = "permit" if activity["priority"] else "work"
    network = compiled(document)
    relief = Relief(network, removed=[each for each in constraints(network) if each.removable])
    _, samples = drawn(network, relief)
    outcome = reference(relief.network, samples)
    assert (outcome.ledger.blocker == CALENDAR_BLOCKER).all()
    table = network.activities
    permit = np.isin(table.category, [i for i, name in enumerate(network.categories) if name.startswith("permit:")])
    for row in range(2):
        of_activity = samples.length[row][table.column_ptr[1:] - 1]  # the largest crew: units are plenty
        assert (of_activity[permit] == 0).all()
        _, finish = forward_pass(network, of_activity.tolist(), samples.lag[row].tolist())
        assert outcome.finish[row].tolist() == finish


@settings(ON_RANDOM_NETWORKS, max_examples=40)
@given(document=scenarios())
def test_what_has_been_done_stays_done(compiled: Compile, document: dict[str, Any]) -> None:
    network = compiled(document)
    steps = [each for each in constraints(network) if each.kind == "work"]
    relief = Relief(network, dict.fromkeys(steps, 2.0))
    base, samples = drawn(network, relief)
    table = network.activities
    begun = (table.actual_start != UNSET) & (table.actual_finish == UNSET)
    done = np.where(begun, table.actual_elapsed, 0)[np.repeat(np.arange(len(table)), np.diff(table.column_ptr))]
    left = np.maximum(base.length - done, 0)
    assert np.array_equal(samples.length, np.where(base.length == 0, 0, done) + (left + 1) // 2)


def test_only_what_can_be_thought_away_is_removed(compiled: Compile) -> None:
    document = {
        "schema": 1,
        "name": "x",
        "start": "2026-01-05",
        "sites": {"s": {"activities": {"a": {"duration": "1 day", "milestone": "done"}}}},
    }
    network = compiled(document)
    with pytest.raises(ValueError, match="work:a can only be improved"):
        Relief(network, removed=[Constraint("work", "a")])
    with pytest.raises(ValueError, match="work:a can only be improved"):
        Relief(network, added={Constraint("work", "a"): 1.0})
    for constraint in (Constraint("pool", "none"), Constraint("supply", "none"), Constraint("permit", "none")):
        with pytest.raises(KeyError):
            Relief(network, removed=[constraint])
