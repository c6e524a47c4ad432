"""Which points a sweep has, and what each sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from buildsim.errors import InputError
from buildsim.loading.sweep_file import load_sweep
from buildsim.sweeps.plan import Plan, plan_of

HEAD = "schema: 1\nsweep: s\nscenario: yard.yaml\n"
TWO = """\
factors:
  cranes: {path: pools.crane.capacity, range: [1, 4], whole: true}
  dig: {path: [sites.s.activities.dig.duration, sites.s.activities.weld.duration], range: [2 weeks, 28 days]}
"""


def planned(write, text: str, seed: int = 1) -> Plan:
    return plan_of(load_sweep(write(HEAD + text)), seed)


def test_a_grid_has_all_levels_together_the_last_factor_fastest(write):
    text = "factors: {a: {path: x, values: [1, 2]}, b: {path: y.z, values: [p, q, r]}}\ndesign: grid\n"
    plan = planned(write, text)
    assert [dict(plan.overrides(i)) for i in range(len(plan))] == [
        {"x": x, "y.z": y} for x in (1, 2) for y in ("p", "q", "r")
    ]
    assert plan.shown([0, 5]) == {"a": [1.0, 2.0], "b": ["p", "r"]}


def test_one_at_a_time_begins_with_the_scenario_as_it_is(write):
    plan = planned(write, TWO + "design: one-at-a-time\n")
    dig = ("sites.s.activities.dig.duration", "sites.s.activities.weld.duration")
    assert [dict(plan.overrides(i)) for i in range(len(plan))] == [
        {},
        {"pools.crane.capacity": 1},
        {"pools.crane.capacity": 4},
        dict.fromkeys(dig, "14 days"),
        dict.fromkeys(dig, "28 days"),
    ]
    shown = plan.shown(slice(None))
    assert math.isnan(shown["cranes"][0])
    assert shown["dig"][3:] == [14.0, 28.0]
    assert [column.unit for column in plan.columns] == [None, "days"]


def test_a_list_has_its_points_and_leaves_out_what_they_leave_out(write):
    listed = "design: list\npoints:\n  - {cranes: 3}\n  - {dig: 21 days, cranes: 2}\n"
    plan = planned(write, TWO + listed)
    assert dict(plan.overrides(0)) == {"pools.crane.capacity": 3}
    assert plan.overrides(1)[1] == ("sites.s.activities.dig.duration", "21 days")


def test_values_of_one_kind_are_numbers_in_the_last_ones_unit(write):
    text = "factors: {a: {path: x, values: [7 days, 3 weeks]}, b: {path: z, values: [1 week, 2 racks]}}\ndesign: grid\n"
    a, b = planned(write, text).columns
    assert (a.numeric, a.unit, a.levels) == (True, "weeks", ("7 days", "3 weeks"))
    assert (b.numeric, b.unit) == (False, None)
    assert planned(write, text).shown([3]) == {"a": [3.0], "b": ["2 racks"]}


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol", "morris"])
def test_what_is_drawn_lies_in_its_range_and_depends_on_the_seed_alone(write, design):
    text = TWO + f"design: {design}\nsamples: 16\n"
    plan = planned(write, text)
    assert len(plan) == {"latin-hypercube": 16, "sobol": 64, "morris": 48}[design]
    cranes, dig = plan.cells.T
    assert set(cranes) <= {1.0, 2.0, 3.0, 4.0}
    assert np.all((dig >= 14) & (dig <= 28))
    assert np.array_equal(plan.cells, planned(write, text).cells)
    assert not np.array_equal(plan.cells, planned(write, text, seed=2).cells)


def test_every_whole_number_of_a_range_is_as_likely(write):
    plan = planned(write, TWO + "design: latin-hypercube\nsamples: 400\n")
    assert np.bincount(plan.cells[:, 0].astype(int)).tolist() == [0, 100, 100, 100, 100]


def test_a_distribution_keeps_its_quantiles(write):
    text = 'factors: {a: {path: x, distribution: "uniform(1, 3) weeks"}}\n'
    drawn = planned(write, text + "design: latin-hypercube\nsamples: 1000\n").cells[:, 0]
    assert np.median(drawn) == pytest.approx(2.0, abs=0.002)
    assert planned(write, text + "design: one-at-a-time\n").cells[1:, 0].tolist() == pytest.approx([1.2, 2.8])


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("factors: {a: {path: x}}\ndesign: grid\n", 4, "factors.a", "nothing says which values it takes"),
        (
            "factors: {a: {path: x, values: [1], range: [1, 2]}}\ndesign: grid\n",
            4,
            "factors.a",
            "both values and range",
        ),
        ("factors: {a: {values: [1]}}\ndesign: grid\n", 4, "factors.a", "nothing says what is varied"),
        ("factors: {a: {path: x, range: [2, 1]}}\ndesign: grid\n", 4, "factors.a", "'2' is not below '1'"),
        ("factors: {a: {path: x, range: [2 days, 3 racks]}}\ndesign: grid\n", 4, "factors.a", "are of two kinds"),
        ('factors: {a: {path: "x..y", values: [1]}}\ndesign: grid\n', 4, "factors.a.path", "this is not a path"),
        (
            "factors:\n  a: {path: x, values: [1]}\n  b: {path: x, values: [1]}\ndesign: grid\n",
            6,
            "factors.b.path",
            "'a' sets x too",
        ),
        ("factors: {a: {path: x, values: [1]}}\ndesign: sobol\nsamples: 6\n", 1, "", "6 is no power of 2"),
        ("factors: {a: {path: x, values: [1]}}\ndesign: morris\n", 1, "", "`samples` is missing"),
        ("factors: {a: {path: x, values: [1]}}\ndesign: grids\n", 5, "design", 'got "grids"'),
        (
            "factors: {a: {path: x, values: [1]}}\ndesign: list\npoints: [{b: 1}]\n",
            6,
            "points[0].b",
            "no factor called 'b'",
        ),
        ("factors: {a: {path: x, values: [1]}}\ndesign: list\npoints: [{a: 2}]\n", 6, "points[0].a", "does not take 2"),
    ],
)
def test_mistakes_are_told_at_their_place(write, text, line, path, message):
    with pytest.raises(InputError) as caught:
        planned(write, text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (line, path)
    assert message in problem.message
    assert problem.expected


def test_a_scenario_that_is_not_there_is_told_at_its_place(write):
    with pytest.raises(InputError, match=r"s\.yaml:3:11: scenario: there is no file"):
        load_sweep(write(HEAD.replace("yard", "card") + TWO + "design: grid\n"))
    with pytest.raises(InputError, match="did you mean quickstart"):
        load_sweep(write(HEAD.replace("yard.yaml", "quickstar") + TWO + "design: grid\n"))


def test_too_many_points_are_refused_before_they_are_made(write):
    factors = "".join(f"  f{i}: {{path: x{i}, values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}}\n" for i in range(30))
    with pytest.raises(InputError, match="at most 1,000,000"):
        planned(write, f"factors:\n{factors}design: grid\n")
