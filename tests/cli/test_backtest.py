"""`buildsim backtest` from file to files; the forecasts are made by hand."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.special import ndtri

from buildsim.backtest.forecast import REPLICATIONS, SEED, Forecast, Traits

DATA = Path(__file__).resolve().parents[1] / "data" / "backtest.csv"


@pytest.fixture
def asked(tmp_path, monkeypatch) -> list[tuple]:
    """What the forecaster was asked for; it forecasts 1 to n days, and the file lies in the current folder."""
    calls: list[tuple] = []

    def forecast(builds, *, replications, seed, engine, progress=None):
        calls.append(([build.case for build in builds], replications, seed, engine))
        luck = ndtri((np.arange(replications) + 0.5) / replications)
        traits = Traits(luck, np.full(len(luck), 0.35), np.zeros(len(luck)), np.zeros(len(luck), dtype=bool))
        return [Forecast(build.case, np.arange(1.0, replications + 1), traits) for build in builds]

    module = ModuleType("buildsim.backtest.plan")
    module.forecast = forecast  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(tmp_path)
    shutil.copy(DATA, "builds.csv")
    return calls


def test_forecasts(cli, asked):
    done = cli("backtest", "builds.csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"9 builds: {REPLICATIONS} replications each, seed {SEED}\n")
    assert "Scores" not in done.out
    (call,) = asked
    assert call[0][-2:] == ["hazel", "ivy"]
    assert call[1:] == (REPLICATIONS, SEED, "auto")


def test_scores_beside_files(cli, asked):
    options = ("-n", "1000", "--seed", "3", "--engine", "reference")
    done = cli("backtest", "builds.csv", "--score", "--cut", "--out", "f.csv", "--json", "f.json", *options)
    assert done.code == 0
    titles = ["9 builds: 1,000", "first hall in service, cut", "Scores of 7 finished builds", "two lognormals"]
    titles += ["What finished builds say", "By group, cut (facts)", "Not yet in service", "Warnings"]
    positions = [done.out.index(title) for title in titles]
    assert positions == sorted(positions)
    assert asked[0][1:] == (1000, 3, "reference")
    rows = list(csv.reader(Path("f.csv").read_text().splitlines()))
    assert rows[0] == ["case", "p10", "p50", "p80", "p90"]
    assert rows[6] == ["elm", "58.0", "290.0", "464.0", "522.0"]
    document = json.loads(Path("f.json").read_text())
    assert (document["cut"], document["scores"]["overall"]["cut"]["count"]) == (True, 7)


def test_json_alone(cli, asked):
    done = cli("backtest", "builds.csv", "--cut", "--json", "-")
    assert json.loads(done.out)["scores"] is None
    assert done.err == "warning: not cut, since max_observable_days is not known: hazel, ivy\n"
    assert cli("backtest", "builds.csv", "--cut", "--json", "-").out == done.out


def test_what_the_forecasts_rest_on(cli, asked):
    done = cli("backtest", "builds.csv", "--basis", "reference-class", "--without", "owner", "--json", "f.json")
    assert (done.code, len(asked)) == (0, 1)
    assert done.out.startswith(
        f"9 builds: {REPLICATIONS} replications each, seed {SEED}, reference class, without owner"
    )
    document = json.loads(Path("f.json").read_text())
    assert (document["basis"], document["without"]) == ("reference-class", ["owner"])
    assert document["forecasts"][0]["p50"] != REPLICATIONS / 2


def test_a_column_that_is_taken_as_not_known(cli, asked, monkeypatch):
    builds = []
    module = sys.modules["buildsim.backtest.plan"]
    former = module.forecast
    monkeypatch.setattr(module, "forecast", lambda found, **options: builds.extend(found) or former(found, **options))
    assert cli("backtest", "builds.csv", "--without", "retrofit", "--without", "us_state").code == 0
    assert {(build.retrofit, build.us_state) for build in builds} == {(None, None)}
    assert {build.operator_class for build in builds} != {None}


def test_notes(cli, asked):
    Path("one.csv").write_text("case,build_type\na,tent\n")
    done = cli("backtest", "one.csv")
    assert done.code == 0
    assert "note: one.csv:2:3: build_type 'tent' is taken as unknown; known are greenfield, " in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.csv",), "none.csv:1:1: cannot be read: No such file"),
        (
            ("wrong.csv",),
            "wrong.csv:2:3: a.retrofit: 'x' is refused\n  expected: 1 or yes, 0 or no, unknown or nothing",
        ),
        (("open.csv", "--score"), "open.csv:1:1: no build in this file has an outcome to score\n  expected: a column"),
        (("builds.csv", "-n", "0", "--engine", "kernal"), "did you mean kernel?"),
        (("builds.csv", "--basis", "calibratd"), "there is no basis called 'calibratd'"),
        (("builds.csv", "--basis", "calibratd"), "did you mean calibrated?"),
        (("builds.csv", "--without", "us-state", "--without", "x"), "did you mean us_state?"),
        (("builds.csv", "--without", "days"), "there is no column called 'days'"),
        (("builds.csv", "--out", "none/f.csv"), "none/f.csv:1:1: cannot be written"),
        (("builds.csv", "--json", "."), "this is a folder, not a file"),
    ],
)
def test_bad_input_is_refused_before_anything_is_forecast(cli, asked, arguments, said):
    Path("wrong.csv").write_text("case,retrofit\na,x\n")
    Path("open.csv").write_text("case,retrofit\na,1\n")
    done = cli("backtest", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert asked == []
    assert not Path("f.csv").exists()


def test_the_forecasts_are_written_whole_or_not_at_all(cli, asked, monkeypatch):
    Path("f.csv").write_text("former")

    def fail(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["buildsim.backtest.plan"], "forecast", fail)
    assert cli("backtest", "builds.csv", "--out", "f.csv").code == 130
    assert Path("f.csv").read_text() == "former"
    assert sorted(each.name for each in Path().iterdir()) == ["builds.csv", "f.csv"]
