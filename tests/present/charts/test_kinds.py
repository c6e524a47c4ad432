"""Pictures and graphs of an answer are made of its tables."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from buildsim.errors import InputError, UnknownNameError
from buildsim.present.charts.kinds import picture
from buildsim.studies.answer import Answer
from buildsim.studies.graph import kept_graph

PERMIT, RACKS = "north/permit", "north/p/h/racks"


@pytest.fixture
def detailed(answer: Answer) -> Answer:
    """The answer with the tables that pictures show."""
    dates = {f"{end}_p{percent}": [0.0, 96.0] for end in ("start", "finish") for percent in (10, 50, 80, 90)}
    activities = {"site": "north", "activity": [PERMIT, RACKS]}
    tables = {
        "schedule": pd.DataFrame({**activities, "stage": ["permits", "racks"], **dates}).assign(
            finish_p50=[96.0, 216.0]
        ),
        "waits": pd.DataFrame({**activities, "cause": "pool:crane", "mean_days": [1.0, 2.0]}),
        "drivers": pd.DataFrame(
            [
                ("north", "first_gpu", PERMIT, 0.5),
                ("north", "first_gpu", RACKS, 0.75),
                ("north", "full_capacity", PERMIT, 1.0),
            ],
            columns=["site", "milestone", "activity", "criticality"],
        ),
        "links": pd.DataFrame({"pred": [PERMIT], "succ": [RACKS], "type": "FS", "lag_days": 7.0, "kind": "link"}),
        "ramp": pd.DataFrame(
            [
                {"site": site, "date": pd.Timestamp(2025, 1, 31), "mw_p10": 1.0, "mw_p50": 2.0, "mw_p90": 3.0}
                for site in ("north", "all sites")
            ]
        ),
    }
    return replace(answer, tables=tables)


def test_a_gantt_chart_of_the_schedule_and_the_p50s_path(detailed, spec_of):
    rows = spec_of(picture(detailed, "gantt"))["data"]["values"]
    assert [(row["activity"], row["start_p50"], row["finish_p50"]) for row in rows] == [
        (PERMIT, 0.0, 96.0),
        (RACKS, 96.0, 216.0),
    ]
    assert [row["criticality"] for row in rows] == [0.5, 0.75]
    assert {row["group"] for row in rows} == {"work on the driving path"}


def test_a_single_site_needs_no_sum_of_its_ramp(detailed, spec_of):
    spec = spec_of(picture(detailed, "ramp"))
    assert spec["title"]["text"] == "north: MW of IT online"
    assert [row["mw_p50"] for row in spec["data"]["values"]] == [2.0]


def test_a_graph_has_links_and_how_often_each_drives(detailed):
    graph = kept_graph(detailed, {"north": "first_gpu"})
    assert dict(graph.nodes(data="criticality")) == {PERMIT: 0.5, RACKS: 0.75}
    assert list(graph.edges(data=True)) == [(PERMIT, RACKS, {"kind": "link", "type": "FS", "lag_days": 7.0})]
    assert kept_graph(detailed, {"north": "full_capacity"}).nodes[PERMIT]["criticality"] == 1.0


def test_what_is_missing_is_said(answer, detailed):
    with pytest.raises(InputError, match="this result holds no table 'schedule'"):
        picture(answer, "gantt")
    with pytest.raises(UnknownNameError, match="did you mean gpus"):
        picture(detailed, "ramp", measure="gpu")
    nowhere = {**detailed.tables, "ramp": detailed.tables["ramp"].head(0)}
    with pytest.raises(InputError, match="no halls are stated"):
        picture(replace(detailed, tables=nowhere), "ramp")
