"""The ramp's fan shows the ramp's own numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from buildsim.present.charts.ramp import ramp_fan

DATES = pd.date_range("2026-01-31", periods=3, freq="ME")


def ramp(**mw: tuple[float, float, float]) -> pd.DataFrame:
    rows = [
        {"site": site.replace("_", " "), "date": day, "mw_p10": value / 2, "mw_p50": value, "mw_p90": value * 2}
        for site, values in mw.items()
        for day, value in zip(DATES, values, strict=True)
    ]
    return pd.DataFrame(rows)


def test_a_panel_has_the_percentiles_by_date(spec_of):
    spec = spec_of(ramp_fan(ramp(north=(0.0, 50.5, 100.0)), ["north"]))
    assert spec["title"]["text"] == "north: MW of IT online"
    assert spec["data"]["values"] == [
        {"date": "2026-01-31T00:00:00Z", "mw_p10": 0.0, "mw_p50": 0.0, "mw_p90": 0.0},
        {"date": "2026-02-28T00:00:00Z", "mw_p10": 25.25, "mw_p50": 50.5, "mw_p90": 101.0},
        {"date": "2026-03-31T00:00:00Z", "mw_p10": 50.0, "mw_p50": 100.0, "mw_p90": 200.0},
    ]
    band, line = spec["layer"]
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("mw_p10", "mw_p90")
    assert line["encoding"]["y"]["field"] == "mw_p50"


def test_the_sum_stands_above_the_sites_over_the_same_dates(spec_of):
    table = ramp(north=(0.0, 10.0, 20.0), south=(0.0, 0.0, 30.0), all_sites=(0.0, 10.0, 50.0))
    top, below = spec_of(ramp_fan(table, ["all sites", "north", "south"]))["vconcat"]
    assert (top["title"]["text"], top["title"]["subtitle"]) == ("all sites", "P50 50 by 2026-03-31")
    assert [panel["title"]["text"] for panel in below["concat"]] == ["north", "south"]
    domains = {str(each["layer"][0]["encoding"]["x"]["scale"]["domain"]) for each in (top, *below["concat"])}
    assert len(domains) == 1


def test_what_is_not_known_is_said(spec_of):
    table = ramp(north=(0.0, 10.0, 20.0), south=(np.nan, np.nan, np.nan))
    below = spec_of(ramp_fan(table, ["north", "south"]))["vconcat"][1]
    assert below["concat"][0]["title"]["subtitle"] == "not known"
    assert below["data"]["values"][0]["mw_p50"] is None
