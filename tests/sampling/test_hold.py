"""What is held comes as planned; all else keeps its draws."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from buildsim.network.codes import TICKS_PER_DAY, Flaw, State
from buildsim.network.network import Branches, Disruptions, Reworks, Risks
from buildsim.sampling.draw import draw, planned
from buildsim.sampling.hold import hold, pick

if TYPE_CHECKING:
    from tests.sampling.conftest import Build

COUNT = 50


def everything(flaws, file):
    return np.ones(len(flaws), dtype=np.bool_)


def assumed(flaws, file):
    return (flaws & Flaw.ASSUMED) != 0


def chancy(build: Build, flaws: Flaw):
    """A network in which one thing of each kind is random and has these flaws, and another is random and has none."""
    for name, own in (("odd", flaws), ("sound", Flaw(0))):
        branch = build.row(Branches, name=name, probability=0.6, flaws=own)
        chain = build.row(Reworks, name=name, probability=0.5, flaws=own)
        build.row(Risks, name=name, probability=0.5, flaws=own, target_activity=())
        start, rate = ({"start": 9 * TICKS_PER_DAY, "probability": 0.6}, {"per_year": 20.0})
        for kind, when in (("dated", start), ("random", rate)):
            length = build.variable(f"disruption:{name}-{kind}:duration", "fixed", 2)
            build.row(Disruptions, name=f"{name}-{kind}", duration_variable=length, flaws=own, **when)
        build.activity(f"{name}/built", branch=branch, variable=build.variable(name, "uniform", 1, 9, flaws=own))
        for k in (1, 2):
            build.activity(f"{name}/test#{k}", rework=chain, rework_pass=k)
    return build.network(horizon=400 * TICKS_PER_DAY)


def test_what_is_random_is_counted_and_nothing_else(build):
    build.variable("fixed", "fixed", 3, flaws=Flaw.ASSUMED)
    build.row(Branches, name="sure", probability=1.0, flaws=Flaw.ASSUMED)
    build.row(Risks, name="never", probability=0.0, flaws=Flaw.ASSUMED, target_activity=())
    network = chancy(build, Flaw.ASSUMED | Flaw.STALE)
    assert len(pick(network, assumed)) == 6
    assert len(pick(network, everything)) == 12


def test_what_is_held_is_as_planned_and_the_rest_as_ever(build):
    network = chancy(build, Flaw.ASSUMED)
    free, plan = draw(network, 1, 0, COUNT), planned(network)
    held = draw(hold(network, pick(network, assumed)), 1, 0, COUNT)
    half = free.state.shape[1] // 2
    for name in ("length", "state"):
        of_free, of_plan, of_held = (getattr(samples, name) for samples in (free, plan, held))
        assert (of_held[:, :half] == of_plan[:, :half]).all()
        assert (of_held[:, half:] == of_free[:, half:]).all()
        assert (of_free[:, :half] != of_plan[:, :half]).any()
    assert (free.state == State.ABSENT).any()
    assert not held.risk_struck[:, 0].any()
    assert (held.risk_struck[:, 1] == free.risk_struck[:, 1]).all()
    windows = np.diff(held.window_ptr, axis=1)
    assert (windows[:, 0] == 1).all()  # as likely as not, so it is planned
    assert (windows[:, 1] == 0).all()
    assert (windows[:, 2:] == np.diff(free.window_ptr, axis=1)[:, 2:]).all()


def test_a_partner_keeps_its_draws_where_the_common_factor_is_shared(build):
    build.factors.append("weather")
    for name, flaws in (("odd", Flaw.ASSUMED), ("sound", Flaw(0))):
        build.activity(name, variable=build.variable(name, "uniform", 1, 9, factor=0, rho=0.9, flaws=flaws))
    network = build.network()
    free, held = draw(network, 1, 0, COUNT), draw(hold(network, pick(network, assumed)), 1, 0, COUNT)
    assert (held.length[:, 0] == 5 * TICKS_PER_DAY).all()
    assert (held.length[:, 1] == free.length[:, 1]).all()


def test_all_held_is_the_planned_run_in_every_replication(build):
    network = chancy(build, Flaw.ASSUMED)
    held, plan = draw(hold(network, pick(network, everything)), 1, 0, 3), planned(network)
    for row in range(3):
        one = replace(held.only(row), first=0)
        for field in fields(one):
            if not field.name.startswith("window"):
                assert np.array_equal(getattr(one, field.name), getattr(plan, field.name)), field.name


def test_nothing_picked_changes_nothing(build):
    network = chancy(build, Flaw.ASSUMED)
    picked = pick(network, lambda flaws, file: file == 7)
    assert len(picked) == 0
    assert hold(network, picked).variables == network.variables
