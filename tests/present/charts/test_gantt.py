"""The Gantt chart shows the schedule's own numbers, what drives first."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from buildsim.present.charts.gantt import FEWEST, ROWS, ROWS_OF_ALL, gantt
from buildsim.present.charts.save import drawn as drawn_as

START = date(2026, 1, 5)


def schedule(*activities: tuple[str, float, float], site: str = "north") -> pd.DataFrame:
    """Activities of a site from (name, P50 start, P50 finish); P10 and P90 lie two days off."""
    rows = [
        {
            "site": site,
            "activity": f"{site}/{name}",
            "stage": "shell",
            **{f"start_p{percent}": start + off for percent, off in ((10, -2), (50, 0), (80, 1), (90, 2))},
            **{f"finish_p{percent}": finish + off for percent, off in ((10, -2), (50, 0), (80, 1), (90, 2))},
        }
        for name, start, finish in activities
    ]
    return pd.DataFrame(rows)


def table(columns: list[str], *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns)


def waits(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return table(["site", "activity", "cause", "mean_days"], *rows)


def drivers(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return table(["site", "milestone", "activity", "criticality"], *rows)


def path(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return table(["site", "milestone", "activity"], *rows)


@pytest.fixture(scope="session")
def drawn(spec_of):
    return lambda *tables, starts=None, **look: spec_of(gantt(*tables, "first_gpu", starts or {"north": START}, **look))


def test_bars_have_the_days_of_the_table_and_dates_as_reports_print_them(drawn):
    rows = drawn(schedule(("walls", 10.0, 20.0)), waits(), drivers(), path())["data"]["values"]
    (row,) = rows
    assert (row["activity"], row["name"]) == ("north/walls", "walls")
    assert [row[f"start_p{p}"] for p in (10, 50, 90)] == [8.0, 10.0, 12.0]
    assert [row[f"finish_p{p}"] for p in (10, 50, 90)] == [18.0, 20.0, 22.0]
    assert row["start_p50_at"] == "2026-01-15T00:00:00Z"
    assert row["finish_p50_at"] == "2026-01-24T23:59:00Z"  # the last worked minute


def test_waits_end_at_the_start_and_say_what_for(drawn):
    rows = drawn(
        schedule(("walls", 10.0, 20.0), ("roof", 20.0, 21.0)),
        waits(("north", "north/walls", "pool:crane", 1.5), ("north", "north/walls", "calendar:week", 2.0)),
        drivers(),
        path(),
    )["data"]["values"]
    assert rows[0]["wait_days"] == 3.5
    assert rows[0]["ready_at"] == "2026-01-11T12:00:00Z"
    assert rows[0]["waits_for"] == "closed by week 2.0 days, waiting for crane 1.5 days"
    assert (rows[1]["wait_days"], rows[1]["ready_at"], rows[1]["waits_for"]) == (None, None, None)


def test_the_driving_path_is_lit_and_so_is_what_is_always_critical(drawn):
    rows = drawn(
        schedule(("a", 0.0, 5.0), ("b", 5.0, 9.0), ("gate", 9.0, 9.0)),
        waits(),
        drivers(("north", "first_gpu", "north/gate", 1.0), ("north", "first_power", "north/b", 1.0)),
        path(("north", "first_gpu", "north/a"), ("north", "first_power", "north/b")),
    )["data"]["values"]
    assert [row["group"] for row in rows] == ["work on the driving path", "other work", "work on the driving path"]


def test_of_many_the_path_and_the_most_critical_are_shown_in_order_of_their_starts(drawn):
    names = [f"n{number}" for number in range(100)]
    spec = drawn(
        schedule(*((name, float(at), at + 5.0) for at, name in enumerate(names))),
        waits(),
        drivers(*(("north", "first_gpu", f"north/{name}", at / 200) for at, name in enumerate(names))),
        path(("north", "first_gpu", "north/n3")),
    )
    shown = [row["name"] for row in spec["data"]["values"]]
    assert shown == ["n3", *names[-(ROWS - 1) :]]
    assert spec["title"]["subtitle"][1].startswith(f"{ROWS} of 100 activities")


def test_what_lies_beyond_the_horizon_is_left_out(drawn):
    rows = drawn(schedule(("a", 0.0, 5.0), ("b", 5.0, np.nan)), waits(), drivers(), path())["data"]["values"]
    assert [row["name"] for row in rows] == ["a"]


def test_sites_have_panels_over_the_same_dates_and_share_the_room(drawn):
    starts = {f"s{number}": START for number in range(16)}
    tables = pd.concat([schedule(*((f"n{at}", float(at), at + 1.0) for at in range(30)), site=site) for site in starts])
    spec = drawn(tables, waits(), drivers(), path(), starts=starts)
    panels = spec["vconcat"]
    assert [panel["title"]["text"] for panel in panels] == list(starts)
    assert {len(panel["data"]["values"]) for panel in panels} == {max(FEWEST, ROWS_OF_ALL // 16)}
    domains = {str(panel["layer"][1]["encoding"]["x"]["scale"]["domain"]) for panel in panels}
    assert len(domains) == 1


def test_a_narrow_picture_keeps_to_its_width_and_tells_halls_apart():
    names = [f"phase-1/building-{hall}/section-a-electrical" for hall in (1, 2)]
    plan = schedule((names[0], 10.0, 20.0), (names[1], 12.0, 22.0))
    svg = drawn_as(gantt(plan, waits(), drivers(), path(), "first_gpu", {"north": START}, width=400), ".svg").decode()
    root = ET.fromstring(svg)
    assert float(root.attrib["width"]) < 440  # the padding is beside it
    labels = {text for text in root.itertext() if text.endswith("section-a-electrical")}
    assert sorted(re.findall(r"(\d)/", " ".join(labels))) == ["1", "2"]


def test_nothing_to_show_is_an_empty_chart(drawn):
    spec = drawn(schedule(("a", np.nan, np.nan)), waits(), drivers(), path())
    assert spec["data"]["values"] == []
