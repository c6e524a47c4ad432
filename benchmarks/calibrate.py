"""Fits the calibration to finished builds and writes it where it is shipped; a few minutes.

    python benchmarks/calibrate.py CASES.csv --source "who says so, and under which licence"

What is fitted stands in buildsim/backtest/priors.yaml, how in buildsim/backtest/calibration.py. How good it is for
builds that it has not seen: `buildsim backtest CASES.csv --score`.
"""

from __future__ import annotations

import argparse
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from buildsim.backtest.baselines import finished
from buildsim.backtest.calibration import effective, evidence, predictive_weights
from buildsim.backtest.cases import read_cases
from buildsim.backtest.forecast import SEED
from buildsim.backtest.plan import forecast
from buildsim.backtest.reference_class import ratios
from buildsim.backtest.shipped import FILE, Origin, text_of
from buildsim.studies.files import write_file
from buildsim.studies.run import versions

TARGET = Path(__file__).resolve().parents[1] / "buildsim" / "backtest" / FILE
REPLICATIONS = 1000


def main() -> None:
    """Play, fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--source", required=True, help="whose cases these are")
    parser.add_argument("-n", "--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--out", type=Path, default=TARGET)
    asked = parser.parse_args()

    cases = read_cases(asked.cases)
    known = finished(cases.builds, cases.outcomes)
    forecasts = forecast([each.build for each in known], replications=asked.replications, seed=SEED, engine="kernel")
    fit = evidence(known, forecasts).fit()
    origin = Origin(
        source=asked.source,
        cases=len(known),
        campuses=len({each.build.campus for each in known}),
        sha256=hashlib.sha256(asked.cases.read_bytes()).hexdigest(),
        replications=asked.replications,
        seed=SEED,
        effective_points=round(fit.points, 1),
        fitted_on=datetime.now(UTC).date(),
        versions=versions(),
    )
    text = text_of(fit, ratios(known, forecasts), origin)
    write_file(asked.out, text.encode())
    fewest = min(effective(predictive_weights(each, fit.posterior)) for each in forecasts)
    print(text)
    print(f"effective: {fit.points:.0f} points of the prior, at least {fewest:.0f} replications of a build")


if __name__ == "__main__":
    main()
