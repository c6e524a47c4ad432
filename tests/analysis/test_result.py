from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from buildsim.analysis.assemble import RunFacts, study_result
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path
from buildsim.analysis.reduce import Reduction
from buildsim.analysis.resource_chain import resource_chain
from buildsim.analysis.result import StudyResult, to_json
from buildsim.analysis.tables import attribution_table, criticality_table, milestone_table, path_table
from buildsim.network.codes import StartCause

if TYPE_CHECKING:
    from tests.analysis.conftest import Case

DAY = 1440


def play(case: Case, dig: int, pour: int, lengths: list[int | None]) -> None:
    case.values.clear()
    case.replications = len(lengths)
    for row, length in enumerate(lengths):
        case.play(dig, 10 * DAY, 10 * DAY, 30 * DAY, row=row)
        case.draw("lag", 0, DAY, row)
        end = -1 if length is None else (31 + length) * DAY
        case.play(pour, 31 * DAY, 31 * DAY, end, cause=StartCause.LINK, by=0, row=row)


@pytest.fixture
def result(case: Case) -> StudyResult:
    """A site from day 10 on: digs 20 days, cures a day, pours; full capacity is out of reach in one of four."""
    case.horizon = 100 * DAY
    case.start = date(2024, 5, 31)
    case.site("north", "acme", start=10 * DAY, deadline=37 * DAY)
    pool = case.pool("diggers")
    dig = case.activity("dig", name="north/dig", need_pool=(pool,), need_units=(1,))
    pour = case.activity("pour", name="north/pour", need_pool=(pool,), need_units=(1,))
    case.link(dig, pour)
    case.milestone("first_gpu", dig)
    case.milestone("full_capacity", pour)
    play(case, dig, pour, [7, 5, None, 6])
    network, samples, outcome = case.all()
    reduction = Reduction(network)
    chunk = Chunk.of(network, samples, outcome)
    reduction.add(chunk)
    findings = reduction.result()
    rows = {milestone: findings.percentile_replication(milestone) for milestone in range(2)}
    paths = {each: driving_path(chunk, row, each) for each, row in rows.items() if row is not None}
    chains = {each: resource_chain(chunk, row, each) for each, row in rows.items() if row is not None}
    play(case, dig, pour, [5])
    facts = RunFacts(7, "auto", "abc", {"numpy": "2", "buildsim": "0"}, date(2024, 6, 1), ("from compile",))
    return study_result(network, findings, case.outcome(), paths, chains, facts)


def test_the_json_of_a_run(result: StudyResult) -> None:
    found = to_json(result)
    site = found["sites"].pop("north")
    owner = found["owners"].pop("acme")
    assert found == {
        "schema": 1,
        "scenario": "by-hand",
        "seed": 7,
        "replications": 4,
        "engine": "auto",
        "inputs_hash": "abc",
        "versions": {"buildsim": "0", "numpy": "2"},
        "start": "2024-05-31",
        "data_date": "2024-05-31",
        "as_of": "2024-06-01",
        "horizon_days": 100.0,
        "warnings": [
            "from compile",
            "4 replications are too few for a 95% interval of P90: at least 36 are needed",
            "north: full_capacity is not reached within the horizon in 25.0% of the replications",
            "north: P80 of full_capacity lies beyond the horizon",
        ],
        "sites": {},
        "owners": {},
    }
    assert site["milestones"].pop("first_gpu")["p50"] == "2024-06-29"
    assert site == {
        "owner": "acme",
        "start": "2024-06-10",
        "deadline": "2024-07-06",
        "milestones": {
            "full_capacity": {
                "mean_days": 27.0,
                "p10_days": 26.0,
                "p50_days": 27.0,
                "p80_days": None,
                "p90_days": None,
                "p10": "2024-07-05",
                "p50": "2024-07-06",
                "p80": None,
                "p90": None,
                "ci95_days": {"p10": [None, 28.0], "p50": [None, None], "p80": [26.0, None], "p90": [27.0, None]},
                "reached": 0.75,
                "deterministic_days": 26.0,
                "deterministic_probability": 0.25,
                "deadline_probability": 0.5,
                "contingency_days": None,
            }
        },
        "attribution": {
            "first_gpu": {"work:dig": 20.0},
            "full_capacity": {"work:dig": 20.0, "work:pour": 6.0, "lag:pour": 1.0},
        },
        "criticality": {
            "first_gpu": {"work:dig": 1.0},
            "full_capacity": {"lag:pour": 1.0, "work:dig": 1.0, "work:pour": 1.0},
        },
        "blocked_at_horizon": {"first_gpu": {}, "full_capacity": {"work:pour": 0.25}},
        "driving_path": {
            "first_gpu": [step("north/dig", "work", "work:dig", 0, 20, "own work")],
            "full_capacity": steps(),
        },
        "resource_chain": {
            "first_gpu": [step("north/dig", "work", "work:dig", 0, 20, "own work")],
            "full_capacity": steps(),
        },
    }
    assert set(owner) == {"milestones", "attribution", "criticality", "blocked_at_horizon"}
    assert owner["milestones"]["full_capacity"]["p50_days"] == 27.0
    assert owner["attribution"] == site["attribution"]


def step(activity: str, kind: str, category: str, start: float, finish: float, why: str) -> dict[str, object]:
    return {
        "activity": activity,
        "kind": kind,
        "category": category,
        "start_day": float(start),
        "finish_day": float(finish),
        "days": float(finish - start),
        "why": why,
    }


def steps() -> list[dict[str, object]]:
    return [
        step("north/dig", "work", "work:dig", 0, 20, "own work"),
        step("north/pour", "lag", "lag:pour", 20, 21, "lag after north/dig"),
        step("north/pour", "work", "work:pour", 21, 27, "own work"),
    ]


def test_days_have_three_decimals_and_no_negative_zero(result: StudyResult) -> None:
    site = result.sites["north"]
    milestone = replace(site.milestones["first_gpu"], mean_days=1 / 1440, contingency_days=-1e-9)
    text = json.dumps(to_json(replace(result, sites={"north": replace(site, milestones={"m": milestone})})))
    assert '"mean_days": 0.001,' in text
    assert '"contingency_days": 0.0' in text


def test_the_milestone_table_has_a_row_per_site_and_milestone(result: StudyResult) -> None:
    table = milestone_table(result).set_index("milestone")
    assert table["site"].tolist() == ["north", "north"]
    assert table.loc["full_capacity", "mean_days"] == 27.0
    assert table.loc["full_capacity", "p10"] == pd.Timestamp("2024-07-05")
    assert pd.isna(table.loc["full_capacity", "p80"])
    assert pd.isna(table.loc["full_capacity", "p80_days"])
    assert table.loc["full_capacity", "p10_high_days"] == 28.0


def test_categories_and_paths_are_tidy(result: StudyResult) -> None:
    attribution = attribution_table(result)
    means = attribution[attribution["milestone"] == "full_capacity"]
    assert means["category"].tolist() == ["work:dig", "work:pour", "lag:pour"]
    assert means["mean_days"].sum() == 27.0
    assert criticality_table(result)["share"].tolist() == [1.0] * 4
    paths = path_table(result).query("path == 'driving' and milestone == 'full_capacity'")
    assert paths["step"].tolist() == [1, 2, 3]
    assert paths["days"].sum() == 27.0


def test_tables_of_a_result_without_sites_keep_their_columns(result: StudyResult) -> None:
    empty = replace(result, sites={})
    assert "p50_days" in milestone_table(empty).columns
    assert path_table(empty).columns[0] == "path"
    assert attribution_table(empty).columns.tolist() == ["site", "milestone", "category", "mean_days"]
