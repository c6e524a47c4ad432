"""What each attribute of a build is worth, in plain words and a table, from the file that ablation.py writes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blocks import table

NOTHING = "nothing"
"""What is removed in the lines of the file that the others are compared with."""
FACTS = "facts"
"""The basis that has learnt nothing from outcomes."""
COMMAND = "python benchmarks/ablation.py CASES.csv"

TEXT = """\
## What carries the signal

`{command} -n {replications}` scores the forecasts again with one attribute of
every build taken as not known, or several that say the same: a forecast is then spread over all that the rules say it
may be. With all of them known, and as many replications, the mean loss is, cut:
{whole}. How the bases differ tells what calibration adds. Worse by: mean loss more
than that, paired case by case, with its 95% interval, a bootstrap over campuses; one that holds 0 proves nothing, and
of so many about one in twenty does not hold it by chance alone. An attribute that was known of few builds cannot show
much.

"""

HEAD = ("not known", "basis", "pinball", "worse by", "95% interval", "worse in", "inside", "known of")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file."""

    removed: str
    basis: str
    pinball: str
    worse_by: float
    interval: tuple[float, float] | None
    worse_in: int
    cases: int
    inside: int
    known_of: int

    @property
    def span(self) -> str:
        """The interval as it is shown."""
        return "–" if self.interval is None else f"{self.interval[0]:+.1f} to {self.interval[1]:+.1f}"

    def cells(self) -> tuple[str, ...]:
        """Its line in the table."""
        counts = (f"{self.worse_in} of {self.cases}", f"{self.inside} of {self.cases}", f"{self.known_of}")
        return f"`{self.removed}`", self.basis, self.pinball, f"{self.worse_by:+.1f}", self.span, *counts


def carried(file: Path) -> list[str]:
    """The parts of the page; that it is not measured if there is no file."""
    if not file.exists():
        return [
            "## What carries the signal\n",
            f"Not measured: `{COMMAND}` scores the forecasts again with each attribute taken as not",
            "known in turn, and takes a quarter of an hour of a processor.\n",
        ]
    with file.open(newline="", encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    found = [_row(line) for line in lines]
    whole = " and ".join(f"{row.pinball} days ({row.basis})" for row in found if row.removed == NOTHING)
    rows = [row for row in found if row.removed != NOTHING]
    text = TEXT.format(command=COMMAND, replications=lines[0]["replications"], whole=whole)
    points = "".join(f"- {point}\n" for point in _points(rows))
    return [text + points, table(HEAD, [row.cells() for row in rows])]


def _points(rows: list[Row]) -> Iterator[str]:
    """Sentences on what is shown on any basis, and on what the forecasts by the facts leave open, most loss first."""
    rows = sorted(rows, key=lambda row: -row.worse_by)
    by_facts = [row for row in rows if row.basis == FACTS]
    if all(_sign(row) <= 0 for row in by_facts):
        yield "**By the facts no attribute is shown to carry signal by itself.**"
    for row in rows:
        if _sign(row) > 0:
            yield (
                f"**`{row.removed}` carries signal ({row.basis}):** without it the loss is {row.worse_by:.1f} days "
                f"more ({row.span}), in {row.worse_in} of {row.cases} builds; it was known of {row.known_of}."
            )
    for row in rows:
        if _sign(row) < 0:
            yield (
                f"**`{row.removed}` does harm ({row.basis}):** without it the loss is {-row.worse_by:.1f} days less "
                f"({row.span}), and more in {row.worse_in} of {row.cases} builds; it was known of {row.known_of}."
            )
    still = [row for row in by_facts if row.interval == (0, 0)]
    unproven = [row for row in by_facts if _sign(row) == 0 and row not in still]
    if unproven:
        each = ", ".join(f"`{row.removed}` {row.worse_by:+.1f} days ({row.span})" for row in unproven)
        yield f"**Neither is shown of** {each}: so much more, or less, is the loss by the facts without them."
    if still:
        yield f"Without {', '.join(f'`{row.removed}`' for row in still)} no loss changes: no rule reads it."


def _sign(row: Row) -> int:
    """Which side of 0 the interval lies on; 0 if on both, or if there is none."""
    low, high = row.interval or (0.0, 0.0)
    return (low > 0) - (high < 0)


def _row(line: dict[str, str]) -> Row:
    low, high = line["low"], line["high"]
    return Row(
        line["removed"],
        line["basis"],
        line["pinball_cut"],
        float(line["worse_by"]),
        (float(low), float(high)) if low and high else None,
        *(int(line[key]) for key in ("worse_in", "cases", "inside", "known_of")),
    )
