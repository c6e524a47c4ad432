"""Sensitivity to uncertain inputs, against closed forms."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from buildsim.compile.compile import compile_network
from buildsim.engine.reference.simulate import simulate
from buildsim.errors import InputError, UnknownNameError
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import Sampler
from buildsim.sampling.inputs import Redrawn, inputs_of
from buildsim.studies import sensitivity as use_case
from buildsim.studies.influence import METHODS, Sensitivity, json_text, to_document
from buildsim.studies.sensitivity import sensitivity

HEAD = "schema: 1\nname: yard\nstart: 2026-01-05\nreplications: 1024\nseed: 1\n"
CHAIN = (
    HEAD
    + """\
sites:
  s:
    activities:
      a: {duration: "uniform(10, 20) days"}
      b: {duration: "uniform(10, 30) days", after: [a]}
      c: {duration: "uniform(10, 30) days", after: [b], milestone: done}
      aside: {duration: "uniform(1, 9) days"}
"""
)
RACE = (
    HEAD
    + """\
sites:
  s:
    activities:
      a: {duration: "uniform(10, 20) days"}
      b: {duration: "uniform(10, 20) days"}
      c: {duration: 0 days, after: [a, b], milestone: done}
"""
)
CHANCE = (
    HEAD
    + """\
risks:
  flood: {probability: 0.2, days: 30 days, targets: [s/a]}
sites: {s: {activities: {a: {duration: "uniform(10, 20) days", milestone: done}}}}
"""
)
TIED = (
    HEAD
    + """\
sites:
  s:
    common: 0.5
    activities:
      a: {duration: "uniform(10, 20) days"}
      b: {duration: "uniform(10, 20) days", after: [a], milestone: done}
"""
)


@pytest.fixture
def ask(tmp_path):
    def asked(text: str, method: str, **options) -> Sensitivity:
        file = tmp_path / "yard.yaml"
        file.write_text(text)
        return sensitivity(file, method, engine="reference", **options)

    return asked


def test_ranks_of_a_chain_follow_its_ranges_and_what_is_aside_has_none(ask):
    """The product moment of each with the sum is sd / sd of the sum: 1/3, 2/3, 2/3; of ranks a little less."""
    found = {row.input: row for row in ask(CHAIN, "rank").rows}
    assert found["s/a:duration"].rho == pytest.approx(1 / 3, abs=0.08)
    assert found["s/b:duration"].rho == pytest.approx(2 / 3, abs=0.06)
    assert found["s/aside:duration"].low < 0 < found["s/aside:duration"].high
    assert all(row.low < row.rho < row.high for row in found.values())


def test_ranks_cost_no_play_but_the_runs_own(ask, monkeypatch):
    played = []

    def counting(network, samples):
        played.append(len(samples))
        return simulate(network, samples)

    monkeypatch.setattr(use_case, "select", lambda *_: ("reference", counting))
    ask(CHAIN, "rank", replications=100)
    assert sum(played) == 100


def test_a_tornado_of_a_chain_is_each_ones_percentiles_against_the_rest(ask):
    """A sum moves by what its part does: P10 and P90 less the mean, +-0.4 of the range."""
    result = ask(CHAIN, "tornado", replications=512)
    found = {row.input: row for row in result.rows}
    assert [row.input for row in result.rows][:2] in (
        ["s/b:duration", "s/c:duration"],
        ["s/c:duration", "s/b:duration"],
    )
    for name, span in (("a", 10), ("b", 20), ("c", 20)):
        bar = found[f"s/{name}:duration"]
        assert bar.low.low <= -0.4 * span <= bar.low.high
        assert bar.high.low <= 0.4 * span <= bar.high.high
    aside = found["s/aside:duration"]
    assert (aside.low.mean, aside.high.mean) == (0.0, 0.0)


def test_a_tornado_of_a_chance_is_without_and_with_it(ask):
    bar = {row.input: row for row in ask(CHANCE, "tornado").rows}["risk:flood:strike"]
    assert bar.low.low <= -6 <= bar.low.high
    assert bar.high.low <= 24 <= bar.high.high
    assert bar.high.mean - bar.low.mean == pytest.approx(30)


def test_shares_of_a_chain_are_those_of_its_variances(ask):
    found = {row.input: row for row in ask(CHAIN, "sobol").rows}
    for name, share in (("a", 1 / 9), ("b", 4 / 9), ("c", 4 / 9), ("aside", 0)):
        row = found[f"s/{name}:duration"]
        assert row.first_low <= share <= row.first_high
        assert row.total_low <= share <= row.total_high
    assert found["s/aside:duration"].total == 0


def test_shares_of_the_later_of_two_are_two_and_three_fifths(ask):
    for row in ask(RACE, "sobol").rows:
        assert row.first_low <= 0.4 <= row.first_high
        assert row.total_low <= 0.6 <= row.total_high


def test_effects_of_a_chain_are_its_ranges_and_those_of_a_chance_its_days(ask):
    """Linear, so every effect of an input is its whole range, and no two of one differ."""
    found = {row.input: row for row in ask(CHAIN, "morris", replications=256).rows}
    for name, span in (("a", 10), ("b", 20), ("c", 20), ("aside", 0)):
        row = found[f"s/{name}:duration"]
        assert (row.mu, row.mu_star, row.sigma) == pytest.approx((span, span, 0), abs=0.01)
    flood = {row.input: row for row in ask(CHANCE, "morris").rows}["risk:flood:strike"]
    assert (flood.mu, flood.mu_star, flood.sigma) == pytest.approx((30, 30, 0), abs=0.01)


def test_effects_of_the_later_of_two_depend_on_where_the_other_stands(ask):
    """Of a step from x to x' that part counts which lies above y: on average (x + x') / 2 of it, and of that a half."""
    for row in ask(RACE, "morris").rows:
        assert row.mu == pytest.approx(row.mu_star)
        assert row.mu_star == pytest.approx(5, abs=2 * (row.mu_star - row.mu_star_low))
        assert row.sigma > 2


def test_what_correlates_is_shared_out_among_what_is_drawn(ask):
    """Each is half the site's factor on the normal scale, so the factor has more than half of the sum's variance."""
    found = {row.input: row for row in ask(TIED, "sobol").rows}
    assert set(found) == {"factor:site:s", "s/a:duration", "s/b:duration"}
    assert found["factor:site:s"].first > 0.5
    assert sum(row.first for row in found.values()) == pytest.approx(1, abs=0.1)


def test_what_is_not_asked_about_one_by_one_is_a_group_of_its_own(ask):
    rows = {row.input: row for row in ask(CHAIN, "sobol", most=1).rows}
    assert set(rows) == {"everything else", *(name for name in rows if name in ("s/b:duration", "s/c:duration"))}
    assert rows["everything else"].total_low <= 5 / 9 <= rows["everything else"].total_high


def test_redrawing_one_input_leaves_all_others_as_they_are(ask, tmp_path):
    ask(CHAIN, "rank", replications=8)
    network = compile_network(load_scenario(tmp_path / "yard.yaml")).network
    base = Sampler(network, 1).draw(0, 50).length
    changed = Sampler(network, Redrawn(1, frozenset(["s/b:duration"]))).draw(0, 50).length
    differs = (base != changed).any(axis=0)
    assert [network.activities.name[i] for i in np.flatnonzero(differs)] == ["s/b"]
    drawn = inputs_of(network).drawn(1, 10, 5)
    assert np.array_equal(drawn, inputs_of(network).drawn(1, 0, 20)[:, 10:15])


@pytest.mark.parametrize("method", METHODS)
def test_the_json_has_its_published_form(ask, method):
    result = ask(CHAIN, method, replications=64)
    schema = json.loads(files("buildsim.present").joinpath("sensitivity.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(to_document(result))
    assert json_text(result) == json_text(ask(CHAIN, method, replications=64))


def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises(UnknownNameError, match="did you mean sobol"):
        ask(CHAIN, "sobel")
    with pytest.raises(InputError, match="at least 8"):
        ask(CHAIN, "rank", replications=7)
    with pytest.raises(UnknownNameError, match="no milestone called 'don'"):
        ask(CHAIN, "rank", milestone="don")
