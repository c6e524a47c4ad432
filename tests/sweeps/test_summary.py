"""What a sweep says, against closed forms: each point is one replication of a network without chance."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

import buildsim
from buildsim.errors import UnknownNameError

HEAD = "schema: 1\nname: yard\nstart: 2026-01-05\nreplications: 1\n"
CHAIN = HEAD + (
    "sites: {s: {activities: {a: {duration: 1 day}, b: {duration: 1 day, after: [a]}, "
    "c: {duration: 1 day, after: [b], milestone: done}}}}\n"
)
RACE = HEAD + (
    "sites: {s: {activities: {a: {duration: 1 day}, b: {duration: 1 day}, "
    "c: {duration: 0 days, after: [a, b], milestone: done}}}}\n"
)
FACTOR = "  {name}: {{path: sites.s.activities.{name}.duration, range: [{low} days, {high} days]}}\n"


def swept(write, tmp_path, scenario: str, ranges: dict[str, tuple[int, int]], design: str, samples: int):
    factors = "".join(FACTOR.format(name=name, low=low, high=high) for name, (low, high) in ranges.items())
    text = f"schema: 1\nsweep: s\nscenario: yard.yaml\nfactors:\n{factors}design: {design}\nsamples: {samples}\n"
    return buildsim.sweep(write(text, scenario=scenario), tmp_path / "out", workers=1, engine="reference")


def within(found: pd.DataFrame, name: str, expected: list[float]) -> bool:
    return bool(np.all((found[f"{name}_low"] <= expected) & (expected <= found[f"{name}_high"])))


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A sum of three: their ranges are 10, 20 and 20 days, so their variances are as 1 to 4 to 4."""
    folder = tmp_path_factory.mktemp("chain")

    def write(text, *, scenario):
        (folder / "yard.yaml").write_text(scenario)
        (folder / "s.yaml").write_text(text)
        return folder / "s.yaml"

    ranges = {"a": (10, 20), "b": (10, 30), "c": (5, 25)}
    return swept(write, folder, CHAIN, ranges, "sobol", 64)


def test_shares_of_a_chain_are_those_of_the_variances(chain):
    found = chain.indices(statistic="mean")
    expected = [1 / 9, 4 / 9, 4 / 9]
    assert within(found, "first", expected)
    assert within(found, "total", expected)
    assert found["total"].tolist() == pytest.approx(expected, abs=0.03)


def test_shares_of_the_later_of_two_have_a_part_in_common(write, tmp_path):
    """For the maximum of two uniforms: first 2/5 each (Var(E[max | u]) = 1/45 of 1/18), total 3/5."""
    sweep = swept(write, tmp_path, RACE, {"a": (10, 20), "b": (10, 20)}, "sobol", 128)
    found = sweep.indices()
    assert within(found, "first", [0.4, 0.4])
    assert within(found, "total", [0.6, 0.6])
    assert found["total"].tolist() == pytest.approx([0.6, 0.6], abs=0.05)


def test_effects_of_a_chain_are_its_ranges(write, tmp_path):
    ranges = {"a": (10, 20), "b": (10, 30), "c": (5, 25)}
    found = swept(write, tmp_path, CHAIN, ranges, "morris", 6).indices()
    assert found["mu_star"].tolist() == pytest.approx([10, 20, 20], abs=1e-3)  # a tick is a minute
    assert found["sigma"].tolist() == pytest.approx([0, 0, 0], abs=1e-3)


def test_levels_of_a_number_with_many_are_quarters_in_order(chain):
    effects = chain.effects(statistic="p50")
    b = effects[effects["factor"] == "b"]
    assert len(b) == 4
    assert b["points"].sum() == len(chain.points)
    assert b["value"].is_monotonic_increasing
    assert (b["beyond"] == 0).all()


def test_best_points_crossed_levels_and_the_json_agree_with_the_results(write, tmp_path):
    sweep = buildsim.sweep(write(), tmp_path / "out", workers=1, engine="reference")
    values = sweep.values(milestone="done", statistic="p80")
    assert values["value"].tolist() == sweep.results["p80_days"].tolist()
    crossed = sweep.crossed("cranes", "order", statistic="p80")
    mean = sweep.results.groupby(["cranes", "order"], sort=False)["p80_days"].mean()
    assert crossed["value"].tolist() == pytest.approx(mean.tolist())
    assert crossed["points"].tolist() == [3, 3, 3, 3]
    document = sweep.to_json()
    schema = json.loads(files("buildsim.present").joinpath("sweep.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
    assert [row["value"] for row in document["values"]] == pytest.approx(values["value"].tolist(), abs=1e-6)
    assert document["indices"] is None
    best = sweep.values().sort_values("value", kind="stable")["point"].iloc[0]
    assert re.search(rf"best +{best} ", sweep.report())


def test_what_lies_beyond_the_horizon_is_counted_not_dropped(write, tmp_path):
    factors = "factors: {a: {path: sites.s.activities.a.duration, values: [5 days, 50 days]}}\n"
    text = f"schema: 1\nsweep: s\nscenario: yard.yaml\n{factors}design: grid\n"
    sweep = buildsim.sweep(
        write(text, scenario=CHAIN + "horizon: 20 days\n"), tmp_path / "out", workers=1, engine="reference"
    )
    assert sweep.effects()["beyond"].tolist() == [0, 1]
    assert sweep.values(statistic="reached")["value"].tolist() == [1.0, 0.0]
    assert "1 point more: it lies beyond the horizon." in sweep.report()
    assert [row["value"] for row in sweep.to_json()["values"]] == [7.0, None]


def test_names_that_are_not_there_are_refused(chain):
    for wrong in ({"site": "t"}, {"milestone": "don"}, {"statistic": "p85"}):
        with pytest.raises(UnknownNameError):
            chain.values(**wrong)
    with pytest.raises(UnknownNameError, match="there is no factor called 'd'"):
        chain.heat_map("d")


def test_pictures_show_each_cell_and_each_factor(write, tmp_path):
    sweep = buildsim.sweep(write(), tmp_path / "out", workers=1, engine="reference")
    cells = json.dumps(sweep.heat_map("cranes", "order").to_dict())
    assert cells.count('"text": ') >= 4
    bars = json.dumps(sweep.tornado(dark=True, width=400).to_dict())
    assert all(name in bars for name in ("cranes", "dig", "order"))
