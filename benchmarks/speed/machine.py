"""Where and with what was measured, and processes with what they took."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("numpy", "numba", "simpy", "salabim", "pyjobshop", "ortools")
MB = 1e6


@dataclass(frozen=True, slots=True)
class Usage:
    """What a finished process took."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """Seconds of processor time, of all its threads."""


def machine() -> dict[str, str]:
    """Processor, cores, system, versions, commit, day, and how busy the machine was."""
    return {
        "processor": _processor(),
        "cores": f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: _version(name) for name in LIBRARIES},
        "commit": _commit(),
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a process of this Python to its end, its output dropped; RuntimeError with its messages if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=_environment(environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    messages = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {messages.decode(errors='replace')}")
    return Usage(time.perf_counter() - began, used.ru_utime + used.ru_stime)


def ask(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a process of this Python prints; its messages go to ours. CalledProcessError if it fails."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(environment or {}), stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def peak_memory() -> int:
    """Bytes that this process held at most.

    Where Linux tells it, of this program alone: a new process's `ru_maxrss` begins with what the one that made it held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This checkout's code; caches where the package puts them unless changed."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True).stdout.strip()

    head = git("rev-parse", "--short", "HEAD")
    return f"{head or 'unknown'}{' with changes' if git('status', '--porcelain') else ''}"
