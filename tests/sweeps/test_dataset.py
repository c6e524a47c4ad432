from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WRITES = """\
import resource, sys
from datetime import date
from pathlib import Path
import numpy as np
from buildsim.loading.sweep_file import load_sweep
from buildsim.sweeps.dataset import write_dataset
from buildsim.sweeps.group import Group, group_of
from buildsim.sweeps.plan import plan_of
from buildsim.sweeps.rows import Head, Heads

heads = Heads(date(2026, 1, 5), tuple(Head(f"s{i}", "o", "done", 0, None, 1) for i in range(4)))
kept = group_of(0, heads, np.zeros((3, 4), dtype=np.int64), keep_replications=False).statistics
plan = plan_of(load_sweep(Path(sys.argv[1])), seed=1)
groups = (Group(i % len(plan), None, 3, kept, None) for i in range(int(sys.argv[2])))
write_dataset(Path("."), plan, groups, {}, {}, finishes=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
"""Peak memory of a process that writes a dataset of so many points."""


def test_memory_does_not_grow_with_the_points(write, tmp_path: Path) -> None:
    """Tables of a few rows cost far more than these while they wait for a row group."""
    file = write()

    def peak(points: int) -> int:
        command = [sys.executable, "-c", WRITES, str(file), str(points)]
        return int(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout)

    assert peak(5_000) < 1.25 * peak(500)
