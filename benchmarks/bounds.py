"""Measures what is promised in seconds and says whether it holds here: `python benchmarks/bounds.py`.

Each figure is the median of several fresh processes, with bytecode compiled. Exit code 1 if a bound is missed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FACTS = 1_000

LOAD = """
import sys, time
from pathlib import Path
from buildsim.loading.project import load_file
begin = time.perf_counter()
load_file(Path(sys.argv[1]))
print(time.perf_counter() - begin)
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """One promise: seconds at most, as the median of some runs."""

    name: str
    limit: float
    runs: int
    command: list[str]
    printed: bool = False
    """The process prints its own seconds; otherwise the whole process is timed."""

    def measure(self) -> float:
        """Median seconds; one run before does not count, since it compiles bytecode."""
        return statistics.median([self._once() for _ in range(self.runs + 1)][1:])

    def _once(self) -> float:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        begin = time.perf_counter()
        done = subprocess.run(self.command, env=environment, capture_output=True, text=True, check=True)
        return float(done.stdout) if self.printed else time.perf_counter() - begin


def catalog(facts: int) -> str:
    """A catalog with that many facts of ten keys, as JSON, which is YAML."""
    supplies = {}
    for number in range(facts // 10):
        lead = [
            {
                "value": f"pert({20 + year}, {30 + year}, {60 + year}) weeks",
                "source": "survey",
                "known": f"20{10 + year}-01-01",
                "valid_from": f"20{10 + year}-01-01",
                "valid_to": f"20{10 + year}-12-31",
                "confidence": "medium",
                "fact": f"F-{number}-{year}",
                "note": "made up for the benchmark",
            }
            for year in range(10)
        ]
        supplies[f"part-{number}"] = {"unit": "unit", "lead": lead}
    source = {"title": "Survey", "publisher": "Nobody", "date": "2020-01-01"}
    return json.dumps(
        {"schema": 1, "catalog": "facts", "title": "Facts", "sources": {"survey": source}, "supplies": supplies},
        indent=1,
    )


def main() -> int:
    """Print a line per bound; the number of missed ones decides the exit code."""
    buildsim = shutil.which("buildsim", path=str(Path(sys.executable).parent))
    if buildsim is None:
        print("install buildsim into this environment first", file=sys.stderr)
        return 2
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "facts.yaml")
        file.write_text(catalog(FACTS), encoding="utf-8")
        bounds = [
            Bound("buildsim --help", 0.5, 7, [buildsim, "--help"]),
            Bound(f"load {FACTS} catalog facts", 1.0, 5, [sys.executable, "-c", LOAD, str(file)], printed=True),
            Bound("buildsim run quickstart", 10.0, 3, [buildsim, "run", "quickstart"]),
        ]
        missed = 0
        for bound in bounds:
            seconds = bound.measure()
            holds = seconds < bound.limit
            missed += not holds
            print(f"{bound.name:32} {seconds:7.3f} s  of {bound.limit:4.1f} s  {'holds' if holds else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
