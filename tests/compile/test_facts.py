from __future__ import annotations

from textwrap import indent

import pytest

SOURCES = """
sources:
  old: {title: Old, publisher: X, date: 2024-01-01}
  new: {title: New, publisher: X, date: 2025-06-01}
  undated: {title: U, publisher: X}
"""
ORDER = """
sites:
  s:
    start: 2026-01-05
    activities: {a: {orders: {t: {supply: transformer, quantity: 1 transformer%s}}}}
"""


def scenario(leads: str, *, place: str = "", settings: str = "") -> str:
    supply = "supplies:\n  transformer:\n    unit: transformer\n    lead:\n" + indent(leads.strip("\n"), "    ")
    return settings + SOURCES + supply + ORDER % (f", place: {place}" if place else "")


def lead(compiled):
    return lead_law(compiled).params[0]


def lead_law(compiled):
    network = compiled.network
    return network.variables[int(network.orders.lead_variable[0])].distribution


BY_SOURCE = """
- {value: 10 days, source: old}
- {value: 20 days, source: new}
"""
BY_VALIDITY = """
- {value: 10 days, valid_to: 2024-12-31}
- {value: 20 days, valid_from: 2025-01-01, valid_to: 2026-06-30}
- {value: 30 days, valid_from: 2026-07-01}
"""


def test_the_latest_known_by_as_of_counts(compiled):
    assert lead(compiled(scenario(BY_SOURCE))) == 20
    early = compiled(scenario(BY_SOURCE, settings="as_of: 2025-01-01\n"))
    assert (lead(early), early.warnings) == (10, ())


def test_what_a_fact_says_itself_comes_before_its_sources_date(compiled):
    leads = BY_SOURCE + "- {value: 30 days, source: old, known: 2025-12-01}\n"
    assert lead(compiled(scenario(leads))) == 30


def test_facts_of_undated_sources_and_assumptions_were_always_known(compiled):
    leads = "- {value: 10 days, source: undated}\n- {value: 20 days, source: new}"
    assert lead(compiled(scenario(leads, settings="as_of: 2020-01-01\n"))) == 10


def test_where_nothing_was_known_the_earliest_stands_in_with_a_warning(compiled):
    result = compiled(scenario(BY_SOURCE, settings="as_of: 2020-01-01\n"))
    assert lead_law(result).planned() == 10
    (warning,) = result.warnings
    assert warning.startswith("extrapolated: 1 of 2 facts were not known by 2020-01-01")
    assert "supplies.transformer.lead" in warning
    assert warning.endswith("by 4.0 years")


def test_what_stands_in_is_drawn_wider_by_its_years(compiled):
    spread = [
        lead_law(compiled(scenario('- {value: "pert(9, 10, 12) days", known: 2026-01-01}', settings=as_of))).params
        for as_of in ("as_of: 2026-01-01\n", "as_of: 2024-01-01\n", "as_of: 2016-01-01\n")
    ]
    assert spread[0] == (9, 10, 12)
    # two years off: half as wide again, and at least a tenth a year to both sides
    assert spread[1] == pytest.approx((8, 10, 13), abs=0.01)
    assert spread[2] == (6, 10, 14)


def test_a_curve_that_was_not_known_spreads_its_factor(network):
    text = """
    as_of: 2024-01-05
    supplies:
      rack:
        unit: rack
        line: {capacity: {value: 9 rack/week, known: 2026-01-05}, period: 1 week%s}
        market: {demand: {value: 3 rack/week, known: 2026-01-05}}
    pools:
      crew: {capacity: {value: 9, known: 2026-01-05}, uncertainty: "pert(0.9, 1, 1.3)"}
      known: {capacity: 9}
    sites: {s: {activities: {a: {duration: 1 day}}}}
    """
    found = {v.name: v.distribution for v in network(text % "").variables}
    for name in ("rack:capacity", "market/rack:demand"):
        assert found[name].params == pytest.approx((0.8, 1, 1.2), abs=0.001), name
    assert found["crew:capacity"].params == pytest.approx((0.8, 1, 1.45), abs=0.001)
    assert "known:capacity" not in found


def test_lead_times_hold_by_the_date_of_the_order(compiled):
    assert lead(compiled(scenario(BY_VALIDITY))) == 20
    assert lead(compiled(scenario(BY_VALIDITY, place="2026-07-01"))) == 30
    assert lead(compiled(scenario(BY_VALIDITY, place="-60 weeks"))) == 10


def test_outside_all_validity_the_nearest_is_taken_with_a_warning(compiled):
    leads = "- {value: 10 days, valid_to: 2024-12-31}\n- {value: 20 days, valid_from: 2026-03-01}"
    result = compiled(scenario(leads))
    assert lead_law(result).planned() == 20
    assert "do not hold on the date concerned" in result.warnings[0]


def test_a_curve_has_the_latest_known_point_of_each_date(network):
    text = """
    pools:
      crew:
        capacity:
          - {value: 5, at: 2025-01-01}
          - {value: 10, at: 2026-01-10, known: 2025-01-01}
          - {value: 12, at: 2026-01-10, known: 2025-11-01}
          - {value: 99, at: 2026-02-01, known: 2027-01-01}
    sites: {s: {activities: {a: {duration: 1 day}}}}
    """
    curves = network(text).curves
    assert curves.value.tolist() == [5, 12]
    assert curves.tick.tolist() == [-369 * 1440, 5 * 1440]


def test_random_or_scaled_points_are_refused(problems):
    text = "pools: {{crew: {{capacity: {}}}}}\nsites: {{s: {{activities: {{a: {{}}}}}}}}"
    assert "is random" in problems(text.format('"uniform(1, 2)"'))[0].message
    assert "'per rack'" in problems(text.format("3 per rack"))[0].message


def test_the_source_of_a_block_covers_the_facts_in_it(compiled):
    text = scenario("- 10 days\n- {value: 20 days, known: 2025-12-01}", settings="as_of: 2025-07-01\n")
    known = compiled(text.replace("unit: transformer\n", "unit: transformer\n    source: new\n"))
    assert (lead(known), known.warnings) == (10, ())
    early = compiled(text.replace("unit: transformer\n", "unit: transformer\n    known: 2025-09-01\n"))
    assert "not known by 2025-07-01" in early.warnings[0]


def test_facts_that_became_known_together_stand_in_together(compiled, network):
    leads = "- {value: 10 days, source: new, valid_to: 2025-12-31}\n- {value: 20 days, source: new}"
    assert lead_law(compiled(scenario(leads, settings="as_of: 2024-01-01\n"))).planned() == 20
    points = (
        "{at: 2024-01-01, value: 1, source: new}, {at: 2026-02-04, value: 8, source: new}, {at: 2027-01-01, value: 9}"
    )
    campus = network(
        SOURCES
        + f"as_of: 2024-01-01\npools: {{crew: {{capacity: [{points.replace('9}', '9, known: 2026-01-01}')}]}}}}\n"
        + "sites: {s: {activities: {a: {duration: 1 day, crew: {crew: 1}}}}}\n"
    )
    assert campus.curves.value.tolist() == [1, 8]
