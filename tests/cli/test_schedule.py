"""`buildsim schedule`: equal numbers on every face, from a scenario or a kept result."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

import buildsim

TABLES = ("schedule", "waits", "drivers")


@pytest.mark.parametrize("table", TABLES)
def test_csv_json_parquet_python_and_a_kept_result_are_equal(cli, scenario, table):
    cli("run", scenario, "--out", "kept")
    study = buildsim.load("kept")
    expected = getattr(study, table)
    assert len(expected)
    places = ("--table", table, "--json", "out.json", "--csv", "out.csv", "--parquet", "out.parquet")
    for subject in (scenario, "kept"):
        assert cli("schedule", subject, *places).code == 0
        with open("out.json") as file:
            from_json = pd.DataFrame(json.load(file)[table])
        for other in (from_json, pd.read_csv("out.csv"), pd.read_parquet("out.parquet")):
            pd.testing.assert_frame_equal(other, expected, check_dtype=False, check_exact=True)
    pd.testing.assert_frame_equal(getattr(buildsim.run(scenario, details=True), table), expected)


def test_the_report_shows_these_numbers(cli, scenario):
    done = cli("schedule", scenario, "--site", "north")
    assert done.code == 0
    study = buildsim.run(scenario, details=True)
    row = study.schedule.set_index("activity").loc["north/racks"]
    finish = study.milestones.set_index(["site", "milestone"]).loc[("north", "first_gpu")]
    assert row["finish_p50"] == pytest.approx(finish["p50_days"], abs=1e-6)
    lines = done.out.splitlines()
    line = next(line for line in lines if line.startswith("racks")).split()
    assert line[1] == "100%"
    assert line[-3:-1] == [f"{finish['p50']:%Y-%m-%d}", f"{finish['p90']:%Y-%m-%d}"]
    wait = study.waits.set_index(["activity", "cause"]).loc[("north/lift", "pool:crane"), "mean_days"]
    assert any(line.split() == [f"{wait:.1f}", "waiting", "for", "crane", "lift"] for line in lines)
    assert "south" not in done.out


def test_only_the_most_critical_are_shown_unless_all_are_asked_for(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    activities = "".join(f"      a{n}: {{duration: {n + 1} days, milestone: done-{n}}}\n" for n in range(30))
    (tmp_path / "many.yaml").write_text(
        "schema: 1\nname: many\nstart: 2026-01-05\nsites:\n  here:\n    activities:\n" + activities
    )
    shown = cli("schedule", "many.yaml", "-n", "2").out
    assert "10 activities more; --all shows them." in shown
    assert next(line for line in shown.splitlines() if line[:2] in ("a0", "a2")).startswith("a29 ")
    everything = cli("schedule", "many.yaml", "-n", "2", "--all").out
    assert "more" not in everything
    assert all(f"\na{n} " in everything for n in range(30))


def test_one_site_and_one_milestone(cli, scenario):
    done = cli("schedule", scenario, "--site", "north", "--milestone", "first_power", "--json", "-")
    document = json.loads(done.out)
    assert {row["site"] for table in TABLES for row in document[table]} == {"north"}
    assert {row["milestone"] for row in document["drivers"]} == {"first_power"}
    assert document["replications"] == 40


def test_a_site_without_the_milestone_says_so_and_what_it_has(cli, scenario):
    out = cli("schedule", scenario, "--milestone", "first_power").out
    headings = [line.strip() for line in out.splitlines() if ", start " in line]
    assert headings[0].startswith("north, start 2026-01-05, driving ")
    assert headings[1:] == ["south, start 2026-01-05, without a milestone first_power"]
    assert "It has first_gpu. Its activities are by their start." in out


def test_csv_alone_on_stdout(cli, scenario):
    done = cli("schedule", scenario, "--csv", "-", "--table", "waits")
    assert set(next(csv.DictReader(io.StringIO(done.out)))) == {"site", "activity", "cause", "mean_days"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--site", "nort"], "there is no site called 'nort'\n  expected: one of north, south\n  did you mean north?"),
        (["--milestone", "first_gpus"], "there is no milestone called 'first_gpus'"),
        (["--site", "south", "--milestone", "first_power"], "there is no milestone called 'first_power'"),
        (["--csv", "nowhere/out.csv"], "nowhere"),
    ],
)
def test_bad_options(cli, scenario, options, said):
    done = cli("schedule", scenario, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_result_without_details_says_so(cli, scenario):
    study = buildsim.run(scenario)
    study.save("plain")
    done = cli("schedule", "plain")
    assert (done.code, done.out) == (2, "")
    assert "this result holds no table 'schedule'" in done.err


def test_what_is_done_at_the_start_of_its_site_is_dated_that_day(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "at-once.yaml").write_text(
        "schema: 1\nname: at-once\nstart: 2026-01-05\nsites:\n"
        "  here: {start: 2026-02-16, activities: {permit: {duration: 0 days, milestone: permitted}}}\n"
    )
    study = buildsim.run("at-once.yaml", replications=2, details=True)
    (day,) = study.milestones["p50"]
    lines = cli("schedule", "at-once.yaml", "-n", "2").out.splitlines()
    row = next(line for line in lines if line.startswith("permit")).split()
    assert row[-4:] == [f"{day:%Y-%m-%d}"] * 4 == ["2026-02-16"] * 4
    (planned,) = study.tables["progress"]["planned_finish"]
    assert planned == day
