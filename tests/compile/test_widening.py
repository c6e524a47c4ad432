from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.compile.widening import widened
from buildsim.distribution import KINDS, make
from buildsim.quantity import parse_quantity

EXAMPLES = {kind: parse_quantity(spec.example).distribution for kind, spec in KINDS.items()}
U = np.linspace(0.01, 0.99, 99)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_for_a_fact_that_was_known(kind):
    assert widened(EXAMPLES[kind], 0) is EXAMPLES[kind]


@pytest.mark.parametrize("kind", KINDS)
@given(years=st.floats(0.05, 10))
def test_the_spread_grows_and_stays_positive(kind, years):
    before, after = EXAMPLES[kind].quantile(U), widened(EXAMPLES[kind], years).quantile(U)
    assert after[-1] - after[0] > before[-1] - before[0]
    assert (after >= 0).all()
    assert (np.diff(after) >= 0).all()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("exponential", "gamma", "erlang")])
def test_the_planned_value_stays(kind):
    assert widened(EXAMPLES[kind], 3).planned() == pytest.approx(EXAMPLES[kind].planned())


def test_quantiles_lie_farther_from_the_planned_value_by_the_stated_factor():
    pert = make("pert", (20, 30, 60))
    stretched = widened(pert, 2)  # 1 + 2/4, and 20 % of 30 is less
    assert stretched.quantile(U) - 30 == pytest.approx(1.5 * (pert.quantile(U) - 30))


@pytest.mark.parametrize("law", [make("lognormal", (30, 0.3)), make("weibull", (30, 1.5))])
def test_quantiles_of_a_law_on_a_logarithmic_scale_lie_farther_in_logarithms(law):
    middle = law.planned()
    assert np.log(widened(law, 2).quantile(U) / middle) == pytest.approx(1.5 * np.log(law.quantile(U) / middle))


@pytest.mark.parametrize("law", [make("exponential", (30,)), make("gamma", (30, 4)), make("erlang", (30, 4))])
def test_an_exponential_or_gamma_law_keeps_its_mean(law):
    u = (np.arange(100_000) + 0.5) / 100_000
    before, after = law.quantile(u), widened(law, 2).quantile(u)
    assert after.mean() == pytest.approx(before.mean(), rel=1e-3)
    assert after.std() == pytest.approx(1.5 * before.std(), rel=1e-2)


def test_a_fixed_value_spreads_a_tenth_a_year_to_both_sides():
    assert widened(make("fixed", (50,)), 3) == make("pert", (35, 50, 65))
    assert widened(make("fixed", (0,)), 3) == make("fixed", (0,))


def test_four_years_are_the_most():
    assert widened(EXAMPLES["pert"], 4) == widened(EXAMPLES["pert"], 40)


def test_outcomes_that_fall_together_share_their_weight():
    assert widened(make("discrete", (5, 0.2, 10, 0.2, 40, 0.6)), 4) == make("discrete", (0, 0.4, 40, 0.6))
