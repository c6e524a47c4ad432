"""What `auto` chooses by: how long the reference engine plays, and what the kernel needs to start.

Run `python benchmarks/engines.py` on an idle machine; it takes two minutes. Seconds
are of the processor, not of the clock, so that others on the machine count little. Each start is in a process of its
own; the cold one in an empty cache folder, the warm ones, of which the least counts, in that folder when it is full.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from buildsim.compile.compile import compile_network
from buildsim.datafiles import shipped
from buildsim.engine.select import COMPILE_SECONDS, LOAD_SECONDS, reference_seconds, select
from buildsim.loading.project import load_scenario
from buildsim.network.network import Network
from buildsim.sampling.draw import draw, planned

REPLICATIONS = 2
SEED = 1
WARM_STARTS = 3
START = "start"
"""The argument of a process that starts the kernel once."""


def network_of(name: str) -> Network:
    """The network of a shipped scenario."""
    return compile_network(load_scenario(name)).network


def played_seconds(network: Network) -> float:
    """What the reference engine needs for a replication."""
    _, simulate = select("reference")
    samples = draw(network, SEED, 0, REPLICATIONS)
    began = time.process_time()
    simulate(network, samples)
    return (time.process_time() - began) / REPLICATIONS


def start_seconds() -> float:
    """What it takes in this process until the kernel has played its first replication."""
    network = network_of("quickstart")
    samples = planned(network)
    began = time.process_time()
    _, simulate = select("kernel")
    simulate(network, samples)
    return time.process_time() - began


def started(cache: str) -> float:
    """The same in a new process with that cache folder."""
    done = subprocess.run(
        [sys.executable, __file__, START],
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)


def main() -> None:
    """Print what was measured beside what is used."""
    for name in sorted(shipped("scenarios")):
        network = network_of(name)
        played, expected = played_seconds(network), reference_seconds(network, 1)
        print(f"reference engine, {name}: {played:.2f} s a replication; expected: {expected:.2f} s")
    with tempfile.TemporaryDirectory() as cache:
        cold = started(cache)
        warm = min(started(cache) for _ in range(WARM_STARTS))
    print(f"kernel, loaded: {warm:.2f} s; used: {LOAD_SECONDS:.2f} s")
    print(f"kernel, compiled: {cold - warm:.1f} s more; used: {COMPILE_SECONDS:.1f} s")


if __name__ == "__main__":
    if sys.argv[1:] == [START]:
        print(start_seconds())
    else:
        main()
