"""The same sweep on a Dask cluster of real processes, one of which is killed midway."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from distributed import Client, LocalCluster

from buildsim.errors import InputError
from buildsim.sweeps.sweep import run_sweep

SWEEP = """\
schema: 1
sweep: long
scenario: yard.yaml
factors: {dig: {path: sites.s.activities.dig.duration, range: [5 days, 45 days]}}
design: latin-hypercube
samples: 30
replications: 60
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def test_a_cluster_gives_the_dataset_of_this_machine_though_a_worker_is_killed(cluster, write, tmp_path):
    file = write(SWEEP)
    run_sweep(file, tmp_path / "here", workers=1, engine="reference")
    killed = threading.Event()

    def kill(done: int, points: int) -> None:
        if not killed.is_set():
            with Client(cluster.scheduler_address, set_as_default=False) as client:
                pids = client.run(os.getpid)
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            killed.set()

    run_sweep(file, tmp_path / "there", scheduler=cluster.scheduler_address, engine="reference", progress=kill)
    assert killed.is_set()
    for name in ("manifest.json", "points.parquet", "results.parquet"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


def test_a_scheduler_that_does_not_answer_is_refused(write, tmp_path):
    with pytest.raises(InputError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"):
        run_sweep(write(SWEEP), tmp_path / "out", scheduler="tcp://127.0.0.1:1", engine="reference")
