from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Philox

from buildsim.distribution import U_MAX, U_MIN
from buildsim.sampling.streams import correlated, stream_keys, uniform_rows, uniforms

seeds = st.integers(0, 2**64 - 1)
PINNED = ["0x1.d047eb82f1297p-1", "0x1.69f62454ef7f0p-5", "0x1.f41e704f2f3cfp-1"]
names = st.text(st.characters(codec="utf-8"), max_size=30)


@given(seeds, names, st.integers(0, 9), st.integers(0, 40), st.lists(st.integers(0, 9), max_size=6))
def test_any_split_gives_equal_bits(seed, name, occurrence, first, parts):
    whole = uniforms(seed, name, occurrence, first, sum(parts))
    starts = np.cumsum([first, *parts])
    pieces = [uniforms(seed, name, occurrence, int(s), n) for s, n in zip(starts, parts, strict=False)]
    assert np.array_equal(whole, np.concatenate([*pieces, np.empty(0)]))


@given(seeds, names, st.integers(0, 2**64 - 10))
def test_numbers_lie_strictly_inside_the_unit_interval(seed, name, first):
    u = uniforms(seed, name, 0, first, 9)
    assert u.dtype == np.float64
    assert u.min() >= U_MIN
    assert u.max() <= U_MAX


def test_the_extreme_words_map_to_the_smallest_and_the_largest_number(monkeypatch):
    class Extremes:
        def __init__(self, **_):
            pass

        def random_raw(self, count):
            return np.array([0, 2**64 - 1], dtype=np.uint64)

    monkeypatch.setattr("buildsim.sampling.streams.Philox", Extremes)
    assert uniforms(1, "x", 0, 0, 2).tolist() == [U_MIN, U_MAX]


def test_replication_r_is_word_r_of_the_keyed_generator():
    key = blake2b((7).to_bytes(8, "little") + (2).to_bytes(8, "little") + b"a/b:duration", digest_size=16)
    words = Philox(key=int.from_bytes(key.digest(), "little")).random_raw(1000)
    expected = (words // 2**12 + 0.5) / 2**52
    assert np.array_equal(uniforms(7, "a/b:duration", 2, 0, 1000), expected)


@given(seeds, st.lists(st.tuples(names, st.integers(0, 9)), max_size=5), st.integers(0, 2**64 - 10), st.integers(0, 9))
def test_rows_have_the_bits_of_numpys_own_generators(seed, streams, first, count):
    keys = stream_keys(seed, streams)
    rows = uniform_rows(keys, first, count)
    assert rows.shape == (len(streams), count)
    for key, row in zip(keys, rows, strict=True):
        generator = Philox(key=key)
        generator.advance(first // 4)
        words = generator.random_raw(first % 4 + count)[first % 4 :]
        assert row.tolist() == ((words // 2**12 + 0.5) / 2**52).tolist()


def test_stream_is_the_same_on_every_machine_and_version():
    assert [x.hex() for x in uniforms(2026, "abilene/pour:duration", 0, 5, 3)] == PINNED


def test_each_part_of_the_key_makes_another_stream():
    keys = [(1, "a", 0), (2, "a", 0), (1, "b", 0), (1, "a", 1), (1, "a\0", 0), (0, "a", 1), (256, "a", 0)]
    assert len({uniforms(*key, 0, 4).tobytes() for key in keys}) == len(keys)


def test_streams_are_uniform_and_independent():
    a, b = uniforms(3, "a", 0, 0, 20_000), uniforms(3, "b", 0, 0, 20_000)
    assert np.histogram(a, bins=10, range=(0, 1))[0] == pytest.approx(2000, abs=200)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
    assert abs(np.corrcoef(a[1:], a[:-1])[0, 1]) < 0.03


@pytest.mark.parametrize(("seed", "occurrence", "first"), [(-1, 0, 0), (2**64, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_keys_out_of_range_are_refused(seed, occurrence, first):
    with pytest.raises(ValueError, match="must lie between 0 and"):
        uniforms(seed, "x", occurrence, first, 1)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="count"):
        uniforms(1, "x", 0, 0, -1)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8, 1.0])
def test_correlated_normal_scores_have_the_correlation_asked_for(rho):
    from scipy.special import ndtri

    factor = uniforms(5, "weather", 0, 0, 40_000)
    a = correlated(uniforms(5, "a", 0, 0, 40_000), factor, rho)
    b = correlated(uniforms(5, "b", 0, 0, 40_000), factor, rho)
    assert np.corrcoef(ndtri(a), ndtri(b))[0, 1] == pytest.approx(rho, abs=0.02)
    assert np.histogram(a, bins=10, range=(0, 1))[0] == pytest.approx(4000, abs=300)


def test_correlation_0_keeps_the_own_number_and_1_takes_the_factor():
    own, factor = uniforms(5, "a", 0, 0, 100), uniforms(5, "b", 0, 0, 100)
    assert correlated(own, factor, 0.0) == pytest.approx(own)
    assert correlated(own, factor, 1.0) == pytest.approx(factor)


def test_correlated_numbers_stay_inside_the_unit_interval():
    ends = np.array([U_MIN, U_MAX])
    assert correlated(ends, ends, 0.5).tolist() == [U_MIN, U_MAX]


@pytest.mark.parametrize("rho", [-0.1, 1.1, float("nan")])
def test_a_correlation_outside_0_to_1_is_refused(rho):
    with pytest.raises(ValueError, match="rho"):
        correlated(np.array([0.5]), np.array([0.5]), rho)
