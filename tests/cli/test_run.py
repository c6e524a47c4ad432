"""`buildsim run`: what it prints, writes and refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from buildsim.present import words

BUILDSIM = [sys.executable, "-m", "buildsim"]


def test_the_report_says_when_and_why(cli, scenario):
    done = cli("run", scenario)
    assert done.code == 0
    assert done.err == "engine: reference\n"
    first, *rest = done.out.splitlines()
    assert first == "small: 40 replications, seed 7, from 2026-01-05"
    assert words.PERCENTILES in done.out
    titles = [
        "north, owner one, start 2026-01-05",
        "Why First GPU takes",
        "Driving path to First GPU",
        "south, owner one",
    ]
    positions = [done.out.index(title) for title in [*titles, "Owner one: north, south"]]
    assert positions == sorted(positions)
    assert any(line.startswith("First power  2026-01-") for line in rest)
    assert "deadline, 2026-04-01: First power 100%, First GPU" in done.out


def test_json_alone_on_stdout(cli, scenario):
    done = cli("run", scenario, "-n", "30", "--json", "-")
    assert json.loads(done.out)["replications"] == 30
    assert done.out.endswith("}\n")
    assert "warning: 30 replications are too few" in done.err


def test_same_seed_same_bytes_whatever_the_hash_seed(scenario):
    command = [*BUILDSIM, "run", scenario, "--json", "-"]
    printed = [
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["scenario"] == "small"


def test_any_split_into_chunks_gives_the_same_bytes(cli, scenario, monkeypatch):
    whole = cli("run", scenario, "--json", "-").out
    monkeypatch.setattr("buildsim.studies.play.CHUNK_BYTES", 0)
    assert cli("run", scenario, "--json", "-").out == whole


def test_seed_rule_and_set_change_the_numbers(cli, scenario):
    def sites(*options: str) -> dict:
        return json.loads(cli("run", scenario, "--json", "-", *options).out)["sites"]

    base = sites()
    assert sites("--seed", "8") != base
    assert sites("--rule", "lft") == sites("--set", "rule=lft")
    quick = sites(
        "--set", "sites.north.activities.permit.duration=1 day", "--set", "sites.south.activities.lift.duration=2 d"
    )
    assert quick["north"]["milestones"]["first_power"]["p50_days"] == 1
    assert quick["south"]["milestones"]["first_gpu"]["p90_days"] == 2


def test_all_bad_options_at_once(cli, scenario):
    done = cli("run", scenario, "-n", "0", "--seed", "-1", "--engine", "referense", "--rule", "fifa")
    assert (done.code, done.out) == (2, "")
    assert [line for line in done.err.splitlines() if line.startswith("--")] == [
        "--engine:1:1: there is no engine called 'referense'",
        "--replications:1:1: 0 is refused",
        "--rule:1:1: there is no rule called 'fifa'",
        "--seed:1:1: -1 is refused",
    ]
    assert "did you mean reference?" in done.err
    assert "did you mean fifo?" in done.err


def test_all_bad_assignments_at_once(cli, scenario):
    done = cli("run", scenario, "--set", "replications", "--set", "a..b=3")
    assert done.code == 2
    assert '--set:1:13: no "=" in "replications"' in done.err
    assert "--set:1:2: a..b: this is not a path" in done.err


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("sites.north.activities.permt.duration=3 days", "did you mean permit?"),
        ("sites.north.activities.permit.duration=3 dys", "did you mean days?"),
        ("replications=1e30", "--set:1:14: replications: 1e30 is absurdly large"),
    ],
)
def test_a_bad_assignment_names_the_nearest(cli, scenario, assignment, said):
    done = cli("run", scenario, "--set", assignment)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_problems_of_a_file_stand_alone_on_stderr(cli, scenario, tmp_path):
    text = (tmp_path / scenario).read_text()
    (tmp_path / scenario).write_text(text.replace("crew: {crane: 1}", "crew: {crne: 1}").replace("seed: 7", "seed: x"))
    done = cli("run", scenario)
    assert (done.code, done.out) == (2, "")
    firsts = [line for line in done.err.splitlines() if not line.startswith("  ")]
    assert firsts[0].startswith("small.yaml:12:78: sites.north.activities.lift.crew.crne: ")
    assert any(line.startswith("small.yaml:19:7: seed: ") for line in firsts)
    assert all(line.startswith("small.yaml:") for line in firsts)


def test_unknown_scenarios_name_the_nearest(cli):
    done = cli("run", "quickstrt")
    assert done.code == 2
    assert "did you mean quickstart?" in done.err


def test_announcements_go_to_stderr(cli, scenario, tmp_path, monkeypatch):
    monkeypatch.setattr("buildsim.datafiles.shipped", lambda kind: [])
    (tmp_path / "shipped" / "sites").mkdir(parents=True)
    (tmp_path / "shipped" / "sites" / "here.yaml").write_text("never read")
    monkeypatch.setattr("buildsim.datafiles.folder", lambda kind: tmp_path / "shipped" / kind)
    (tmp_path / "here.yaml").write_text(
        "schema: 1\nsite: here\nassumption: none\nactivities: {a: {duration: 3 days}}\n"
    )
    (tmp_path / "s.yaml").write_text("schema: 1\nname: s\nstart: 2026-01-05\nsites: [here]\n")
    done = cli("run", "s.yaml", "-n", "3")
    assert done.code == 0
    assert "note: here.yaml is used instead of the shipped sites/here.yaml" in done.err


def test_json_files_are_replaced_whole(cli, scenario, tmp_path):
    real = tmp_path / "real.json"
    real.write_text("old")
    real.chmod(0o640)
    (tmp_path / "link.json").symlink_to(real)
    done = cli("run", scenario, "--json", "link.json")
    assert done.out.startswith("small: ")
    assert json.loads(real.read_text())["scenario"] == "small"
    assert (tmp_path / "link.json").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json", "small.yaml"]


def test_json_to_a_pipe(cli, scenario, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    done = cli("run", scenario, "--json", "fifo")
    reader.join(timeout=30)
    assert done.code == 0
    assert json.loads(read[0])["scenario"] == "small"
    assert fifo.is_fifo()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
def test_dev_stdout_is_stdout(cli, scenario, tmp_path):
    command = [*BUILDSIM, "run", scenario, "--json", "/dev/stdout"]
    piped = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    with open(tmp_path / "out.json", "wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    assert piped.stdout == (tmp_path / "out.json").read_text() == cli("run", scenario, "--json", "-").out


def never(*args: object, **options: object) -> None:
    raise AssertionError("the run has begun")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "nowhere/x.json"], "nowhere/x.json:1:1: cannot be written: No such file or directory"),
        (["--json", "small.yaml/x.json"], "small.yaml/x.json:1:1: cannot be written: Not a directory"),
        (["--json", "full"], "full:1:1: this is a folder, not a file"),
        (["--out", "full"], "full:1:1: this folder exists and holds no kept result"),
        (["--out", "small.yaml"], "small.yaml:1:1: this is a file, not a folder"),
        (["--out", "nowhere/x"], "nowhere/x:1:1: cannot be written: No such file or directory"),
    ],
)
def test_bad_places_are_refused_before_the_run(cli, scenario, tmp_path, monkeypatch, options, said):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    monkeypatch.setattr("buildsim.studies.run.run_scenario", never)
    done = cli("run", scenario, *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == said
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused_before_the_run(cli, scenario, tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir(mode=0o500)
    monkeypatch.setattr("buildsim.studies.run.run_scenario", never)
    for options in (["--json", "locked/x.json"], ["--out", "locked/x"]):
        assert "Permission denied" in cli("run", scenario, *options).err


def test_without_pyarrow_nothing_is_run(cli, scenario, monkeypatch):
    monkeypatch.setattr("buildsim.studies.run.run_scenario", never)
    monkeypatch.setattr("buildsim.studies.store.find_spec", lambda name: None)
    done = cli("run", scenario, "--out", "kept")
    assert done.code == 2
    assert 'pip install "buildsim[parquet]"' in done.err


def test_a_kept_result_is_shown_again(cli, scenario):
    printed = cli("run", scenario, "--out", "kept", "--json", "result.json").out
    again = cli("run", "kept", "--json", "again.json")
    assert (again.code, again.out, again.err) == (0, printed, "")
    assert Path("again.json").read_bytes() == Path("result.json").read_bytes() == Path("kept/result.json").read_bytes()


def test_evidence_is_shown_kept_and_written(cli, scenario):
    plain = cli("run", scenario, "--json", "plain.json").out
    printed = cli("run", scenario, "--evidence", "--out", "kept", "--json", "result.json")
    assert (printed.code, printed.err) == (0, "engine: reference\nkept in kept\n")
    assert printed.out.count(words.RESTS_ON) == 3
    assert words.RESTS_ON not in plain
    document = json.loads(Path("result.json").read_text())
    evidence = document.pop("evidence")
    assert document == json.loads(Path("plain.json").read_text())
    assert evidence["classes"]["unstated"] == evidence["classes"]["any"] == 3
    first = evidence["sites"]["north"]["first_power"]
    assert (first["classes"]["any"], first["classes"]["none"]["share"]) == (
        {"left_days": 0.0, "share": 1.0, "ci95": [1.0, 1.0]},
        0.0,
    )
    assert set(evidence["files"]) == {"site north", "site south"}
    assert first["files"]["site south"]["share"] == 0.0
    again = cli("run", "kept", "--json", "again.json")
    assert (again.code, again.out) == (0, printed.out)
    assert Path("again.json").read_bytes() == Path("result.json").read_bytes()


def test_a_kept_result_has_no_evidence_to_be_asked_for(cli, scenario):
    cli("run", scenario, "--out", "kept")
    assert "a kept result is shown as it is" in cli("run", "kept", "--evidence").err


def test_a_kept_result_is_not_run_anew(cli, scenario):
    cli("run", scenario, "--out", "kept")
    done = cli("run", "kept", "-n", "3")
    assert done.code == 2
    assert done.err.startswith("kept:1:1: a kept result is shown as it is")


def test_a_folder_without_a_result_is_refused(cli, tmp_path):
    done = cli("run", str(tmp_path))
    assert done.code == 2
    assert "this folder holds no kept result" in done.err


def test_until_ci_says_how_it_ended(cli, scenario):
    done = cli("run", scenario, "--engine=reference", "--until-ci=3.5", "--max-replications=256", "--json=-")
    result = json.loads(done.out)
    low, high = result["sites"]["north"]["milestones"]["first_gpu"]["ci95_days"]["p80"]
    assert result["replications"] == 256
    assert high - low > 3.5
    assert done.err == (
        "engine: reference\n"
        "note: 256 replications: the 95% interval of P80 is at most 3.5 days wide for 1 of 2 milestones\n"
        f"note: north: First GPU: the interval of its P80 is still {high - low:.1f} days wide after 256 replications, "
        "the most that are played\n"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--until-ci", "3", "-n", "9"], "--until-ci:1:1: both say how many replications there are"),
        (["--until-ci", "0"], "--until-ci:1:1: 0.0 is refused"),
        (["--until-ci", "nan"], "--until-ci:1:1: nan is refused"),
        (["--until-ci", "3", "--max-replications", "0"], "--max-replications:1:1: 0 is refused"),
        (["--max-replications", "0"], "--max-replications:1:1: it says nothing without --until-ci"),
        (["--milestone", "first_gpu"], "--milestone:1:1: it says nothing without --until-ci"),
        (["--until-ci", "3", "--milestone", "first_gpo"], "did you mean first_gpu?"),
    ],
)
def test_bad_options_of_until_ci(cli, scenario, options, said):
    done = cli("run", scenario, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
