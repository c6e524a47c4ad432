from __future__ import annotations

HEAD = """
as_of: 2026-11-22
sources:
  old: {title: Old, publisher: X, date: 2023-06-01}
  edge: {title: Edge, publisher: X, date: 2024-11-22}
  new: {title: New, publisher: X, date: 2026-01-01}
supplies:
  pump: {unit: unit, lead: 9 weeks, source: %s}
pools:
  crew: {capacity: %s}
sites:
  s:
    activities:
      a: {duration: 1 day, crew: {crew: 1}, orders: {p: {supply: pump, quantity: 1 unit}}}
      b: {duration: 1 day, crew: {crew: 1}, orders: {p: {supply: pump, quantity: 1 unit}}}
"""
NEW = "{value: 5, source: new}"


def test_one_warning_counts_each_fact_once_and_names_the_oldest(compiled):
    assert (
        compiled(HEAD % ("old", NEW))
        .warnings[0]
        .startswith(
            "stale: 1 of 2 facts were known more than two years before 2026-11-22; the oldest, supplies.pump.lead ("
        )
    )
    both = compiled(HEAD % ("old", "{value: 5, known: 2020-01-01}")).warnings
    assert len(both) == 1
    assert both[0].startswith("stale: 2 of 2 facts")
    assert "pools.crew.capacity" in both[0]
    assert both[0].endswith("on 2020-01-01")


def test_two_years_are_not_stale_and_undated_facts_do_not_count(compiled):
    assert compiled(HEAD % ("edge", "5")).warnings == ()


def test_age_is_at_as_of(compiled):
    text = (HEAD % ("old", "5")).replace("as_of: 2026-11-22", "as_of: 2025-05-30")
    assert compiled(text).warnings == ()


def test_of_a_curve_the_last_known_point_counts(compiled):
    points = "[{value: 5, at: 2020-01-01, known: 2020-01-01}, {value: 6, at: 2026-01-01, known: %s}]"
    assert compiled(HEAD % ("new", points % "2026-01-01")).warnings == ()
    assert compiled(HEAD % ("new", points % "2021-01-01")).warnings[0].startswith("stale: 1 of 2 facts")
    assert compiled(HEAD % ("new", points % "2027-01-01")).warnings[0].endswith("on 2020-01-01")


def test_a_fact_that_is_not_chosen_is_not_counted(compiled):
    text = (HEAD % ("new", NEW)).replace(
        "lead: 9 weeks, source: new", "lead: [{value: 9 weeks, source: old}, {value: 8 weeks, source: new}]"
    )
    assert compiled(text).warnings == ()
