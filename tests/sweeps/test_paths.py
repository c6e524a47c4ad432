"""Sensitivity to values at paths, against closed forms."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from buildsim.errors import InputError, UnknownNameError
from buildsim.studies.influence import METHODS, Sensitivity, json_text, to_document
from buildsim.sweeps.paths import path_sensitivity

YARD = """\
schema: 1
name: yard
start: 2026-01-05
replications: 4
seed: 1
pools: {crane: {capacity: 2}}
sites:
  s:
    activities:
      a: {duration: 15 days, crew: {crane: 1}}
      b: {duration: 15 days, after: [a], crew: {crane: 1}}
      c: {duration: 0 days, after: [b], milestone: done}
"""
RACE = YARD.replace("after: [a], ", "").replace("after: [b]", "after: [a, b]")
A, B = "sites.s.activities.a.duration", "sites.s.activities.b.duration"
BOTH = {A: ("10 days", "20 days"), B: ("10 days", "30 days")}
ALIKE = {A: ("10 days", "20 days"), B: ("10 days", "20 days")}


@pytest.fixture
def ask(tmp_path):
    def asked(text: str, method: str, ranges, **options) -> Sensitivity:
        file = tmp_path / "yard.yaml"
        file.write_text(text)
        return path_sensitivity(file, method, ranges, engine="reference", workers=1, **options)

    return asked


def test_one_path_alone_orders_the_days(ask):
    (row,) = ask(YARD, "rank", {A: ("10 days", "20 days")}, samples=16).rows
    assert (row.input, row.rho) == (A, pytest.approx(1))


def test_a_tornado_is_each_end_less_what_is(ask):
    result = ask(YARD, "tornado", BOTH)
    assert (result.days, result.points, result.inputs) == (30, 5, 2)
    assert [(row.input, row.low.mean, row.high.mean) for row in result.rows] == [(B, -5, 15), (A, -5, 5)]


def test_effects_of_a_chain_are_its_ranges(ask):
    result = ask(YARD, "morris", BOTH, samples=4)
    assert result.points == 4 * 3
    for row, span in zip(result.rows, (20, 10), strict=True):
        assert (row.mu, row.mu_star, row.sigma) == pytest.approx((span, span, 0), abs=1e-6)


def test_shares_of_a_chain_are_those_of_its_variances(ask):
    result = ask(YARD, "sobol", BOTH, samples=64)
    assert [row.input for row in result.rows] == [B, A]
    for row, share in zip(result.rows, (0.8, 0.2), strict=True):
        assert row.first == pytest.approx(share, abs=0.05)
        assert row.total == pytest.approx(share, abs=0.05)


def test_shares_of_the_later_of_two_are_two_and_three_fifths(ask):
    for row in ask(RACE, "sobol", ALIKE, samples=128).rows:
        assert row.first_low < 0.4 < row.first_high
        assert row.total_low < 0.6 < row.total_high
        assert row.first + 0.1 < row.total < row.first + 0.4


def test_whole_numbers_have_only_whole_ones_between(ask):
    """One crane or two: alone they take turns, together they do not."""
    (row,) = ask(RACE, "tornado", {"pools.crane.capacity": (1, 2)}).rows
    assert (row.low.mean, row.high.mean) == (15, 0)
    assert ask(RACE, "rank", {"pools.crane.capacity": (1, 2), **BOTH}, samples=8).points == 8


@pytest.mark.parametrize("method", METHODS)
def test_the_json_has_its_published_form(ask, method):
    result = ask(YARD, method, BOTH)
    schema = json.loads(files("buildsim.present").joinpath("sensitivity.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(to_document(result))
    assert json_text(result) == json_text(ask(YARD, method, BOTH))


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ({A: ("20 days", "10 days")}, f"--path:1:1: {A}: '20 days' is not below '10 days'"),
        ({A: ("10 days", "20")}, "of two kinds"),
        ({"sites.s.activities.z.duration": ("1 day", "2 days")}, "sites.s.activities.z"),
        ({"a..b": ("1 day", "2 days")}, "--path:1:1: a..b"),
        ({A: ("10 m", "20 m")}, "'m' is not a unit"),
        ({"pools.crane.capacity": (0, 2)}, "could not be run"),
    ],
)
def test_ranges_that_make_no_sense_are_refused_by_their_paths(ask, ranges, said):
    with pytest.raises(InputError) as refusal:
        ask(YARD, "rank", ranges, samples=8)
    assert said in str(refusal.value)
    assert "path-0" not in str(refusal.value)


def test_options_that_make_no_sense_are_refused(ask):
    with pytest.raises(UnknownNameError, match="did you mean morris"):
        ask(YARD, "moris", BOTH)
    with pytest.raises(InputError, match="a tornado has no samples"):
        ask(YARD, "tornado", BOTH, samples=8)
    with pytest.raises(InputError, match="3 samples say nothing"):
        ask(YARD, "rank", BOTH, samples=3)
    with pytest.raises(InputError, match="power of 2"):
        ask(YARD, "sobol", BOTH, samples=48)
