"""The waterfall shows the attribution's own numbers, end to end."""

from __future__ import annotations

import pandas as pd
import pytest

from buildsim.present.charts.waterfall import waterfall


def attribution(**days: dict[str, float]) -> pd.DataFrame:
    rows = [(site, "first_gpu", name, value) for site, each in days.items() for name, value in each.items()]
    return pd.DataFrame(rows, columns=["site", "milestone", "category", "mean_days"])


def bars(panel: dict) -> list[dict]:
    return panel["data"]["values"]


@pytest.fixture(scope="session")
def drawn(spec_of):
    return lambda *arguments, **look: spec_of(waterfall(*arguments, **look))


def test_each_bar_begins_where_the_one_before_it_ended(drawn):
    table = attribution(north={"supply:rack>hbm3e": 120.25, "permit:air-permit": 60.5, "work:shell": 30.0})
    found = [
        (row["category"], row["begin"], row["end"], row["mean_days"])
        for row in bars(drawn(table, "first_gpu", ["north"]))
    ]
    assert found == [
        ("rack: short of hbm3e", 0.0, 120.25, 120.25),
        ("permit: air-permit", 120.25, 180.75, 60.5),
        ("work: shell", 180.75, 210.75, 30.0),
        ("First GPU", 0.0, 210.75, 210.75),
    ]


def test_the_small_rest_is_one_bar(drawn):
    table = attribution(north={f"work:part-{n}": 100.0 - n for n in range(20)})
    rows = bars(drawn(table, "first_gpu", ["north"]))
    assert [row["category"] for row in rows[-3:]] == ["work: part-11", "8 smaller ones", "First GPU"]
    assert rows[-2]["mean_days"] == pytest.approx(sum(100.0 - n for n in range(12, 20)))
    assert rows[-1]["mean_days"] == pytest.approx(table["mean_days"].sum())


def test_a_panel_per_site_over_the_same_days(drawn):
    spec = drawn(attribution(north={"work:a": 10.0}, south={"work:a": 30.0}), "first_gpu", ["north", "south", "east"])
    titles = [(panel["title"]["text"], panel["title"]["subtitle"]) for panel in spec["concat"]]
    assert titles == [("north", "10.0 days"), ("south", "30.0 days"), ("east", "> horizon")]
    domains = {tuple(panel["layer"][0]["encoding"]["x"]["scale"]["domain"]) for panel in spec["concat"]}
    assert domains == {(0, 30.0)}
    assert bars(spec["concat"][2]) == []


def test_colours_tell_the_kinds_apart(drawn):
    spec = drawn(attribution(north={"work:a": 3.0, "pool:b": 2.0, "lag:c": 1.0}), "first_gpu", ["north"])
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["work", "waiting for crews", "other", "mean"]
    assert len(set(scale["range"])) == 4
