"""A forecast against a former one: what has moved, why, what happened, and what changed in the files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildsim.errors import InputError
from buildsim.studies import store
from buildsim.studies.answer import Answer, answer_of
from buildsim.studies.run import run_scenario
from buildsim.studies.status import Happened, InputChange, status
from buildsim.studies.status_rows import (
    cause_table,
    happened_table,
    input_table,
    json_text,
    movement_table,
    to_document,
)

HEAD = """\
schema: 1
name: campus
start: 2026-01-05
horizon: 2 years
replications: 60
supplies:
  rack: {unit: rack, lead: "pert(90, 120, 180) days"}
"""
NORTH = """\
  north:
    activities:
      permit: {kind: permit, duration: "pert(40, 60, 90) days"}
      shell: {duration: "pert(80, 100, 140) days", after: [permit], milestone: first_power}
      racks: {duration: 10 days, after: [shell], milestone: first_gpu,
        orders: {racks: {supply: rack, quantity: 60 racks}}}
"""
SOUTH = """\
  south:
    start: 2026-03-02
    activities:
      fit-out: {duration: "pert(50, 60, 90) days", milestone: first_gpu}
"""
ACTUALS = """\
    actuals:
      activities:
        permit: {start: 2026-01-05, finish: 2026-04-10}
        shell: {start: 2026-04-11}
      orders: {"racks:racks": {placed: 2026-01-07}}
"""


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("plans")

    def run(text: str, **options) -> Answer:
        file = folder / "campus.yaml"
        file.write_text(text)
        return answer_of(run_scenario(file, details=True, **options))

    return run


@pytest.fixture(scope="module")
def then(play) -> Answer:
    return play(f"{HEAD}sites:\n{NORTH}")


@pytest.fixture(scope="module")
def now(play) -> Answer:
    return play(f"{HEAD}data_date: 2026-04-13\nsites:\n{NORTH}{ACTUALS}")


def test_a_delay_that_became_actual_is_what_the_move_is_attributed_to(then, now):
    found = status(now, then).sites["north"].milestones["first_gpu"]
    largest = found.causes[0]
    assert largest.category == "permit:permit"
    assert largest.now_days == pytest.approx(96.0)  # 5 January to the end of 10 April
    assert largest.change_days == pytest.approx(found.change_days, abs=8)
    assert found.mean.days == pytest.approx(found.change_days)
    assert 25 < found.mean.low < found.mean.days < found.mean.high < 45
    assert found.p50.now > found.p50.then
    assert found.p80.move.days == pytest.approx((found.p80.now - found.p80.then).days, abs=1)


def test_what_became_actual_stands_beside_the_former_plan(then, now):
    assert status(now, then).sites["north"].happened == (
        Happened("activity", "permit", "started", date(2026, 1, 5), date(2026, 1, 5)),
        Happened("order", "racks:racks", "ordered", date(2026, 1, 5), date(2026, 1, 7)),
        Happened("activity", "permit", "finished", date(2026, 3, 5), date(2026, 4, 10)),
        Happened("activity", "shell", "started", date(2026, 3, 6), date(2026, 4, 11)),
    )
    assert [each.days_late for each in status(now, then).sites["north"].happened] == [0, 2, 36, 36]
    assert status(now, now).sites["north"].happened == ()


def test_what_lies_from_the_data_date_on_has_not_happened(play, then):
    early = play(f"{HEAD}data_date: 2026-03-02\nsites:\n{NORTH}{ACTUALS}")
    found = status(early, then).sites["north"].happened
    assert [(each.item, each.what) for each in found] == [("permit", "started"), ("racks:racks", "ordered")]


def test_changes_in_the_files_are_named_by_their_paths(play, then):
    other = play(
        f"{HEAD}sites:\n{NORTH}".replace("100, 140", "110, 140").replace(
            "    activities", "    owner: acme\n    activities"
        )
    )
    found = status(other, then)
    assert found.inputs == (
        InputChange(
            "scenario campus",
            "sites.north.activities.shell.duration",
            '"pert(80, 100, 140) days"',
            '"pert(80, 110, 140) days"',
        ),
        InputChange("scenario campus", "sites.north.owner", None, '"acme"'),
    )
    assert found.then.inputs_hash != found.now.inputs_hash
    assert status(then, then).inputs == ()


def test_an_override_is_a_change_of_the_files(play, then):
    other = play(f"{HEAD}sites:\n{NORTH}", overrides=[("sites.north.activities.permit.duration", "70 days")])
    assert [change.path for change in status(other, then).inputs] == ["sites.north.activities.permit.duration"]


def test_new_and_removed_sites_and_milestones_are_named(play, then):
    other = play(f"{HEAD}sites:\n{NORTH}{SOUTH}".replace("milestone: first_power", "milestone: closed"))
    forward, back = status(other, then), status(then, other)
    assert (forward.new_sites, forward.gone_sites) == (("south",), ())
    assert (back.new_sites, back.gone_sites) == ((), ("south",))
    assert list(forward.sites) == list(back.sites) == ["north"]
    assert forward.sites["north"].new_milestones == back.sites["north"].gone_milestones == ("closed",)
    assert forward.sites["north"].gone_milestones == ("first_power",)
    assert "first_power" not in forward.sites["north"].milestones


def test_a_later_start_of_a_site_moves_dates_and_not_days(play):
    text = f"{HEAD}sites:\n{SOUTH}"
    found = status(play(text.replace("2026-03-02", "2026-03-22")), play(text)).sites["south"]
    milestone = found.milestones["first_gpu"]
    assert (found.start_now - found.start_then).days == 20
    assert milestone.mean.days == milestone.p80.move.days == 20
    assert milestone.change_days == 0


def test_beyond_the_horizon_the_move_is_at_least_up_to_it(play, then):
    short = play(f"{HEAD}sites:\n{NORTH}".replace("2 years", "100 days"))
    found = status(short, then).sites["north"].milestones["first_gpu"]
    assert (found.reached_now, found.p80.now, found.mean_now_days, found.change_days) == (0.0, None, None, None)
    assert found.p80.move.days is None  # a date then that lies after what is played now says nothing
    late = play(f"{HEAD}sites:\n{NORTH}".replace("pert(40, 60, 90) days", "5 years"))
    found = status(late, then).sites["north"].milestones["first_gpu"]
    assert found.p80.now is None
    horizon = date(2026, 1, 5).toordinal() + 730
    assert found.p80.move.days == pytest.approx(horizon - found.p80.then.toordinal(), abs=1)
    assert found.causes[0].now_days == 0


def test_other_seeds_are_compared_as_independent(play, then):
    other = play(f"{HEAD}sites:\n{NORTH}", seed=9)
    found, same = status(other, then), status(then, then)
    assert (found.paired, same.paired) == (False, True)
    mean = found.sites["north"].milestones["first_gpu"].mean
    assert mean.low < 0 < mean.high
    assert same.sites["north"].milestones["first_gpu"].mean.days == 0


LENGTHS = st.sampled_from(["5 days", "pert(2, 9, 40) days", "uniform(0, 30) days", "pert(60, 300, 900) days"])


@st.composite
def plans(draw: st.DrawFn) -> str:
    """A site with waits of several kinds, of which some may lie beyond the horizon, and perhaps with actual dates."""
    first, second, third = draw(LENGTHS), draw(LENGTHS), draw(LENGTHS)
    actual = draw(st.sampled_from(["{}", "{a: {start: 2026-01-06, finish: 2026-01-19}}", "{a: {start: 2026-01-08}}"]))
    return f"""\
schema: 1
name: random
start: 2026-01-05
data_date: {draw(st.sampled_from(["2026-01-05", "2026-01-20", "2026-03-01"]))}
horizon: 1 year
replications: 12
seed: {draw(st.integers(1, 3))}
pools: {{crane: {{capacity: 1}}}}
supplies: {{rack: {{unit: rack, lead: "{draw(LENGTHS)}"}}}}
sites:
  s:
    start: {draw(st.sampled_from(["2026-01-05", "2026-02-01"]))}
    activities:
      a: {{duration: "{first}", crew: {{crane: 1}}}}
      b: {{duration: "{second}", crew: {{crane: 1}}, after: [a SS + 1 day], milestone: first_power}}
      c: {{duration: "{third}", after: [a], orders: {{r: {{supply: rack, quantity: 1 rack}}}}, milestone: first_gpu}}
    actuals: {{activities: {actual}}}
"""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans(), plans())
def test_the_changes_sum_to_that_of_the_mean(play, former, present):
    found = status(play(present), play(former)).sites["s"]
    for milestone in found.milestones.values():
        for side in ("then", "now"):
            mean = getattr(milestone, f"mean_{side}_days")
            summed = sum(getattr(cause, f"{side}_days") for cause in milestone.causes)
            assert summed == pytest.approx(mean or 0.0, abs=1e-9)
        if milestone.change_days is not None:
            summed = sum(cause.change_days for cause in milestone.causes)
            assert summed == pytest.approx(milestone.change_days, abs=1e-9)


def test_kept_forecasts_say_the_same_as_fresh_ones(then, now, tmp_path):
    for name, answer in (("then", then), ("now", now)):
        store.save(answer, tmp_path / name)
    kept = status(store.load(tmp_path / "now"), store.load(tmp_path / "then"))
    assert json_text(kept) == json_text(status(now, then))


def test_a_study_without_details_is_refused(then):
    with pytest.raises(InputError, match="holds no table 'progress'"):
        status(replace(then, tables={}), then)


def test_tables_and_json_have_equal_numbers(then, now):
    result = status(now, then)
    document = json.loads(json_text(result))
    assert document == to_document(result)
    site = document["sites"]["north"]
    row = movement_table(result).set_index("milestone").loc["first_gpu"]
    found = site["milestones"]["first_gpu"]
    for name in ("p50", "p80"):
        assert row[f"{name}_now"].date().isoformat() == found[name]["now"]
    for name in ("p50", "p80", "mean"):
        assert [row[f"{name}_{part}"] for part in ("moved_days", "low_days", "high_days")] == [
            found[name][part] for part in ("moved_days", "low_days", "high_days")
        ]
    causes = cause_table(result).query("milestone == 'first_gpu'").drop(columns=["site", "milestone"])
    assert causes.to_dict("records") == found["causes"]
    assert list(happened_table(result)["item"]) == [each["item"] for each in site["happened"]]
    assert list(input_table(result)["path"]) == [each["path"] for each in document["inputs"]]
