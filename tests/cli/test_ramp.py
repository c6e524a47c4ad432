"""`buildsim ramp`: one set of numbers, however it is asked for."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import buildsim

SCENARIO = """\
schema: 1
name: halls
start: 2026-01-01
seed: 3
replications: 60
supplies:
  fast: {unit: rack, it: 100 kW IT, gpus: 1000 gpu, h100e: 2000 H100e, lead: 0 days}
  bare: {unit: rack, it: 100 kW IT, gpus: 1000 gpu, lead: 0 days}
sites:
  north:
    use: {rack: fast}
    phases:
      p:
        halls:
          one:
            racks: 40 rack
            facility: 6 MW facility
            activities:
              fill: {duration: 30 days, orders: {racks: {supply: rack, quantity: 40 rack}}}
              accept: {stage: acceptance, duration: "uniform(0, 40) days", after: [fill]}
  south:
    use: {rack: bare}
    phases:
      p:
        halls:
          one:
            racks: 5 rack
            activities: {fill: {duration: 50 days, orders: {racks: {supply: rack, quantity: 5 rack}}}}
  office:
    activities: {desks: {duration: 3 days}}
"""


@pytest.fixture
def halls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "halls.yaml").write_text(SCENARIO)
    return "halls.yaml"


def test_every_face_shows_the_same_numbers(cli, halls):
    study = buildsim.run(halls, details=True)
    assert cli("run", halls, "--out", "kept").code == 0
    question = ("--at-least", "4 MW IT", "--by", "2026-02-20")
    chance = study.chance("4 MW IT", date(2026, 2, 20))
    said = f"in {100 * chance.probability:.1f}% of 60 replications"
    for subject in (halls, "kept"):
        done = cli("ramp", subject, *question, "--parquet", "ramp.parquet", "--json", "ramp.json")
        assert done.code == 0, done.err
        assert said in " ".join(done.out.split())
        assert_frame_equal(pd.read_parquet("ramp.parquet"), study.ramp)
        document = json.loads(Path("ramp.json").read_text())
        shown = pd.read_csv(io.StringIO(cli("ramp", subject, "--csv", "-").out), parse_dates=["date"])
        assert_frame_equal(shown, study.ramp, check_dtype=False)
        for row, expected in zip(document["ramp"], study.ramp.to_dict("records"), strict=True):
            assert row.pop("date") == f"{expected.pop('date'):%Y-%m-%d}"
            assert row == {name: None if value != value else value for name, value in expected.items()}
        assert document["chance"][0]["probability"] == round(chance.probability, 6)
        assert document["chance"][0]["high"] == round(chance.high, 6)
        cells = re.search(r"^2026-02-28 +(.*)$", done.out, re.MULTILINE)
        feb = study.ramp[(study.ramp["site"] == "all sites") & (study.ramp["date"] == pd.Timestamp("2026-02-28"))]
        mw = [f"{feb[f'mw_p{percent}'].item():.1f}" for percent in (10, 50, 90)]
        assert cells is not None
        assert cells[1].split()[:3] == mw


def test_one_site_is_shown_alone(cli, halls):
    done = cli("ramp", halls, "--site", "south", "--csv", "-")
    assert {line.split(",")[0] for line in done.out.splitlines()[1:]} == {"south"}
    done = cli("ramp", halls, "--site", "south", "--at-least", "500 kW IT", "--by", "2026-02-19")
    assert "south: at least 0.5 MW of IT online by 2026-02-19 in 100.0% of 60" in " ".join(done.out.split())
    assert "north" not in done.out


def test_what_is_not_known_or_not_counted_is_said(cli, halls):
    out = " ".join(cli("ramp", halls).out.split())
    assert "H100-equivalents: not known from 2026-02 on, since nothing says so of bare." in out
    assert "Not counted, since they state no halls: office." in out


def test_mistakes_are_refused_before_anything_is_run(cli, halls):
    done = cli("ramp", halls, "--at-least", "4 MW IT")
    assert (done.code, "--at-least needs --by" in done.err) == (2, True)
    done = cli("ramp", halls, "--at-least", "4 MWh", "--by", "2026-03-01")
    assert (done.code, done.out) == (2, "")
    assert "'MWh' is not a unit" in done.err
    assert "engine" not in done.err
    done = cli("ramp", halls, "--by", "March")
    assert done.code == 2
    assert "'March' is not a date" in done.err
    done = cli("ramp", halls, "--site", "nort")
    assert (done.code, "did you mean north?" in done.err) == (2, True)


def test_a_result_without_the_tables_says_how_to_get_them(cli, halls):
    assert cli("run", halls, "--out", "kept").code == 0
    manifest = json.loads(Path("kept/manifest.json").read_text())
    del manifest["files"]["online.parquet"]
    Path("kept/manifest.json").write_text(json.dumps(manifest))
    done = cli("ramp", "kept")
    assert done.code == 2
    assert "holds no table 'online'" in done.err


def test_a_value_is_changed_by_its_path(cli, halls):
    done = cli("ramp", halls, "--set", "start=2027-01-01", "--csv", "-")
    assert done.out.splitlines()[1].split(",")[1] >= "2027-01-31"


@pytest.mark.parametrize("command", ["schedule", "runner-up", "ramp", "market"])
def test_every_report_ends_with_the_warnings(cli, halls, command):
    done = cli(command, halls, "-n", "3")
    assert "warning: 3 replications are too few" in " ".join(done.out.split())


def test_a_date_beyond_the_horizon_is_refused(cli, halls):
    done = cli("ramp", halls, "--set", "horizon=90 days", "--at-least", "4 MW IT", "--by", "2026-04-01")
    assert done.code == 2
    assert "2026-04-01 is beyond the horizon" in done.err
    assert "a date up to 2026-03-31" in done.err
    assert cli("ramp", halls, "--set", "horizon=90 days", "--at-least", "4 MW IT", "--by", "2026-03-31").code == 0
