"""`buildsim backtest RECORD.csv --due OUTCOMES.csv`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record and outcomes lie in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("record.csv", "seen.csv"):
        shutil.copy(DATA / name, name)


def test_report(cli):
    done = cli("backtest", "record.csv", "--due", "seen.csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("2 of 6 forecasts on record due by 2026-07-15\n")
    titles = ["Scores", "Percentiles kept", "Not reached, not due", "Nothing was told of 2 forecasts"]
    positions = [done.out.index(title) for title in titles]
    assert positions == sorted(positions)


def test_json_alone_and_beside_the_report(cli):
    alone = cli("backtest", "record.csv", "--due", "seen.csv", "--json", "-")
    document = json.loads(alone.out)
    assert (document["schema"], document["score"]["count"]) == (1, 2)
    beside = cli("backtest", "record.csv", "--due", "seen.csv", "--json", "due.json")
    assert beside.out.startswith("2 of 6 forecasts")
    assert Path("due.json").read_text() == alone.out


def test_warnings_and_notes_go_to_stderr(cli):
    Path("seen.csv").write_text("id,dates,date\ncedar,,2026-01-01\n")
    done = cli("backtest", "record.csv", "--due", "seen.csv", "--json", "-")
    assert done.err.startswith("warning: open.csv/cedar/first_hall was reached on 2026-01-01, but")
    Path("seen.csv").write_text("id,mile_stone,date\ncedar,,2026-03-01\n")
    done = cli("backtest", "record.csv", "--due", "seen.csv")
    assert done.err == "note: seen.csv: the column 'mile_stone' is not read; did you mean milestone?\n"


@pytest.mark.parametrize(
    "option",
    [("--out", "f.csv"), ("--cut",), ("--score",), ("-n", "5"), ("--seed", "5"), ("--engine", "kernel")],
    ids=" ".join,
)
def test_options_that_make_forecasts_do_not_go_with_it(cli, option):
    done = cli("backtest", "record.csv", "--due", "seen.csv", *option)
    assert (done.code, done.out) == (2, "")
    name = {"-n": "--replications"}.get(option[0], option[0])
    assert f"{name}:1:1: does not go with --due, which scores what is on record and plays nothing" in done.err
    assert not Path("f.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.csv", "--due", "seen.csv"), "none.csv:1:1: cannot be read: No such file"),
        (("record.csv", "--due", "none.csv"), "none.csv:1:1: cannot be read: No such file"),
        (("seen.csv", "--due", "seen.csv"), "seen.csv:1:1: there is no column 'site', or nothing in it"),
        (("record.csv", "--due", "wrong.csv"), "did you mean cedar?"),
        (("record.csv", "--due", "seen.csv", "--json", "."), "this is a folder, not a file"),
    ],
)
def test_bad_input(cli, arguments, said):
    Path("wrong.csv").write_text("id,date\nceder,2026-03-01\n")
    done = cli("backtest", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
