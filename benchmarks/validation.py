"""Writes docs/validation.md, how good the forecasts are: `python benchmarks/validation.py CASES.csv OPEN.csv`.

CASES.csv holds builds that are finished, OPEN.csv builds that were seen not to be, both as `buildsim backtest` takes
them. Takes some minutes on the compiled kernel. The pictures are docs/validation/*.svg. Facts kept aside and answers
known exactly are read from docs/market.md and docs/verification.md, which benchmarks/market.py and
benchmarks/verification.py write; docs/validation/ablation.csv says what each attribute of a build is worth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from beside import ROOT, kept_aside
from blocks import table
from carried import carried
from pages import INSIDE, NEAR, equal_counts, families
from pages import kept_aside as compared_facts
from scipy.stats import binom
from shortcomings import MISSED, bullets, shortcomings

from buildsim.analysis.milestones import CONFIDENCE
from buildsim.backtest.forecast import REPLICATIONS

PAGE, FOLDER = ROOT / "docs" / "validation.md", ROOT / "docs" / "validation"
ABLATION = FOLDER / "ablation.csv"
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares at which reliability is told."""

HEAD = """\
# Validation

How good the forecasts of real builds are. `python benchmarks/validation.py CASES.csv OPEN.csv` writes this page from
{count} finished builds and {still_open} that were open when last seen, with {replications} replications of each and
seed {seed}. What is measured are the days from the start of a build to its first hall in service. Forecasts are those
on the basis `{basis}` where nothing else is said. Every one knows only attributes that could be known at the start;
whatever is fitted was fitted without the campus of the build that it forecasts. Forecasts of finished builds are cut to
the time in which a build could be observed (see [Scores](#scores)), in the list below and in the pictures too, save
where "uncut" is said.

Names, starts and dates of the builds are excerpted and adapted from the data on frontier data centers of
[Epoch AI](https://epoch.ai/data/data-centers), used under [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/).

## What the model gets wrong

"""

SCORES = """\
## Scores

Pinball: mean loss of P10, P50, P80 and P90 in days, less is better, as the CRPS. Inside: cases from P10 to P90, 80% of
them if the forecasts are calibrated. Error and bias are medians of the P50 less the real days, without its sign and
with it; above 0 is too late. Cut: only replications within the time that could be observed, since a slower build could
not be among the finished ones; all columns but one are cut. In brackets: 95% intervals.
"""

GROUPS = """\
## By group

Relative bias: median of the P50 over the real days, less 1. A group of eight or more whose interval lies wholly beyond
25% would be wrong beyond doubt.
"""

PICTURES = """\
## Forecasts and what happened

![P10 to P90 of each build, and when it was really ready](validation/intervals.svg)

![How many builds were ready by a percentile](validation/reliability.svg)
"""

OPEN = """\
## Builds that were still open

The probability that a build takes longer than it was seen to, of all replications. They are here because they are open,
so a high one proves nothing; low ones say that the forecasts are too early. What becomes of them is
[on record](forecasts/README.md).
"""

LINKS = """\
## Where to look further

- [Forecasts on record](forecasts/README.md): what is said of builds that nobody knows yet.
- [What is forecast, and how it is scored](commands.md#buildsim-backtest)
- [The market in the catalogs](market.md): every fact kept aside, with why the model deviates.
- [Verification](verification.md): every comparison of the engines with answers that are known.
"""


def backtest(file: Path, replications: int) -> dict[str, Any]:
    """The JSON of ``buildsim backtest FILE --score``."""
    command = [sys.executable, "-m", "buildsim", "backtest", str(file), "--score", "--json", "-"]
    options = ["--engine", "kernel", "-n", str(replications)]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def page(cases: Mapping[str, Any], open_builds: Mapping[str, Any]) -> str:
    """The text of the page from both documents of a backtest."""
    scores, still_open = cases["scores"], open_builds["scores"]["open"]
    facts = compared_facts(_text("market.md"), kept_aside().keys())
    head = HEAD.format(
        count=len(scores["cases"]),
        still_open=len(still_open),
        replications=cases["replications"],
        seed=cases["seed"],
        basis=cases["basis"],
    )
    parts = [
        head + bullets(shortcomings(scores, still_open, facts)),
        SCORES,
        scores_table(scores),
        GROUPS,
        groups_table(scores["groups"]),
        PICTURES,
        *calibration_part(scores),
        *carried(ABLATION),
        OPEN,
        table(("build", "days so far", "longer"), [_open_cells(each) for each in still_open]),
        *facts_part(facts),
        *engines_part(_text("verification.md")),
        LINKS,
    ]
    return "\n".join(parts)


def scores_table(scores: Mapping[str, Any]) -> str:
    """Forecasts on each basis and the baselines beside them."""
    judged = {**scores["bases"], **{f"baseline: {name}": each for name, each in scores["baselines"].items()}}
    head = ("", "pinball", "pinball, uncut", "CRPS", "inside", "error", "bias", "relative bias")
    return table(head, [_score_cells(name, each["cut"], each["uncut"]) for name, each in judged.items()])


def groups_table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Every group of builds."""
    rows = [
        (f"{by}: {name}", f"{score['count']}", _days(score["pinball"]), _inside(score), _relative(score))
        for by, found in groups.items()
        for name, score in found.items()
    ]
    return table(("", "cases", "pinball", "inside", "relative bias"), rows)


def calibration_part(scores: Mapping[str, Any]) -> list[str]:
    """What was fitted, to what it came, and what it is worth for builds that the fit did not see."""
    learned, best = scores["learned"], scores["best_baseline"]
    text = f"""\
## Before and after calibration

Four numbers for all builds together are fitted; each is 0 at the facts, which let it go as far as its prior. The table
has the fit to all finished builds, for what it says of the numbers; the scores above and gains below are those of fits
without the own campus. No calibrated forecast rests on fewer than {learned["effective_replications"]:.0f} effective
replications.
"""
    head = ("parameter", "prior", "after")
    fitted = [
        (each["name"], _normal(each["prior_mean"], each["prior_sd"]), _normal(each["mean"], each["sd"]))
        for each in learned["parameters"]
    ]
    names = {"all": "all", "confirmed": "confirmed dates", "not_redesigned": "not redesigned"}
    rows = [
        (basis, f"{label} over {over}", *_gain_cells(gains[key]))
        for basis, found in scores["bases"].items()
        for over, gains in ((best, found["over_best_baseline"]), ("the facts", found["over_facts"]))
        if gains is not None and not (basis == "facts" and over == "the facts")
        for key, label in names.items()
        if gains[key] is not None
    ]
    picture = "![Loss on each basis, and the gain over the best baseline](validation/before-after.svg)\n"
    gained = table(("basis", "of", "gain in days", "95% interval", "better in"), rows)
    return [text, table(head, fitted), gained, picture]


def facts_part(facts: list[Any]) -> list[str]:
    """How many facts kept aside are met."""
    verdicts = Counter(
        each.verdict if each.verdict in (INSIDE, NEAR) else "missed" if abs(each.percent) > MISSED else "off"
        for each in facts
    )
    text = f"""\
## Facts that were kept aside

No catalog may use them; a test refuses it. {len(facts)} can be set beside a run as numbers. Of these the middle of the
runs is in the stated range of the fact for {verdicts[INSIDE]}, within a twentieth of it for {verdicts[NEAR]}, off its
nearer end by up to {MISSED}% for {verdicts["off"]}, and by more for {verdicts["missed"]}.
[The market in the catalogs](market.md) has all of them, and why the model deviates.
"""
    return [text]


def engines_part(verification: str) -> list[str]:
    """How the engines compare with answers that are known."""
    found = families(verification)
    rows = []
    for engine in dict.fromkeys(each.engine for each in found):
        own = [each for each in found if each.engine == engine]
        agree, answers = sum(each.agree for each in own), sum(each.answers for each in own)
        rows.append((f"`{engine}`", f"{len(own)}", f"{agree} of {answers}"))
    equal, compared = equal_counts(verification, "PSPLIB")
    text = f"""\
## Ground truth of the engines

That an engine computes what a plan says is another question than whether the plan is right. Exact answers of small
models, within their error; besides, {equal} of {compared} checks of schedules of the library PSPLIB agree.
[Verification](verification.md) has all of it, and what was not compared.
"""
    return [text, table(("engine", "families of models", "answers that agree"), rows)]


def draw(cases: Mapping[str, Any]) -> None:
    """Write the pictures."""
    from buildsim.present.charts.save import save
    from buildsim.present.charts.validation import before_after, intervals, reliability

    FOLDER.mkdir(exist_ok=True)
    scores = cases["scores"]
    rows = pd.DataFrame(scores["cases"]).rename(columns={"days": "real"})
    save(
        intervals(
            rows.astype(dict.fromkeys(("p10", "p50", "p80", "p90", "real"), float)),
            title="Forecasts and what happened",
        ),
        FOLDER / "intervals.svg",
    )
    save(reliability(levels(scores["bases"]), title="Ready by a percentile"), FOLDER / "reliability.svg")
    save(before_after(variants(scores), title="Loss, and gain over the best baseline"), FOLDER / "before-after.svg")


def levels(bases: Mapping[str, Any]) -> pd.DataFrame:
    """How many builds were ready by a percentile, on each basis, with what chance alone would let be seen."""
    rows = []
    for basis, found in bases.items():
        ranks = np.array([case["rank"] for case in found["cases"]])
        for level in LEVELS:
            low, high = binom.interval(CONFIDENCE, len(ranks), level)
            observed = float((ranks <= level).mean())
            rows.append((basis, level, observed, low / len(ranks), high / len(ranks)))
    return pd.DataFrame(rows, columns=["variant", "nominal", "observed", "low", "high"])


def variants(scores: Mapping[str, Any]) -> pd.DataFrame:
    """The loss of each basis with its gain over the best baseline, and that baseline."""
    best = scores["best_baseline"]
    rows = [(f"baseline: {best}", scores["baselines"][best]["cut"]["pinball"], np.nan, np.nan, np.nan)]
    for basis, found in scores["bases"].items():
        gain = found["over_best_baseline"]["all"]
        rows.append((basis, found["cut"]["pinball"], gain["mean"], gain["low"], gain["high"]))
    return pd.DataFrame(rows, columns=["variant", "pinball", "gain", "gain_low", "gain_high"])


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _score_cells(name: str, cut: Mapping[str, Any], uncut: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = (cut["pinball"], uncut["pinball"], cut["crps"])
    error, bias = cut["median_absolute_error"], cut["median_bias"]
    return (
        name,
        *map(_days, numbers),
        _inside(cut),
        _days(error),
        "–" if bias is None else f"{bias:+.1f}",
        _relative(cut),
    )


def _open_cells(build: Mapping[str, Any]) -> tuple[str, ...]:
    return f"`{build['case']}`", f"{build['days']:.0f}", f"{build['probability']:.0%}"


def _gain_cells(gain: Mapping[str, Any]) -> tuple[str, ...]:
    mean = "–" if gain["mean"] is None else f"{gain['mean']:+.1f}"
    return mean, _span(gain["low"], gain["high"]), f"{gain['better']}"


def _days(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _inside(score: Mapping[str, Any]) -> str:
    low, high = score["coverage_ci95"]
    return f"{score['inside']} of {score['count']} ({low:.0%} to {high:.0%})"


def _relative(score: Mapping[str, Any]) -> str:
    low, high = ("?" if each is None else f"{each:+.0%}" for each in score["median_relative_bias_ci95"])
    middle = score["median_relative_bias"]
    return f"{'–' if middle is None else f'{middle:+.0%}'} ({low} to {high})"


def _normal(mean: float, sd: float) -> str:
    return f"{mean:+.2f} ± {sd:.2f}"


def _span(low: Any, high: Any) -> str:
    return "–" if low is None or high is None else f"{float(low):+.1f} to {float(high):+.1f}"


def main() -> int:
    """Write the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, metavar="CASES.csv")
    parser.add_argument("open", type=Path, metavar="OPEN.csv")
    parser.add_argument("-n", "--replications", type=int, default=REPLICATIONS, metavar="N")
    asked = parser.parse_args()
    cases, still_open = (backtest(file, asked.replications) for file in (asked.cases, asked.open))
    text = page(cases, still_open)
    draw(cases)
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {FOLDER.relative_to(ROOT)}/*.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
