"""S-curves show the finishes' and milestones' own numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildsim.present.charts.s_curve import s_curve

START = date(2026, 1, 5)


def finishes(days: dict[str, list[float]]) -> pd.DataFrame:
    rows = [(n, site, "first_gpu", day, not np.isnan(day)) for site, each in days.items() for n, day in enumerate(each)]
    return pd.DataFrame(rows, columns=["replication", "site", "milestone", "days", "reached"])


def milestones(*sites: str, p80: float = 30.0) -> pd.DataFrame:
    row = {"milestone": "first_gpu", "p50_days": 20.0, "p80_days": p80, "deterministic_days": 15.5}
    dates = {"p50": pd.Timestamp(2026, 1, 24), "p80": pd.NaT if np.isnan(p80) else pd.Timestamp(2026, 2, 3)}
    return pd.DataFrame([{"site": site, **row, **dates, "deterministic_probability": 0.25} for site in sites])


def rows(panel: dict, layer: int) -> list[dict]:
    return panel["layer"][layer]["data"]["values"]


@pytest.fixture(scope="session")
def drawn(spec_of):
    return lambda *arguments, **look: spec_of(s_curve(*arguments, **look))


def test_a_curve_has_the_share_of_replications_by_each_date(drawn):
    spec = drawn(
        finishes({"north": [20.0, 10.0, 20.0, np.nan]}), milestones("north", p80=np.nan), "first_gpu", {"north": START}
    )
    assert rows(spec, 1) == [
        {"days": 10.0, "date": "2026-01-14T00:00:00Z", "probability": 0.25},
        {"days": 20.0, "date": "2026-01-24T00:00:00Z", "probability": 0.75},
    ]


def test_percentiles_and_the_planned_date_are_marked(drawn):
    spec = drawn(finishes({"north": [20.0]}), milestones("north"), "first_gpu", {"north": START})
    assert rows(spec, 2) == [
        {"mark": "P50", "days": 20.0, "date": "2026-01-24T00:00:00Z", "probability": 0.5},
        {"mark": "P80", "days": 30.0, "date": "2026-02-03T00:00:00Z", "probability": 0.8},
        {"mark": "planned", "days": 15.5, "date": "2026-01-20T00:00:00Z", "probability": 0.25},
    ]
    assert spec["title"]["subtitle"][1] == "P50 2026-01-24, P80 2026-02-03, planned 2026-01-20"


def test_what_lies_beyond_the_horizon_is_said_and_not_drawn(drawn):
    spec = drawn(finishes({"north": [20.0]}), milestones("north", p80=np.nan), "first_gpu", {"north": START})
    assert [row["mark"] for row in rows(spec, 2)] == ["P50", "planned"]
    assert "P80 > horizon" in spec["title"]["subtitle"][1]


def test_sites_have_panels_over_the_same_dates(drawn):
    sites = {"north": START, "south": date(2027, 1, 4)}
    spec = drawn(finishes({"north": [20.0], "south": [400.0, 500.0]}), milestones("north", "south"), "first_gpu", sites)
    assert [panel["title"]["text"] for panel in spec["concat"]] == ["north", "south"]
    domains = [panel["layer"][1]["encoding"]["x"]["scale"]["domain"] for panel in spec["concat"]]
    assert domains[0] == domains[1]
    assert [row["days"] for row in rows(spec["concat"][1], 1)] == [400.0, 500.0]


def test_a_milestone_that_nobody_reaches_leaves_an_empty_plot(drawn):
    never = milestones("north", p80=np.nan).assign(p50=pd.NaT, p50_days=np.nan, deterministic_days=np.nan)
    spec = drawn(finishes({"north": [np.nan, np.nan]}), never, "first_gpu", {"north": START})
    assert rows(spec, 1) == rows(spec, 2) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.01, 3000) | st.just(np.nan), min_size=1, max_size=60))
def test_a_curve_is_the_empirical_distribution(drawn, days):
    spec = drawn(finishes({"north": days}), milestones("north"), "first_gpu", {"north": START})
    for row in rows(spec, 1):
        assert row["probability"] == pytest.approx(np.mean([day <= row["days"] for day in days]))
    assert {row["days"] for row in rows(spec, 1)} == {day for day in days if not np.isnan(day)}
