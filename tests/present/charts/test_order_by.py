"""The picture of order dates shows the rows' own dates and days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from buildsim.analysis.paired import paired
from buildsim.errors import InputError
from buildsim.present.charts.kinds import order_picture


@pytest.fixture
def drawn(order_dates, spec_of):
    return lambda result=order_dates, **look: spec_of(order_picture(result, **look))


def rows(spec, panel: int = 0) -> list[dict]:
    return spec["hconcat"][panel]["data"]["values"]


def test_dates_and_costs(drawn):
    spec = drawn()
    timeline, tornado = spec["hconcat"]
    assert [row["label"] for row in rows(spec)] == ["north: rack", "north: transformer", "south: sign"]
    assert [row["latest"] for row in rows(spec)] == ["2026-08-10T00:00:00Z", "2026-03-02T00:00:00Z", None]
    assert [row["planned"] for row in rows(spec)] == ["2026-09-01T00:00:00Z", "2025-12-01T00:00:00Z", None]
    assert rows(spec, 1)[0]["cost"] == pytest.approx(30)
    domains = {tuple(part["layer"][0]["encoding"]["y"]["scale"]["domain"]) for part in (timeline, tornado)}
    assert domains == {("north: rack", "north: transformer", "south: sign")}


def test_what_costs_most_comes_first(drawn, order_dates):
    rack, transformer, sign = order_dates.items
    dear = replace(transformer, month=paired(np.zeros(3), np.full(3, 99.0)))
    found = rows(drawn(replace(order_dates, items=(sign, rack, dear))))
    assert [row["cost"] for row in found] == [99, pytest.approx(30), None]


def test_one_site_is_not_named(drawn, order_dates):
    assert [row["label"] for row in rows(drawn(replace(order_dates, items=order_dates.items[2:])))] == ["sign"]


def test_dark_and_narrow(drawn):
    light, dark = drawn(), drawn(dark=True, width=400)
    assert light["config"]["background"] != dark["config"]["background"]
    assert dark["hconcat"][0]["width"] < light["hconcat"][0]["width"]


def test_nothing_to_draw(drawn, order_dates):
    with pytest.raises(InputError, match="there is no item to draw"):
        drawn(replace(order_dates, items=()))
    with pytest.raises(InputError, match="360 pixels or more"):
        drawn(width=200)
