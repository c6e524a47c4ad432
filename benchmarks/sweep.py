"""What a sweep's machinery costs: run `python -m benchmarks.sweep [--large]`.

What is meant to hold: tasks of 100 ms take less than 10% longer than their own time; the peak of memory does not grow
with the points; `quick` takes about 20 s, and 1,000 points of 200 replications of `quickstart` about 3 minutes
(`--large`). The first two are measured with tasks that only wait, so that nothing but the machinery is seen. Seconds
are of the clock, so keep the machine idle.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from subprocess import run

import numpy as np

from benchmarks.speed.machine import ROOT, machine
from buildsim.loading.sweep_file import load_sweep
from buildsim.sweeps.collect import Collector
from buildsim.sweeps.dataset import write_dataset
from buildsim.sweeps.drive import answers
from buildsim.sweeps.executors import pool_of
from buildsim.sweeps.group import Group, group_of
from buildsim.sweeps.journal import Journal
from buildsim.sweeps.plan import plan_of
from buildsim.sweeps.rows import Head, Heads
from buildsim.sweeps.task import Task

WORKERS = 2
HEADS = Heads(date(2026, 1, 5), tuple(Head(f"site-{i}", "owner", "first_gpu", 0, None, 400_000) for i in range(8)))
"""Of as many milestones as two sites have."""
FINISH = np.arange(200 * 8, dtype=np.int64).reshape(200, 8) * 500
SWEEP = """\
schema: 1
sweep: {name}
scenario: quickstart
factors:
  travellers:
    path: catalogs.labor.regions.abilene-tx.pools.electricians.growth.travellers.rate
    range: [30 electrician/month, 240 electrician/month]
  padmount-lead: {{path: catalogs.power.supplies.padmount-transformer.lead, range: [65 weeks, 130 weeks]}}
design: latin-hypercube
samples: {points}
replications: 200
"""


def waits(seconds: float, task: Task) -> Group:
    """A task that takes so long and does nothing, but for what is kept of a point."""
    until = time.perf_counter() + seconds
    group = group_of(task.point, HEADS, FINISH, keep_replications=False)
    while time.perf_counter() < until:
        pass
    return group


def machinery(points: int, seconds: float) -> float:
    """Seconds from the first task's hand-over, workers begun, to the end of the dataset."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "s.yaml"
        file.write_text(SWEEP.format(name="s", points=points))
        plan, journal = plan_of(load_sweep(file), seed=1), Journal(Path(folder))
        collector = Collector(journal, 200, keep_replications=False)
        tasks = [Task(point, plan.overrides(point), 0, 200, whole=True) for point in range(points)]
        with pool_of(WORKERS, None) as pool:
            for future in [pool.submit(partial(waits, 0.5), task) for task in tasks[: 2 * WORKERS]]:
                future.result()  # until all workers have imported what they need
            began = time.perf_counter()
            for found in answers(pool, partial(waits, seconds), iter(tasks)):
                for answer in found:
                    collector.add(answer)
                collector.commit_in_time()
            collector.commit()
        write_dataset(Path(folder), plan, journal.groups(), {}, {}, finishes=False)
        journal.remove()
        return time.perf_counter() - began


def peak(points: int) -> float:
    """Peak memory, in MB, of a process that drives so many points."""
    code = f"from benchmarks.sweep import report_peak; report_peak({points})"
    done = run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def report_peak(points: int) -> None:
    """Print this process's peak, in MB, after as many points."""
    machinery(points, 0.0)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def command(sweep: str) -> float:
    """Seconds of a whole command, the kernel compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        asked = [sys.executable, "-m", "buildsim", "sweep", sweep, "--out", folder, "--engine", "kernel"]
        run(asked, cwd=ROOT, capture_output=True, check=True)
        return time.perf_counter() - began


def main() -> None:
    """Print the machine and the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="1,000 points of quickstart too, some minutes")
    asked = parser.parse_args()
    for name, value in machine().items():
        print(f"{name}: {value}")
    ideal = 300 * 0.1 / WORKERS
    took = machinery(300, 0.1)
    print(
        f"300 tasks of 100 ms on {WORKERS} workers: {took:.1f} s, {took / ideal - 1:+.1%} beside {ideal:.1f} s",
        flush=True,
    )
    few, many = peak(1_000), peak(10_000)
    print(f"peak memory of the command: {few:,.0f} MB at 1,000 points, {many:,.0f} MB at 10,000", flush=True)
    command("quick")  # compiles the kernel if need be
    print(f"quick, 40 points: {command('quick'):.1f} s", flush=True)
    if asked.large:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "large.yaml"
            file.write_text(SWEEP.format(name="large", points=1_000))
            print(f"1,000 points of quickstart, 200 replications: {command(str(file)):.0f} s")


if __name__ == "__main__":
    main()
