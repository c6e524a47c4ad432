"""Pictures of forecasts beside what happened show the given numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from buildsim.present.charts.validation import before_after, intervals, reliability

CASES = pd.DataFrame(
    {
        "case": ["late", "early", "within", "open"],
        "p10": [100.0, 300.0, 100.0, 400.0],
        "p50": [150.0, 400.0, 200.0, 500.0],
        "p80": [180.0, 500.0, 300.0, np.inf],
        "p90": [200.0, 600.0, 400.0, np.inf],
        "real": [250.0, 200.0, 220.5, np.nan],
    }
)


def test_a_line_per_case_in_the_order_of_the_real_dates(spec_of):
    spec = spec_of(intervals(CASES, title="t"))
    rows = spec["layer"][0]["data"]["values"]
    assert [row["case"] for row in rows] == ["early", "within", "late", "open"]
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["early", "within", "late", "open"]
    by_case = CASES.replace(np.inf, np.nan).set_index("case")
    for row in rows:
        for name in ("p10", "p50", "p80", "p90", "real"):
            assert row[name] == (None if np.isnan(by_case.loc[row["case"], name]) else by_case.loc[row["case"], name])


def test_real_dates_outside_differ_in_shape_too(spec_of):
    real = spec_of(intervals(CASES, title="t"))["layer"][2]
    assert {row["case"]: row["where"] for row in real["data"]["values"]} == {
        "early": "before P10",
        "within": "between P10 and P90",
        "late": "after P90",
    }
    assert len(set(real["encoding"]["shape"]["scale"]["range"])) == 3


def test_an_interval_without_an_end_runs_to_the_edge(spec_of):
    spec = spec_of(intervals(CASES, title="t"))
    last = spec["layer"][0]["data"]["values"][-1]
    edge = spec["layer"][0]["encoding"]["x"]["scale"]["domain"][1]
    assert (last["p80"], last["p80_drawn"], last["p90_drawn"]) == (None, edge, edge)
    assert edge > 600
    assert "beyond the horizon" in spec["title"]["subtitle"][0]
    assert spec["title"]["subtitle"][1] == "1 of 3 real dates lie between P10 and P90"


def test_reliability_has_the_levels_their_bands_and_the_diagonal(spec_of):
    levels = pd.DataFrame({"nominal": [0.1, 0.9], "observed": [0.2, 0.85], "low": [0.0, 0.8], "high": [0.2, 1.0]})
    spec = spec_of(reliability(levels, title="t"))
    band, diagonal, _, points = (layer["data"]["values"] for layer in spec["layer"])
    assert [(row["low"], row["high"]) for row in band] == [(0.0, 0.2), (0.8, 1.0)]
    assert all(row["nominal"] == row["observed"] for row in diagonal)
    assert [(row["nominal"], row["observed"]) for row in points] == [(0.1, 0.2), (0.9, 0.85)]


def test_what_is_compared_with_nothing_has_no_gain(spec_of):
    variants = pd.DataFrame(
        {
            "variant": ["baseline", "calibrated"],
            "pinball": [43.9, 40.0],
            "gain": [np.nan, 3.9],
            "gain_low": [np.nan, 0.5],
            "gain_high": [np.nan, 7.0],
        }
    )
    left, right = spec_of(before_after(variants, title="t"))["hconcat"]
    assert [row["pinball"] for row in left["data"]["values"]] == [43.9, 40.0]
    gains = right["layer"][1]
    assert gains["transform"] == [{"filter": "isValid(datum.gain)"}]
    assert gains["data"]["values"][1]["gain_low"] == 0.5
    assert gains["data"]["values"][0]["gain"] is None
