"""A sweep gives at each point what a run with these overrides gives, and keeps it as a dataset."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import polars as pl
import pytest

import buildsim
from buildsim.errors import InputError
from buildsim.sweeps import sweep as use_case
from buildsim.sweeps.sweep import load_result, run_sweep

SETS = {
    (1, "2 weeks", "weld-first"): {
        "pools.crane.capacity": 1,
        "sites.s.activities.dig.duration": "2 weeks",
        "sites.s.activities.lift.after": ["dig", "weld"],
    },
    (2, "uniform(10, 30) days", "together"): {
        "pools.crane.capacity": 2,
        "sites.s.activities.dig.duration": "uniform(10, 30) days",
    },
}
HEAD = "schema: 1\nsweep: s\nscenario: yard.yaml\n"
CRANES = HEAD + "factors: {c: {path: pools.crane.capacity, values: [1, 2]}}\ndesign: grid\n"
STATISTICS = ["site", "owner", "milestone", "reached", "mean_days", "p50_days", "p80_low_days", "deterministic_days"]


@pytest.fixture
def swept(write, tmp_path):
    """The result of the grid, and the folder that it is kept in."""
    folder = tmp_path / "out"
    return run_sweep(write(), folder, workers=1, engine="reference"), folder


def test_each_point_is_what_a_run_with_its_values_is(swept, tmp_path):
    result, _ = swept
    assert len(result.points) == len(result.results) == 12
    for (cranes, dig, order), overrides in SETS.items():
        run = buildsim.run(str(tmp_path / "yard.yaml"), set=overrides, engine="reference").milestones
        own = result.results
        chosen = own[(own["cranes"] == cranes) & (own["dig"] == dig) & (own["order"] == order)]
        pd.testing.assert_frame_equal(chosen[STATISTICS].reset_index(drop=True), run[STATISTICS], check_dtype=False)


def test_the_dataset_is_read_by_others(swept):
    _, folder = swept
    counts = pd.read_parquet(folder / "results.parquet").groupby("order")["mean_days"].mean()
    others = pl.read_parquet(folder / "results.parquet").group_by("order").agg(pl.col("mean_days").mean())
    assert dict(others.iter_rows()) == pytest.approx(counts.to_dict())
    query = f"SELECT \"order\", avg(mean_days) FROM '{folder}/results.parquet' GROUP BY ALL"
    assert dict(duckdb.sql(query).fetchall()) == pytest.approx(counts.to_dict())


def test_the_manifest_says_what_was_asked_and_no_clock(swept):
    result, folder = swept
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"] == {"points": 12, "failed": 0, "replications": 480}
    assert manifest["identity"]["seed"] == 3
    assert manifest["files"]["results.parquet"]["rows"] == 12
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "points.parquet", "results.parquet"]
    assert not [name for name in result.results if "second" in name or "time" in name]


def test_a_point_that_cannot_be_run_is_recorded_and_the_rest_goes_on(write, tmp_path):
    text = """\
schema: 1
sweep: broken
scenario: yard.yaml
factors:
  crane: {path: sites.s.activities.lift.crew, values: [{crane: 1}, {cran: 1}]}
design: grid
"""
    result = run_sweep(write(text), tmp_path / "out", workers=1, engine="reference")
    assert result.failed == 1
    assert result.points["status"].tolist() == ["done", "failed"]
    assert "did you mean crane" in result.points["error"][1]
    assert result.points["replications"].tolist() == [40, 0]
    assert result.results["point"].unique().tolist() == [0]


def test_a_factor_that_leads_nowhere_is_refused_at_its_place(write, tmp_path):
    text = HEAD + "factors:\n  a: {path: pool.crane.capacity, values: [1]}\ndesign: grid\n"
    with pytest.raises(InputError, match=r's\.yaml:5:13: factors\.a\.path: pool\.crane\.capacity: unknown key "pool"'):
        run_sweep(write(text), tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_replications_are_kept_if_asked_for_and_may_be_played_in_pieces(write, tmp_path, monkeypatch):
    text = CRANES + "keep_replications: true\n"
    whole = run_sweep(write(text), tmp_path / "whole", workers=1, engine="reference")
    monkeypatch.setattr(use_case, "MOST_TOGETHER", 7)
    run_sweep(write(text), tmp_path / "pieces", workers=2, engine="reference")
    names = ["points.parquet", "results.parquet", "replications.parquet", "manifest.json"]
    assert [(tmp_path / "whole" / name).read_bytes() for name in names] == [
        (tmp_path / "pieces" / name).read_bytes() for name in names
    ]
    run = buildsim.run(str(tmp_path / "yard.yaml"), set={"pools.crane.capacity": 2}, engine="reference").finishes
    kept = pd.read_parquet(tmp_path / "whole" / "replications.parquet").query("point == 1")
    assert kept["days"].tolist() == run["days"].tolist()
    assert whole.points["replications"].tolist() == [40, 40]


def test_points_are_played_until_they_are_known_closely_enough(write, tmp_path):
    text = CRANES + "until_ci: {width: 1.5 days, max_replications: 2000}\n"
    result = run_sweep(write(text), tmp_path / "out", workers=1, engine="reference")
    for point, cranes in enumerate((1, 2)):
        run = buildsim.run(
            str(tmp_path / "yard.yaml"),
            set={"pools.crane.capacity": cranes},
            until_ci=1.5,
            max_replications=2000,
            engine="reference",
        )
        assert result.points["replications"][point] == run.result.replications
        assert result.results["p80_days"][point] == run.milestones["p80_days"][0]


def test_a_finished_sweep_is_not_played_again(swept, write, monkeypatch):
    result, folder = swept
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    monkeypatch.setattr(use_case, "_play", None)
    again = run_sweep(write(), folder, engine="reference")
    pd.testing.assert_frame_equal(again.results, result.results)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    pd.testing.assert_frame_equal(load_result(folder).points, result.points)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("values: [1, 2]", "values: [1, 3]", r"factors\.cranes\.values\[1\]"),
        ("design: grid", "design: one-at-a-time", "the sweep file's design"),
        ("design: grid", "design: grid\nseed: 4", "seed, from 3 to 4"),
    ],
)
def test_a_changed_sweep_does_not_mix_with_what_is_there(swept, write, old, new, told):
    _, folder = swept
    text = (folder.parent / "cranes.yaml").read_text()
    with pytest.raises(InputError, match=told):
        run_sweep(write(text.replace(old, new)), folder, engine="reference")


def test_a_changed_scenario_does_not_mix_with_what_is_there(swept, write):
    _, folder = swept
    scenario = (folder.parent / "yard.yaml").read_text().replace("duration: 10 days", "duration: 11 days")
    with pytest.raises(InputError, match="the scenario's files"):
        run_sweep(write(scenario=scenario), folder, engine="reference")


def test_titles_may_change(swept, write):
    _, folder = swept
    text = (folder.parent / "cranes.yaml").read_text()
    assert run_sweep(write(text + "title: Cranes\n"), folder, engine="reference").failed == 0


def test_other_folders_and_files_are_refused(write, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for place, told in (("mine", "holds no sweep"), ("yard.yaml", "this is a file")):
        with pytest.raises(InputError, match=told):
            run_sweep(write(), tmp_path / place)
    with pytest.raises(InputError, match="holds no sweep"):
        load_result(tmp_path / "mine")


@pytest.mark.parametrize("design", ["grid", "one-at-a-time"])
def test_a_factor_of_which_no_level_can_be_run_is_refused(write, tmp_path, design):
    text = HEAD + f"factors: {{a: {{path: sites.s.activities.dig.crew, values: [{{cran: 1}}]}}}}\ndesign: {design}\n"
    with pytest.raises(InputError, match=r"s\.yaml:4:\d+: factors\.a\.path: .*cran"):
        run_sweep(write(text), tmp_path / "out", workers=1)


def test_a_factor_is_not_called_as_a_column_is(write, tmp_path):
    text = HEAD + "factors: {site: {path: pools.crane.capacity, values: [1]}}\ndesign: grid\n"
    with pytest.raises(InputError, match=r"factors\.site: the dataset has a column of its own of that name"):
        run_sweep(write(text), tmp_path / "out", workers=1)
