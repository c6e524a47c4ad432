"""What carries the signal: the scores of the backtest with each attribute of a strategy taken as not known in turn.

    python benchmarks/ablation.py CASES.csv

Writes docs/validation/ablation.csv and prints the same: by how many days of pinball loss the forecasts get worse, cut
to what could be observed. A build whose plans stay the same is not played again. What is not known of a build makes it
many plans, so all of them take a quarter of an hour of one processor; `--only ATTRIBUTE` removes some.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from blocks import table

from buildsim.backtest.bases import Basis, left_out
from buildsim.backtest.cases import Cases, read_cases, without
from buildsim.backtest.forecast import SEED, Forecast
from buildsim.backtest.plan import forecast
from buildsim.backtest.scores import CaseScore, Gain, gain, score_case, summarize
from buildsim.studies.files import write_file

TARGET = Path(__file__).resolve().parents[1] / "docs" / "validation" / "ablation.csv"
REPLICATIONS = 300
REMOVED: tuple[tuple[str, ...], ...] = (
    (),
    ("start_date",),
    ("build_type", "retrofit"),
    ("power_preexisting",),
    ("onsite_power_first",),
    ("tent_first",),
    ("first_facility_mw", "first_it_mw"),
    ("first_buildings",),
    ("operator_class",),
    ("country", "us_state", "grid"),
    ("phased", "final_planned_facility_mw", "owner"),
)
"""Attributes that say the same are removed together; nothing is made of the last ones."""
BASES: tuple[Basis, ...] = ("facts", "calibrated")
HEAD = (
    "removed",
    "basis",
    "pinball_cut",
    "worse_by",
    "low",
    "high",
    "worse_in",
    "cases",
    "inside",
    "known_of",
    "replications",
)


@dataclass(frozen=True, slots=True)
class Row:
    """The forecasts without some attributes, on one basis."""

    removed: tuple[str, ...]
    basis: Basis
    scores: list[CaseScore]
    lost: Gain
    """What the forecasts with all attributes gain over these."""
    known: int
    """Finished builds of which one of the attributes was known."""
    replications: int

    def cells(self) -> list[str]:
        """The row as it is written."""
        score = summarize(self.scores)
        numbers = (score.pinball, self.lost.mean, self.lost.low, self.lost.high)
        days = ["" if number is None else f"{number:.1f}" for number in numbers]
        counts = (self.lost.better, score.count, score.inside, self.known, self.replications)
        return [" + ".join(self.removed) or "nothing", self.basis, *days, *map(str, counts)]


def rows(cases: Cases, replications: int, removals: Sequence[tuple[str, ...]]) -> Iterator[Row]:
    """A row for each removal and basis; all are played in one go, so that equal plans are played once."""
    variants = [without(cases, removed) for removed in removals]
    played = forecast(
        [build for variant in variants for build in variant.builds],
        replications=replications,
        seed=SEED,
        engine="kernel",
        progress=_tell,
    )
    count = len(cases.builds)
    whole: dict[Basis, list[CaseScore]] = {}
    campus = {build.case: build.campus for build in cases.builds}
    for i, (removed, variant) in enumerate(zip(removals, variants, strict=True)):
        found = left_out(variant.builds, cases.outcomes, played[i * count : (i + 1) * count])
        for basis in BASES:
            scores = [_scored(cases, each) for each in found.forecasts[basis]]
            lost = gain(whole.setdefault(basis, scores), scores, [campus[each.case] for each in scores])
            yield Row(removed, basis, scores, lost, _known(cases, removed), replications)


def _scored(cases: Cases, each: Forecast) -> CaseScore:
    outcome = cases.outcomes[each.case]
    assert outcome.days is not None
    return score_case(each.cut(outcome.max_observable_days), outcome.days)


def _tell(done: int, asked: int) -> None:
    print(f"\r{done} of {asked} builds", end="" if done < asked else "\n", file=sys.stderr, flush=True)


def _known(cases: Cases, removed: tuple[str, ...]) -> int:
    finished = [build for build in cases.builds if cases.outcomes[build.case].days is not None]
    return sum(any(getattr(build, name) is not None for name in removed) for build in finished)


def main() -> None:
    """Score, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("-n", "--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--only", action="append", metavar="ATTRIBUTE", help="remove only this one and its like")
    asked = parser.parse_args()

    removals = [each for each in REMOVED if not (each and asked.only) or set(each) & set(asked.only)]
    found = [row.cells() for row in rows(read_cases(asked.cases), asked.replications, removals)]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([HEAD, *found])
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    write_file(asked.out, stream.getvalue().encode())
    print(table(HEAD, found))


if __name__ == "__main__":
    main()
