"""Writes scenarios/README.md and tests/data/what_ifs.csv: `python benchmarks/what_ifs.py`.

Plays every shipped scenario that has variants at full length on the compiled kernel, prints the seconds that each took,
records the verdict on each expectation in the CSV, which `tests/test_what_ifs.py` asserts, and writes the generated
parts of the README. What stands between them is written by hand and kept: the answers in plain words. A scenario that
the README does not know yet gets a section of its own at the end. Names of scenarios as arguments run only these.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import blocks

import buildsim
from buildsim.datafiles import shipped
from buildsim.loading.alone import read_alone
from buildsim.present import words
from buildsim.present.what_if import explained_milestones, largest, shown_milestones, stands_still
from buildsim.schema.scenario import Scenario
from buildsim.studies.what_if import IDLE, VariantResult, WhatIfResult

ROOT = Path(__file__).resolve().parents[1]
README, RECORDED = ROOT / "scenarios" / "README.md", ROOT / "tests" / "data" / "what_ifs.csv"
LISTING = "scenarios"
SECONDS = 60
"""What one what-if may take of the processor: others may be at work on the machine."""


class Verdict(NamedTuple):
    """A row of the CSV."""

    scenario: str
    variant: str
    site: str
    milestone_or_measure: str
    direction: str
    verdict: str


def scenarios() -> dict[str, Scenario]:
    """The shipped scenarios by name."""
    models = ((name, read_alone("scenario", name).model) for name in shipped("scenarios"))
    return {name: model for name, model in models if isinstance(model, Scenario)}


def what_ifs() -> list[str]:
    """Names of the shipped scenarios that have variants."""
    return [name for name, scenario in scenarios().items() if scenario.variants]


def played(name: str, replications: int | None = None) -> WhatIfResult:
    """The answer of a shipped scenario on the kernel, at full length unless a number says otherwise."""
    return buildsim.what_if(name, replications=replications, engine="kernel").result


def verdicts(result: WhatIfResult) -> list[Verdict]:
    """A row for each expectation and site, in the order of the scenario."""
    return [
        Verdict(result.scenario, name, each.site, each.subject, each.direction, each.verdict)
        for name, variant in result.variants.items()
        for each in variant.expected
    ]


def recorded() -> list[Verdict]:
    """The rows of the CSV."""
    with RECORDED.open(newline="", encoding="utf-8") as file:
        return [Verdict(**row) for row in csv.DictReader(file)]


def listing() -> str:
    """What each shipped scenario asks."""
    rows = [
        (
            f"`{name}`",
            scenario.question or scenario.title or "",
            scenario.start.isoformat(),
            (scenario.as_of or scenario.data_date or scenario.start).isoformat(),
            ", ".join(f"`{site}`" for site in scenario.sites),
            f"{len(scenario.variants)}" if scenario.variants else "",
        )
        for name, scenario in scenarios().items()
    ]
    return blocks.table(("scenario", "it asks", "starts", "knows what was known on", "sites", "variants"), rows)


def answer(result: WhatIfResult) -> str:
    """All that is generated of one scenario."""
    parts = [
        f"**{result.question or result.title or result.scenario}** ({result.replications} replications, seed "
        f"{result.seed})\n",
        *(f"- `{name}`: {variant.title}, against {_against(variant)}" for name, variant in result.variants.items()),
        "",
        "What was expected before the run:\n",
        blocks.table(EXPECTED, list(_expected(result))),
        "What moves, in days (below 0: earlier), replication by replication:\n",
        blocks.table(MOVES, list(_moves(result))),
        *_still(result),
        "What binds, mean days before and after:\n",
        blocks.table(BINDS, list(_binds(result))),
    ]
    return "\n".join(parts)


EXPECTED = ("variant", "expected", "why", "mean (95%)", "share worse", "verdict")
MOVES = ("variant", "site", "", "mean (95%)", "P10, P50, P90", "earlier or less", "worse: later or more", "pairs")
BINDS = ("variant", "site", "milestone", "before", "after")


def _against(variant: VariantResult) -> str:
    return "the scenario as it is" if variant.against is None else f"`{variant.against}`"


def _expected(result: WhatIfResult) -> Iterator[tuple[str, ...]]:
    for name, variant in result.variants.items():
        for each in variant.expected:
            scale, unit = (1e6, "M GPU-days") if each.subject == IDLE else (1.0, "days")
            found = each.change
            low, high = words.move(found.low, scale), words.move(found.high, scale)
            moved = f"{words.move(found.mean, scale)} ({low}, {high}) {unit}"
            worse = "?" if found.more is None else words.percent(found.more)
            verdict = each.verdict if each.verdict == "agrees" else f"**{each.verdict}**"
            yield f"`{name}`", words.expectation(each), words.reason(each), moved, worse, verdict


def _moves(result: WhatIfResult) -> Iterator[tuple[str, ...]]:
    for name, variant in result.variants.items():
        asked_idle = any(each.subject == IDLE for each in variant.expected)
        for site, change in variant.sites.items():
            rows = [(words.milestone(each), change.milestones[each], 1.0) for each in shown_milestones(variant, site)]
            if asked_idle and change.idle is not None:
                rows.append((f"M {change.idle.unit} idle", change.idle.change, 1e6))
            for label, found, scale in rows:
                if stands_still(found):
                    continue
                mean, low, high, *percentiles = (
                    words.move(value, scale)
                    for value in (found.mean, found.low, found.high, found.p10, found.p50, found.p90)
                )
                shares = ("?" if share is None else words.percent(share) for share in (found.less, found.more))
                moved = (f"{mean} ({low}, {high})", ", ".join(percentiles))
                yield f"`{name}`", f"`{site}`", label, *moved, *shares, f"{found.pairs}"


def _still(result: WhatIfResult) -> Iterator[str]:
    """Sites at which nothing that is shown moves."""
    for name, variant in result.variants.items():
        still = [
            f"`{site}`"
            for site, change in variant.sites.items()
            if all(stands_still(change.milestones[each]) for each in shown_milestones(variant, site))
        ]
        if still:
            yield f"With `{name}` no milestone moves in any replication at {', '.join(still)}.\n"


def _binds(result: WhatIfResult) -> Iterator[tuple[str, ...]]:
    for name, variant in result.variants.items():
        for site, change in variant.sites.items():
            for milestone in explained_milestones(variant, site):
                found = change.binding[milestone]
                before, after = (_parts(days) for days in (found.before, found.after))
                yield f"`{name}`", f"`{site}`", words.milestone(milestone), before, after


def _parts(days: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value}" for value, name in largest(days))


def write(results: Mapping[str, WhatIfResult]) -> None:
    """Write the README, and the CSV with new rows for these scenarios."""
    text = blocks.written(README.read_text(encoding="utf-8"), LISTING, listing())
    for name, result in results.items():
        if blocks.begin(name) not in text:
            text += f"\n### {name}\n\n{blocks.begin(name)}{blocks.END}"
        text = blocks.written(text, name, answer(result))
    README.write_text(text, encoding="utf-8")
    names = what_ifs()
    kept = [row for row in recorded() if row.scenario in names and row.scenario not in results]
    rows = sorted([*kept, *(row for result in results.values() for row in verdicts(result))], key=lambda row: row[0])
    with RECORDED.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([Verdict._fields, *rows])


def main(asked: list[str]) -> int:
    """Run, print the seconds, write."""
    results = {}
    slow = False
    for name in asked or what_ifs():
        began = time.process_time()
        results[name] = played(name)
        seconds = time.process_time() - began
        slow |= seconds > SECONDS
        print(f"{name}: {seconds:.1f} s{' (too slow)' if seconds > SECONDS else ''}")
        for row in verdicts(results[name]):
            if row.verdict != "agrees":
                print(f"  {row.variant}, {row.site}: {row.milestone_or_measure} {row.direction}: {row.verdict}")
    write(results)
    print(f"wrote {README.relative_to(ROOT)} and {RECORDED.relative_to(ROOT)}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
