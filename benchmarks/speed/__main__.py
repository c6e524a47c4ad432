"""`python -m benchmarks.speed`: measure, print a table, and write docs/performance.md and docs/performance.csv."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed import commands, documents, engines, peer_lines, sizes, threads
from benchmarks.speed.lines import MISSED, Line
from benchmarks.speed.machine import ROOT, machine
from benchmarks.speed.page import cells, csv_text, page

PARTS: dict[str, Callable[[bool], list[Line]]] = {
    "engines": engines.measure,
    "command": commands.per_replication,
    "walls": commands.walls,
    "starts": commands.starts,
    "sizes": sizes.measure,
    "documents": documents.measure,
    "threads": threads.measure,
    "peers": peer_lines.measure,
}


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 if the guard finds something slower, or a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and small sizes, some minutes")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part; repeatable; writes nothing")
    parser.add_argument("--to", type=Path, help="folder for the page and the CSV; default docs/, of whole runs alone")
    parser.add_argument("--guard", action="store_true", help="compare with the figures kept in guard.json instead")
    parser.add_argument("--write", action="store_true", help="with --guard: keep the figures anew")
    chosen = parser.parse_args(arguments)
    if chosen.write and not chosen.guard:
        parser.error("--write goes with --guard")
    if chosen.guard:
        from benchmarks.speed.guard import guard

        return guard(chosen.write)

    where = machine()
    print(", ".join(f"{name} {value}" for name, value in where.items()))
    measured: dict[str, list[Line]] = {}
    for name in chosen.only or PARTS:
        print(f"\n== {name}", flush=True)
        measured[name] = PARTS[name](chosen.quick)
        for line in measured[name]:
            print("  ".join(cell for cell in cells(line) if cell), flush=True)
    folder = chosen.to or (None if chosen.only or chosen.quick else ROOT / "docs")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "performance.md").write_text(page(measured, where, chosen.quick), encoding="utf-8")
        (folder / "performance.csv").write_text(csv_text(measured), encoding="utf-8")
        print(f"\nwrote performance.md and performance.csv in {folder}")
    bounds = [line.bound.verdict(line.figure) for lines in measured.values() for line in lines if line.bound]
    return 1 if MISSED in bounds else 0


if __name__ == "__main__":
    sys.exit(main())
