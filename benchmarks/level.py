"""Prints how near `buildsim level` comes to the best known makespans of PSPLIB: `python benchmarks/level.py`.

Mean percent above them per set of instances, the not-before dates that a schedule takes on average, and the seconds of
the processor that an instance takes. PSPLIB's files may not be copied; the environment variable BUILDSIM_TRUTH names
the folder in which psplib/ stands. `--schedules N` and `--seed S` are as those of the command.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from blocks import table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "truth"))

from groundtruth.leveled import level_instance  # noqa: E402
from groundtruth.psplib import makespans  # noqa: E402

HEADS = ("set", "instances", "gap, %", "at the best known", "dates", "seconds")


class Row(NamedTuple):
    """One instance."""

    gap: float
    dates: int
    seconds: float


def rows(truth: Path, schedules: int, seed: int) -> dict[str, list[Row]]:
    """By set, all instances."""
    found: dict[str, list[Row]] = defaultdict(list)
    for each in makespans(truth):
        began = time.process_time()
        leveled = level_instance(truth / "psplib" / "sm" / f"{each.instance}.sm", schedules, seed, "kernel")
        gap = 100 * (leveled.makespan / each.best_known - 1)
        found[each.set].append(Row(gap, leveled.dates, time.process_time() - began))
    return found


def main() -> int:
    """Print the table; 2 without the instances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    truth = os.environ.get("BUILDSIM_TRUTH")
    if not truth:
        print("BUILDSIM_TRUTH is not set", file=sys.stderr)
        return 2
    lines = [
        (
            name,
            str(len(found)),
            f"{fmean(row.gap for row in found):.2f}",
            str(sum(row.gap == 0 for row in found)),
            f"{fmean(row.dates for row in found):.1f}",
            f"{fmean(row.seconds for row in found):.1f}",
        )
        for name, found in rows(Path(truth), asked.schedules, asked.seed).items()
    ]
    print(table(HEADS, lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
