from __future__ import annotations

import datetime

import pytest

START = datetime.date(2026, 1, 5)
CREW = """
pools:
  crew:
    unit: electrician
    capacity: {capacity}
    growth:
      calls: {{{calls}}}
      {others}
sites: {{s: {{activities: {{a: {{duration: 1 day, crew: {{crew: 1}}}}}}}}}}
"""
MONTHLY = "from: 2026-03-01, rate: 10 electrician per month, limit: 40 electricians"


def crew(calls: str = MONTHLY, *, capacity: str = "100", others: str = "", head: str = "") -> str:
    return head + CREW.format(calls=calls, capacity=capacity, others=others)


def steps(network) -> dict[str, float]:
    """The capacity from each date on."""
    curves, of_pool = network.curves, int(network.pools.capacity[0])
    points = slice(int(curves.ptr[of_pool]), int(curves.ptr[of_pool + 1]))
    days = [START + datetime.timedelta(minutes=tick) for tick in curves.tick[points].tolist()]
    return {str(day): value for day, value in zip(days, curves.value[points].tolist(), strict=True)}


def test_so_many_more_come_each_month_up_to_the_limit(network):
    assert steps(network(crew())) == {
        "2026-01-05": 100,
        "2026-03-01": 110,
        "2026-04-01": 120,
        "2026-05-01": 130,
        "2026-06-01": 140,
    }


def test_the_last_to_come_are_what_is_left_of_the_limit(network):
    found = steps(network(crew("from: 2026-03-01, rate: 10 electrician/month, limit: 15")))
    assert found == {"2026-01-05": 100, "2026-03-01": 110, "2026-04-01": 115}


def test_the_first_come_after_the_lag(network):
    found = steps(network(crew(f"{MONTHLY.replace('limit: 40', 'limit: 10')}, lag: 6 weeks")))
    assert found == {"2026-01-05": 100, "2026-04-12": 110}


def test_a_lag_is_rounded_to_days(network):
    found = steps(network(crew("from: 2024-01-01, lag: 4.5 years, rate: 2 electrician per month, limit: 2")))
    assert found == {"2026-01-05": 100, "2028-07-02": 102}  # 1643.6 days


def test_those_who_came_before_the_start_are_there(network):
    found = steps(network(crew("from: 2025-10-20, rate: 10 electrician per month, limit: 50")))
    assert found == {"2026-01-05": 130, "2026-01-20": 140, "2026-02-20": 150}


def test_a_month_without_that_day_has_its_last(network):
    found = steps(network(crew("from: 2026-01-31, rate: 1 electrician per month, limit: 3")))
    assert found == {"2026-01-05": 100, "2026-01-31": 101, "2026-02-28": 102, "2026-03-31": 103}


def test_parts_of_a_unit_are_not_lost(network):
    found = steps(network(crew("from: 2026-02-01, rate: 4 electrician per year, limit: 2")))
    assert found == {"2026-01-05": 100, "2026-04-01": 101, "2026-07-01": 102}  # a third of one a month


def test_inflows_add_up_on_a_capacity_that_changes(network):
    text = crew(
        "from: 2026-02-01, rate: 10 electrician per month, limit: 20",
        others="others: {from: 2026-03-01, rate: 1 electrician per month, limit: 1}",
        capacity="[{at: 2026-02-15, value: 50}, {at: 2026-03-01, value: 5}]",
    )
    assert steps(network(text)) == {"2026-01-05": 50, "2026-02-01": 60, "2026-02-15": 60, "2026-03-01": 26}


def test_nobody_comes_beyond_the_horizon(network):
    assert len(steps(network(crew(head="horizon: 60 days\n")))) == 2
    late = "from: 9999-12-31, lag: 100000 years, rate: 1 electrician per month, limit: 3"
    assert steps(network(crew(late))) == {"2026-01-05": 100}


def test_without_a_rate_or_a_limit_nobody_comes(network):
    for calls in ("rate: 0 electrician per month, limit: 9", "rate: 9 electrician per month, limit: 0"):
        assert steps(network(crew(f"from: 2026-02-01, {calls}"))) == {"2026-01-05": 100}


def test_what_was_not_known_stands_in_and_widens_the_factor(compiled):
    as_of = "as_of: 2026-01-05\n"
    known = compiled(crew(head=as_of))
    assert (known.warnings, known.network.pools.capacity_variable.tolist()) == ((), [-1])
    later = compiled(crew(f"{MONTHLY}, known: 2028-01-05", head=as_of))
    assert later.warnings[0].startswith("extrapolated: 2 of ")
    assert steps(later.network) == steps(known.network)
    law = later.network.variables[int(later.network.pools.capacity_variable[0])].distribution
    assert law.params == pytest.approx((0.8, 1, 1.2), abs=0.001)  # two years off


def test_the_latest_known_rate_that_holds_on_the_day_of_the_call_counts(network):
    rates = (
        "rate: [{value: 1 electrician/month, valid_to: 2026-02-28}, {value: 2 electrician/month, known: 2025-01-01}, "
        "{value: 9 electrician/month, known: 2027-01-01}]"
    )
    found = steps(network(crew(f"from: 2026-03-01, limit: 4, {rates}")))
    assert found == {"2026-01-05": 100, "2026-03-01": 102, "2026-04-01": 104}


def test_it_can_be_set_by_path(compiled):
    text = crew() + "set: {pools.crew.growth.calls.limit: 10 electricians}\n"
    assert steps(compiled(text).network) == {"2026-01-05": 100, "2026-03-01": 110}


def test_a_catalogs_region_grows_at_its_sites(network):
    catalog = f"""
    schema: 1
    catalog: labor
    title: Labor
    regions:
      delta:
        pools:
          crew:
            unit: electrician
            capacity: 1
            growth: {{calls: {{{MONTHLY}}}}}
            assumption: a guess
    """
    text = """
    sites: {s: {region: delta, catalogs: [labor], activities: {a: {duration: 1 day, crew: {crew: 1}}}}}
    set: {catalogs.labor.regions.delta.pools.crew.growth.calls.limit: 20}
    """
    found = network(text, catalogs__labor=catalog)
    assert found.pools.name == ("delta/crew",)
    assert steps(found) == {"2026-01-05": 1, "2026-03-01": 11, "2026-04-01": 21}


@pytest.mark.parametrize(
    ("calls", "path", "message", "expected", "hint"),
    [
        (MONTHLY.replace("from", "form"), ".form", 'unknown key "form"', None, "from"),
        (MONTHLY.replace("limit", "limmit"), ".limmit", 'unknown key "limmit"', None, "limit"),
        ("from: 2026-03-01, limit: 4", ".rate", "this key is missing", None, None),
        (MONTHLY.replace("from: 2026-03-01", "from: March"), ".from", "'March' is not a date", None, None),
        (MONTHLY.replace("per month", "per moth"), ".rate", "'moth' is not a scale", None, "month"),
        (MONTHLY.replace(" per month", ""), ".rate", "'10 electrician' is in electrician", None, None),
        (MONTHLY.replace("10 electrician", "10 worker"), ".rate", "is not in the right unit", "electrician/day", None),
        (MONTHLY.replace("electricians", "crews"), ".limit", "is not in the right unit", "electrician or a", None),
        (MONTHLY.replace("10 e", '"uniform(1, 2) e').replace("month,", 'month",'), ".rate", "is random", None, None),
        (f"{MONTHLY}, lag: 3 workdays", ".lag", "'3 workdays' is in workdays", None, None),
        (f"{MONTHLY}, source: nobody", ".source", "there is no source 'nobody'", None, None),
    ],
)
def test_mistakes_are_reported_where_they_are(problems, calls, path, message, expected, hint):
    found = problems(crew(calls))
    (problem,) = (each for each in found if message in each.message)
    assert problem.path == f"pools.crew.growth.calls{path}"
    assert problem.line > 3
    assert (expected or "") in (problem.expected or "")
    assert hint is None or problem.hint == hint
