"""Real dates, and the counts of facts and assumptions that a site rests on."""

from __future__ import annotations

from datetime import date

import pytest

from buildsim.loading.project import load_scenario
from buildsim.studies.evidence import RealDate, evidence, from_json, to_json

FILES = {
    "plant.yaml": """\
schema: 1
site: plant
catalogs: [parts]
sources:
  press: {title: Groundbreaking, publisher: The Owner, date: 2024-01-01}
assumption: what nothing else says
strategies: {shell: tent}
activities:
  permit: {kind: permit, duration: {value: 90 days, source: press}}
  serve: {duration: 5 days, after: [tent, permit], orders: {unit: {supply: transformer, quantity: 2 transformers}}}
records:
  finish: {date: 2025-01-01, source: press, note: an upper bound}
""",
    "other.yaml": """\
schema: 1
site: other
assumption: all of it
activities: {a: {duration: 3 days}}
records: {finish: {date: 2026-01-01}}
""",
    "parts.yaml": """\
schema: 1
catalog: parts
title: Parts
sources:
  survey: {title: Survey, publisher: Somebody, date: 2024-01-01}
calendars:
  weekdays: {days: mon-fri, source: survey}
  unused: {days: mon-fri, source: survey}
pools:
  riggers:
    capacity: 4
    assumption: a guess
    growth: {trained: {from: 2024-06-01, rate: 1 crew per month, limit: {value: 3, assumption: mine}, source: survey}}
  unused-crew: {capacity: 4, assumption: a guess}
supplies:
  steel:
    unit: wafer
    source: survey
    line: {capacity: 10 wafers/week, period: 1 week}
  transformer:
    unit: transformer
    source: survey
    line:
      capacity: {value: 1 transformer/week, assumption: mine}
      period: 1 week
      cycle: 2 weeks
      inputs: {steel: {need: 1 wafer}}
  unused-supply: {unit: transformer, source: survey, lead: 3 weeks}
templates:
  tent:
    per: site
    source: survey
    activities:
      tent: {duration: 20 days, calendar: weekdays, crew: {riggers: 2}}
  unused-template: {per: site, source: survey, activities: {x: {duration: 3 days}}}
""",
    "s.yaml": """\
schema: 1
name: s
start: 2024-06-01
sites:
  plant:
  other:
  inline: {activities: {a: {duration: 3 days}, b: {duration: 3 days}}}
""",
}


@pytest.fixture
def found(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return evidence(load_scenario(tmp_path / "s.yaml"))


def test_counts_are_of_what_the_site_uses(found):
    # sourced: permit; tent's duration, weekdays, the trained riggers' rate, steel's capacity, transformer's cycle
    # assumed: serve's duration and quantity; riggers' and transformer's capacity, the trained riggers' limit
    assert (found["plant"].sourced, found["plant"].assumed, found["plant"].unstated) == (6, 5, 0)


def test_a_site_of_its_own(found):
    assert (found["other"].sourced, found["other"].assumed, found["other"].unstated) == (0, 1, 0)
    assert (found["inline"].sourced, found["inline"].assumed, found["inline"].unstated) == (0, 0, 2)


def test_records_say_where_they_come_from(found):
    real = RealDate(date(2025, 1, 1), "Groundbreaking (The Owner)", None, "an upper bound")
    assert found["plant"].records == {"finish": real}
    assert found["other"].records == {"finish": RealDate(date(2026, 1, 1), None, "all of it", None)}


def test_json_and_back(found):
    for each in found.values():
        assert from_json(to_json(each)) == each
