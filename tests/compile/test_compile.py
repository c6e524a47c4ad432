from __future__ import annotations

import pytest

from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.network.codes import UNSET, Rule


def test_sites_and_owners(network):
    sites = network(
        """
        sites:
          east: {owner: acme, start: 2026-01-15, deadline: 2026-02-03, activities: {a: {duration: 1 day}}}
          west: {activities: {a: {duration: 1 day}}}
          south: {owner: acme, activities: {a: {duration: 1 day}}}
        """
    )
    assert sites.owners == ("acme", "west", "market")
    assert sites.sites.owner.tolist() == [0, 1, 0]
    assert sites.sites.start.tolist() == [10 * 1440, 0, 0]
    assert sites.sites.deadline.tolist() == [30 * 1440, UNSET, UNSET]
    assert sites.milestones.site.tolist() == [0, 1, 2]


def test_horizon_and_data_date(network):
    text = "sites: {s: {activities: {a: {duration: 1 day}}}}"
    assert network(text).horizon == 3652 * 1440
    dated = network("horizon: 2 weeks\ndata_date: 2026-01-08\n" + text)
    assert (dated.horizon, dated.data_tick) == (14 * 1440, 3 * 1440)


def test_pools_with_the_market_and_uncertainty(network):
    compiled = network(
        """
        pools:
          crew:
            capacity: [{value: 10, at: 2026-01-01}, {value: 20, at: 2026-07-01}]
            market: 4
            uncertainty: uniform(0.9, 1.1)
            market_uncertainty: uniform(0.5, 2)
            bypass: false
        sites: {s: {activities: {a: {duration: 1 day, crew: {crew: 3}}}}}
        """
    )
    names = [
        compiled.variables[v].name for v in (compiled.pools.capacity_variable[0], compiled.pools.market_variable[0])
    ]
    assert names == ["crew:capacity", "crew:market"]
    assert compiled.curves.value.tolist() == [10, 20, 4]
    assert not compiled.pools.bypass[0]


def test_a_phases_start_gates_all_its_activities(network):
    compiled = network(
        """
        sites:
          s:
            phases:
              p:
                start: 2026-01-15
                halls: {h: {activities: {a: {duration: 1 day}}}}
                activities: {b: {duration: 1 day, not_before: 2026-01-25}, c: {duration: 1 day, not_before: 2026-01-06}}
        """
    )
    assert compiled.activities.not_before.tolist() == [20 * 1440, 10 * 1440, 10 * 1440, UNSET]


def test_a_rule_can_be_given_instead_of_the_scenarios(tmp_path):
    scenario = tmp_path / "s.yaml"
    scenario.write_text(
        "schema: 1\nname: s\nstart: 2026-01-05\nrule: lft\nsites: {s: {activities: {a: {duration: 1 day}}}}\n"
    )
    project = load_scenario(scenario)
    assert compile_network(project).network.rule is Rule.LFT
    assert compile_network(project, rule=Rule.INDEX).network.activities.rule_value.tolist() == [0, 1]


def test_problems_of_all_parts_come_at_once(problems):
    found = problems(
        """
        calendars: {c: {days: someday}}
        pools: {p: {capacity: "uniform(1, 2)"}}
        sites:
          s:
            activities:
              a: {duration: 1 day per rack, after: [x]}
              b: {orders: {o: {supply: pump, quantity: 1 unit, place: whenever}}}
        supplies: {pump: {unit: unit, lead: 9 weeks}}
        """
    )
    assert {problem.path.split(".")[0] for problem in found} == {"calendars", "pools", "sites"}
    assert len(found) == 5


ABSURD = """
horizon: {horizon}
pools: {{crew: {{capacity: 9}}}}
supplies:
  wafer: {{unit: wafer, grain: 1000000, line: {{capacity: 9 wafer/week, period: {period}, initial_stock: {stock}}}}}
sites:
  s:
    phases: {{p: {{halls: {{h: {{racks: 1 Mrack, activities: {{a: {{duration: {duration}}}}}}}}}}}}}
    activities:
      b:
        labor: 9 labor-hours
        crew: {{crew: {{min: 1, max: {crew}}}}}
        orders: {{w: {{supply: wafer, quantity: 1 wafer, place: {place}}}}}
"""
SANE = {
    "horizon": "20 weeks",
    "period": "1 week",
    "stock": "1 wafer",
    "duration": "1 day per rack",
    "crew": "4",
    "place": "1 day",
}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-01"])
def test_absurd_dates_are_refused(problems, day):
    text = "calendars: {c: {days: mon-fri}}\nsites: {s: {activities: {a: {duration: 1 workday, calendar: c}}}}\n"
    (problem,) = problems(text, head=f"schema: 1\nname: test\nstart: {day}\n")
    assert problem.path == "start"
    actuals = f"actuals: {{activities: {{a: {{start: {day}}}}}}}"
    assert {each.path for each in problems(text.replace("activities", f"{actuals}, activities", 1))} == {
        "sites.s.actuals.activities.a.start"
    }


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("horizon", "1e9 days", "nobody plans so"),
        ("horizon", "0 days", "nobody plans so"),
        ("period", "0.5 minutes", "too many to play"),
        ("stock", "1e12 wafers", "absurdly many"),
        ("duration", "1e12 days per rack", "at most 1e15"),
        ("crew", "1e9", "absurdly large"),
        ("place", "-1e9 days", "absurdly far off"),
    ],
)
def test_absurd_numbers_are_refused(network, problems, key, value, message):
    network(ABSURD.format(**SANE))
    assert message in problems(ABSURD.format(**SANE | {key: value}))[0].message
