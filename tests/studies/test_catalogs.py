"""Catalogs as rows: what is known on a day, where it comes from, and what a rack takes of everything upstream."""

from __future__ import annotations

import json
from datetime import date

import pytest

from buildsim.errors import InputError, UnknownNameError
from buildsim.loading.alone import read_alone
from buildsim.studies.catalogs import catalog_list, catalog_view
from buildsim.studies.numbers import numbers_in
from buildsim.studies.rows import document, json_text
from buildsim.studies.sources import source_list

PARTS = """\
schema: 1
catalog: parts
title: Parts
sources:
  survey: {title: Survey, publisher: Somebody, date: 2024-01-31, url: https://example.org}
  letter: {title: Letter, publisher: A maker}
supplies:
  wafer:
    unit: wafer
    grain: 100
    assumption: a guess
    confidence: low
    known: 2024-06-30
    line: {capacity: 100 wafer/week, period: 1 week, yields: 50 %}
  package:
    unit: package
    source: survey
    confidence: high
    fact: A-1, A-2
    line:
      capacity:
        - {at: 2024-01-01, value: 0 kpackage/month}
        - {at: 2025-01-01, value: 10 kpackage/month, fact: A-3}
        - {at: 2026-01-01, value: 30 kpackage/month, assumption: a plan, known: 2024-12-31}
        - {at: 2026-01-01, value: 20 kpackage/month, source: letter, known: 2025-12-31, confidence: medium}
      interpolate: linear
      period: 1 week
      yields: 80 %
      inputs: {wafer: {need: 0.05 wafer}}
  rack:
    unit: rack
    assumption: a guess
    it: 125 kW IT
    gpus: 8 gpu
    line: {capacity: 5 rack/week, period: 1 week, inputs: {package: {need: 16 packages}, wafer: {need: 2 wafers}}}
  gear:
    unit: lineup
    source: survey
    lead:
      - {value: 40 weeks, valid_to: 2024-12-31}
      - {value: 60 weeks, valid_from: 2025-01-01}
regions:
  delta:
    pools:
      crews:
        capacity: [{at: 2024-01-01, value: 3}, {at: 2025-01-01, value: 5}]
        growth:
          trained: {from: 2024-06-01, lag: 6 weeks, rate: 1 crew per month, limit: 4, source: survey}
          called:
            from: 2024-06-01
            rate: [{value: 2 crew per month, known: 2024-01-31}, {value: 3 crew per month, known: 2025-12-31}]
            limit: 4
        market: 1
        assumption: a guess
calendars:
  weekdays: {days: mon-fri, source: survey}
disruptions:
  outage: {start: 2025-03-01, duration: 5 days, capacity: {rack: 0}, source: letter, known: 2025-03-02}
  quake: {per_year: 0.5, duration: 5 days, capacity: {rack: 0.5}, source: letter, known: 2025-03-02, note: rare}
templates:
  shell:
    per: hall
    assumption: general knowledge
    activities:
      frame:
        duration: {value: 40 days, source: survey, fact: B-1}
        orders: {gear: {supply: gear, quantity: 2 lineups}}
"""


@pytest.fixture
def parts(tmp_path):
    (tmp_path / "parts.yaml").write_text(PARTS)
    return tmp_path / "parts.yaml"


def row(rows, name):
    (found,) = (each for each in rows if each.name == name)
    return found


def values(view, block, field):
    return [(each.value, each.later) for each in view.values if (each.block, each.field) == (block, field)]


def test_the_day_is_that_of_the_newest_date(parts):
    assert catalog_view(parts).as_of == date(2025, 12, 31)


def test_counts_are_those_of_a_run(parts):
    view = catalog_view(parts)
    summary = view.summary
    assert (summary.supplies, summary.pools, summary.templates, summary.risks) == (4, 1, 1, 2)
    assert (summary.sourced, summary.assumed) == (13, 13)
    assert summary.newest_source == date(2024, 1, 31)
    assert len(view.values) == 26


@pytest.mark.parametrize(
    ("day", "capacity"),
    [
        ("2023-06-01", "0 kpackage/month"),  # before anything was known the earliest stands in
        ("2024-07-01", "4.973 kpackage/month"),
        ("2025-07-02", "19.97 kpackage/month"),  # on the way to the plan
        ("2025-12-31", "19.97 kpackage/month"),  # on the way to the correction
        ("2026-06-01", "20 kpackage/month"),
    ],
)
def test_capacity_on_a_day(parts, day, capacity):
    assert row(catalog_view(parts, date.fromisoformat(day)).supplies, "package").capacity == capacity


def test_lead_times_go_by_the_day(parts):
    leads = [row(catalog_view(parts, date(year, 12, 31)).supplies, "gear").lead for year in (2024, 2025)]
    assert leads == ["40 weeks", "60 weeks"]


def test_what_became_known_later_is_not_shown(parts):
    view = catalog_view(parts, date(2025, 1, 1))
    capacity = ["0 kpackage/month", "10 kpackage/month", "30 kpackage/month"]
    assert values(view, "package", "line.capacity") == [(text, False) for text in capacity]
    assert [each.name for each in view.disruptions] == ["quake"]  # nobody foresaw the outage
    assert values(view, "outage", "duration") == []


def test_what_nobody_knew_yet_stands_in_and_says_so(parts):
    view = catalog_view(parts, date(2024, 3, 1))
    assert values(view, "wafer", "line.capacity") == [("100 wafer/week", True)]
    assert values(view, "quake", "duration") == [("5 days", True)]
    assert values(view, "rack", "line.capacity") == [("5 rack/week", False)]  # an assumption without a date


def test_blocks_of_a_region_have_its_name(parts):
    view = catalog_view(parts)
    pool = row(view.pools, "delta/crews")
    assert (pool.capacity, pool.market) == ("5", "1")
    assert values(view, "delta/crews", "market") == [("1", False)]


def test_growth_of_a_pool_is_shown_as_it_was_known(parts):
    pool = row(catalog_view(parts).pools, "delta/crews")
    assert pool.growth == {
        "trained": "1 crew per month, 4 in all, from 2024-06-01 + 6 weeks",
        "called": "3 crew per month, 4 in all, from 2024-06-01",
    }
    earlier = catalog_view(parts, date(2024, 3, 1))
    assert row(earlier.pools, "delta/crews").growth["called"].startswith("2 crew per month")
    assert values(earlier, "delta/crews", "growth.called.rate") == [("2 crew per month", False)]


def test_origins(parts):
    view = catalog_view(parts)
    found = {(each.block, each.at, each.value): each.origin for each in view.values}
    block = found["package", date(2024, 1, 1), "0 kpackage/month"]
    assert (block.basis, block.source, block.publisher, block.published) == (
        "source",
        "survey",
        "Somebody",
        date(2024, 1, 31),
    )
    assert (block.confidence, block.facts, block.known, block.own) == ("high", ("A-1", "A-2"), date(2024, 1, 31), False)
    assert found["package", date(2025, 1, 1), "10 kpackage/month"].facts == ("A-3",)
    plan = found["package", date(2026, 1, 1), "30 kpackage/month"]
    assert (plan.basis, plan.assumption, plan.confidence, plan.facts, plan.own) == (
        "assumption",
        "a plan",
        None,
        (),
        True,
    )
    assert found["weekdays", None, None].source == "survey"
    assert view.origins["supplies"]["wafer"].known == date(2024, 6, 30)


def test_numbers_keep_the_innermost_origin(parts):
    template = read_alone("catalog", parts).model.templates["shell"]
    assert [(number.path[-2], number.basis) for number in numbers_in(template)] == [
        ("duration", "source"),
        ("quantity", "assumption"),
    ]


def test_a_rack_takes_everything_upstream(parts):
    rows = {each.input: each for each in catalog_view(parts).chains}
    assert list(rows) == ["rack", "package", "wafer"]
    assert (rows["rack"].it_mw, rows["rack"].gpus, rows["rack"].per_mw_it) == (0.125, 8, 8)
    # 16 packages started for a rack; 16 / 0.8 = 20 are started for them, of 0.05 wafers each, besides 2 wafers
    package, wafer = rows["package"], rows["wafer"]
    assert (package.per_unit, package.per_unit_with_losses, package.per_mw_it) == (16, 16, 128)
    assert (wafer.unit, wafer.per_unit, wafer.per_unit_with_losses) == ("wafer", pytest.approx(2.8), pytest.approx(3.0))
    assert wafer.per_mw_it == pytest.approx(24)


def test_inputs_of_other_catalogs_are_found(tmp_path):
    text = PARTS.partition("regions:")[0].replace("{package: {need: 16 packages}", "{h100-package: {need: 16 packages}")
    (tmp_path / "parts.yaml").write_text(text)
    inputs = [each.input for each in catalog_view(tmp_path / "parts.yaml").chains]
    assert inputs[:2] == ["rack", "h100-package"]
    assert "cowos-s" in inputs


def test_a_circle_ends(tmp_path):
    (tmp_path / "parts.yaml").write_text(
        PARTS.replace("period: 1 week, yields: 50 %}", "period: 1 week, inputs: {package: {need: 1 package}}}")
    )
    assert [each.input for each in catalog_view(tmp_path / "parts.yaml").chains] == ["rack", "package", "wafer"]


def test_sources_say_how_much_rests_on_them(parts):
    found = source_list(parts)
    assert [(each.source, each.numbers, each.high, each.medium, each.unrated) for each in found.sources] == [
        ("survey", 10, 3, 0, 7),
        ("letter", 3, 0, 1, 2),
    ]
    assert [(each.numbers, each.low, each.unrated) for each in found.assumptions] == [(13, 2, 11)]


def test_every_shipped_catalog_can_be_shown():
    for each in catalog_list():
        view = catalog_view(each.name)
        assert view.summary == each
        assert len(view.values) <= each.sourced + each.assumed
        assert json.loads(json_text(view)) == document(view)


def test_files_that_are_no_catalog(tmp_path):
    (tmp_path / "here.yaml").write_text("schema: 1\nsite: here\n")
    with pytest.raises(InputError, match="this is not a catalog"):
        catalog_view(tmp_path / "here.yaml")
    (tmp_path / "parts.yaml").write_text(PARTS.replace("source: letter", "source: leter"))
    with pytest.raises(InputError, match="did you mean letter"):
        catalog_view(tmp_path / "parts.yaml")
    with pytest.raises(UnknownNameError, match="did you mean chips"):
        catalog_view("chps")
