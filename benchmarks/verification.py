"""Writes docs/verification.md, what was checked against what: `python benchmarks/verification.py`.

Plays what the tests in tests/truth play, about a minute for each engine. PSPLIB's files may not be
copied; the environment variable BUILDSIM_TRUTH names the folder in which psplib/ stands. Exit code 1 if anything
differs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from blocks import table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "verification.md"
sys.path.insert(0, str(ROOT / "tests" / "truth"))

from groundtruth.case import CUSTOMARY  # noqa: E402
from groundtruth.families import BUILDERS, NOT_EXPRESSIBLE, OUT_OF_SCOPE, QUEUES, scores  # noqa: E402
from groundtruth.play import ENGINES  # noqa: E402
from groundtruth.psplib import RULES, Makespans, makespans, violations  # noqa: E402
from groundtruth.schedule import (  # noqa: E402
    SCHEDULERS,
    SCHEDULES,
    compare,
    of_instance,
    of_schedule,
)
from groundtruth.score import LIMIT, Score, mean_square  # noqa: E402

INTRODUCTION = """\
# Verification

What buildsim was compared with, and how it came out. `python benchmarks/verification.py` writes this page; the same
comparisons are tests (`tests/truth/`). The models are written in the YAML language and go through the same loading,
compiling and drawing as anybody's scenario.
"""

EXACT = """\
## Exact answers

Families of small models whose answers are known from mathematics: Markov chains, closed forms, enumeration, numerical
integration. `tests/truth/data/exact/` has each model, its answers with a bound of their error, and how they were
found. The score is z = (simulated - exact) / sqrt(standard error² + error bound²); no |z| may reach 4. The mean of z²
must be near 1, or the standard errors themselves are wrong. Answers without chance must agree to their error
bound, or to the length of a lot where the exact model is a fluid; they have no z.

Queues are activities that wait for a pool, arrivals a chain of random lags. Each run begins empty, and its first
fifth does not count. Where runs are few, z is the normal deviate as rare as Student's t.
"""

SCHEDULE_TEXT = """\
## Dates of other schedulers

Five schedules whose dates were computed by the rules of P6 and of MS Project (`tests/truth/data/schedules/`), with two
calendars, holidays, date constraints, and lags in working hours. A milestone at the very start is compared by its date
only: here it ignores calendars and stands at midnight.

After a finish-to-finish link the others delay the start of work, here the finish is stretched (semantics 6): such a
start differs, its finish does not. `DC_LAGS_HOLIDAYS` has a negative lag, which is refused; for the comparison "40
hours before the end" of an activity of 200 hours is written as SS + 160 hours.
"""

PSPLIB_TEXT = """\
## PSPLIB

60 single-mode instances of the project scheduling library PSPLIB (Kolisch and Sprecher 1996), 20 each of 30, 60 and 120
jobs, imported by `buildsim import`. A dispatch rule of buildsim is a greedy parallel schedule generation, so its
makespan must be exactly the one that an independent implementation gives for the same rule. Every schedule is also
checked for precedence and capacity by a reader of the file that shares no code with the importer or the engines.

The instances may not be copied into the project. Without the environment variable BUILDSIM_TRUTH, which names the
folder that holds `psplib/`, these tests are skipped and this part of the page stays empty.
"""

GAP_TEXT = """\
How far above the best known makespan the rules are, in percent, on average over the instances. The rules that buildsim
does not have are the independent implementation's: forward-backward justification and picking the best of several
schedules look ahead, which a dispatch rule does not.
"""

WITHOUT = """\
BUILDSIM_TRUTH was not set: nothing was compared.
"""

GAPS = {
    "`lft`: parallel, latest finish time": "P-LFT",
    "`lst`: parallel, latest start time": "P-LST",
    "`least_slack`: parallel, least slack": "P-MSLK",
    "`index`: parallel, activity number": "P-FIFO_id",
    "parallel, latest finish time, then forward-backward justification": "P-LFT+FBI",
    "best of six rules": "best-of-6",
    "best of all rules, then justification": "best-of-all+FBI",
}


@dataclass(slots=True)
class Part:
    """Lines of the page, and how many comparisons failed."""

    lines: list[str]
    failures: int = 0


def exact_part() -> Part:
    """Tables of the families for each engine, and what is left out."""
    part = Part([EXACT])
    for engine in ENGINES:
        player = CUSTOMARY[engine]
        found = {family: list(scores(family, player)) for family in BUILDERS}
        everything = [each for rows in found.values() for each in rows]
        part.failures += sum(not each.agrees for each in everything)
        queues = f"{player.runs} runs of {player.customers:,} customers"
        part.lines += [
            f"Engine `{engine}`: networks with {player.replications:,} replications (a tenth for `transient_minf` and\n"
            f"`yield_rework`), queues with {queues}.",
            "",
            table(
                ("family", "cases", "answers", "agree", "largest \\|z\\|", "mean z²"),
                [family_row(family, rows) for family, rows in found.items()]
                + [family_row("all", everything)]
                + [family_row("queues alone", [each for name in QUEUES for each in found[name]])],
            ),
        ]
    reasons = [f"- `{name}`: {reason}." for name, reason in {**OUT_OF_SCOPE, **NOT_EXPRESSIBLE}.items()]
    part.lines += [
        "Not compared, since the language cannot say it, or the answer is no result of a run:",
        "",
        *reasons,
        "",
    ]
    return part


def family_row(name: str, rows: Sequence[Score]) -> tuple[str, ...]:
    """One line of the table of families."""
    deviates = [abs(each.z) for each in rows if each.z is not None]
    spread = [each for each in rows if each.z]
    return (
        name,
        str(len({(each.family, each.case) for each in rows})),
        str(len(rows)),
        str(sum(each.agrees for each in rows)),
        f"{max(deviates):.2f}" if deviates else "no chance",
        f"{mean_square(spread):.2f}" if spread else "",
    )


def schedule_part() -> Part:
    """A table of the five schedules for each engine."""
    part = Part([SCHEDULE_TEXT])
    for engine in ENGINES:
        rows = []
        for file in sorted(SCHEDULES.glob("*.yaml")):
            played = of_schedule(file.stem, engine)
            for scheduler in SCHEDULERS:
                agreement = compare(played, file.stem, scheduler)
                part.failures += agreement.activities - agreement.finishes
                counts = (agreement.activities, agreement.finishes, agreement.starts)
                rows.append((file.stem, scheduler, *map(str, counts)))
        header = ("schedule", "rules of", "activities", "equal finishes", "equal starts")
        part.lines += [f"Engine `{engine}`:", "", table(header, rows)]
    return part


def psplib_part(truth: Path) -> Part:
    """Equal makespans by rule and set, and gaps to the best known."""
    instances = makespans(truth)
    part = Part([PSPLIB_TEXT])
    for engine in ENGINES:
        rows = []
        for rule, column in RULES.items():
            equal, feasible = 0, 0
            for each in instances:
                file = truth / "psplib" / "sm" / f"{each.instance}.sm"
                dated = of_instance(file, rule, engine)
                equal += dated.makespan == each.by_rule[column]
                feasible += not any(violations(file, dated.start, dated.finish))
            part.failures += 2 * len(instances) - equal - feasible
            rows.append((f"`{rule}`", f"{equal} of {len(instances)}", f"{feasible} of {len(instances)}"))
        part.lines += [f"Engine `{engine}`:", "", table(("rule", "equal makespans", "feasible schedules"), rows)]
    sets = list(dict.fromkeys(each.set for each in instances))
    gaps = [(name, *(f"{gap(instances, column, each):.1f}" for each in sets)) for name, column in GAPS.items()]
    part.lines += [GAP_TEXT, table(("rule", *sets), gaps)]
    return part


def gap(instances: Sequence[Makespans], column: str, set_name: str) -> float:
    """Mean percent above the best known makespan."""
    return fmean(100 * (each.by_rule[column] / each.best_known - 1) for each in instances if each.set == set_name)


def main() -> int:
    """Write the page; 1 if anything differs."""
    truth = os.environ.get("BUILDSIM_TRUTH")
    parts = [exact_part(), schedule_part(), psplib_part(Path(truth)) if truth else Part([PSPLIB_TEXT, WITHOUT])]
    text = "\n".join([INTRODUCTION, *(line for part in parts for line in part.lines)])
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")
    failures = sum(part.failures for part in parts)
    print(f"wrote {PAGE.relative_to(ROOT)}: {failures} differences (limit of |z|: {LIMIT:g})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
