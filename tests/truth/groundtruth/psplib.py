"""PSPLIB instances: a schedule's check that reads the file for itself, and the makespans that others found.

Nothing here shares code with buildsim's importer or engines.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

RULES = {"lft": "P-LFT", "lst": "P-LST", "least_slack": "P-MSLK", "index": "P-FIFO_id"}
"""The rule's name here, and its column in the table of makespans (P: parallel schedule generation)."""


@dataclass(frozen=True, slots=True)
class Makespans:
    """What others found for one instance."""

    instance: str
    set: str
    by_rule: Mapping[str, int]
    best_known: int


def makespans(truth: Path) -> list[Makespans]:
    """All instances of the table, in its order."""
    with (truth / "psplib" / "best_known.csv").open(newline="") as stream:
        best = {row["instance"]: int(row["best_known_makespan"]) for row in csv.DictReader(stream)}
    with (truth / "psplib" / "rule_makespans.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Makespans(
            row["instance"],
            row["set"],
            {name: int(text) for name, text in row.items() if text.isdigit()},
            best[row["instance"]],
        )
        for row in rows
    ]


def violations(file: Path, start: Mapping[int, float], finish: Mapping[int, float]) -> Iterator[str]:
    """What is wrong with a schedule of the instance in ``file``, times by job number in periods."""
    text = file.read_text()
    successors = {row[0]: row[3:] for row in _table(text, "PRECEDENCE RELATIONS")}
    requests = {row[0]: (row[2], row[3:]) for row in _table(text, "REQUESTS/DURATIONS")}
    (capacity,) = _table(text, "RESOURCEAVAILABILITIES")
    if set(start) != set(requests) or set(finish) != set(requests):
        yield "not all jobs are scheduled"
        return
    for job, (duration, _) in requests.items():
        if start[job] < 0 or abs(finish[job] - start[job] - duration) > 1e-9:
            yield f"job {job} runs from {start[job]} to {finish[job]}, not {duration} periods"
        for successor in successors[job]:
            if start[successor] < finish[job]:
                yield f"job {successor} starts at {start[successor]}, before job {job} is done at {finish[job]}"
    for moment in sorted(set(start.values())):
        at_work = [needs for job, (_, needs) in requests.items() if start[job] <= moment < finish[job]]
        for resource, limit in enumerate(capacity):
            if sum(needs[resource] for needs in at_work) > limit:
                yield f"resource {resource + 1} is over its {limit} units at {moment}"


def _table(text: str, title: str) -> list[list[int]]:
    """The lines of whole numbers between a title and the next line of stars."""
    section = text.split(title, 1)[1].split("****", 1)[0]
    return [
        [int(word) for word in line.split()] for line in section.splitlines() if re.fullmatch(r"[\d\s]*\d\s*", line)
    ]
