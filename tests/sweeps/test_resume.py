"""A sweep that is ended in any way goes on where it stopped, and ends with the dataset of one that never was."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

SWEEP = """\
schema: 1
sweep: long
scenario: yard.yaml
factors:
  dig: {path: sites.s.activities.dig.duration, range: [5 days, 45 days]}
  cranes: {path: pools.crane.capacity, range: [1, 3], whole: true}
design: latin-hypercube
samples: 40
replications: 400
keep_replications: true
"""
FILES = ("manifest.json", "points.parquet", "results.parquet", "replications.parquet")
COMMAND = [sys.executable, "-m", "buildsim", "sweep", "long.yaml", "--engine", "reference", "--workers", "2", "--out"]


@pytest.fixture(scope="module")
def place(tmp_path_factory, yard) -> Path:
    """A folder with the sweep and, in `undisturbed`, its dataset."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "yard.yaml").write_text(yard)
    (folder / "long.yaml").write_text(SWEEP)
    subprocess.run([*COMMAND, "undisturbed"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def out(place, request) -> str:
    return request.node.name


@contextmanager
def begun(place: Path, out: str, **options: object) -> Iterator[subprocess.Popen[str]]:
    """The sweep, as soon as it has committed points and while it has others to play."""
    with subprocess.Popen([*COMMAND, out], cwd=place, stderr=subprocess.PIPE, text=True, **options) as process:
        log = place / out / "journal.sqlite-wal"
        until(lambda: log.exists() and log.stat().st_size > 50_000)
        assert process.poll() is None
        yield process


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def go_on(place: Path, out: str) -> str:
    """What the same command says when it goes on; the dataset is then that of the undisturbed sweep."""
    done = subprocess.run([*COMMAND, out], cwd=place, capture_output=True, text=True, check=True)
    for name in FILES:
        assert (place / out / name).read_bytes() == (place / "undisturbed" / name).read_bytes(), name
    assert sorted(path.name for path in (place / out).iterdir()) == sorted(FILES)
    return done.stderr


def children(process: subprocess.Popen[str]) -> list[int]:
    """Processes that a process has begun, but for the one that tidies up after shared memory."""
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_killed_goes_on(place, out, number):
    with begun(place, out) as process:
        workers = children(process)
        process.send_signal(number)
        err = process.communicate(timeout=30)[1]
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    assert ("goes on where it stopped" in err) == (number != signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert "of 40 points are there; going on" in go_on(place, out)


def test_a_worker_that_is_killed_is_replaced(place, out):
    with begun(place, out) as process:
        os.kill(children(process)[0], signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert "holds the whole sweep" in go_on(place, out)


def test_a_full_disk_is_said_and_the_sweep_goes_on(place, out):
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run([*COMMAND, out], cwd=place, capture_output=True, text=True, check=False, preexec_fn=little)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "goes on where it stopped" in done.stderr
    assert "Traceback" not in done.stderr
    assert "of 40 points are there; going on" in go_on(place, out)


def test_a_second_command_on_the_same_folder_is_told_so(place, out):
    with begun(place, out) as process:
        process.send_signal(signal.SIGSTOP)  # so that it cannot be done before the second one asks
        second = subprocess.run([*COMMAND, out], cwd=place, capture_output=True, text=True, check=False)
        process.send_signal(signal.SIGCONT)
        assert second.returncode == 2
        assert "another process is at work on this sweep" in second.stderr
        process.communicate(timeout=60)
    assert process.returncode == 0
    go_on(place, out)


POISONED = """\
import os, sys
from buildsim.cli.main import main
from buildsim.sweeps import sweep, task

def play_task(question, each):
    if each.point == 7:
        os._exit(1)  # what a crash in compiled code would do
    return task.play_task(question, each)

if __name__ == "__main__":
    sweep.play_task = play_task
    sys.exit(main(sys.argv[1:]))
"""


def test_a_point_that_ends_its_workers_does_not_end_the_sweep(place, out):
    (place / "poisoned.py").write_text(POISONED)
    command = [sys.executable, "poisoned.py", *COMMAND[3:], out]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    points = pd.read_parquet(place / out / "points.parquet")
    assert points.loc[points["status"] == "failed", "point"].tolist() == [7]
    assert "its worker ended without an answer" in points["error"][7]
    assert "1 of 40 points could not be run" in done.stderr
