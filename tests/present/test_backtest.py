"""The report and the JSON of a backtest, from hand-made scores."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from buildsim.backtest.answer import Asked, Backtest, Learned, OpenBuild, Row, Scores
from buildsim.backtest.comparison import Against, Comparison, Gains, Judged, OnBasis
from buildsim.backtest.document import json_text
from buildsim.backtest.scores import CaseScore, Gain, Score
from buildsim.backtest.shipped import Fitted
from buildsim.present.backtest import backtest_report
from buildsim.present.console import as_text

GOOD = Score(8, 41.26, 90.5, 7, 0.875, (0.473, 0.9968), 100.4, -12.3, -0.021, (-0.12, 0.08))
FEW = Score(1, None, None, 0, 0.0, (0.0, 0.975), None, None, None, (None, None))


@pytest.fixture
def answer() -> Backtest:
    judged = Judged(GOOD, replace(GOOD, pinball=61.0))
    cases = (CaseScore("a", 421.0, 200.0, 318.7, 420.0, 1483.2, 20.0, 30.0, True, 0.81),)
    gains = Gains(Gain(5.91, -1.7, 15.3, 5, 8), Gain(0.4, None, None, 1, 2), None)
    none = Gains(Gain(0.0, 0.0, 0.0, 0, 8), None, None)
    scores = Scores(
        comparison=Comparison(
            bases={
                "facts": OnBasis(judged, cases, gains, none),
                "calibrated": OnBasis(Judged(GOOD, FEW), cases, gains, gains),
            },
            baselines={"regression": Against(Judged(GOOD, FEW), Gain(5.91, -1.7, 15.3, 5, 8))},
            best="regression",
        ),
        learned=Learned((Fitted(name="pace", prior_mean=0, prior_sd=0.2, mean=-0.113, sd=0.101),), 812.4, 301.7),
        groups={"kind": {"new": GOOD, "retrofit": FEW}},
        open=(OpenBuild("b", 400.0, 0.0999), OpenBuild("c", 100.0, 1.0)),
    )
    rows = (Row("a", 200.0, 318.7, 420.0, 1483.2, 1.0), Row("[red]b", 100.0, 200.0, None, None, 0.6))
    return Backtest(Asked(500, 7, "kernel", False), rows, scores, ("not cut: [bold]b",))


def report(answer: Backtest) -> str:
    return as_text(backtest_report(answer), 100)


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_forecasts_and_what_happened(answer):
    lines = squeezed(report(answer))
    assert lines[:2] == ["2 builds: 500 replications each, seed 7", "Days from start to first hall in service"]
    assert lines[2:5] == [
        "case P10 P50 P80 P90 real",
        "a 200 319 420 1,483 421",
        "[red]b 100 200 > horizon > horizon",
    ]


def test_scores(answer):
    lines = squeezed(report(answer))
    first = lines.index("Scores of 1 finished build") + 1
    assert lines[first : first + 18] == [
        "facts calibrated",
        "pinball, cut 41.3 41.3",
        "pinball, uncut 61.0 > horizon",
        "CRPS 90.5 90.5",
        "inside 7 7",
        "(47%->99%) (47%->99%)",
        "error 100.4 100.4",
        "bias -12.3 -12.3",
        "relative bias -2% -2%",
        "(-12%, +8%) (-12%, +8%)",
        "gain over regression +5.9 +5.9",
        "(-1.7, +15.3) (-1.7, +15.3)",
        "- dates confirmed +0.4 +0.4",
        "(?, ?) (?, ?)",
        "- not redesigned",
        "gain over facts +5.9",
        "(-1.7, +15.3)",
        "- dates confirmed +0.4",
    ]
    first = lines.index("Baselines, and what the forecasts gain over them (facts)") + 1
    assert lines[first : first + 2] == ["regression", "pinball, cut 41.3"]
    assert lines[first + 10 : first + 13] == ["gain +5.9", "(-1.7, +15.3)", "better in 5 of 8"]
    assert "pace +0.00 (0.20) -0.11 (0.10)" in lines
    assert "Effective numbers, the least of all fits: 812 points of the prior, 302 replications of a build." in lines
    assert "kind: new 8 41.3 7 (47%->99%) -2% (-12%, +8%)" in lines
    assert "kind: retrofit 1 > horizon 0 (0%-98%) ? (?, ?)" in lines


def test_without_baselines(answer):
    facts = replace(answer.scores.comparison.bases["facts"], over_best=None)
    alone = Comparison({"facts": facts}, {}, None)
    text = report(replace(answer, scores=replace(answer.scores, comparison=alone)))
    assert "pinball, uncut" in text
    assert "gain over facts" in text
    assert "Baselines, and" not in text


def test_open_builds_and_warnings(answer):
    lines = squeezed(report(answer))
    assert "b 400 10%" in lines
    assert "Together: 55% on average; below 10% in 1 of 2 builds." in lines
    assert lines[-2:] == ["Warnings", "- not cut: [bold]b"]


def test_only_what_was_asked_for(answer):
    alone = report(replace(answer, scores=None, warnings=(), asked=Asked(1, 7, "auto", True)))
    assert squeezed(alone)[:3] == [
        "2 builds: 1 replication each, seed 7",
        "Days from start to first hall in service, cut",
        "case P10 P50 P80 P90",
    ]
    assert len(alone.splitlines()) == 5
    unfinished = replace(answer.scores, comparison=None, learned=None, groups={})
    text = report(replace(answer, scores=unfinished))
    assert "Scores" not in text
    assert "Not yet in service" in text


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(files("buildsim.present").joinpath("backtest.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture
def document(answer) -> dict[str, Any]:
    return json.loads(json_text(answer))


def test_the_json_is_as_published(validator, document, answer):
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["scores"]["baselines"]["regression"]["gain"] == {
        "mean": 5.91, "low": -1.7, "high": 15.3, "better": 5, "count": 8
    }  # fmt: skip
    assert document["forecasts"][1]["p90"] is None
    assert validator.is_valid(json.loads(json_text(replace(answer, scores=None))))


SCORES = ("scores", "overall", "cut")


@pytest.mark.parametrize(
    "place",
    [
        *((key,) for key in ("schema", "replications", "seed", "engine", "versions", "cut", "warnings", "forecasts")),
        *((key,) for key in ("basis", "without")),
        *(("forecasts", 0, key) for key in ("case", "p10", "p50", "p80", "p90", "reached")),
        *(
            ("scores", key)
            for key in ("overall", "groups", "bases", "baselines", "best_baseline", "learned", "cases", "open")
        ),
        *((*SCORES, key) for key in ("count", "pinball", "crps", "inside", "coverage", "coverage_ci95")),
        *((*SCORES, f"median_{key}") for key in ("absolute_error", "bias", "relative_bias", "relative_bias_ci95")),
        ("scores", "groups", "kind", "new", "count"),
        *(("scores", "baselines", "regression", key) for key in ("cut", "uncut", "gain")),
        *(("scores", "baselines", "regression", "gain", key) for key in ("mean", "low", "high", "better", "count")),
        *(("scores", "bases", "facts", key) for key in ("cut", "uncut", "over_best_baseline", "over_facts", "cases")),
        *(("scores", "bases", "facts", "over_facts", key) for key in ("all", "confirmed", "not_redesigned")),
        *(("scores", "learned", key) for key in ("parameters", "effective_points", "effective_replications")),
        *(
            ("scores", "cases", 0, key)
            for key in ("case", "days", "p10", "p50", "p90", "pinball", "crps", "inside", "rank")
        ),
        *(("scores", "open", 0, key) for key in ("case", "days", "probability")),
    ],
)
def test_every_key_is_required(validator, document, place):
    without = copy.deepcopy(document)
    inner: Any = without
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    assert not validator.is_valid(without)
