"""Writes the table of what binds each site into README.md: `python benchmarks/binding.py`.

Plays `us-2024` and `us-2026` on the compiled kernel, groups the days to each site's first GPU, and sets beside them
what evidence says of the site (`benchmarks/evidence.csv`). They agree if what the evidence names is among the two
largest groups. `tests/docs/test_tables.py` checks that the README has what this gives.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import blocks
import pandas as pd

import buildsim

ROOT = Path(__file__).resolve().parents[1]
README, EVIDENCE = ROOT / "README.md", ROOT / "benchmarks" / "evidence.csv"
SCENARIOS = ("us-2024", "us-2026")
REPLICATIONS = 200
MILESTONE = "first_gpu"
SHOWN = 3
BLOCK = "binding"

GROUPS = {
    "permits": r"permit:|risk:.*(opposition|appeal|stay|moratorium)",
    "crews": r"pool:",
    "chips and network": (
        r"supply:(hgx|gb\d|vr-|mi3|tpu|trainium|transceiver|laser|ai-switch|nvl72)|:(network|rack-install|server-install)$|nvl72"
    ),
    "grid and plant": (
        r"utility:|:(substation|interconnection|energization|onsite-power)$"
        r"|supply:(.*turbine|reciprocating|fuel-cell|large-power|step-up|unit-transformer|hv-breaker|battery)"
    ),
    "cooling": r":mechanical-plant$|supply:.*(chiller|cdu|coolant)",
    "shell and site": r":(site-work|foundation|shell|commitment)$",
    "fit-out": r":(electrical-yard|electrical-rooms|hall-fitout|controls)$|supply:",
    "commissioning": r":(commissioning|acceptance)$",
    "weather and the rest": r"",
}
"""What a category of days (`kind:name`) belongs to: the first pattern that is found in it."""


class Evidence(NamedTuple):
    """What is known to have held a site up."""

    binds: str
    text: str
    publisher: str
    url: str


def evidence() -> dict[str, Evidence]:
    """By site."""
    with EVIDENCE.open(newline="", encoding="utf-8") as file:
        return {
            row["site"]: Evidence(row["binds"], row["evidence"], f"{row['publisher']}, {row['date']}", row["url"])
            for row in csv.DictReader(file)
        }


def group_of(category: str) -> str:
    """The group of a category such as ``supply:gb200-nvl72>cowos-l``."""
    return next(group for group, pattern in GROUPS.items() if re.search(pattern, category))


def grouped(attribution: pd.DataFrame, site: str) -> list[tuple[str, float]]:
    """Groups and their mean days to the first GPU of a site, the largest first."""
    days: dict[str, float] = defaultdict(float)
    rows = attribution[(attribution["site"] == site) & (attribution["milestone"] == MILESTONE)]
    for category, mean in zip(rows["category"], rows["mean_days"], strict=True):
        days[group_of(category)] += mean
    return sorted(days.items(), key=lambda each: -each[1])


def rows_of(scenario: str) -> Iterator[tuple[str, ...]]:
    """A line of the table for each site of a scenario."""
    known = evidence()
    study = buildsim.run(scenario, replications=REPLICATIONS, engine="kernel")
    for found in study.milestones[study.milestones["milestone"] == MILESTONE].itertuples():
        groups = grouped(study.attribution, found.site)
        total = sum(days for _, days in groups)
        shown = ", ".join(f"{group} {100 * days / total:.0f} %" for group, days in groups[:SHOWN])
        about = known[found.site]
        agrees = about.binds in [group for group, _ in groups[:2]]
        verdict = "agrees" if agrees else f"differs: {about.binds}"
        median = "> horizon" if pd.isna(found.p50) else f"{found.p50:%Y-%m-%d}"
        yield (
            f"`{found.site}`",
            f"`{scenario}`",
            median,
            shown,
            f"{about.text} ([{about.publisher}]({about.url}))",
            verdict,
        )


def table() -> str:
    """The generated table as Markdown."""
    header = ("site", "scenario", "first GPU, P50", "its days", "evidence of what held it up", "model")
    return blocks.table(header, [row for scenario in SCENARIOS for row in rows_of(scenario)])


def main() -> int:
    """Write the table into the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(blocks.written(text, BLOCK, table()), encoding="utf-8")
    print(f"wrote the table of {README.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
