"""Forecasts from a few attributes: none may be missing too many, none of a place never seen, and each widens."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildsim.backtest.cases import INPUTS, Build
from buildsim.backtest.parameters import priors
from buildsim.backtest.plan import forecast, plans
from buildsim.backtest.rules import rules
from buildsim.backtest.scenario import scenario_of
from buildsim.backtest.ways import MAX_WAYS, ways
from buildsim.compile.compile import compile_network
from buildsim.loading.project import DocumentText, load_scenario

FULL = Build(
    case="a",
    campus="a",
    start_date=date(2024, 2, 1),
    build_type="greenfield",
    retrofit=False,
    power_preexisting=False,
    onsite_power_first=False,
    tent_first=False,
    phased=True,
    first_facility_mw=130.0,
    first_it_mw=100.0,
    first_buildings=1,
    final_planned_facility_mw=400.0,
    owner="somebody",
    operator_class="hyperscaler",
    country="US",
    us_state="TX",
    grid="ERCOT",
)
NOTHING = Build(case="b", campus="b")
REPLICATIONS = 64


@cache
def days_of(build: Build, engine: str = "auto") -> np.ndarray:
    [found] = forecast([build], replications=REPLICATIONS, seed=5, engine=engine)
    return found.days


def spread(days: np.ndarray) -> float:
    low, high = np.quantile(days, [0.1, 0.9])
    return float(high - low)


def compiled(build: Build) -> None:
    for plan in plans(build):
        compile_text(plan.scenario)


def compile_text(scenario: dict) -> None:
    compile_network(load_scenario(DocumentText(json.dumps(scenario), "plan")))


def test_of_a_build_all_is_read_or_said_not_to_be():
    assert set(INPUTS) == {field.name for field in fields(Build)} - {"case", "campus"}
    assert None not in {getattr(FULL, name) for name in INPUTS}


def test_a_known_build_has_a_plan_for_each_way_of_ordering():
    found = ways(FULL)
    assert len(found) == 3
    assert sum(weight for weight, _ in found) == pytest.approx(1)
    assert {attributes["feed"] for _, attributes in found} == {"asked"}


def test_of_a_build_of_which_nothing_is_known_the_ways_are_few_and_many_sided():
    found = ways(NOTHING)
    assert len(found) == MAX_WAYS
    assert sum(weight for weight, _ in found) == pytest.approx(1)
    for attribute in ("operator_class", "retrofit", "feed", "first_facility_mw"):
        assert len({attributes[attribute] for _, attributes in found}) > 1, attribute


@settings(max_examples=12, deadline=None)
@given(st.sets(st.sampled_from(INPUTS)))
def test_whatever_is_missing_the_plans_compile(missing):
    some = plans(replace(FULL, **dict.fromkeys(missing)))
    assert sum(plan.weight for plan in some) == pytest.approx(1)
    compile_text(some[len(missing) % len(some)].scenario)


@pytest.mark.slow
def test_every_way_of_building_compiles():
    """All choices of templates, once each; sizes and dates that change nothing else are left out."""
    seen = {}
    values = {
        "operator_class": ["hyperscaler", "developer_lease", "chinese", "other"],
        "retrofit": [True, False],
        "onsite_power_first": [True, False],
        "tent_first": [True, False],
        "power_preexisting": [True, False],
        "start_date": [date(2022, 1, 1), date(2025, 1, 1)],
    }
    for chosen in product(*values.values()):
        for _, attributes in ways(replace(FULL, build_type=None, **dict(zip(values, chosen, strict=True)))):
            scenario = scenario_of(attributes)
            site = scenario["sites"]["build"]
            key = (tuple(sorted(site["strategies"].items())), tuple(sorted(site["use"].items())))
            seen.setdefault(key, scenario)
    assert len(seen) > 20
    for scenario in seen.values():
        compile_text(scenario)


@pytest.mark.parametrize(
    "place",
    [("Atlantis", None, None), ("US", "ZZ", "?"), (None, "TX", None), ("united kingdom", None, "GB"), ("", "", "")],
)
def test_any_place_works(place):
    country, state, grid = place
    compiled(replace(FULL, country=country, us_state=state, grid=grid))


def test_a_step_too_large_for_any_region_is_drawn_smaller():
    assert (
        plans(replace(FULL, first_facility_mw=5000.0, first_it_mw=4000.0))[0].scenario
        == plans(replace(FULL, first_facility_mw=625.0, first_it_mw=500.0))[0].scenario
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"first_facility_mw": 0.5, "first_it_mw": 0.4},
        {"first_facility_mw": 600.0, "first_it_mw": 480.0},
        {"first_facility_mw": 50.0, "first_it_mw": 80.0},
        {"first_buildings": 200},
        {"start_date": date(2012, 3, 1)},
        {"start_date": date(2031, 3, 1)},
    ],
)
def test_odd_builds_are_forecast(odd):
    assert np.isfinite(days_of(replace(FULL, **odd))).mean() > 0.9


def test_a_build_of_which_nothing_is_known_is_forecast_widely():
    nothing = days_of(NOTHING)
    assert len(nothing) == REPLICATIONS
    assert spread(nothing) > spread(days_of(FULL))


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("power_preexisting", {False: 0.8, True: 0.2}),
        ("retrofit", {False: 0.85, True: 0.15}),
        ("onsite_power_first", {False: 0.85, True: 0.15}),
        ("us_state", {"TX": 0.3, "WI": 0.35, "GA": 0.35}),
        ("start_date", {date(2022, 7, 1): 0.25, date(2024, 1, 1): 0.35, date(2025, 7, 1): 0.4}),
    ],
)
def test_what_is_missing_widens(attribute, values):
    """To the spread of what it may be, on average: one that is unlikely may be wider by itself."""
    build = replace(FULL, build_type=None)
    missing = days_of(replace(build, **{attribute: None}))
    known = [days_of(replace(build, **{attribute: value})) for value in values]
    assert spread(missing) >= 0.85 * np.average(list(map(spread, known)), weights=list(values.values()))
    medians = [np.quantile(each, 0.5) for each in known]
    assert min(medians) - 30 <= np.quantile(missing, 0.5) <= max(medians) + 30


def test_the_same_builds_have_the_same_forecast_wherever_they_stand():
    [alone] = forecast([FULL], replications=REPLICATIONS, seed=5)
    beside = forecast([NOTHING, replace(FULL, case="c")], replications=REPLICATIONS, seed=5)
    assert [each.case for each in beside] == ["b", "c"]
    assert np.array_equal(alone.days, beside[1].days)


def test_both_engines_agree():
    pytest.importorskip("numba")
    assert np.array_equal(days_of(FULL, "reference"), days_of(FULL, "kernel"))


def test_labels_and_what_no_rule_names_change_nothing():
    other = replace(FULL, case="z", campus="y", owner="x", grid="w", phased=False, final_planned_facility_mw=9.0)
    assert np.array_equal(days_of(FULL), days_of(other))


def test_progress_is_told():
    told = []
    forecast([FULL, FULL], replications=3, seed=1, progress=lambda done, asked: told.append((done, asked)))
    assert told == [(1, 2), (2, 2)]


def test_every_row_says_where_it_comes_from_and_names_what_exists():
    table = rules()
    for row in (*table.unknown, *table.rows):
        assert row.assumption
        assert not set(row.when) - set(INPUTS) - {"climate", "feed", "plant", "fit_out", "ordering", "started_before"}


def test_no_row_is_about_an_owner_or_a_case():
    table = rules()
    assert not any({"owner", "grid"} & set(row.when) for row in (*table.unknown, *table.rows))


def test_no_rule_rests_on_what_is_kept_aside():
    folder = Path(__file__).resolve().parents[1] / "data"
    aside = ((folder / name).read_text(encoding="utf-8") for name in ("kept_aside.csv", "outcomes.csv"))
    refused = {line.partition(",")[0] for text in aside for line in text.splitlines()}
    table = rules()
    stated = (*table.unknown, *table.rows, *priors().parameters)
    facts = {fact for row in stated if row.fact for fact in row.fact.split(", ")}
    assert facts
    assert not facts & refused


def test_replications_carry_what_calibration_weighs_them_by():
    new = forecast([FULL], replications=240, seed=5)[0]
    traits = new.traits
    assert (set(traits.spread), set(traits.retrofit)) == ({0.35}, {False})
    assert (abs(traits.luck.mean()) < 0.2, 0.85 < traits.luck.std() < 1.15) == (True, True)
    assert [int((traits.order == third).sum()) for third in (-1, 0, 1)] == [80, 80, 80]
    assert np.corrcoef(traits.luck, np.log(new.days))[0, 1] > 0.4
    old = forecast([replace(FULL, retrofit=True, build_type=None)], replications=24, seed=5)[0]
    assert (set(old.traits.spread), set(old.traits.retrofit)) == ({0.45}, {True})


def test_equal_plans_are_played_once(monkeypatch):
    import buildsim.backtest.plan as module

    compiled = []
    monkeypatch.setattr(module, "compile_network", lambda project: compiled.append(project) or compile_network(project))
    first, other = forecast(
        [FULL, replace(FULL, case="x", owner="nobody", grid=None)], replications=6, seed=5, engine="reference"
    )
    assert len(compiled) == len(plans(FULL))
    assert (other.case, other.days is first.days) == ("x", True)
