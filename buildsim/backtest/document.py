"""A backtest as files: the forecasts as CSV, all of it as JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.answer import Backtest, Learned, Scores
from buildsim.backtest.bases import Basis
from buildsim.backtest.comparison import Gains, Judged, OnBasis
from buildsim.backtest.scores import CaseScore, Gain, Score
from buildsim.studies.rows import json_text as document_text
from buildsim.studies.run import versions

DAYS, SHARES = 3, 6
"""Decimals in the JSON."""


def csv_text(answer: Backtest) -> str:
    """The forecasts as CSV with the columns case, p10, p50, p80, p90; `inf` is beyond the horizon."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["case", *(f"p{percent}" for percent in PERCENTS)])
    for row in answer.forecasts:
        days = (row.p10, row.p50, row.p80, row.p90)
        writer.writerow([row.case, *("inf" if value is None else f"{value:.1f}" for value in days)])
    return stream.getvalue()


def json_text(answer: Backtest) -> str:
    """The text of ``backtest --json``, the same bytes for the same inputs, seed and versions."""
    return document_text(to_document(answer))


def to_document(answer: Backtest) -> dict[str, Any]:
    """The JSON data without its version."""
    scores = answer.scores
    return {
        "replications": answer.asked.replications,
        "seed": answer.asked.seed,
        "engine": answer.asked.engine,
        "versions": versions(),
        "cut": answer.asked.cut,
        "basis": answer.asked.basis,
        "without": list(answer.asked.without),
        "warnings": list(answer.warnings),
        "forecasts": [
            {
                "case": row.case,
                **{f"p{percent}": _rounded(getattr(row, f"p{percent}"), DAYS) for percent in PERCENTS},
                "reached": _rounded(row.reached, SHARES),
            }
            for row in answer.forecasts
        ],
        "scores": None if scores is None else _scores_data(scores, answer.asked.basis),
    }


def _scores_data(scores: Scores, basis: Basis) -> dict[str, Any]:
    found = scores.comparison
    bases = {} if found is None else found.bases
    baselines = {} if found is None else found.baselines
    return {
        "overall": _judged_data(bases[basis].scores) if bases else None,
        "groups": {
            attribute: {group: _score_data(score) for group, score in summaries.items()}
            for attribute, summaries in scores.groups.items()
        },
        "bases": {name: _basis_data(each) for name, each in bases.items()},
        "baselines": {
            name: {**_judged_data(each.scores), "gain": _gain_data(each.gain)} for name, each in baselines.items()
        },
        "best_baseline": None if found is None else found.best,
        "learned": None if scores.learned is None else _learned_data(scores.learned),
        "cases": _cases_data(bases[basis].cases) if bases else [],
        "open": [
            {"case": each.case, "days": each.days, "probability": _rounded(each.probability, SHARES)}
            for each in scores.open
        ],
    }


def _basis_data(found: OnBasis) -> dict[str, Any]:
    return {
        **_judged_data(found.scores),
        "over_best_baseline": None if found.over_best is None else _gains_data(found.over_best),
        "over_facts": _gains_data(found.over_facts),
        "cases": _cases_data(found.cases),
    }


def _cases_data(cases: Sequence[CaseScore]) -> list[dict[str, Any]]:
    return [
        {
            "case": each.case,
            "days": each.days,
            **{f"p{percent}": _rounded(getattr(each, f"p{percent}"), DAYS) for percent in PERCENTS},
            "pinball": _rounded(each.pinball, DAYS),
            "crps": _rounded(each.crps, DAYS),
            "inside": each.inside,
            "rank": _rounded(each.rank, SHARES),
        }
        for each in cases
    ]


def _learned_data(learned: Learned) -> dict[str, Any]:
    return {
        "parameters": [each.model_dump() for each in learned.parameters],
        "effective_points": round(learned.points, 1),
        "effective_replications": round(learned.replications, 1),
    }


def _gains_data(found: Gains) -> dict[str, Any]:
    parts = {"all": found.every, "confirmed": found.confirmed, "not_redesigned": found.kept}
    return {name: None if each is None else _gain_data(each) for name, each in parts.items()}


def _judged_data(judged: Judged) -> dict[str, Any]:
    return {"cut": _score_data(judged.cut), "uncut": _score_data(judged.uncut)}


def _score_data(score: Score) -> dict[str, Any]:
    return {
        "count": score.count,
        "pinball": _rounded(score.pinball, DAYS),
        "crps": _rounded(score.crps, DAYS),
        "inside": score.inside,
        "coverage": _rounded(score.coverage, SHARES),
        "coverage_ci95": [_rounded(bound, SHARES) for bound in score.coverage_ci95],
        "median_absolute_error": _rounded(score.median_absolute_error, DAYS),
        "median_bias": _rounded(score.median_bias, DAYS),
        "median_relative_bias": _rounded(score.median_relative_bias, SHARES),
        "median_relative_bias_ci95": [_rounded(bound, SHARES) for bound in score.median_relative_bias_ci95],
    }


def _gain_data(found: Gain) -> dict[str, Any]:
    return {
        "mean": _rounded(found.mean, DAYS),
        "low": _rounded(found.low, DAYS),
        "high": _rounded(found.high, DAYS),
        "better": found.better,
        "count": found.count,
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None or math.isinf(value) else round(float(value), decimals) + 0.0
