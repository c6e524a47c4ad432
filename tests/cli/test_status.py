"""`buildsim status`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def later(scenario: str, cli) -> str:
    """The name of the scenario some weeks later; `then` holds the former forecast."""
    assert cli("run", scenario, "--out", "then", "--seed", "3", "-n", "50").code == 0
    text = Path(scenario).read_text()
    actuals = "    actuals: {activities: {permit: {start: 2026-01-05, finish: 2026-02-20}}}\n"
    text = text.replace("start: 2026-01-05\n", "start: 2026-01-05\ndata_date: 2026-02-23\n")
    Path("later.yaml").write_text(text.replace("  south:", f"{actuals}  south:"))
    return "later.yaml"


def test_it_says_what_moved_and_why(cli, later):
    done = cli("status", later, "--against", "then")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "small: status on 2026-02-23 against that on 2026-01-05"
    assert "Each replication is compared with its twin" in lines[1]
    for title in (
        "Why First GPU moved: mean days",
        "What has happened since",
        "In the files nothing has changed but dates of what happened",
    ):
        assert title in done.out
    assert any(line.startswith("permit  finished 2026-02-20  planned 2026-01-24  27 days late") for line in lines)


def test_it_plays_the_seed_and_replications_of_the_former_forecast(cli, later):
    now = json.loads(cli("status", later, "--against", "then", "--json", "-").out)["now"]
    assert (now["seed"], now["replications"]) == (3, 50)
    other = cli("status", later, "--against", "then", "--seed", "4")
    assert "compared as independent ones" in " ".join(other.out.split())
    assert "Seed: 3 then, 4 now." in other.out


def test_a_kept_folder_is_compared_without_playing(cli, later, monkeypatch):
    assert cli("run", later, "--out", "now", "--seed", "3", "-n", "50").code == 0
    fresh = cli("status", later, "--against", "then", "--json", "-").out

    def never(*args: object, **options: object) -> None:
        raise AssertionError("something was played")

    monkeypatch.setattr("buildsim.studies.run.run_scenario", never)
    assert cli("status", "now", "--against", "then", "--json", "-").out == fresh


def test_terminal_csv_and_json_say_the_same(cli, later):
    shown = cli("status", later, "--against", "then", "--csv", "moves.csv", "--json", "status.json").out
    document = json.loads(Path("status.json").read_text())
    rows = list(csv.DictReader(io.StringIO(Path("moves.csv").read_text())))
    assert {(row["site"], row["milestone"]) for row in rows} == {
        (site, name) for site, found in document["sites"].items() for name in found["milestones"]
    }
    for row in rows:
        found = document["sites"][row["site"]]["milestones"][row["milestone"]]
        assert row["p80_now"] == found["p80"]["now"]
        assert float(row["p80_moved_days"]) == found["p80"]["moved_days"]
        assert float(row["mean_now_days"]) == found["mean_now_days"]
    first = document["sites"]["north"]["milestones"]["first_power"]["p80"]
    assert f"{first['then']}  {first['now']}  {first['moved_days']:+,.1f}" in shown


def test_one_site_is_shown_alone_and_parquet_has_its_rows(cli, later):
    done = cli("status", later, "--against", "then", "--site", "south", "--parquet", "moves.parquet")
    assert done.code == 0, done.err
    assert "\nsouth" in done.out
    assert "\nnorth" not in done.out
    assert set(pd.read_parquet("moves.parquet")["site"]) == {"south"}
    refused = cli("status", later, "--against", "then", "--site", "nort")
    assert (refused.code, "did you mean north?" in refused.err) == (2, True)


def test_a_changed_value_is_played_and_named(cli, later):
    change = "sites.north.activities.permit.duration=200 days"
    document = json.loads(cli("status", later, "--against", "then", "--set", change, "--json", "-").out)
    assert "sites.north.activities.permit.duration" in {each["path"] for each in document["inputs"]}


def test_a_former_forecast_without_the_tables_is_refused_before_anything_is_played(cli, later):
    manifest = json.loads(Path("then/manifest.json").read_text())
    del manifest["files"]["progress.parquet"]
    Path("then/manifest.json").write_text(json.dumps(manifest))
    done = cli("status", later, "--against", "then")
    assert (done.code, done.out) == (2, "")
    assert "holds no table 'progress'" in done.err
    assert "engine" not in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["later.yaml"], "Missing option '--against'"),
        (["later.yaml", "--against", "nowhere"], "this folder holds no kept result"),
        (["then", "--against", "then", "-n", "5"], "a kept result is shown as it is"),
        (["later.yaml", "--against", "then", "--csv", "nowhere/x.csv"], "cannot be written"),
    ],
)
def test_what_is_refused(cli, later, arguments, said):
    done = cli("status", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
