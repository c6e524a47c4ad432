from __future__ import annotations

import numpy as np
import pytest

from buildsim.compile.lengths import productivity

SHIFT = 'calendars: {shift: {days: mon-fri, hours: "07:00-12:00, 13:00-18:00", productivity: 0.8}}\n'
CREW = "pools: {pipefitters: {unit: pipefitter, capacity: 50}}\n"


def scales(network):
    activities = network.activities
    return activities.column_scale[: int(activities.column_ptr[1])].tolist()


def one(body: str) -> str:
    return f"sites: {{s: {{activities: {{a: {body}}}}}}}"


@pytest.mark.parametrize(("unit", "ticks"), [("days", 1440), ("weeks", 1440), ("workdays", 1440), ("workhours", 60)])
def test_around_the_clock(network, unit, ticks):
    assert scales(network(one(f"{{duration: 3 {unit}}}"))) == [ticks]


@pytest.mark.parametrize(("unit", "ticks"), [("days", 3000 / 7), ("workdays", 600), ("workhours", 60)])
def test_on_a_calendar_elapsed_days_are_ordinary_weeks_and_productivity_divides(network, unit, ticks):
    compiled = network(SHIFT + one(f"{{duration: 3 {unit}, calendar: shift}}"))
    assert scales(compiled) == [pytest.approx(ticks / 0.8)]
    assert compiled.activities.day_scale[0] == pytest.approx(3000 / 7)


def test_labor_is_divided_by_each_crew_size(network):
    crew = '{min: 2, max: 4, productivity: {"2": 1.0, "4": 0.5}}'
    compiled = network(CREW + one(f"{{labor: 120 labor-hours, crew: {{pipefitters: {crew}}}}}"))
    assert scales(compiled) == [60 / 2, pytest.approx(60 / (3 * 0.75)), 60 / (4 * 0.5)]
    activities = compiled.activities
    assert (activities.mold_pool[0], activities.mold_min[0], activities.mold_max[0]) == (0, 2, 4)
    assert compiled.variables[0].name == "s/a:labor"


def test_productivity_is_linear_between_points_and_clamped():
    table = {10: 1.0, 20: 0.8}
    assert productivity(table, np.array([5, 10, 15, 40])).tolist() == [1.0, 1.0, pytest.approx(0.9), 0.8]
    assert productivity({}, np.array([7])).tolist() == [1.0]


def test_without_duration_or_labor_the_length_is_zero(network):
    compiled = network(one("{}"))
    assert scales(compiled) == [0.0]
    assert compiled.activities.variable[0] == -1


def test_fixed_needs_come_in_pool_order_rounded_half_up_and_at_least_one(network):
    text = "pools: {p: {capacity: 9}, q: {capacity: 9}}\n" + one("{duration: 1 day, crew: {q: 2.5, p: 0.2}}")
    activities = network(text).activities
    assert activities.need_pool.tolist() == [0, 1]
    assert activities.need_units.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{labor: 9 labor-hours, crew: {pipefitters: 4}}", "needs a crew that may vary"),
        ("{duration: 9 days, crew: {pipefitters: {min: 1, max: 4}}}", "needs labor"),
        ("{duration: 9 days, labor: 9 labor-hours, crew: {pipefitters: {min: 1, max: 4}}}", "both"),
        ("{labor: 9 labor-hours, crew: {pipefitters: {min: 5, max: 4}}}", "at least 5 but at most 4"),
        ("{labor: 9 labor-hours, crew: {pipefitter: {min: 1, max: 4}}}", "no pool called"),
        ("{duration: 9 days, crew: {pipefitters: 4 racks}}", "not in the right unit"),
        ("{duration: 9 days per rack}", "has no halls"),
        ("{duration: 9 days, crew: {pipefitters: 60}}", "never has more than 50"),
    ],
)
def test_lengths_and_crews_that_are_refused(problems, body, message):
    assert message in problems(CREW + one(body))[0].message
