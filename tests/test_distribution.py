from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from buildsim.distribution import KINDS, LIMIT, U_MAX, U_MIN, Distribution, Quantiles, make, uniform_beyond

# One of each kind, with its planned value, mean and P90 from the closed forms of the literature.
KNOWN = [
    (make("fixed", (30,)), 30, 30, 30),
    (make("uniform", (20, 40)), 30, 30, 38),
    (make("triangular", (20, 30, 60)), 30, 110 / 3, 60 - math.sqrt(0.1 * 40 * 30)),
    (make("pert", (20, 30, 60)), 30, (20 + 4 * 30 + 60) / 6, None),
    (make("normal", (30, 5)), 30, 30, 30 + 5 * 1.2815515655446004),
    (make("lognormal", (30, 0.3)), 30, 30 * math.exp(0.3**2 / 2), 30 * math.exp(0.3 * 1.2815515655446004)),
    (make("exponential", (30,)), 30 * math.log(2), 30, 30 * math.log(10)),
    (make("gamma", (30, 1)), 30 * math.log(2), 30, 30 * math.log(10)),
    (make("gamma", (30, 0.5)), None, 30, None),
    (make("erlang", (30, 4)), None, 30, None),
    (
        make("weibull", (30, 2)),
        30 * math.sqrt(math.log(2)),
        30 * math.sqrt(math.pi) / 2,
        30 * math.log(10) ** 0.5,
    ),
    (make("discrete", (20, 0.8, 10, 0.2)), 20, 18, 20),
    (make("empirical", (9, 3, 4)), 4, 16 / 3, 9),
    (make("fit", (20, 30, 60)), 30, None, 60),
]
SAMPLES = [known[0] for known in KNOWN]
GRID = (np.arange(400_000) + 0.5) / 400_000

sizes = st.floats(0.01, 1e6)
probabilities = st.floats(U_MIN, U_MAX)


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    kind = draw(st.sampled_from(sorted(KINDS)))
    low, middle, high = sorted(draw(st.lists(sizes, min_size=3, max_size=3)))
    shape = draw(st.floats(0.05, 50))
    if kind in ("uniform", "triangular", "pert", "fit"):
        assume(middle - low > 1e-3 * high and high - middle > 1e-3 * high)
        return make(kind, (low, high) if kind == "uniform" else (low, middle, high))
    if kind == "discrete":
        return make(kind, (low, 0.5, high + 1, draw(st.floats(0, 9))))
    if kind == "empirical":
        return make(kind, draw(st.lists(sizes, min_size=1, max_size=9)))
    if len(KINDS[kind].parameters) == 1:
        return make(kind, (middle,))
    return make(kind, (middle, math.ceil(shape) if kind == "erlang" else shape))


def beyond(distribution: Distribution, elapsed: float, u: np.ndarray) -> np.ndarray:
    """Probabilities of what exceeds the elapsed."""
    return uniform_beyond(u, distribution.reached(elapsed))


def at(distribution: Distribution, *u: float) -> list[float]:
    return distribution.quantile(np.array(u)).tolist()


def test_every_kind_is_checked_against_closed_forms():
    assert {d.kind for d in SAMPLES} == set(KINDS)


@pytest.mark.parametrize(("distribution", "planned", "mean", "p90"), KNOWN, ids=map(str, SAMPLES))
def test_planned_value_mean_and_p90_are_the_known_ones(distribution, planned, mean, p90):
    if planned is not None:
        assert distribution.planned() == pytest.approx(planned, rel=1e-12)
    if mean is not None:
        assert distribution.quantile(GRID).mean() == pytest.approx(mean, rel=1e-3)
    if p90 is not None:
        assert at(distribution, 0.9) == [pytest.approx(p90, rel=1e-12)]


@given(distributions(), probabilities, probabilities)
def test_quantile_never_decreases_and_stays_finite(distribution, a, b):
    low, high = at(distribution, min(a, b), max(a, b))
    assert -LIMIT <= low <= LIMIT
    assert low <= high or low == pytest.approx(high, rel=1e-9)


@given(distributions())
def test_the_ends_of_the_stream_give_finite_values(distribution):
    assert all(0 <= x <= LIMIT for x in at(distribution, U_MIN, U_MAX))


@pytest.mark.parametrize("distribution", [make("lognormal", (1e15, 9)), make("weibull", (1e15, 0.01))])
def test_tails_beyond_the_limit_end_at_the_limit(distribution):
    assert at(distribution, U_MAX) == [LIMIT]


@given(distributions(), st.floats(0.01, 100), probabilities)
def test_scaling_multiplies_the_quantile(distribution, k, u):
    assume(at(distribution, u)[0] * max(k, 1) < LIMIT / 2)  # beyond the limit it is cut
    assert at(distribution.scaled(k), u) == [pytest.approx(at(distribution, u)[0] * k, rel=1e-6, abs=1e-6 * k)]


@pytest.mark.parametrize("k", [0, -1, math.nan])
def test_scaling_by_no_positive_number_is_refused(k):
    with pytest.raises(ValueError, match="above 0"):
        make("fixed", (3,)).scaled(k)


def test_scaling_beyond_the_limit_is_refused():
    with pytest.raises(ValueError, match="1e15"):
        make("fixed", (1e10,)).scaled(1e10)


@given(st.floats(0, 1e4), st.floats(0.1, 1e3), st.floats(0.1, 1e3))
def test_fit_hits_its_three_percentiles(p10, below, above):
    fit = make("fit", (p10, p10 + below, p10 + below + above))
    assert at(fit, 0.1, 0.5, 0.9) == pytest.approx(fit.params, rel=1e-9, abs=1e-9)


def test_a_symmetric_fit_is_the_normal_and_a_geometric_one_the_lognormal():
    assert at(make("fit", (20, 30, 40)), 0.01, 0.7, 0.99) == pytest.approx(
        at(make("normal", (30, 10 / 1.2815515655446004)), 0.01, 0.7, 0.99)
    )
    assert at(make("fit", (10, 20, 40)), 0.01, 0.7, 0.99) == pytest.approx(
        at(make("lognormal", (20, math.log(2) / 1.2815515655446004)), 0.01, 0.7, 0.99)
    )


def test_normal_and_fit_are_cut_at_zero():
    assert at(make("normal", (1, 5)), 0.01, 0.5) == [0, 1]
    assert at(make("fit", (1, 30, 59)), 0.001) == [0]


def test_empirical_takes_the_order_statistic_and_discrete_the_smallest_value_that_covers():
    assert at(make("empirical", (7, 1, 3, 5)), 0.25, 0.26, 0.75, U_MAX, U_MIN) == [1, 3, 5, 7, 1]
    assert at(make("discrete", (20, 3, 10, 1)), 0.25, 0.26, U_MIN, U_MAX) == [10, 20, 10, 20]
    assert at(make("discrete", (1, 0, 2, 1, 3, 0)), U_MIN, U_MAX) == [2, 2]


@given(st.lists(distributions(), max_size=12), st.integers(0, 9), st.integers(0, 2**32))
def test_quantiles_of_several_have_the_bits_of_each_alone(several, count, seed):
    u = np.random.default_rng(seed).uniform(U_MIN, U_MAX, (len(several), count))
    alone = np.array([each.quantile(row) for each, row in zip(several, u, strict=True)]).reshape(u.shape)
    assert Quantiles(several).at(u).tobytes() == alone.tobytes()


def test_the_most_likely_discrete_value_is_the_lowest_of_equals():
    assert make("discrete", (30, 0.4, 20, 0.2, 10, 0.4)).planned() == 10


def test_exponential_left_after_waiting_is_the_same_exponential():
    waiting = make("exponential", (30,))
    u = np.array([0.1, 0.5, 0.9])
    assert waiting.quantile(beyond(waiting, 45, u)) == pytest.approx(45 + waiting.quantile(u))


def test_uniform_and_discrete_conditioned_keep_what_lies_beyond():
    u = np.array([0.1, 0.5, 0.9])
    uniform = make("uniform", (20, 40))
    assert uniform.quantile(beyond(uniform, 30, u)) == pytest.approx([31, 35, 39])
    discrete = make("discrete", (10, 0.5, 20, 0.25, 30, 0.25))
    assert discrete.quantile(beyond(discrete, 10, u)).tolist() == [20, 20, 30]


@given(distributions(), probabilities, probabilities)
def test_conditioned_values_exceed_what_has_elapsed(distribution, u, already):
    elapsed = at(distribution, already)[0]
    conditioned = beyond(distribution, elapsed, np.array([u]))
    assert 0 < conditioned[0] < 1
    if at(distribution, U_MAX)[0] > elapsed:
        assert distribution.quantile(conditioned)[0] >= elapsed * (1 - 1e-9)
    else:
        assert distribution.quantile(conditioned)[0] == at(distribution, U_MAX)[0]


def test_nothing_elapsed_changes_nothing_and_too_much_gives_the_maximum():
    u = np.array([0.2, 0.7])
    assert beyond(make("uniform", (20, 40)), 5, u).tolist() == u.tolist()
    assert beyond(make("uniform", (20, 40)), 50, u).tolist() == [U_MAX, U_MAX]


def test_distributions_are_plain_data():
    a, b = make("pert", (20,), {"high": 60, "mode": 30}), Distribution("pert", (20.0, 30.0, 60.0))
    assert a == b
    assert hash(a) == hash(b)
    assert pickle.loads(pickle.dumps(a)) == a
    assert make("empirical", (9, 3)) == make("empirical", (3, 9))


@pytest.mark.parametrize(
    ("kind", "args", "kwargs", "words"),
    [
        ("prt", (1, 2, 3), {}, "no distribution called 'prt'"),
        ("prt", (), {"low": 1}, "no distribution called 'prt'"),
        ("fixed", (math.inf,), {}, "value must be a finite number"),
        ("fixed", (math.nan,), {}, "value must be a finite number"),
        ("uniform", (1, 1e16), {}, "high must be a finite number"),
        ("uniform", (5, 5), {}, "high must be above low"),
        ("triangular", (1, 9, 5), {}, "mode must lie between low and high"),
        ("pert", (5, 5, 5), {}, "high must be above low"),
        ("normal", (-1, 2), {}, "mean must be above 0"),
        ("normal", (1, 0), {}, "sd must be above 0"),
        ("lognormal", (0, 1), {}, "median must be above 0"),
        ("lognormal", (1, -1), {}, "sigma must be above 0"),
        ("exponential", (0,), {}, "mean must be above 0"),
        ("gamma", (1, 1e-9), {}, "shape must lie between"),
        ("erlang", (1, 1.5), {}, "k must be a whole number"),
        ("erlang", (1, 1e7), {}, "k must be a whole number"),
        ("weibull", (1, 1e-9), {}, "shape must lie between"),
        ("discrete", (1, -1), {}, "weight must not be negative"),
        ("discrete", (1, 0, 2, 0), {}, "at least one weight"),
        ("discrete", (1, 0.5, 1, 0.5), {}, "value 1 is given twice"),
        ("discrete", (1, 0.5, 2), {}, "takes value, weight"),
        ("empirical", (), {}, "takes value"),
        ("empirical", (), {"value": 1}, "without names"),
        ("fit", (-1, 2, 3), {}, "p10 must not be negative"),
        ("fit", (1, 3, 3), {}, "p10, p50 and p90 must increase"),
        ("fit", (1, 1 + 1e-9, 3), {}, "p50 lies too close"),
        ("pert", (1, 2), {}, "got 2 numbers"),
        ("pert", (1, 2), {"low": 3}, "got 'low' twice"),
        ("pert", (1, 2, 3), {"high": 3}, "takes only low, mode, high"),
        ("pert", (1, 2), {"hihg": 3}, "no argument 'hihg'"),
        ("pert", (), {"high": 3}, "missing low and mode"),
    ],
)
def test_a_bad_argument_is_named(kind, args, kwargs, words):
    with pytest.raises(ValueError, match=words):
        make(kind, args, kwargs)
