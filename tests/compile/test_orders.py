from __future__ import annotations

import pytest

from buildsim.network.codes import Placement

DAY = 1440
TEXT = """
supplies:
  chiller: {{unit: chiller, grain: 10, lead: 20 weeks}}
sites:
  s:
    start: 2026-02-04
    activities:
      permit: {{duration: 10 days, retest: {{probability: 0.1, passes: 2}}}}
      a:
        after: [permit]
        orders: {{cool: {{supply: chiller, quantity: 2.2 chillers{place}}}}}
"""


def placed(network, place=""):
    orders = network(TEXT.format(place=f', place: "{place}"' if place else "")).orders
    return Placement(orders.placement[0]).name, int(orders.activity[0]), int(orders.offset[0])


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("", ("DATED", -1, 30 * DAY)),
        ("2026-01-06", ("DATED", -1, DAY)),
        ("-52 weeks", ("DATED", -1, (30 - 364) * DAY)),
        ("- 1 week", ("DATED", -1, 23 * DAY)),
        ("3 days", ("DATED", -1, 33 * DAY)),
        ("permit start", ("ON_START", 0, 0)),
        ("permit finish + 2 weeks", ("ON_FINISH", 1, 14 * DAY)),
    ],
)
def test_placing(network, place, expected):
    assert placed(network, place) == expected


def test_quantities_are_whole_units_in_smallest_units(network):
    orders = network(TEXT.format(place="")).orders
    assert orders.quantity.tolist() == [30]
    assert orders.consumer.tolist() == [2]


def test_each_order_has_a_lead_time_of_its_own(network):
    variables = network(TEXT.format(place="")).variables
    assert [v.name for v in variables if v.name.endswith(":lead")] == ["s/a:cool:lead"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("next year", "does not say when"),
        ("permt start", "no activity 'permt'"),
        ("permit finish - 1 week", "before the event"),
        ("permit finish + 2 workdays", "in workdays"),
        ("uniform(1, 2) weeks", "is random"),
        ("a start", "wait for each other"),
    ],
)
def test_places_that_are_refused(problems, place, message):
    found = problems(TEXT.format(place=f', place: "{place}"'))
    assert message in found[0].message
    assert found[0].path.startswith("sites.s.activities.a.orders.cool")


LINE = """
supplies:
  rack: {{unit: rack, line: {{capacity: 10 rack/week, period: 1 week}}}}
sites:
  north: {{activities: {{a: {{orders: {{r: {{supply: rack, quantity: 5 racks{north}}}}}}}}}}}
  south: {{activities: {{a: {{orders: {{r: {{supply: rack, quantity: {units} racks{south}}}}}}}}}}}
"""


def test_a_tie_of_two_owners_on_a_line_is_announced(compiled):
    (warning,) = compiled(LINE.format(north="", south="", units=5)).warnings
    assert "by two owners" in warning
    assert compiled(LINE.format(north="", south=", place: 1 week", units=5)).warnings == ()
    assert compiled(LINE.format(north="", south=", priority: 2", units=5)).warnings == ()
    pro_rata = LINE.replace("period: 1 week", "period: 1 week, allocation: pro_rata")
    assert compiled(pro_rata.format(north="", south="", units=5)).warnings == ()


def test_a_lines_order_before_zero_is_announced(compiled):
    (warning,) = compiled(LINE.format(north=", place: -4 weeks", south="", units=5)).warnings
    assert "start the scenario earlier" in warning


def test_an_order_that_a_line_can_never_fill_is_refused(problems):
    (problem, *_) = problems("horizon: 4 weeks\n" + LINE.format(north="", south="", units=41))
    assert "makes no more than 40" in problem.message
    assert problem.path == "sites.south.activities.a.orders.r"
