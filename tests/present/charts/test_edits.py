"""The waterfall of edits goes from one mean to the other, edit by edit."""

from __future__ import annotations

import pandas as pd
import pytest

from buildsim.present.charts.edits import edit_waterfall
from buildsim.present.charts.theme import DARK

EDITS = {"pools.crane.capacity": -4.0, "sites.north.activities.permit.duration": 10.5, "start": 0.0}


def tables(*sites: str, **still: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [("b", site, "first_gpu", edit, days) for site in sites for edit, days in EDITS.items()]
    rows += [("b", site, "first_gpu", edit, 0.0) for site in still for edit in EDITS]
    means = [("b", site, "first_gpu", 100.0, 106.5) for site in sites]
    means += [("b", site, "first_gpu", days, days) for site, days in still.items()]
    columns = ["plan", "site", "milestone"]
    return (
        pd.DataFrame(rows, columns=[*columns, "edit", "days"]),
        pd.DataFrame(means, columns=[*columns, "before", "after"]),
    )


@pytest.fixture(scope="session")
def panels(spec_of):
    return lambda *of, **look: spec_of(edit_waterfall(*of, "a", "first_gpu", **look))["concat"]


def marks(panel: dict, layer: int) -> list[tuple]:
    rows = panel["layer"][layer]["data"]["values"]
    return [(row["edit"], row["begin"], row["end"], row["text"]) for row in rows]


def test_bars_lead_from_one_mean_to_the_other(panels):
    (panel,) = panels(*tables("north"))
    assert marks(panel, 0) == [
        ("activities.permit.duration", 100.0, 110.5, "+10.5"),
        ("pools.crane.capacity", 110.5, 106.5, "-4.0"),
        ("start", 106.5, 106.5, "0.0"),
    ]
    assert marks(panel, 1) == [("a", 100.0, 100.0, "100.0"), ("b", 106.5, 106.5, "106.5")]
    assert len(marks(panel, 2)) == 5
    low, high = panel["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert 90 < low < 100
    assert 110.5 < high < 120


def test_sites_that_do_not_move_are_left_out_beside_others(panels):
    assert [each["title"]["text"] for each in panels(*tables("north", "west", south=50.0))] == ["north", "west"]
    (panel,) = panels(*tables(south=50.0))
    assert panel["title"]["text"] == "south"


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (900, 2)])
def test_narrow_and_wide(spec_of, width, columns):
    spec = spec_of(edit_waterfall(*tables("north", "west"), "a", "first_gpu", width=width, theme=DARK))
    assert spec["columns"] == columns
    assert spec["config"]["background"] == DARK.ground
    assert all(columns * panel["width"] <= width for panel in spec["concat"])
