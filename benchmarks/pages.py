"""What other generated pages say, read back for the page on validation: facts kept aside, and answers known exactly."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

INSIDE, NEAR = "inside", "near"
SUMS = ("all", "queues alone")
"""Lines of docs/verification.md that sum others."""

_VERDICT = re.compile(rf"{INSIDE}|{NEAR}|[+-][\d,]+ %")


@dataclass(frozen=True, slots=True)
class KeptAside:
    """A fact that no catalog may use, and how far what comes out of a run lies from it."""

    fact: str
    what: str
    verdict: str
    """`inside`, `near`, or by how many percent it is off."""
    why: str

    @property
    def percent(self) -> int:
        """By how many percent it is off; 0 inside and near."""
        return 0 if self.verdict in (INSIDE, NEAR) else int(self.verdict.removesuffix(" %").replace(",", ""))


@dataclass(frozen=True, slots=True)
class Family:
    """A line of the page on verification: models whose answers are known, as one engine plays them."""

    engine: str
    name: str
    answers: int
    agree: int


def kept_aside(page: str, facts: Collection[str]) -> list[KeptAside]:
    """The rows of docs/market.md that compare a fact kept aside with a run; verdicts stand in the last cell but one.

    Rows without a verdict, such as those on what was sold out, are no comparison.
    """
    found = []
    for cells in _rows(page):
        if cells[0] in facts and len(cells) > 3 and _VERDICT.fullmatch(cells[-2]):
            found.append(KeptAside(cells[0], cells[1], cells[-2], cells[-1]))
    return found


def families(page: str) -> list[Family]:
    """The families of exact answers in docs/verification.md, engine by engine, sums left out."""
    found, engine = [], ""
    for line in page.splitlines():
        if named := re.match(r"Engine `(\w+)`: networks", line):
            engine = named[1]
        elif line.startswith("## Dates"):
            break
        elif len(cells := _cells(line)) == 6 and cells[1].isdecimal() and cells[0] not in SUMS:
            found.append(Family(engine, cells[0], int(cells[2]), int(cells[3])))
    return found


def equal_counts(page: str, heading: str) -> tuple[int, int]:
    """The sums of all cells `60 of 60` below a heading of docs/verification.md."""
    part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    pairs = re.findall(r"\| (\d+) of (\d+)", part)
    return sum(int(first) for first, _ in pairs), sum(int(second) for _, second in pairs)


def _rows(page: str) -> list[list[str]]:
    return [cells for line in page.splitlines() if (cells := _cells(line))]


def _cells(line: str) -> list[str]:
    if not line.startswith("| "):
        return []
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
