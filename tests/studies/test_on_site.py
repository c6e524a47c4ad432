"""Crews of a small scenario, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

import buildsim
from buildsim.errors import InputError

SCENARIO = """\
schema: 1
name: s
start: 2026-01-05
pools:
  electricians: {unit: electrician, capacity: 30}
  helpers: {unit: worker, capacity: 10}
  cranes: {capacity: 2}
  clerks: {unit: reviewer, capacity: 2}
  unused: {unit: worker, capacity: 10}
sites:
  north:
    activities:
      pull: {labor: 4800 labor-hours, crew: {electricians: {min: 10, max: 20}, helpers: 5}}
      lift: {duration: 30 days, after: [pull], crew: {cranes: 2, helpers: 10}}
  south:
    activities:
      test: {duration: 60 days, crew: {electricians: 15, clerks: 2}}
"""


def counted(tmp_path, **options):
    file = tmp_path / "s.yaml"
    file.write_text(SCENARIO)
    found = buildsim.on_site(file, replications=2, **options)
    assert found["replication"].tolist() == [0] * (len(found) // 2) + [1] * (len(found) // 2)
    first = found[found["replication"] == 0]
    return {(row.site, row.pool): (row.unit, row.most) for row in first.itertuples()}


def test_each_pool_that_a_site_draws_on_has_a_row_and_the_trades_together_have_one(tmp_path):
    assert counted(tmp_path) == {
        ("north", "electricians"): ("electrician", 20),
        ("north", "helpers"): ("worker", 10),
        ("north", "cranes"): ("crew", 2),
        ("north", "all trades"): ("person", 25),
        ("south", "electricians"): ("electrician", 15),
        ("south", "clerks"): ("reviewer", 2),
        ("south", "all trades"): ("person", 15),
    }


def test_a_day_or_a_time_can_be_looked_at(tmp_path):
    day = date(2026, 1, 15)  # north has pulled for ten days and nights
    on_the_day = counted(tmp_path, first=day, last=day)
    assert on_the_day["north", "all trades"] == ("person", 10)
    assert on_the_day["south", "all trades"] == ("person", 15)
    assert counted(tmp_path, last=date(2026, 1, 14))["north", "cranes"] == ("crew", 0)
    one_after_the_other = counted(tmp_path, set={"pools.electricians.capacity": 20}, last=date(2026, 1, 14))
    assert one_after_the_other["south", "electricians"] == ("electrician", 0)


def test_a_window_that_ends_before_it_begins_is_refused(tmp_path):
    with pytest.raises(InputError, match="2026-01-14 is before 2026-01-15"):
        counted(tmp_path, first=date(2026, 1, 15), last=date(2026, 1, 14))


@pytest.mark.parametrize("window", [{"first": "2026-01-15"}, {"last": 3}])
def test_a_window_is_of_dates(tmp_path, window):
    with pytest.raises(InputError, match="a date"):
        counted(tmp_path, **window)
