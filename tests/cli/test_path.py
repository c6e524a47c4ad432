"""`buildsim path`: the driving path and the resource chain, from a scenario or a kept result."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_the_path_and_the_chain(cli, scenario):
    done = cli("path", scenario, "--site", "north")
    assert done.code == 0
    first, kinds, *rest = done.out.splitlines()
    assert first.startswith("north: driving path to First GPU, ")
    assert "permit " in kinds
    assert any("lift: waited for crane (1 needed)" in line for line in rest)
    chain = rest[rest.index("Resource chain: where the path waited for a pool, on through whoever held it") :]
    assert any("south/lift: own work" in line for line in chain)


def test_the_days_of_the_table_sum_to_the_whole(cli, scenario):
    lines = cli("path", scenario, "--site", "north", "--milestone", "first_gpu").out.splitlines()
    whole = float(lines[0].split(", ")[1].split()[0])
    end = next(i for i, line in enumerate(lines) if line.startswith("Resource chain"))
    table = [line.split() for line in lines[:end]]
    days = [float(words[2]) for words in table if words and words[0].startswith("2026-")]
    assert sum(days) == pytest.approx(whole, abs=0.05 * len(days))


def test_a_kept_result_needs_no_run(cli, scenario, monkeypatch):
    printed = cli("path", scenario, "--site", "south").out
    cli("run", scenario, "--out", "kept")
    monkeypatch.delattr("buildsim.studies.run.run_scenario")
    again = cli("path", "kept", "--site", "south")
    assert (again.code, again.out) == (0, printed)
    assert "south: driving path to First GPU" in printed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--site", "nort"], "there is no site called 'nort'\n  expected: one of north, south\n  did you mean north?"),
        ([], "say which site with --site\n  expected: one of north, south"),
        (["--site", "south", "--milestone", "first_gpus"], "there is no milestone called 'first_gpus'"),
    ],
)
def test_unknown_names(cli, scenario, options, said):
    done = cli("path", scenario, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_milestone_beyond_the_horizon(cli, scenario):
    file = Path(scenario)
    file.write_text(file.read_text() + "horizon: 25 days\n")
    done = cli("path", scenario, "--site", "south")
    assert done.code == 0
    assert "First GPU is reached in" in done.out
    assert "the others stand at: work: lift" in done.out
