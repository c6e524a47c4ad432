"""The page on validation: what it reads from other pages, and what it says the model gets wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]
DOCS = Path(__file__).resolve().parents[2] / "docs"


def score(**changes: Any) -> dict[str, Any]:
    """The score of ten cases with a bias that proves nothing."""
    found = {
        "count": 10, "pinball": 40.0, "crps": 90.0, "inside": 8, "coverage": 0.8, "coverage_ci95": [0.44, 0.97],
        "median_absolute_error": 80.0, "median_bias": -9.0, "median_relative_bias": -0.05,
        "median_relative_bias_ci95": [-0.1, 0.1],
    }  # fmt: skip
    return {**found, **changes}


def gain(mean: float, low: float, high: float) -> dict[str, Any]:
    return {"mean": mean, "low": low, "high": high, "better": 6}


def case(name: str, days: float, p10: float, p50: float, p90: float | None, pinball: float) -> dict[str, Any]:
    return {"case": name, "days": days, "p10": p10, "p50": p50, "p80": p90, "p90": p90, "pinball": pinball, "rank": 0.5}


CASES = [
    *(case(f"kept-{i}", 500.0, 400.0, 500.0, 600.0, 10.0) for i in range(8)),
    case("late", 900.0, 300.0, 400.0, 500.0, 260.0),
    case("early", 100.0, 400.0, 500.0, None, 60.0),
]
SCORES: dict[str, Any] = {
    "overall": {"cut": score(), "uncut": score()},
    "groups": {
        "kind": {"new": score(), "retrofit": score(count=3, median_relative_bias_ci95=[None, None])},
        "evidence": {"stated": score()},
        "date": {"confirmed": score()},
    },
    "baselines": {"one": {"cut": score(pinball=45.0), "uncut": score(), "gain": gain(5.0, 1.0, 9.0)}},
    "best_baseline": "one",
    "bases": {
        name: {
            "cut": score(), "uncut": score(), "cases": CASES,
            "over_best_baseline": {"all": gain(5.0, 1.0, 9.0), "confirmed": None, "not_redesigned": None},
            "over_facts": {"all": gain(0.5, 0.1, 0.9), "confirmed": None, "not_redesigned": None},
        }
        for name in ("facts", "calibrated")
    },
    "learned": {
        "parameters": [{"name": "pace", "prior_mean": 0.0, "prior_sd": 0.2, "mean": 0.07, "sd": 0.11}],
        "effective_replications": 34.4,
    },
    "cases": CASES,
    "open": [{"case": "open", "days": 300.0, "probability": 0.4}],
}  # fmt: skip

ABLATION = """\
removed,basis,pinball_cut,worse_by,low,high,worse_in,cases,inside,known_of,replications
nothing,facts,40.0,0.0,0.0,0.0,0,10,8,0,60
nothing,calibrated,41.0,0.0,0.0,0.0,0,10,8,0,60
grid,facts,40.0,0.0,0.0,0.0,0,10,8,10,60
tent,facts,40.5,0.5,-0.5,1.5,4,10,8,1,60
owner,facts,44.0,4.0,1.0,8.0,7,10,8,9,60
owner,calibrated,43.0,2.0,-1.0,5.0,6,10,8,9,60
size,facts,39.0,-1.0,,,3,10,8,10,60
chip,facts,38.0,-2.0,-3.0,-1.0,2,10,8,10,60
"""


@pytest.fixture
def scores() -> dict[str, Any]:
    return copy.deepcopy(SCORES)


@pytest.fixture
def said(script: Script) -> Callable[[dict[str, Any]], str]:
    """All sentences about some scores, without facts kept aside."""
    return lambda scores: "\n".join(script("shortcomings").shortcomings(scores, scores["open"], []))


def test_what_there_is_to_say_of_any_forecasts(said, scores):
    text = said(scores)
    assert "off by more than 80 days" in text
    assert "5% too early, with a 95% interval from -10% to +10%" in text
    assert "**Of 10 builds 8 lie between P10 and P90** (80%" in text
    assert "1 came after P90 and 1 before P10" in text
    assert (
        "`late` (900 days, forecast 400, from 300 to 500), `early` (100 days, forecast 500, from 400 to beyond)" in text
    )
    assert "These 5 make up 88% of the loss of all" in text
    assert "No group of 8 or more leans to one side beyond doubt" in text
    for absent in ("baseline", "not proven", "too small to tell", "vague", "still open:**"):
        assert absent not in text


def test_a_gain_that_is_not_proven_is_said(said, scores):
    scores["baselines"]["one"]["gain"] = gain(2.0, -4.0, 8.0)
    assert "**It is not proven to beat a curve.** The best baseline (one)" in said(scores)
    scores["baselines"]["one"]["gain"] = gain(-2.0, -8.0, 4.0)
    assert "**It does not beat a curve.**" in said(scores)
    scores["bases"]["calibrated"]["over_facts"]["all"] = gain(-0.3, -2.2, 1.9)
    assert "not proven (calibrated):** over the facts alone the gain is -0.3 days, from -2.2 to +1.9" in said(scores)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ([0.26, 0.5], "**Beyond doubt off by more than 25%:** kind: new (-5%, +26% to +50%, 10 cases)"),
        ([-0.5, -0.26], "**Beyond doubt off by more than 25%:** kind: new (-5%, -50% to -26%, 10 cases)"),
        ([-0.5, -0.1], "**Leaning to one side, though not beyond doubt by more than 25%:** kind: new"),
    ],
)
def test_groups_that_lean_are_named(said, scores, interval, words):
    scores["groups"]["kind"]["new"]["median_relative_bias_ci95"] = interval
    assert words in said(scores)


def test_small_groups_vague_dates_and_refuted_builds_are_named(said, scores):
    scores["groups"]["kind"]["retrofit"]["median_relative_bias"] = 0.4
    scores["groups"]["evidence"]["rule"] = score(count=4)
    scores["open"].append({"case": "refuted", "days": 900.0, "probability": 0.03})
    text = said(scores)
    assert "too small to tell:** kind: retrofit (+40%, 3 cases)" in text
    assert "of 10, 4 come from a rule of the source" in text
    assert "still open:** a chance below 10% to last so long had `refuted` (3%)" in text


def test_facts_that_are_missed_are_named(script, scores):
    pages, shortcomings = script("pages"), script("shortcomings")
    facts = [pages.KeptAside(f"F-{verdict}", "x", verdict, "why") for verdict in ("inside", "near", "+25 %", "-26 %")]
    text = "\n".join(shortcomings.shortcomings(scores, scores["open"], facts))
    assert "**Of 4 facts that were kept aside, 1 are missed by more than 25%:**\n    - F--26 %, x: -26 %; why" in text


def test_facts_kept_aside_are_read_from_the_page_on_the_market(script):
    pages, beside = script("pages"), script("beside")
    found = pages.kept_aside((DOCS / "market.md").read_text(encoding="utf-8"), beside.kept_aside().keys())
    market, construction = script("market"), script("construction")
    compared = [each.fact for each in (*market.LEAD_TIMES, *market.OUTPUTS)]
    compared += [each.fact for each in (*construction.HEAD_COUNTS, *construction.PLANS, *construction.REACHED)]
    assert sorted(each.fact for each in found) == sorted(compared)


def test_answers_known_exactly_are_read_from_the_page_on_verification(script):
    pages = script("pages")
    text = (DOCS / "verification.md").read_text(encoding="utf-8")
    found = pages.families(text)
    for engine in ("reference", "kernel"):
        own = [each for each in found if each.engine == engine]
        total = f"| all | 41 | {sum(each.answers for each in own)} | {sum(each.agree for each in own)} |"
        assert total in text
    assert pages.equal_counts("## A\n| 1 of 2 | 3 of 4 |\n\n## B\n| 5 of 6 |\n", "A") == (4, 6)


def test_the_page_has_all_its_parts(script, scores, tmp_path, monkeypatch):
    validation = script("validation")
    monkeypatch.setattr(validation, "ABLATION", tmp_path / "ablation.csv")
    (tmp_path / "ablation.csv").write_text(ABLATION)
    document = {"scores": scores, "replications": 60, "seed": 7, "basis": "facts"}
    text = validation.page(document, document)
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles[0] == "## What the model gets wrong"
    assert titles[-1] == "## Where to look further"
    assert len(titles) == 10
    assert "| pace | +0.00 ± 0.20 | +0.07 ± 0.11 |" in text
    assert "| baseline: one | 45.0 |" in text
    assert "## What carries the signal" in titles
    assert "| `size` | facts | 39.0 | -1.0 | – | 3 of 10 | 8 of 10 | 10 |" in text
    assert "| calibrated | all over the facts | +0.5 | +0.1 to +0.9 | 6 |" in text


def test_what_carries_the_signal_is_told_by_its_intervals(script, tmp_path):
    carried = script("carried")
    file = tmp_path / "ablation.csv"
    file.write_text(ABLATION)
    text = "\n".join(carried.carried(file))
    assert "-n 60`" in text
    assert "40.0 days (facts) and 41.0 days (calibrated)" in text
    points = [line for line in text.splitlines() if line.startswith("- ")]
    assert points == [
        "- **`owner` carries signal (facts):** without it the loss is 4.0 days more (+1.0 to +8.0), in 7 of 10 builds; "
        "it was known of 9.",
        "- **`chip` does harm (facts):** without it the loss is 2.0 days less (-3.0 to -1.0), and more in 2 of 10 "
        "builds; it was known of 10.",
        "- **Neither is shown of** `tent` +0.5 days (-0.5 to +1.5), `size` -1.0 days (–): so much more, or less, is "
        "the loss by the facts without them.",
        "- Without `grid` no loss changes: no rule reads it.",
    ]
    kept = [line for line in ABLATION.splitlines() if not line.startswith("owner")]
    file.write_text("\n".join(kept))
    assert "- **By the facts no attribute is shown to carry signal by itself.**" in "\n".join(carried.carried(file))


def test_a_signal_that_was_not_measured_is_said_to_be_so(script, tmp_path):
    assert "Not measured" in "\n".join(script("carried").carried(tmp_path / "none.csv"))


def test_what_is_drawn(script, scores):
    validation = script("validation")
    for i, each in enumerate(scores["bases"]["facts"]["cases"]):
        each["rank"] = i / 10
    found = validation.levels({"facts": scores["bases"]["facts"]})
    assert list(found["nominal"]) == [0.1, 0.25, 0.5, 0.75, 0.9]
    assert list(found["observed"]) == [0.2, 0.3, 0.6, 0.8, 1.0]
    assert ((found["low"] <= found["nominal"]) & (found["nominal"] <= found["high"])).all()
    drawn = validation.variants(scores)
    assert list(drawn["variant"]) == ["baseline: one", "facts", "calibrated"]
    assert drawn["gain"].isna().tolist() == [True, False, False]
