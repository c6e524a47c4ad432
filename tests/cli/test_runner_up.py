"""`buildsim runner-up`: equal numbers on every face, from a scenario or a kept result."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import buildsim

TABLES = ("runner_up", "runner_up_path", "merges")
CLOSE = """\
      slab: {duration: "uniform(10, 30) days"}
      racks: {duration: 4 days, after: [lift, slab], milestone: first_gpu}
"""


@pytest.fixture
def merging(scenario):
    """The small scenario with a second way to the racks of its north."""
    file = Path(scenario)
    line = "      racks: {duration: 4 days, after: [lift], milestone: first_gpu}\n"
    assert line in file.read_text()
    file.write_text(file.read_text().replace(line, CLOSE))
    return scenario


@pytest.mark.parametrize("table", TABLES)
def test_csv_json_parquet_python_and_a_kept_result_are_equal(cli, merging, table):
    cli("run", merging, "--out", "kept")
    expected = getattr(buildsim.load("kept"), table)
    assert len(expected)
    places = ("--table", table, "--json", "out.json", "--csv", "out.csv", "--parquet", "out.parquet")
    for subject in (merging, "kept"):
        assert cli("runner-up", subject, *places).code == 0
        from_json = pd.DataFrame(json.loads(Path("out.json").read_text())[table])
        for other in (from_json, pd.read_csv("out.csv"), pd.read_parquet("out.parquet")):
            pd.testing.assert_frame_equal(other, expected, check_dtype=False, check_exact=True)
    pd.testing.assert_frame_equal(getattr(buildsim.run(merging, details=True), table), expected)


def test_the_report_shows_these_numbers(cli, merging):
    done = cli("runner-up", merging, "--site", "north")
    assert done.code == 0
    study = buildsim.run(merging, details=True)
    floats = study.runner_up.set_index(["site", "milestone"]).loc[("north", "first_gpu")]
    lines = [line.split() for line in done.out.splitlines()]
    row = next(line for line in lines if line[:2] == ["First", "GPU"])
    assert row[2:6] == [f"{floats[f'float_p{percent}']:,.1f}" for percent in (10, 50, 80, 90)]
    assert row[6] == f"{floats['within_7']:.0%}"
    assert ["First", "power", *["none"] * 4, "0%", "0%"] in lines
    merge = study.merges.set_index("activity").loc["north/racks"]
    shown = [f"{merge['share']:.0%}", f"{merge['closest']:.0%}"]
    days = [f"{merge['mean_slack_days']:.1f}", f"{merge['bias_days']:.1f}"]
    assert ["racks", "start", "2", *shown, *days] in lines
    assert "south" not in done.out


def test_only_the_most_frequent_are_shown_unless_all_are_asked_for(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chain = ["      a0: {duration: 2 days}\n"]
    for n in range(1, 16):
        chain.append(f"      b{n}: {{duration: {3 * n} days}}\n")
        end = ", milestone: done" if n == 15 else ""
        chain.append(f"      a{n}: {{duration: 4 days, after: [a{n - 1}, b{n}]{end}}}\n")
    (tmp_path / "many.yaml").write_text(
        "schema: 1\nname: many\nstart: 2026-01-05\nsites:\n  here:\n    activities:\n" + "".join(chain)
    )
    shown = cli("runner-up", "many.yaml", "-n", "2").out
    assert "more; --all shows them." in shown
    everything = cli("runner-up", "many.yaml", "-n", "2", "--all").out
    assert "more;" not in everything
    assert len(everything.splitlines()) > len(shown.splitlines())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--site", "nort"], "there is no site called 'nort'\n  expected: one of north, south\n  did you mean north?"),
        (["--milestone", "first_gpus"], "there is no milestone called 'first_gpus'"),
        (["--parquet", "nowhere/out.parquet"], "nowhere"),
    ],
)
def test_bad_options(cli, scenario, options, said):
    done = cli("runner-up", scenario, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
